/**
 * Text to token ids, and ids to the bytes they stand for, over one model's vocabulary. Knows which tokens are control
 * tokens and which of them end a turn; knows nothing of chats and of where the vocabulary came from.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { fromByteLevel, toByteLevel } from './byte-level.ts';

/** The parts of a `tokenizer.json` that are read here; the library reads the rest. */
export interface TokenizerJson {
  readonly added_tokens: readonly {
    readonly id: number;
    readonly content: string;
    readonly special: boolean;
  }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly [part: string]: unknown };
  readonly [part: string]: unknown;
}

export interface ModelTokenizerOptions {
  readonly json: TokenizerJson;
  /** Ids that end a turn, beside the control tokens that do so in every model family. */
  readonly endTokens: readonly number[];
  /** Stands before every prompt; absent: nothing does. */
  readonly firstToken?: number;
}

/** Control tokens that end a turn or a text in some family of models. llama.cpp goes by such a list too. */
const endTexts: ReadonlySet<string> = new Set([
  '<|im_end|>',
  '<|endoftext|>',
  '<|eot_id|>',
  '<|end_of_text|>',
  '<|end|>',
  '<end_of_turn>',
  '<EOT>',
  '</s>',
]);

const noBytes = new Uint8Array();

export class ModelTokenizer {
  /** Ids after which nothing is generated. */
  readonly endTokens: ReadonlySet<number>;
  /** Every token in byte-level characters by its id; control tokens are empty: no text can contain them. */
  readonly vocabulary: readonly string[];
  readonly #tokenizer: Tokenizer;
  readonly #bytes: (Uint8Array | undefined)[] = [];
  readonly #firstToken: number | undefined;

  constructor(options: ModelTokenizerOptions) {
    const { json } = options;
    this.#tokenizer = new Tokenizer(json, {});
    this.#firstToken = options.firstToken;
    const vocabulary: string[] = [];
    for (const [text, id] of Object.entries(json.model.vocab)) vocabulary[id] = text;
    const encoder = new TextEncoder();
    for (const { id, content, special } of json.added_tokens) {
      vocabulary[id] = special ? '' : toByteLevel(encoder.encode(content));
    }
    this.vocabulary = Array.from(vocabulary, (text) => text ?? '');
    const ends = json.added_tokens.filter(({ content, special }) => special && endTexts.has(content));
    this.endTokens = new Set([...options.endTokens, ...ends.map(({ id }) => id)]);
  }

  /** Token ids of a text. Control tokens that stand in it as text become themselves. */
  encode(text: string): number[] {
    return text === '' ? [] : this.#tokenizer.encode(text, { add_special_tokens: false }).ids;
  }

  /** Token ids of a whole prompt: with the first token, where the model wants one and the text does not hold it. */
  encodePrompt(text: string): number[] {
    const tokens = this.encode(text);
    const first = this.#firstToken;
    return first === undefined || tokens[0] === first ? tokens : [first, ...tokens];
  }

  /** The bytes of the text that a token stands for: none for a control token. They need not be whole characters. */
  bytesOf(token: number): Uint8Array {
    const known = this.#bytes[token];
    if (known !== undefined) return known;
    const text = this.vocabulary[token] ?? '';
    const bytes = text === '' ? noBytes : fromByteLevel(text);
    this.#bytes[token] = bytes;
    return bytes;
  }
}
