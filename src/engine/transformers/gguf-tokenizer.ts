/**
 * The tokenizer that a GGUF file carries in its metadata, as llama.cpp reads it. Knows ggml's keys and token types;
 * nothing of how text is cut (pre-tokenizers) and merged (model-tokenizer).
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { readGgufHeader } from '../gguf.ts';
import type { GgufHeader } from '../gguf.ts';
import { ModelTokenizer } from './model-tokenizer.ts';
import type { TokenizerJson } from './model-tokenizer.ts';
import { preTokenizerNames, preTokenizerOf } from './pre-tokenizers.ts';
import type { PreTokenizer } from './pre-tokenizers.ts';

const keys = {
  tokens: 'tokenizer.ggml.tokens',
  types: 'tokenizer.ggml.token_type',
  merges: 'tokenizer.ggml.merges',
} as const;

/** ggml's token types that differ from plain ones. */
const control = 3;
const userDefined = 4;

function rejected(reason: string, remedy: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: 'The tokenizer of the model file cannot be used.',
    reason,
    remedy,
  });
}

function textsOf(header: GgufHeader, key: string): readonly string[] {
  const values = header.arrays.get(key);
  if (values === undefined || !values.every((value) => typeof value === 'string')) {
    throw rejected(`It has no texts under ${key}.`, 'Use a GGUF file with its tokenizer in it.');
  }
  return values;
}

function rulesOf(header: GgufHeader): PreTokenizer {
  const model = header.metadata.get('tokenizer.ggml.model');
  const name = String(header.metadata.get('tokenizer.ggml.pre') ?? 'none');
  const rules = preTokenizerOf(name);
  if (model === 'gpt2' && rules !== undefined) return rules;
  throw rejected(
    `It is of the kind ${String(model)}, pre-tokenizer ${name}; known are gpt2 with ${preTokenizerNames.join(', ')}.`,
    'Load the model with the engine "wllama".',
  );
}

function toJson(
  tokens: readonly string[],
  types: readonly (string | number)[],
  merges: readonly string[],
  rules: PreTokenizer,
): TokenizerJson {
  const splits = rules.patterns.map((pattern) => ({
    type: 'Split',
    pattern: { Regex: pattern },
    behavior: 'Isolated',
    invert: false,
  }));
  return {
    added_tokens: tokens.flatMap((content, id) => {
      const type = types[id];
      return type === control || type === userDefined ? [{ id, content, special: type === control }] : [];
    }),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [...splits, { type: 'ByteLevel', add_prefix_space: false, use_regex: false }],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((text, id) => [text, id])),
      merges,
      ignore_merges: rules.wholeWords,
    },
  };
}

/**
 * The tokenizer of a GGUF file in the form of a `tokenizer.json`. Rejects with Fault `model-rejected` where the file has
 * none that is known here.
 */
export async function readTokenizerJson(file: Blob): Promise<TokenizerJson> {
  return jsonOf(await readHeader(file));
}

async function readHeader(file: Blob): Promise<GgufHeader> {
  return await readGgufHeader(file, { arrays: Object.values(keys) });
}

function jsonOf(header: GgufHeader): TokenizerJson {
  const rules = rulesOf(header);
  const tokens = textsOf(header, keys.tokens);
  return toJson(tokens, header.arrays.get(keys.types) ?? [], textsOf(header, keys.merges), rules);
}

/** Reads the tokenizer of a GGUF file. Rejects with Fault `model-rejected` where it has none that is known here. */
export async function readGgufTokenizer(file: Blob): Promise<ModelTokenizer> {
  const header = await readHeader(file);
  const { metadata } = header;
  const json = jsonOf(header);
  const first = metadata.get('tokenizer.ggml.bos_token_id');
  const addsFirst = metadata.get('tokenizer.ggml.add_bos_token') ?? rulesOf(header).addsFirstToken;
  const ends = ['eos', 'eot'].map((name) => metadata.get(`tokenizer.ggml.${name}_token_id`));
  return new ModelTokenizer({
    json,
    endTokens: ends.filter((id) => typeof id === 'number'),
    ...(addsFirst === true && typeof first === 'number' ? { firstToken: first } : {}),
  });
}
