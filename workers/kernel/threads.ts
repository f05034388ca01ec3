/**
 * Threads that run the same program on one memory: how work is divided, and where they wait for each other.
 */
import * as at from './parameters';

/** Looks before a thread lies down: waking it takes longer than most waits last. */
const looks: i32 = 20_000;

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
  for (let look = 0; look < looks; look += 1) {
    if (atomic.load<i32>(at.generation()) !== generation) return;
  }
  while (atomic.load<i32>(at.generation()) === generation) {
    atomic.wait<i32>(at.generation(), generation, -1);
  }
}
