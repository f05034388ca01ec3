/**
 * A masked event as it was, for who may read what was taken out of it. Knows where replacements stand; nothing of how they
 * were found.
 */
import { groupBy } from '../protocol/group-by.ts';
import type { Json } from '../protocol/json.ts';
import type { JsonPointerReplacement } from '../protocol/personal-data.ts';
import type { StoredEvent } from '../protocol/record.ts';
import { mapJson } from './json-findings.ts';
import { mapEvent } from './map-content.ts';

/** The event with each replacement turned back. One that does not stand where it should is left as it is. */
export function restoreEvent(
  event: StoredEvent,
  replacements: readonly JsonPointerReplacement[],
): StoredEvent {
  if (replacements.length === 0) return event;
  return mapEvent(event, (values) => restoreValues(values, replacements));
}

/** The contents of an event (`mapEvent`) as they were. */
export function restoreValues(
  values: readonly Json[],
  replacements: readonly JsonPointerReplacement[],
): readonly Json[] {
  const byPath = groupBy(replacements, ({ path }) => path);
  return mapJson([...values], (leaf, path) => {
    const own = byPath.get(path);
    if (own === undefined) return leaf;
    let text = String(leaf);
    for (const { start, end, original, replacement } of own.toSorted((one, other) => other.start - one.start))
      if (text.slice(start, end) === replacement) text = text.slice(0, start) + original + text.slice(end);
    return typeof leaf === 'number' ? Number(text) : text;
  }) as readonly Json[];
}
