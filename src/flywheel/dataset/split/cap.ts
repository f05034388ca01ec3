/**
 * No task outweighs the others: of one that has more rows than the cap, a share is kept that holds its classes in their
 * proportion, each with one row at least. Which rows is decided by the seed and each row's key alone, not by their order.
 */
import { groupBy } from '../../../protocol/group-by.ts';

export interface CappedRow {
  readonly task: string;
  readonly class: string;
  /** The same for the same row, whatever its place. */
  readonly key: string;
}

/** For each row, whether it is kept. Without a cap all are. */
export function keepUnderCap(rows: readonly CappedRow[], cap: number | undefined): boolean[] {
  const kept = rows.map(() => true);
  if (cap === undefined) return kept;
  const byTask = groupBy(rows.keys(), (place) => rows[place]?.task ?? '');
  for (const places of byTask.values()) {
    if (places.length <= cap) continue;
    const byClass = [...groupBy(places, (place) => rows[place]?.class ?? '')].toSorted(([one], [other]) =>
      one < other ? -1 : 1,
    );
    const shares = shareOut(
      byClass.map(([, own]) => own.length),
      cap,
    );
    for (const [number, [, own]] of byClass.entries()) {
      const sorted = own.toSorted((one, other) =>
        (rows[one]?.key ?? '') < (rows[other]?.key ?? '') ? -1 : 1,
      );
      for (const place of sorted.slice(shares[number])) kept[place] = false;
    }
  }
  return kept;
}

/** `total` divided in proportion to the sizes, by largest remainders; each gets one where there are enough. */
function shareOut(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => (size * total) / all);
  const shares = exact.map((share) => Math.max(Math.floor(share), total >= sizes.length ? 1 : 0));
  const order = [...sizes.keys()].toSorted(
    (one, other) => ((exact[other] ?? 0) % 1) - ((exact[one] ?? 0) % 1) || one - other,
  );
  let left = total - shares.reduce((sum, share) => sum + share, 0);
  for (let turn = 0; left > 0; turn += 1) {
    const place = order[turn % order.length] as number;
    if ((shares[place] ?? 0) < (sizes[place] ?? 0)) {
      shares[place] = (shares[place] ?? 0) + 1;
      left -= 1;
    }
  }
  for (; left < 0; left += 1) {
    const largest = shares.indexOf(Math.max(...shares));
    shares[largest] = (shares[largest] ?? 0) - 1;
  }
  return shares;
}
