/**
 * Threads that run the same program on one memory: how work is divided, and where they wait for each other.
 */
import * as at from './parameters';

/**
 * Looks before a thread lies down. Waking it takes longer than most waits last, and makes the others wait in turn; but where one
 * of them stands in line for this very core, every look keeps it waiting. So looking that was for nothing halves them; once in
 * a while a long look is tried all the same, and one that pays brings all of them back.
 */
const mostLooks: i32 = 256_000;
const leastLooks: i32 = 4_000;
const waitsToTry: i32 = 64;
let looks: i32 = mostLooks;
let waits: i32 = 0;

/** The first of `count` things that a thread does; the last is before the first of the next thread. */
@inline
export function firstOf(count: i32, thread: i32): i32 {
  return count * thread / at.threads();
}

/** Goes on once every thread has come here. */
export function meet(): void {
  const threads = at.threads();
  if (threads === 1) return;
  const generation = atomic.load<i32>(at.generation());
  if (atomic.add<i32>(at.arrivals(), 1) === threads - 1) {
    atomic.store<i32>(at.arrivals(), 0);
    atomic.add<i32>(at.generation(), 1);
    atomic.notify(at.generation());
    return;
  }
  waits += 1;
  const patience = waits % waitsToTry === 0 ? mostLooks : looks;
  for (let look = 0; look < patience; look += 1) {
    if (atomic.load<i32>(at.generation()) === generation) continue;
    if (patience === mostLooks) looks = mostLooks;
    return;
  }
  looks = max(looks >> 1, leastLooks);
  while (atomic.load<i32>(at.generation()) === generation) {
    atomic.wait<i32>(at.generation(), generation, -1);
  }
}
