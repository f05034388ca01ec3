/**
 * Makes the rows of one kind, without repeats, as lines of a file. The entry that `scripts/make-rows.mjs` runs.
 * Knows the generators; nothing of files and of what was typed.
 */
import { builtInRows } from './built-in/built-in-rows.ts';
import { openVerifier } from './built-in/verifier.ts';
import { lineOf } from './data-row.ts';
import type { DataRow } from './data-row.ts';
import type { Split } from './draw.ts';
import { madeRows } from './made/made-rows.ts';
import { statisticsOf } from './statistics.ts';
import type { RowStatistics } from './statistics.ts';

export interface WriteRowsOptions {
  readonly kind: 'built-in' | 'made';
  readonly count: number;
  readonly seed: number;
  readonly split: Split;
  /** Rows that share one list of tools; 1: each has its own. */
  readonly share: number;
}

export interface WrittenRows {
  /** One row a line, each with its line break. */
  readonly text: string;
  readonly statistics: RowStatistics;
  /** Rows that did not hold: a call that failed when it was run, or one that breaks its schema. */
  readonly dropped: readonly string[];
  /** Rows that were made a second time. */
  readonly repeated: number;
}

/** Tries for one new row, before the generator is held to have no more. */
const mostTries = 400;

/** Throws RangeError where so many different rows cannot be made. */
export async function writeRows({ kind, count, seed, split, share }: WriteRowsOptions): Promise<WrittenRows> {
  const dropped: string[] = [];
  const note = (reason: string): void => void dropped.push(reason);
  if (kind === 'made') return collect(madeRows({ seed, split, share, dropped: note }), count, dropped);
  const verifier = await openVerifier();
  try {
    return await collect(builtInRows({ seed, split, share, verifier, dropped: note }), count, dropped);
  } finally {
    await verifier.close();
  }
}

async function collect(
  source: AsyncIterable<DataRow> | Iterable<DataRow>,
  count: number,
  dropped: readonly string[],
): Promise<WrittenRows> {
  const rows = new Map<string, DataRow>();
  let tries = 0;
  let repeated = 0;
  for await (const row of source) {
    const key = JSON.stringify([row.messages, row.expected, row.tools.map(({ name }) => name)]).toLowerCase();
    if (rows.has(key)) {
      repeated += 1;
      tries += 1;
      if (tries > mostTries) throw new RangeError(`Only ${rows.size} different rows can be made.`);
      continue;
    }
    tries = 0;
    rows.set(key, row);
    if (rows.size >= count) break;
  }
  const all = [...rows.values()];
  return {
    text: all.map((row) => `${lineOf(row)}\n`).join(''),
    statistics: statisticsOf(all),
    dropped,
    repeated,
  };
}
