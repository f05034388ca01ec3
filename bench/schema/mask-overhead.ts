/**
 * What holding to a grammar costs a token: the exact matcher over a real vocabulary, led through given texts. Where few
 * characters may come it makes the mask of all tokens, elsewhere it has the last word on the one that is picked, as in the
 * loop; the wider mask that xgrammar makes there runs in browsers only and is not part of it.
 */
import { openAsBlob } from 'node:fs';
import { readGgufTokenizer } from '../../src/engine/transformers/gguf-tokenizer.ts';
import type { ModelTokenizer } from '../../src/engine/transformers/model-tokenizer.ts';
import type { Recogniser } from '../../src/engine/transformers/recogniser.ts';
import { SortedTokens } from '../../src/engine/transformers/sorted-tokens.ts';

/** As in the loop's matcher: characters that may come, up to which the mask is exact, and its steps. */
const [narrow, narrowSteps] = [256, 4000];

export class MaskOverhead {
  readonly #tokenizer: ModelTokenizer;
  readonly #sorted: SortedTokens;
  #tokens = 0;
  #milliseconds = 0;

  private constructor(tokenizer: ModelTokenizer) {
    this.#tokenizer = tokenizer;
    this.#sorted = new SortedTokens(tokenizer);
  }

  /** Over the vocabulary of a GGUF file. */
  static async open(file: string): Promise<MaskOverhead> {
    return new MaskOverhead(await readGgufTokenizer(await openAsBlob(file)));
  }

  /** Leads the matcher through a text, token by token. */
  measure(recogniser: Recogniser, text: string): void {
    let at = recogniser.start;
    for (const token of this.#tokenizer.encode(text)) {
      const bytes = this.#tokenizer.bytesOf(token);
      const started = performance.now();
      if (recogniser.breadth(at) <= narrow) this.#sorted.allowed(recogniser, at, narrowSteps);
      const next = recogniser.advance(at, bytes);
      this.#milliseconds += performance.now() - started;
      this.#tokens += 1;
      // The tokenizer does not keep every character that is assigned to nothing.
      if (next === undefined) return;
      at = next;
    }
  }

  get tokens(): number {
    return this.#tokens;
  }

  get microsecondsEach(): number {
    return this.#tokens === 0 ? 0 : (this.#milliseconds / this.#tokens) * 1000;
  }
}
