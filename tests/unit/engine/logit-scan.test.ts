/** The program of logits says what plain arithmetic says, whatever the row, the mask and what is no number. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likeliest, weigh } from '../../../src/engine/transformers/logit-scan.ts';
import { isAllowed } from '../../../src/engine/transformers/pick-token.ts';

interface Row {
  readonly logits: Float32Array;
  readonly allowed: Int32Array | undefined;
}

const logit = fc.oneof(
  { weight: 8, arbitrary: fc.float({ min: -60, max: 60, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(-Infinity, Number.NaN, 0, -1e30) },
);

/** Words that let everything through, nothing, or some. */
const word = fc.oneof(fc.constantFrom(0, -1), fc.integer());

const row: fc.Arbitrary<Row> = fc.array(logit, { minLength: 1, maxLength: 200 }).chain((logits) =>
  fc.record({
    logits: fc.constant(Float32Array.from(logits)),
    allowed: fc.option(
      fc
        .array(word, { minLength: Math.ceil(logits.length / 32), maxLength: Math.ceil(logits.length / 32) })
        .map((words) => Int32Array.from(words)),
      { nil: undefined },
    ),
  }),
);

function tokensOf({ logits, allowed }: Row): number[] {
  return [...logits.keys()].filter((token) => isAllowed(allowed, token) && logits[token]! > -Infinity);
}

/** The logarithm of the sum of e to the power of each. */
function together(logits: Float32Array, tokens: readonly number[]): number {
  const top = Math.max(...tokens.map((token) => logits[token]!));
  if (top === -Infinity) return top;
  return top + Math.log(tokens.reduce((sum, token) => sum + Math.exp(logits[token]! - top), 0));
}

test('the likeliest is the first of the highest that are allowed', () => {
  fc.assert(
    fc.property(row, (one) => {
      let best = -1;
      for (const token of tokensOf(one)) if (best < 0 || one.logits[token]! > one.logits[best]!) best = token;
      expect(likeliest(one.logits, one.allowed)).toBe(best);
    }),
  );
});

test('the sums are those of all, and of those that are allowed', () => {
  fc.assert(
    fc.property(row, (one) => {
      const ground = weigh(one.logits, one.allowed);
      const all = together(one.logits, tokensOf({ ...one, allowed: undefined }));
      const allowed = together(one.logits, tokensOf(one));
      if (all === -Infinity) expect(ground.all).toBe(all);
      else expect(ground.all).toBeCloseTo(all, 4);
      if (allowed === -Infinity) expect(ground.open).toBe(allowed);
      else expect(ground.open).toBeCloseTo(allowed, 4);
    }),
  );
});

test('a long row after a short one, and a short one after a long', () => {
  const long = new Float32Array(150_001).fill(1);
  long[150_000] = 2;
  expect(likeliest(Float32Array.of(1, 3, 2))).toBe(1);
  expect(likeliest(long)).toBe(150_000);
  expect(weigh(long).all).toBeCloseTo(Math.log(150_000 * Math.E + Math.E ** 2), 4);
  expect(likeliest(Float32Array.of(1, 3, 2), Int32Array.of(0b101))).toBe(2);
});
