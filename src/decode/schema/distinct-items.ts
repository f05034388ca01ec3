/**
 * A choice out of given items, each at most once and in their order, with commas between them: lists of different values
 * and the properties of an object. Knows GBNF; nothing of JSON's types.
 */
import type { GrammarBuilder } from '../gbnf.ts';

export interface DistinctItems {
  readonly hint: string;
  /** Rules or expressions, in the order in which they are written. */
  readonly items: readonly string[];
  /** Items that may not be left out, by index. */
  readonly required?: ReadonlySet<number>;
  readonly minimum: number;
  readonly maximum: number;
  /** What follows the last item; `after`: an item stands before it. */
  readonly end?: (written: number) => string;
}

/** The expression of such a choice; it has `minimum` items at least. The caller sees to it that there are as many. */
export function distinctItems(grammar: GrammarBuilder, options: DistinctItems): string {
  const { items, required = new Set<number>(), hint, end } = options;
  // Counting takes a rule for each number of items written: only as many are told apart as the bounds need.
  const mostCounted = options.maximum < items.length ? options.maximum : options.minimum;
  const made = new Map<string, string | undefined>();

  /** What may follow from an item on; undefined where the bounds cannot be met any more. */
  function from(index: number, written: number): string | undefined {
    const counted = Math.min(written, Math.max(mostCounted, 1));
    const key = `${index} ${counted}`;
    if (!made.has(key)) made.set(key, write(index, counted));
    return made.get(key);
  }

  function write(index: number, written: number): string | undefined {
    const item = items[index];
    if (item === undefined) return written >= options.minimum ? (end?.(written) ?? '') : undefined;
    const isFull = options.maximum < items.length && written >= options.maximum;
    const tail = isFull ? undefined : from(index + 1, written + 1);
    const skipped = required.has(index) ? undefined : from(index + 1, written);
    const taken =
      tail === undefined
        ? undefined
        : [...(written > 0 ? ['","'] : []), item, ...(tail === '' ? [] : [tail])].join(' ');
    if (taken === undefined) return skipped;
    if (skipped === undefined) return grammar.rule(`${hint}-from`, taken);
    return grammar.rule(`${hint}-from`, skipped === '' ? `(${taken})?` : `(${taken} | ${skipped})`);
  }

  const whole = from(0, 0);
  if (whole === undefined) throw new RangeError('The bounds ask for more items than there are.');
  return whole;
}
