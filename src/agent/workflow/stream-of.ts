/**
 * Between a stream of events, which stands still until its reader has dealt with each, and code that is written with
 * `await`. Both ways keep the promise of a run: what an event announces happens after the event was dealt with.
 * Knows streams; nothing of what the code does.
 */
import { abortedFault } from '../../protocol/fault.ts';
import type { TaskEvent } from '../../protocol/task-event.ts';
import { Channel } from '../channel.ts';

/** Settles once the reader has dealt with the event. Rejects with `aborted` where there is no reader any more. */
export type Tell = (event: TaskEvent) => Promise<void>;

interface Told {
  readonly event: TaskEvent;
  readonly dealtWith: () => void;
  readonly refuse: () => void;
}

/**
 * Runs code and yields what it tells; returns what it returns and throws what it throws. Once `signal` aborts, the code is
 * not waited for: it may wait for something that hears no signal.
 */
export async function* streamOf<Value>(
  work: (tell: Tell) => Promise<Value>,
  signal: AbortSignal,
): AsyncGenerator<TaskEvent, Value> {
  const told = new Channel<Told>();
  const open = new Set<Told>();
  let left = false;
  const tell: Tell = (event) =>
    new Promise((resolve, reject) => {
      const one: Told = { event, dealtWith: resolve, refuse: () => reject(abortedFault()) };
      if (left) return one.refuse();
      open.add(one);
      return told.send(one);
    });
  const stop = (): void => told.close();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const done = work(tell).finally(stop);
  // Awaited below, but where the reader leaves before.
  done.catch(() => undefined);
  try {
    for await (const one of told) {
      yield one.event;
      open.delete(one);
      one.dealtWith();
    }
    signal.throwIfAborted();
    return await done;
  } finally {
    left = true;
    signal.removeEventListener('abort', stop);
    for (const one of open) one.refuse();
  }
}

/** Reads a stream to its end, telling each event; resolves with what the stream returns. */
export async function drive<Value>(stream: AsyncGenerator<TaskEvent, Value>, tell: Tell): Promise<Value> {
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done === true) return step.value;
      await tell(step.value);
    }
  } catch (error) {
    // Where the reader is gone, the stream is told so; where it threw, it has ended.
    stream.return(undefined as never).catch(() => undefined);
    throw error;
  }
}
