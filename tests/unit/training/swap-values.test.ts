/** Rows with values of other rows: still right, still clear, and only where the value's place is certain. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/flywheel/seeded-random.ts';
import { swapValues } from '../../../training/mix/swap-values.ts';

function said(content: string, values: Readonly<Record<string, string>>) {
  return {
    row: {
      id: content,
      category: 'set',
      tools: [],
      turns: [{ role: 'user' as const, content }],
      expected: [{ name: 'play', arguments: values, acceptable: {}, optional: [] }],
    },
  };
}

function swapAll<Row extends ReturnType<typeof said>>(rows: readonly Row[], seed: string) {
  return swapValues(rows, { share: 1, random: seededRandom(seed) });
}

test('each value stands in the request once, as a whole word, and comes from the same parameter', () => {
  const word = fc.stringMatching(/^[a-zé$.()*]{1,6}( [a-z0-9+]{1,5})?$/);
  fc.assert(
    fc.property(
      fc.array(fc.record({ artist: word, track: word }), { minLength: 2, maxLength: 12 }),
      fc.string(),
      (values, seed) => {
        const rows = values.map(({ artist, track }) =>
          said(`Play <${track}> by <${artist}> now`, { artist, track }),
        );
        for (const [index, { row }] of swapAll(rows, seed).entries()) {
          const before = rows[index]?.row;
          if (JSON.stringify(row) === JSON.stringify(before)) continue;
          for (const [parameter, value] of Object.entries(row.expected[0]?.arguments ?? {})) {
            expect(values.map((one) => one[parameter as 'artist' | 'track'])).toContain(value);
            expect(row.turns[0]?.content).toContain(`<${value}>`);
          }
        }
      },
    ),
  );
});

test('values change, and only in rows of one call and one turn whose value is clear', () => {
  const rows = ['Ada', 'Ben', 'Cleo', 'Dan'].map((artist) => said(`Play ${artist}, please`, { artist }));
  const changed = Array.from({ length: 20 }, (_, seed) => swapAll(rows, String(seed))).flat();
  expect(new Set(changed.map(({ row }) => row.turns[0]?.content))).toEqual(
    new Set(rows.map(({ row }) => row.turns[0]?.content)),
  );
  expect(changed.some(({ row }) => !row.turns[0]?.content.includes(row.id.slice(5, 8)))).toBe(true);
  const twice = said('Play Ada by Ada', { artist: 'Ada' });
  const within = said('Play Adam', { artist: 'Ada' });
  const turns = said('Play Ada', { artist: 'Ada' });
  const long = { row: { ...turns.row, turns: [...turns.row.turns, ...turns.row.turns] } };
  for (const left of [twice, within, long])
    for (let seed = 0; seed < 20; seed += 1)
      expect(swapAll([left, ...rows], String(seed))[0]?.row).toEqual(left.row);
});

test('a share of none leaves all as they are', () => {
  const rows = ['Ada', 'Ben'].map((artist) => said(`Play ${artist}`, { artist }));
  expect(swapValues(rows, { share: 0, random: seededRandom('a') })).toEqual(rows);
});
