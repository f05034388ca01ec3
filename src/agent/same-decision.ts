/** Whether two outputs of an `act` step come to the same: equal calls in any order, or no call on both sides. Pure. */
import { sortedJson } from '../protocol/json.ts';
import type { StepOutput } from '../protocol/task-event.ts';

/** What is said instead of a call may be worded in any way. */
export function sameDecision(one: StepOutput, other: StepOutput): boolean {
  if (one.type !== 'calls' || other.type !== 'calls') return one.type !== 'calls' && other.type !== 'calls';
  const keys = [one, other].map(({ calls }) =>
    calls
      .map(({ name, arguments: values }) => `${name} ${sortedJson(values)}`)
      .toSorted()
      .join('\n'),
  );
  return keys[0] === keys[1];
}
