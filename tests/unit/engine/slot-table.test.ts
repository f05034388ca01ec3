import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SlotTable } from '../../../src/engine/slot-table.ts';

describe('the slot table', () => {
  test('a prompt goes back to the slot that read most of it under the same adapter', () => {
    const table = new SlotTable(3);
    for (const [prompt, adapter] of [
      ['system one', 'a'],
      ['system two', 'a'],
      ['system one', 'b'],
    ] as const) {
      expect(table.take({ prompt, adapter }).id).toBeTypeOf('number');
    }
    for (const id of [0, 1, 2]) table.giveBack({ id, adapter: undefined });
    expect(table.take({ prompt: 'system one, and more', adapter: 'a' }).id).toBe(0);
    expect(table.take({ prompt: 'system two, and more', adapter: 'a' }).id).toBe(1);
    expect(table.take({ prompt: 'system one, and more', adapter: 'b' }).id).toBe(2);
  });

  test('a prompt that no slot knows takes the one idle longest', () => {
    const table = new SlotTable(2);
    const first = table.take({ prompt: 'x', adapter: undefined });
    const second = table.take({ prompt: 'y', adapter: undefined });
    table.giveBack(second);
    table.giveBack(first);
    expect(table.take({ prompt: 'z', adapter: 'a' }).id).toBe(first.id);
  });

  test('a slot that is borrowed keeps its adapter', () => {
    const table = new SlotTable(1);
    table.giveBack(table.take({ prompt: 'x', adapter: 'a' }));
    expect(table.borrow()).toEqual({ id: 0, adapter: 'a' });
  });

  test('no slot is given out twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(
          fc.record({ prompt: fc.string(), adapter: fc.constantFrom('a', 'b', undefined), back: fc.nat() }),
          {
            maxLength: 30,
          },
        ),
        (slots, requests) => {
          const table = new SlotTable(slots);
          const taken = new Map<number, ReturnType<SlotTable['take']>>();
          for (const { prompt, adapter, back } of requests) {
            if (taken.size === slots) {
              const [id, slot] = [...taken][back % taken.size]!;
              table.giveBack(slot);
              taken.delete(id);
            }
            const slot = table.take({ prompt, adapter });
            expect(slot.adapter).toBe(adapter);
            expect(taken.has(slot.id)).toBe(false);
            taken.set(slot.id, slot);
          }
          if (taken.size === slots) expect(() => table.borrow()).toThrow('No slot is free.');
        },
      ),
    );
  });
});
