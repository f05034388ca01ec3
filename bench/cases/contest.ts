/** A contest: one piece of work that each contender does in its own way, where no language model takes part. */
import type { Sample } from './case.ts';

export interface Contest {
  readonly name: string;
  /** A sentence for the table. */
  readonly title: string;
  /** Whether there is nothing to ask without the rows of a file. */
  readonly needsRows?: boolean;
  /** One round of each by name, ours first; rounds have different numbers. */
  readonly contenders: ReadonlyMap<string, (number: number) => Promise<Sample>>;
}

/** Times a piece of work. */
export async function timed(
  work: () => Promise<unknown>,
  figuresOf: (ms: number) => Sample['figures'],
): Promise<Sample> {
  const startedAt = performance.now();
  await work();
  const ms = performance.now() - startedAt;
  return { ms, figures: figuresOf(ms) };
}
