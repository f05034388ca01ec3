/** Packs: nothing is lost or doubled, what begins alike is read once, and no branch sees another. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePack, packAt, packRows, sharedPrefix } from '../../../../src/flywheel/train/packs.ts';
import type { TokenRow } from '../../../../src/flywheel/train/packs.ts';

const token = fc.integer({ min: 0, max: 5 });
const row: fc.Arbitrary<TokenRow> = fc.record({
  prompt: fc.array(token, { minLength: 1, maxLength: 12 }),
  completion: fc.array(token, { minLength: 1, maxLength: 6 }),
});
const someRows = fc.array(row, { minLength: 1, maxLength: 12 });

/** What a token of a pack sees, itself included, as ids in the order of their positions. */
function seenBy({ ids, positions, mask }: ReturnType<typeof makePack>, place: number): number[] {
  return ids
    .map((id, at) => ({ id, at, position: positions[at]! }))
    .filter(({ at }) => mask[place * ids.length + at] === 0)
    .toSorted((left, right) => left.position - right.position)
    .map(({ id }) => id);
}

describe('a pack', () => {
  test('shows each prediction what its row has before it, and nothing else', () => {
    fc.assert(
      fc.property(someRows, someRows, (first, second) => {
        const pack = makePack([first, second]);
        let at = 0;
        for (const { prompt, completion } of [...first, ...second]) {
          for (const [index, target] of completion.entries()) {
            expect(pack.targets[at]).toBe(target);
            expect(seenBy(pack, pack.predictedAt[at]!)).toEqual([...prompt, ...completion.slice(0, index)]);
            at += 1;
          }
        }
        expect(pack.targets).toHaveLength(at);
      }),
    );
  });

  test('counts positions from the beginning of each row', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const { ids, positions, mask } = makePack([rows]);
        for (const [place, position] of positions.entries()) {
          const seen = ids.filter((_, at) => mask[place * ids.length + at] === 0);
          expect(position).toBe(seen.length - 1);
        }
      }),
    );
  });

  test('reads a common beginning once', () => {
    const rows = [
      { prompt: [1, 2, 3, 4], completion: [5, 6] },
      { prompt: [1, 2, 3, 7], completion: [8] },
    ];
    expect(sharedPrefix(rows)).toBe(3);
    expect(makePack([rows]).ids).toEqual([1, 2, 3, 4, 5, 7]);
  });
});

describe('packs of all rows', () => {
  test('hold every row once, within the limit, and are the same for the same seed', () => {
    fc.assert(
      fc.property(someRows, fc.integer({ min: 4, max: 40 }), fc.nat(), (rows, tokens, seed) => {
        const packs = packRows(rows, { tokens, seed });
        const found = packs.flat(2);
        expect(new Set(found)).toEqual(new Set(rows));
        expect(found).toHaveLength(rows.length);
        for (const pack of packs) {
          if (pack.flat().length > 1) expect(makePack(pack).ids.length).toBeLessThanOrEqual(tokens);
        }
        expect(packRows(rows, { tokens, seed })).toEqual(packs);
      }),
    );
  });

  test('come once an epoch, in another order each time', () => {
    const epochs = [0, 1, 2].map((epoch) =>
      Array.from({ length: 20 }, (_, place) => packAt(epoch * 20 + place, { packs: 20, seed: 3 })),
    );
    for (const epoch of epochs) expect(new Set(epoch).size).toBe(20);
    expect(new Set(epochs.map((epoch) => epoch.join(' '))).size).toBe(3);
  });
});
