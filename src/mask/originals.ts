/**
 * What stands for what, so that it can be turned back. Knows pairs of texts; of names their single words too, since a
 * model may say only one of them.
 */
import type { PersonalDataType } from '../protocol/personal-data.ts';

const word = /[\p{L}\p{M}]+/gu;

export class Originals {
  readonly #byReplacement = new Map<string, string>();
  /** Undefined until it is asked for, and again once there is more. */
  #pattern: RegExp | undefined;

  add(type: PersonalDataType, original: string, replacement: string): void {
    this.#set(replacement, original);
    if (type !== 'PERSON') return;
    const [before, after] = [original.match(word) ?? [], replacement.match(word) ?? []];
    if (before.length !== after.length) return;
    for (const [index, made] of after.entries()) {
      const name = before[index] ?? '';
      if (made.length > 2 && made !== name) this.#set(made, name);
    }
  }

  #set(replacement: string, original: string): void {
    // The first stays: a later original of the same form is another spelling of it.
    if (this.#byReplacement.has(replacement)) return;
    this.#byReplacement.set(replacement, original);
    this.#pattern = undefined;
  }

  restore(text: string): string {
    if (this.#byReplacement.size === 0) return text;
    this.#pattern ??= new RegExp(
      `(?<![\\p{L}\\p{M}\\d])(?:${[...this.#byReplacement.keys()]
        .toSorted((one, other) => other.length - one.length)
        .map((key) => key.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
        .join('|')})(?![\\p{L}\\p{M}\\d])`,
      'gu',
    );
    return text.replace(this.#pattern, (found) => this.#byReplacement.get(found) ?? found);
  }
}
