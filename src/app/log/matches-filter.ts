/**
 * Which runs a filter lets through. Pure. Days count in local time, as people mean them. Knows nothing of the log.
 */
import type { Episode, RunSummary } from '../../protocol/record.ts';
import type { LogFilter } from '../../ui/log/log-view.ts';

/** Milliseconds since the epoch, both ends within; absent: no bound, also where a day cannot be read. */
export function spanOf({ from, to }: LogFilter): { readonly from?: number; readonly to?: number } {
  const [first, last] = [Date.parse(`${from}T00:00:00`), Date.parse(`${to}T23:59:59.999`)];
  return {
    ...(Number.isNaN(first) ? {} : { from: first }),
    ...(Number.isNaN(last) ? {} : { to: last }),
  };
}

/** Whether runs have to be opened to know: the index has ids and times only. */
export function needsOpening({ text, tool, outcome }: LogFilter): boolean {
  return text !== '' || tool !== '' || outcome !== '';
}

/** What a run's summary says of a filter; `unknown`: its events have to be read. */
export function judgeSummary(
  run: RunSummary,
  { tool, outcome, text }: LogFilter,
): 'fits' | 'differs' | 'unknown' {
  if (outcome !== '' && (run.outcome ?? 'cut-off') !== outcome) return 'differs';
  // Older versions wrote no tools down.
  const hasTool = tool === '' || run.tools?.includes(tool);
  if (hasTool === false) return 'differs';
  return hasTool === true && (text === '' || saysSomewhere(run.goal, text)) ? 'fits' : 'unknown';
}

/** Whether what was recorded of a run fits; its goal may have been shown as it was, and fits as well. */
export function matchesEpisode(
  { events, feedback }: Episode,
  { goal }: RunSummary,
  { tool, text }: LogFilter,
): boolean {
  const hasTool =
    tool === '' || events.some((event) => event.type === 'tool-called' && event.call.name === tool);
  return hasTool && (text === '' || saysSomewhere([goal, events, feedback], text));
}

/** Whether a text stands in any text or number of a value. Names of fields do not count, nor does case. */
export function saysSomewhere(value: unknown, text: string): boolean {
  const sought = text.normalize('NFKC').toLowerCase();
  const says = (inner: unknown): boolean => {
    if (typeof inner === 'string') return inner.normalize('NFKC').toLowerCase().includes(sought);
    if (typeof inner === 'number') return String(inner).includes(sought);
    if (typeof inner !== 'object' || inner === null) return false;
    return Object.values(inner).some(says);
  };
  return says(value);
}
