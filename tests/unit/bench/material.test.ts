import { describe, expect, test } from 'vitest';
import { callRows, story } from '../../../bench/material.ts';

function ask(seed: number): unknown {
  return callRows({ seed, tools: 5, count: 1, share: 2 });
}

describe('what a benchmark asks', () => {
  test.each([5, 20])('has exactly %i tools, those of the expected call among them', (tools) => {
    const rows = callRows({ seed: 3, tools, count: 6, share: 2 });
    expect(rows).toHaveLength(6);
    for (const row of rows) {
      const names = row.tools.map(({ name }) => name);
      expect(new Set(names).size).toBe(tools);
      expect(row.expected).toHaveLength(1);
      expect(names).toContain(row.expected[0]?.name);
    }
  });

  test('shares a list of tools between as many rows as asked, and no request', () => {
    const [first, second, third] = callRows({ seed: 4, tools: 5, count: 4, share: 2 });
    expect(second?.tools).toEqual(first?.tools);
    expect(second?.turns).not.toEqual(first?.turns);
    expect(third?.tools).not.toEqual(first?.tools);
  });

  test('is the same for the same seed, and new for another', () => {
    expect(ask(5)).toEqual(ask(5));
    expect(ask(5)).not.toEqual(ask(6));
    expect(story(1, 5)).toBe(story(1, 5));
    expect(story(1, 5)).not.toBe(story(2, 5));
  });

  test('begins with a word that differs soon, so that no cached prompt helps', () => {
    const beginnings = Array.from({ length: 50 }, (_, seed) => story(seed, 2));
    expect(new Set(beginnings).size).toBe(50);
  });
});
