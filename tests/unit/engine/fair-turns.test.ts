/** Turns are shared among holders, whatever the number of each one's requests. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairTurns } from '../../../src/engine/fair-turns.ts';

const never = new AbortController().signal;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test('never more than the slots run, all run once, and no holder is passed over twice in a row', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      async (owners, slots) => {
        const turns = new FairTurns(slots);
        const holders = Array.from({ length: 4 }, () => ({}));
        const order: number[] = [];
        let running = 0;
        const ends: (() => void)[] = [];
        const all = owners.map((owner) =>
          turns.run(
            holders[owner]!,
            async () => {
              running += 1;
              expect(running).toBeLessThanOrEqual(slots);
              order.push(owner);
              await new Promise<void>((resolve) => ends.push(resolve));
              running -= 1;
            },
            never,
          ),
        );
        for (let done = 0; done < owners.length; done += 1) {
          await settle();
          expect(running).toBe(Math.min(slots, owners.length - done));
          ends.shift()!();
        }
        await Promise.all(all);
        expect(order.map(String).toSorted()).toEqual(owners.map(String).toSorted());
        // Between two turns of one holder, each other that waits has at least one.
        if (slots === 1) {
          const left = owners.slice();
          left.splice(left.indexOf(order[0]!), 1);
          for (let index = 1; index < order.length; index += 1) {
            const others = new Set(left.filter((owner) => owner !== order[index - 1]));
            if (others.size > 0) expect(order[index]).not.toBe(order[index - 1]);
            left.splice(left.indexOf(order[index]!), 1);
          }
        }
      },
    ),
  );
});

test('one that gives up while waiting is not served, and the others move up', async () => {
  const turns = new FairTurns(1);
  const holder = {};
  const ends: (() => void)[] = [];
  const running = turns.run(holder, () => new Promise<void>((end) => ends.push(end)), never);
  const leaving = new AbortController();
  const left = turns.run(holder, () => Promise.reject(new Error('served')), leaving.signal);
  const last = turns.run({}, () => Promise.resolve('last'), never);
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await settle();
  for (const end of ends) end();
  await running;
  expect(await last).toBe('last');
});

test('more slots let those who wait begin at once', async () => {
  const turns = new FairTurns(1);
  const ends: (() => void)[] = [];
  const work = (): Promise<void> => new Promise((end) => ends.push(end));
  const all = [1, 2, 3].map(() => turns.run({}, work, never));
  await settle();
  expect(ends).toHaveLength(1);
  turns.setSlots(3);
  await settle();
  expect(ends).toHaveLength(3);
  for (const end of ends) end();
  await Promise.all(all);
});
