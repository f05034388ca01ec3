/**
 * Which rows are kept aside to judge by: whole conversations, and whole APIs that training never sees.
 */
import type { SeededRandom } from '../../src/flywheel/seeded-random.ts';
import type { SourceRow } from './source-row.ts';

export interface SplitOptions {
  readonly rows: readonly SourceRow[];
  readonly random: SeededRandom;
  /** Rows to judge by; a set of fewer than four times as many gives a quarter of its rows. */
  readonly count: number;
  /** Rows to choose by while training, of other conversations. */
  readonly validCount: number;
  /** APIs of which no row is for training. */
  readonly unseenServices: readonly string[];
}

export interface Split {
  readonly train: readonly SourceRow[];
  /** By the name of the part, e.g. `sgd_train` and `sgd_train.unseen`. */
  readonly test: ReadonlyMap<string, readonly SourceRow[]>;
  readonly valid: ReadonlyMap<string, readonly SourceRow[]>;
}

/** Splits the rows of one set. No conversation, and no API that is kept aside, stands on both sides. */
export function splitRows({ rows, random, count, validCount, unseenServices }: SplitOptions): Split {
  const set = rows[0]?.set ?? '';
  const unseen = rows.filter(({ service }) => unseenServices.includes(service));
  const seen = rows.filter(({ service }) => !unseenServices.includes(service));
  const testPart = takeConversations(seen, Math.min(count, Math.floor(seen.length / 4)), random);
  const validPart = takeConversations(
    testPart.rest,
    Math.min(validCount, Math.floor(testPart.rest.length / 8)),
    random,
  );
  const test = new Map([[set, testPart.taken]]);
  const valid = new Map([[set, validPart.taken]]);
  if (unseen.length > 0) {
    const strangers = takeConversations(unseen, Math.min(count, unseen.length - validCount), random);
    test.set(`${set}.unseen`, strangers.taken);
    valid.set(`${set}.unseen`, random.shuffle(strangers.rest).slice(0, validCount));
  }
  return { train: validPart.rest, test, valid };
}

/** `count` rows of random conversations, and the rows of all other conversations. */
function takeConversations(
  rows: readonly SourceRow[],
  count: number,
  random: SeededRandom,
): { readonly taken: readonly SourceRow[]; readonly rest: readonly SourceRow[] } {
  const sizes = new Map<string, number>();
  for (const { conversation } of rows) sizes.set(conversation, (sizes.get(conversation) ?? 0) + 1);
  const chosen = new Set<string>();
  let size = 0;
  for (const [conversation, own] of random.shuffle([...sizes])) {
    if (size >= count) break;
    chosen.add(conversation);
    size += own;
  }
  const taken = random.shuffle(rows.filter(({ conversation }) => chosen.has(conversation)));
  return { taken: taken.slice(0, count), rest: rows.filter(({ conversation }) => !chosen.has(conversation)) };
}
