/**
 * Which tool was called where which was expected, counted over rows. Pure; knows names only.
 */
import type { Confusion } from '../protocol/evaluation.ts';

export interface CalledRow {
  /** Names of the tools that were to be called; empty: none. */
  readonly expected: readonly string[];
  readonly called: readonly string[];
}

/** Stands for no call; no tool can have this name. */
const none = '(none)';

/**
 * Counts. A row's calls are paired: equal names first, then what is left in its order; what finds no partner is paired
 * with `(none)`. So the counts of a tool's line add up to how often it was expected.
 */
export function confusionOf(rows: readonly CalledRow[]): Confusion {
  const cells = new Map<string, { expected: string; called: string; count: number }>();
  const expectedCount = new Map<string, number>();
  for (const [expected, called] of rows.flatMap(pairsOf)) {
    const key = JSON.stringify([expected, called]);
    const cell = cells.get(key) ?? { expected, called, count: 0 };
    cells.set(key, { ...cell, count: cell.count + 1 });
    expectedCount.set(expected, (expectedCount.get(expected) ?? 0) + 1);
    expectedCount.set(called, expectedCount.get(called) ?? 0);
  }
  const tools = [...expectedCount]
    .filter(([name]) => name !== none)
    .toSorted(([one, times], [other, otherTimes]) => otherTimes - times || (one < other ? -1 : 1))
    .map(([name]) => name);
  return { tools: expectedCount.has(none) ? [...tools, none] : tools, cells: [...cells.values()] };
}

function pairsOf({ expected, called }: CalledRow): (readonly [string, string])[] {
  const left = [...called];
  const same: (readonly [string, string])[] = [];
  const unmet: string[] = [];
  for (const name of expected) {
    const place = left.indexOf(name);
    if (place < 0) unmet.push(name);
    else same.push([name, ...left.splice(place, 1)] as [string, string]);
  }
  const rest = Array.from(
    { length: Math.max(unmet.length, left.length) },
    (_, index) => [unmet[index] ?? none, left[index] ?? none] as const,
  );
  return expected.length === 0 && called.length === 0 ? [[none, none]] : [...same, ...rest];
}
