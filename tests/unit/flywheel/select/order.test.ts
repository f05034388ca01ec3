/**
 * The order of a selection, as properties: the same whatever order the candidates come in (so it is total and
 * transitive: a comparison that is not sorts differently), and blind to what was not measured where it orders what was.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderStandings, tiersOf } from '../../../../src/flywheel/select/order.ts';
import type { Standing } from '../../../../src/flywheel/select/order.ts';
import { wilsonInterval } from '../../../../src/flywheel/wilson.ts';

const optional = (most: number) => fc.option(fc.integer({ min: 0, max: most }), { nil: undefined });

const measured = fc
  .integer({ min: 1, max: 60 })
  .chain((n) => fc.integer({ min: 0, max: n }).map((successes) => ({ n, successes })))
  .map((tally) => ({ share: tally.successes / tally.n, interval: wilsonInterval(tally) }));

const costs = { published: optional(3), secondsPerCall: optional(3), downloadBytes: optional(3) };
const unmeasuredStanding = fc.record({ runs: fc.boolean(), ...costs });
const anyStanding = fc.oneof(unmeasuredStanding, fc.record({ runs: fc.boolean(), measured, ...costs }));

/** Few different values, so that ties are common; ids differ. */
const standings = fc
  .array(anyStanding, { maxLength: 12 })
  .map((list) => list.map((standing, index): Standing => ({ id: `model-${index}`, ...standing })));

function isRanked({ runs, measured: found }: Standing): boolean {
  return runs && found !== undefined;
}

function share(successes: number, n: number): Pick<Standing, 'measured'> {
  return { measured: { share: successes / n, interval: wilsonInterval({ n, successes }) } };
}

function idsOf(list: readonly Standing[]): readonly string[] {
  return orderStandings(list).map(({ id }) => id);
}

describe('the order', () => {
  test('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(
        standings.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          expect(idsOf(shuffled)).toEqual(idsOf(list));
        },
      ),
    );
  });

  test('holds of the measured ones whether or not the others are there', () => {
    fc.assert(
      fc.property(standings, (list) => {
        const ranked = orderStandings(list).filter(isRanked);
        expect(ranked.map(({ id }) => id)).toEqual(idsOf(list.filter(isRanked)));
        expect(idsOf(list)).toHaveLength(list.length);
      }),
    );
  });

  test('a candidate without a measurement never moves one with', () => {
    fc.assert(
      fc.property(standings, unmeasuredStanding, (list, newcomer) => {
        const before = idsOf(list);
        const after = idsOf([...list, { id: 'newcomer', ...newcomer }]).filter((id) => id !== 'newcomer');
        expect(after).toEqual(before);
      }),
    );
  });

  test('what cannot run never stands above what can, and what was measured stands above what was not', () => {
    fc.assert(
      fc.property(standings, (list) => {
        const ordered = orderStandings(list);
        const classes = ordered.map(({ runs, measured: found }) => (!runs ? 2 : found === undefined ? 1 : 0));
        expect(classes).toEqual(classes.toSorted((one, other) => one - other));
      }),
    );
  });

  test('a lower tier lies below its leader by more than chance', () => {
    fc.assert(
      fc.property(standings, (list) => {
        const tiers = tiersOf(list);
        const byId = new Map(list.map((one) => [one.id, one.measured]));
        for (const [id, { tier }] of tiers) {
          for (const [, other] of tiers) {
            const leader = byId.get(other.leader);
            if (other.tier >= tier || leader === undefined) continue;
            expect(byId.get(id)?.interval.high).toBeLessThan(leader.interval.low);
          }
        }
      }),
    );
  });
});

describe('ties', () => {
  test('of models that the rows cannot tell apart, the faster one comes first', () => {
    const list: Standing[] = [
      { id: 'slow', runs: true, secondsPerCall: 9, ...share(30, 40) },
      { id: 'fast', runs: true, secondsPerCall: 2, ...share(27, 40) },
      { id: 'poor', runs: true, secondsPerCall: 1, ...share(4, 40) },
    ];
    expect(idsOf(list)).toEqual(['fast', 'slow', 'poor']);
    expect(tiersOf(list).get('fast')).toEqual({ tier: 1, leader: 'slow' });
    expect(tiersOf(list).get('poor')).toEqual({ tier: 2, leader: 'poor' });
  });

  test('overlap that goes on from one to the next ends with what reaches the leader', () => {
    const list: Standing[] = [
      { id: 'best', runs: true, secondsPerCall: 3, ...share(36, 40) },
      { id: 'middle', runs: true, secondsPerCall: 2, ...share(30, 40) },
      { id: 'low', runs: true, secondsPerCall: 1, ...share(24, 40) },
    ];
    expect(idsOf(list)).toEqual(['middle', 'best', 'low']);
  });

  test('without measurement the published figure decides, then time, then size, then the id', () => {
    const list: Standing[] = [
      { id: 'd', runs: true },
      { id: 'c', runs: true, downloadBytes: 5 },
      { id: 'b', runs: true, secondsPerCall: 4 },
      { id: 'a', runs: true, published: 20, secondsPerCall: 9 },
      { id: 'e', runs: true },
    ];
    expect(idsOf(list)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
