import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { priorityLimits, RequestQueue } from '../../../src/bridge/request-queue.ts';

const headStartMs = 100;

interface Arrival {
  readonly priority: number;
  readonly at: number;
}

const arrivals = fc
  .array(fc.record({ priority: fc.integer({ min: -20, max: 20 }), at: fc.nat({ max: 10_000 }) }), {
    maxLength: 40,
  })
  .map((list): Arrival[] => list.toSorted((left, right) => left.at - right.at));

function bounded(priority: number): number {
  return Math.min(priorityLimits.highest, Math.max(priorityLimits.lowest, priority));
}

function queueOf(list: readonly Arrival[]): RequestQueue<Arrival> {
  const queue = new RequestQueue<Arrival>({ headStartMs });
  for (const arrival of list) queue.add(arrival, { now: arrival.at, priority: arrival.priority });
  return queue;
}

describe('the request queue', () => {
  test('everyone who came waits, once', () => {
    fc.assert(
      fc.property(arrivals, (list) => {
        const waiting = queueOf(list).waiting();
        expect(waiting).toHaveLength(list.length);
        expect(new Set(waiting)).toEqual(new Set(list));
      }),
    );
  });

  test('among those who came together the higher priority is first; among equals, the earlier', () => {
    fc.assert(
      fc.property(arrivals, (list) => {
        const waiting = queueOf(list).waiting();
        for (const [index, later] of list.entries()) {
          for (const earlier of list.slice(0, index)) {
            const [first, second] = [waiting.indexOf(earlier), waiting.indexOf(later)];
            if (bounded(earlier.priority) >= bounded(later.priority)) expect(first).toBeLessThan(second);
            else if (earlier.at === later.at) expect(first).toBeGreaterThan(second);
          }
        }
      }),
    );
  });

  test('nobody is overtaken by what comes after the longest head start', () => {
    const longest = (priorityLimits.highest - priorityLimits.lowest) * headStartMs;
    fc.assert(
      fc.property(arrivals, (list) => {
        const waiting = queueOf(list).waiting();
        for (const one of list) {
          for (const other of list) {
            if (other.at > one.at + longest) {
              expect(waiting.indexOf(one)).toBeLessThan(waiting.indexOf(other));
            }
          }
        }
      }),
    );
  });

  test('who leaves disturbs nobody', () => {
    fc.assert(
      fc.property(arrivals, fc.nat(), (list, seed) => {
        fc.pre(list.length > 0);
        const queue = queueOf(list);
        const before = queue.waiting();
        const leaver = list[seed % list.length] as Arrival;
        expect(queue.remove(leaver)).toBe(true);
        expect(queue.remove(leaver)).toBe(false);
        expect(queue.waiting()).toEqual(before.filter((arrival) => arrival !== leaver));
        expect(queue.size).toBe(before.length - 1);
      }),
    );
  });

  test('a priority that is no number counts as none', () => {
    const queue = new RequestQueue<string>({ headStartMs });
    queue.add('plain', { now: 5 });
    queue.add('odd', { now: 6, priority: Number.NaN });
    queue.add('endless', { now: 7, priority: Infinity });
    expect(queue.waiting()).toEqual(['endless', 'plain', 'odd']);
  });
});
