/**
 * How long a run took before it was cut off, by the times of its events. What lay between the last event and the moment it
 * went on again is not counted: the page was away. Pure.
 */
import type { Id } from '../protocol/id.ts';
import type { StoredEvent } from '../protocol/record.ts';

export interface TimeUsed {
  /** Milliseconds in which it did not wait for a person: what its time budget counts. */
  readonly activeMs: number;
  /** Milliseconds with these. */
  readonly elapsedMs: number;
}

/** The time of those events, in their order; `run-resumed` begins anew and belongs to all. */
export function timeUsed(events: readonly StoredEvent[]): TimeUsed {
  const waiting = new Set<Id>();
  let [activeMs, elapsedMs] = [0, 0];
  let last: number | undefined;
  for (const event of events) {
    if (event.type === 'run-resumed') {
      waiting.clear();
      last = event.at;
      continue;
    }
    // A clock that was set back has told nothing.
    const gap = Math.max(0, event.at - (last ?? event.at));
    elapsedMs += gap;
    if (waiting.size === 0) activeMs += gap;
    last = event.at;
    if (event.type === 'approval-requested') waiting.add(event.callId);
    else if (event.type === 'approval-decided') waiting.delete(event.callId);
    else if (event.type === 'span-started' && event.kind === 'human') waiting.add(event.spanId);
    else if (event.type === 'span-finished') waiting.delete(event.spanId);
  }
  return { activeMs, elapsedMs };
}
