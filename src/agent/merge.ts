/**
 * Several event streams as one. A stream is asked for its next event only after the reader has come back for more,
 * so every stream stands still at its `yield` until its event has been dealt with: the write-ahead promise of a run
 * holds for subtasks side by side too.
 */

/** Events of all streams in the order they happen. If the reader stops or a stream throws, all streams are closed. */
export async function* mergeStreams<Event>(
  streams: readonly AsyncGenerator<Event, void>[],
): AsyncGenerator<Event, void> {
  const pending = new Map(streams.map((stream) => [stream, advance(stream)]));
  try {
    while (pending.size > 0) {
      const { stream, step } = await Promise.race(pending.values());
      if (step.done === true) {
        pending.delete(stream);
        continue;
      }
      yield step.value;
      pending.set(stream, advance(stream));
    }
  } finally {
    // A stream that waits for a model or a tool is not waited for: the run's signal has told it to stop.
    for (const stream of pending.keys()) stream.return().catch(() => undefined);
    for (const step of pending.values()) step.catch(() => undefined);
  }
}

async function advance<Event>(
  stream: AsyncGenerator<Event, void>,
): Promise<{ readonly stream: AsyncGenerator<Event, void>; readonly step: IteratorResult<Event, void> }> {
  return { stream, step: await stream.next() };
}
