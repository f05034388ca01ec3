/**
 * A text as the ids that a sentence encoder reads: its mark, the words' pieces, its end. What does not fit is cut off
 * before the end. Knows the marks' places; the library knows the rest of `tokenizer.json`.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { isObject, parseJson } from '../../protocol/json.ts';
import { rejectEncoder } from './bert-weights.ts';

export interface TokenisedText {
  readonly tokens: readonly number[];
  readonly truncated: boolean;
}

export class SentenceTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #maxTokens: number;

  /** Throws a Fault `model-rejected` where the text is no `tokenizer.json`. */
  constructor(text: string, maxTokens: number) {
    const json = parseJson(text);
    if (!isObject(json) || !isObject(json['model'])) throw rejectEncoder('Its tokenizer.json is none.');
    this.#tokenizer = new Tokenizer(json, {});
    this.#maxTokens = maxTokens;
  }

  encode(text: string): TokenisedText {
    const { ids } = this.#tokenizer.encode(text, { add_special_tokens: true });
    if (ids.length <= this.#maxTokens) return { tokens: ids, truncated: false };
    return { tokens: [...ids.slice(0, this.#maxTokens - 1), ...ids.slice(-1)], truncated: true };
  }
}
