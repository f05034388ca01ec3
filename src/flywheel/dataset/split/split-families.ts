/**
 * Families of rows -> sides of a split: a family stands on one side as a whole, and every side gets of each stratum (task
 * and class) its share as near as families allow. Iterative stratification after Sechidis, Tsoumakas, Vlahavas (ECML PKDD
 * 2011), over families as scikit-learn's StratifiedGroupKFold does it: the largest first, each to the side that lacks most.
 */
import { datasetSplits } from '../../../protocol/dataset.ts';
import type { DatasetSplit } from '../../../protocol/dataset.ts';
import { seededRandom } from '../../seeded-random.ts';

export interface SplitShares {
  readonly validation: number;
  readonly test: number;
}

/** Enough to judge by, and not more taken from what is to be learned. */
export const splitShares: SplitShares = { validation: 0.05, test: 0.05 };

interface SplitRow {
  /** Number of its family. */
  readonly family: number;
  readonly stratum: string;
}

export interface SplitOptions {
  readonly rows: readonly SplitRow[];
  readonly shares?: SplitShares;
  readonly seed: string;
}

/** The side of each family. Throws RangeError where the shares leave nothing to learn from. */
export function splitFamilies({ rows, shares = splitShares, seed }: SplitOptions): Map<number, DatasetSplit> {
  const train = 1 - shares.validation - shares.test;
  if (!(train > 0 && shares.validation >= 0 && shares.test >= 0)) {
    throw new RangeError('The shares of validation and test are 0 or more, and together less than 1.');
  }
  const share: Readonly<Record<DatasetSplit, number>> = { train, ...shares };
  const totals = new Map<string, number>();
  const families = new Map<number, Map<string, number>>();
  for (const { family, stratum } of rows) {
    totals.set(stratum, (totals.get(stratum) ?? 0) + 1);
    const counts = families.get(family) ?? new Map<string, number>();
    counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
    families.set(family, counts);
  }
  const filled = new Map(datasetSplits.map((side) => [side, { rows: 0, strata: new Map<string, number>() }]));
  const sideOf = new Map<number, DatasetSplit>();
  const shuffled = seededRandom(`families ${seed}`).shuffle([...families.keys()].toSorted((a, b) => a - b));
  const sizeOf = new Map([...families].map(([family, counts]) => [family, sum(counts.values())]));
  const fits = smallEnough([...sizeOf.values()], rows.length, share);
  for (const family of shuffled.toSorted((one, other) => (sizeOf.get(other) ?? 0) - (sizeOf.get(one) ?? 0))) {
    const counts = families.get(family) ?? new Map<string, number>();
    const size = sizeOf.get(family) ?? 0;
    let best: DatasetSplit = 'train';
    let bestLack = Number.NEGATIVE_INFINITY;
    for (const side of datasetSplits) {
      const own = filled.get(side);
      if (own === undefined || share[side] === 0 || !fits(side, size)) continue;
      // Each part is the share of what is wanted that is still lacking once the family is in.
      let lack = lackOf(rows.length * share[side], own.rows, size);
      for (const [stratum, count] of counts) {
        const wanted = (totals.get(stratum) ?? 0) * share[side];
        lack += (count / size) * lackOf(wanted, own.strata.get(stratum) ?? 0, count);
      }
      if (lack > bestLack) [best, bestLack] = [side, lack];
    }
    sideOf.set(family, best);
    const side = filled.get(best);
    if (side === undefined) continue;
    side.rows += size;
    for (const [stratum, count] of counts) side.strata.set(stratum, (side.strata.get(stratum) ?? 0) + count);
  }
  return sideOf;
}

/** A judging side is made of this many families at least, where there are enough small ones. */
const fewestFamilies = 10;

/**
 * Whether a family may judge: one that filled most of a side would be judged by its own template alone. Where small families
 * are too few to fill the sides twice over, large ones are taken too.
 */
function smallEnough(
  sizes: readonly number[],
  rows: number,
  share: Readonly<Record<DatasetSplit, number>>,
): (side: DatasetSplit, size: number) => boolean {
  const mostOf = (side: DatasetSplit) => Math.max(1, (rows * share[side]) / fewestFamilies);
  return (side, size) => {
    if (side === 'train' || size <= mostOf(side)) return true;
    const small = sum(sizes.filter((one) => one <= mostOf(side)));
    return small < 2 * rows * (share.validation + share.test);
  };
}

function lackOf(wanted: number, there: number, more: number): number {
  return (wanted - there - more) / Math.max(wanted, 1);
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
