/**
 * The tokenizer of a model from the hub: `tokenizer.json`, as the library reads it, and what `config.json` says about
 * the end of a turn. Knows byte-level vocabularies; refuses others by name.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { ModelTokenizer } from './model-tokenizer.ts';
import type { TokenizerJson } from './model-tokenizer.ts';

interface Decoder {
  readonly type?: string;
  readonly decoders?: readonly Decoder[];
}

function isByteLevel(decoder: Decoder | null | undefined): boolean {
  return decoder?.type === 'ByteLevel' || decoder?.decoders?.some(isByteLevel) === true;
}

/** The token that the file's post-processor puts before a text, or undefined. */
function firstTokenOf(json: TokenizerJson): number | undefined {
  const tokenizer = new Tokenizer(json, {});
  const [plain] = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const [first] = tokenizer.encode('a', { add_special_tokens: true }).ids;
  return first === plain ? undefined : first;
}

/** Reads a `tokenizer.json`. Throws Fault `unsupported` where its vocabulary is not byte-level. */
export function readHubTokenizer(json: TokenizerJson, endTokens: readonly number[]): ModelTokenizer {
  if (!isByteLevel(json['decoder'] as Decoder | null | undefined)) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: 'The tokenizer of this model is of a kind that is not known here.',
      reason: 'Its vocabulary is not byte-level.',
      remedy: 'Load the GGUF build of the model.',
      details: { feature: 'tokenizer' },
    });
  }
  const firstToken = firstTokenOf(json);
  return new ModelTokenizer({ json, endTokens, ...(firstToken === undefined ? {} : { firstToken }) });
}
