/**
 * Which runs a filter lets through. Pure. Days count in local time, as people mean them. Knows nothing of the log.
 */
import type { RunSummary } from '../../protocol/record.ts';
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

/** Whether outcome and tool fit. */
export function matchesSummary(run: RunSummary, { tool, outcome }: LogFilter): boolean {
  if (outcome !== '' && (run.outcome ?? 'cut-off') !== outcome) return false;
  return tool === '' || (run.tools ?? []).includes(tool);
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
