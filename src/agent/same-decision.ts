/** Whether two outputs of an `act` step come to the same: equal calls in any order, or no call on both sides. Pure. */
import { isObject } from '../protocol/json.ts';
import type { Json } from '../protocol/json.ts';
import type { StepOutput } from '../protocol/task-event.ts';

/** What is said instead of a call may be worded in any way. */
export function sameDecision(one: StepOutput, other: StepOutput): boolean {
  if (one.type !== 'calls' || other.type !== 'calls') return one.type !== 'calls' && other.type !== 'calls';
  const keys = [one, other].map(({ calls }) =>
    calls
      .map(({ name, arguments: values }) => `${name} ${canonical(values)}`)
      .toSorted()
      .join('\n'),
  );
  return keys[0] === keys[1];
}

/** JSON with the fields of every object in one order. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`;
}
