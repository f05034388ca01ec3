/** AdamW against steps worked out by PyTorch, the clipped norm, and the rate's two ends. */
import { describe, expect, test } from 'vitest';
import { adamStep, clipNorm, rateAt } from '../../../../src/flywheel/train/optimiser.ts';

describe('AdamW', () => {
  test('takes the steps that torch.optim.AdamW takes', () => {
    // torch.optim.AdamW([w], lr=0.1, betas=(0.9, 0.98), eps=1e-8, weight_decay=0), w = [1, -2, 0.5], three steps.
    const parameters = Float32Array.of(1, -2, 0.5);
    const moments = { first: new Float32Array(3), second: new Float32Array(3) };
    const gradients = [
      [0.5, -1, 0],
      [0.25, 2, 0],
      [-4, 0.125, 1e-3],
    ];
    for (const [at, gradient] of gradients.entries()) {
      adamStep({ parameters, gradient: Float32Array.from(gradient), moments, step: at + 1, rate: 0.1 });
    }
    const expected = [0.8593267, -1.9683904, 0.4367258];
    for (const [at, value] of parameters.entries()) expect(value).toBeCloseTo(expected[at]!, 5);
  });
});

describe('clipping', () => {
  test('keeps the direction and cuts the length', () => {
    const gradient = Float32Array.of(3, 4);
    expect(clipNorm(gradient, 1)).toBeCloseTo(5, 6);
    expect([...gradient]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
  });

  test('leaves a short gradient as it is', () => {
    const gradient = Float32Array.of(0.3, -0.4);
    expect(clipNorm(gradient, 1)).toBeCloseTo(0.5, 6);
    expect([...gradient]).toEqual([Math.fround(0.3), Math.fround(-0.4)]);
  });
});

describe('the learning rate', () => {
  test('rises in a line, is whole after the warm-up, and ends near zero', () => {
    const rates = Array.from({ length: 100 }, (_, step) => rateAt(step, { steps: 100, warmup: 10 }));
    expect(rates[0]).toBeCloseTo(0.1, 12);
    expect(rates[9]).toBe(1);
    expect(rates[10]).toBe(1);
    expect(rates[55]).toBeCloseTo(0.5, 12);
    expect(rates.at(-1)).toBeLessThan(0.001);
    for (let step = 11; step < 100; step += 1) expect(rates[step]).toBeLessThan(rates[step - 1]!);
  });
});
