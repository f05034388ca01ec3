/**
 * Results of tools -> a text for the person. The model puts them into a sentence; the sentence is checked against the
 * results, and where it does not hold, the results speak for themselves. A wrong number is never reported.
 */
import { answerMessages } from '../decode/prompt.ts';
import type { LoadedModel } from '../protocol/engine.ts';
import type { Id } from '../protocol/id.ts';
import type { Json } from '../protocol/json.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import { routeStep } from './route.ts';
import { takeStep } from './step.ts';
import type { RunContext, StepResult } from './step.ts';
import { verifyAnswer } from './verify.ts';

export interface ReportOptions {
  readonly model: LoadedModel;
  readonly subtaskId: Id;
  readonly request: string;
  readonly results: readonly Json[];
}

/** Characters of results that a sentence can sum up; longer ones are shown as they are. */
const mostCharacters = 600;

/** The text of a subtask's results. Throws what the engine rejects with. */
export async function* report(
  context: RunContext,
  options: ReportOptions,
): AsyncGenerator<TaskEvent, string> {
  const { model, request, results, subtaskId } = options;
  if (JSON.stringify(results).length > mostCharacters || results.every(isEmpty)) return plainText(results);
  const step: StepResult = yield* takeStep(context, {
    purpose: 'answer',
    attempt: 1,
    subtaskId,
    // The base model, whatever chose the calls: adapters learn to choose calls.
    route: routeStep({ purpose: 'answer', attempt: 1, model }),
    messages: answerMessages(request, results),
    verify: (text) => {
      const fault = verifyAnswer(text, request, results);
      if (fault === undefined) return { verdict: { type: 'accepted' } };
      return { verdict: { type: 'rejected', fault, feedback: 'The results are shown as they are.' } };
    },
  });
  return step.verdict.type === 'accepted' ? step.text.trim() : plainText(results);
}

function isEmpty(value: Json): boolean {
  return plainText([value]) === 'Nothing found.';
}

/** Results as plain lines: `value: 6.2, unit: miles`; a single field stands alone. */
export function plainText(results: readonly Json[]): string {
  const lines = results.flatMap(linesOf).filter((line) => line !== '');
  return lines.length === 0 ? 'Nothing found.' : lines.join('\n');
}

function linesOf(value: Json): readonly string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(linesOf);
  if (typeof value !== 'object' || value === null) return [scalarText(value)];
  const entries = Object.entries(value as { readonly [key: string]: Json }).filter(([key]) => key !== 'id');
  const lists = entries.filter(([, part]) => Array.isArray(part));
  const fields = entries.filter(([, part]) => !Array.isArray(part));
  const head =
    fields.length === 1 && lists.length === 0 ? scalarText(fields[0]?.[1] ?? null) : fieldsText(fields);
  return [head, ...lists.flatMap(([, part]) => linesOf(part))];
}

function fieldsText(fields: readonly (readonly [string, Json])[]): string {
  return fields.map(([key, part]) => `${key}: ${scalarText(part)}`).join(', ');
}

function scalarText(value: Json): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
