/** What is said of a choice is what softmax says of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CertaintyMeter } from '../../../src/engine/transformers/certainty-meter.ts';
import { weigh } from '../../../src/engine/transformers/logit-scan.ts';

function mask(tokens: readonly number[], size: number): Int32Array {
  const bits = new Int32Array((size + 31) >>> 5);
  for (const token of tokens) bits[token >>> 5] = (bits[token >>> 5] ?? 0) | (1 << (token & 31));
  return bits;
}

function share(logits: readonly number[], some: readonly number[], of: readonly number[]): number {
  const sum = (tokens: readonly number[]): number =>
    tokens.reduce((total, token) => total + Math.exp(logits[token] ?? -Infinity), 0);
  return Math.log(sum(some) / sum(of));
}

function note(meter: CertaintyMeter, logits: Float32Array, token: number, allowed: Int32Array): void {
  meter.note(logits[token]!, weigh(logits, allowed));
}

test('nothing chosen, nothing said', () => {
  expect(new CertaintyMeter().certainty).toBeUndefined();
});

test('a choice among two alike is worth log 1/2, and one that the grammar left alone nothing', () => {
  const meter = new CertaintyMeter();
  note(meter, Float32Array.of(3, 3, 3), 1, mask([0, 1], 3));
  note(meter, Float32Array.of(0, 0, 0), 2, mask([2], 3));
  const { choices, logprob, least, leastAllowed } = meter.certainty!;
  expect(choices).toBe(2);
  expect(logprob).toBeCloseTo(Math.log(1 / 2), 5);
  expect(least).toBeCloseTo(Math.log(1 / 2), 5);
  expect(leastAllowed).toBeCloseTo(Math.log(1 / 3), 5);
});

test('a choice that lies far below everything is still a number', () => {
  const meter = new CertaintyMeter();
  note(meter, Float32Array.of(100, 0), 1, mask([1], 2));
  expect(meter.certainty).toEqual({ choices: 1, logprob: 0, least: 0, leastAllowed: -100 });
});

test('a choice among two alike is one of two also where both lie far below everything', () => {
  const meter = new CertaintyMeter();
  note(meter, Float32Array.of(100, 1, 1), 2, mask([1, 2], 3));
  expect(meter.certainty?.logprob).toBeCloseTo(Math.log(1 / 2), 5);
  expect(meter.certainty?.leastAllowed).toBeCloseTo(Math.log(2) - 99, 4);
});

test.each([9, 60])('it is the softmax over what was allowed, with logits up to %i', (most) => {
  const logit = fc.integer({ min: -100 * most, max: 100 * most }).map((hundredths) => hundredths / 100);
  fc.assert(
    fc.property(
      fc.array(logit, { minLength: 2, maxLength: 70 }),
      fc.nat(),
      fc.nat(),
      (logits, one, other) => {
        const all = logits.map((_, token) => token);
        const token = one % logits.length;
        const allowed = [...new Set([token, other % logits.length])];
        const meter = new CertaintyMeter();
        note(meter, Float32Array.from(logits), token, mask(allowed, logits.length));
        expect(meter.certainty!.logprob).toBeCloseTo(share(logits, [token], allowed), 3);
        expect(meter.certainty!.leastAllowed).toBeCloseTo(share(logits, allowed, all), 3);
      },
    ),
  );
});
