import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KernelMemory } from '../../../../src/engine/kernel/kernel-memory.ts';
import { KvPages, PagedCache } from '../../../../src/engine/kernel/kv-pages.ts';

/** One number a token: enough to see whose it is. */
function start(): { memory: KernelMemory; pages: KvPages } {
  const memory = new KernelMemory();
  return { memory, pages: new KvPages(memory, 1) };
}

function write(memory: KernelMemory, cache: PagedCache, numbers: readonly number[]): void {
  cache.reserve(numbers.length);
  for (const [index, number] of numbers.entries()) {
    const at = cache.length + index;
    memory.floats(cache.blocks[Math.floor(at / 64)] ?? 0, 64)[at % 64] = number;
  }
  cache.append(numbers.length);
}

function readAll(memory: KernelMemory, cache: PagedCache): number[] {
  return Array.from(
    { length: cache.length },
    (_, at) => memory.floats(cache.blocks[Math.floor(at / 64)] ?? 0, 64)[at % 64] ?? Number.NaN,
  );
}

describe('pages of keys and values', () => {
  test('caches that fork, shrink, grow and end are each what was written to them', () => {
    const action = fc.oneof(
      fc.record({
        type: fc.constant('write' as const),
        who: fc.nat(7),
        count: fc.integer({ min: 1, max: 150 }),
      }),
      fc.record({ type: fc.constant('fork' as const), who: fc.nat(7), count: fc.nat() }),
      fc.record({ type: fc.constant('truncate' as const), who: fc.nat(7), count: fc.nat(300) }),
      fc.record({ type: fc.constant('dispose' as const), who: fc.nat(7), count: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const { memory, pages } = start();
        let next = 1;
        const living = [{ cache: new PagedCache(pages), numbers: [] as number[] }];
        for (const { type, who, count } of actions) {
          const one = living[who % living.length];
          if (one === undefined) continue;
          if (type === 'write') {
            const numbers = Array.from({ length: count }, () => next++);
            write(memory, one.cache, numbers);
            one.numbers.push(...numbers);
          } else if (type === 'fork') {
            living.push({ cache: one.cache.fork(), numbers: [...one.numbers] });
          } else if (type === 'truncate') {
            one.cache.truncate(count);
            one.numbers.length = Math.min(one.numbers.length, count);
          } else if (living.length > 1) {
            one.cache.dispose();
            living.splice(who % living.length, 1);
          }
        }
        for (const { cache, numbers } of living) expect(readAll(memory, cache)).toEqual(numbers);
      }),
      { numRuns: 60 },
    );
  });

  test('a fork costs no block until it is written to, and blocks come back', () => {
    const { memory, pages } = start();
    const first = new PagedCache(pages);
    write(
      memory,
      first,
      Array.from({ length: 130 }, (_, at) => at),
    );
    const twin = first.fork();
    expect(twin.blocks).toEqual(first.blocks);
    write(memory, twin, [1]);
    expect(twin.blocks.slice(0, 2)).toEqual(first.blocks.slice(0, 2));
    expect(twin.blocks[2]).not.toBe(first.blocks[2]);
    const [block] = first.blocks;
    first.dispose();
    twin.dispose();
    const taken = Array.from({ length: 4 }, () => pages.take());
    expect(taken).toContain(block);
    expect(() => first.fork()).toThrow(expect.objectContaining({ code: 'engine-failed' }));
  });
});
