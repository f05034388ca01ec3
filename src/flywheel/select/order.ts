/**
 * The order of candidates, as numbers alone: what cannot run comes last, what was measured comes before what was not.
 *
 * Measured ones are compared by interval. Overlap alone would be no order (A may overlap B, and B overlap C, where A and
 * C are apart), so they form tiers: of those that are left, the one with the highest share leads, and every other whose
 * interval reaches the leader's is in its tier: these rows cannot tell the two apart. Within a tier the cost decides:
 * seconds for a row, then the download. Without measurement the published figure decides, then the same costs.
 * Ids decide last. So the order is total, does not depend on the order of the input, and a candidate without a
 * measurement cannot move one that has one.
 */
import type { Interval } from '../../protocol/evaluation.ts';

export interface Standing {
  readonly id: string;
  readonly runs: boolean;
  /** On enough rows to rank by. */
  readonly measured?: { readonly share: number; readonly interval: Interval };
  /** Percent, on the one benchmark that counts. */
  readonly published?: number | undefined;
  readonly secondsPerCall?: number | undefined;
  readonly downloadBytes?: number | undefined;
}

export interface Tier {
  /** 1 is the best. */
  readonly tier: number;
  /** Id of its best. */
  readonly leader: string;
}

/** The tier of every candidate that runs and was measured, by its id. */
export function tiersOf(standings: readonly Standing[]): ReadonlyMap<string, Tier> {
  const tiers = new Map<string, Tier>();
  let left = standings.filter(isMeasured).toSorted(byShare);
  for (let tier = 1; left.length > 0; tier += 1) {
    const [leader] = left;
    if (leader === undefined) break;
    const bound = leader.measured.interval.low;
    const isIn = (one: MeasuredStanding): boolean => one === leader || one.measured.interval.high >= bound;
    for (const one of left.filter(isIn)) tiers.set(one.id, { tier, leader: leader.id });
    left = left.filter((one) => !isIn(one));
  }
  return tiers;
}

/** Best first. Ids must differ. */
export function orderStandings<Item extends Standing>(standings: readonly Item[]): readonly Item[] {
  const tiers = tiersOf(standings);
  return standings.toSorted((one, other) => compareStandings(one, other, tiers));
}

type MeasuredStanding = Standing & { readonly measured: NonNullable<Standing['measured']> };

function isMeasured(standing: Standing): standing is MeasuredStanding {
  return standing.runs && standing.measured !== undefined;
}

function byShare(one: MeasuredStanding, other: MeasuredStanding): number {
  return (
    other.measured.share - one.measured.share ||
    other.measured.interval.low - one.measured.interval.low ||
    byId(one, other)
  );
}

function byId(one: Standing, other: Standing): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** Smaller first; what is not known comes after what is. */
function ascending(one: number | undefined, other: number | undefined): number {
  if (one === undefined || other === undefined) {
    return (one === undefined ? 1 : 0) - (other === undefined ? 1 : 0);
  }
  return one - other;
}

function descending(one: number | undefined, other: number | undefined): number {
  if (one === undefined || other === undefined) return ascending(one, other);
  return other - one;
}

function compareStandings(one: Standing, other: Standing, tiers: ReadonlyMap<string, Tier>): number {
  const [oneTier, otherTier] = [tiers.get(one.id)?.tier, tiers.get(other.id)?.tier];
  const isPublishedLast = oneTier !== undefined && otherTier !== undefined;
  return (
    Number(other.runs) - Number(one.runs) ||
    ascending(oneTier, otherTier) ||
    (isPublishedLast ? 0 : descending(one.published, other.published)) ||
    ascending(one.secondsPerCall, other.secondsPerCall) ||
    ascending(one.downloadBytes, other.downloadBytes) ||
    byId(one, other)
  );
}
