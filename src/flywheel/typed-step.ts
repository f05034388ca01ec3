/**
 * The typed steps of workflows, as the model was asked them: a schema that is shown as the one tool there is. The run's tools do
 * not name it, so it is made again from the step's own event. Pure; knows episodes and nothing of how workflows run.
 */
import type { Id } from '../protocol/id.ts';
import { asObject } from '../protocol/json.ts';
import type { Episode } from '../protocol/record.ts';
import type { ToolSpec } from '../protocol/tool.ts';

interface TypedStep {
  /** The text that the value is made of. */
  readonly text: string;
  readonly tool: ToolSpec;
}

/** By the ids of the steps; what was not kept, or is of another kind, is left out. */
export function typedSteps({ events }: Episode): ReadonlyMap<Id, TypedStep> {
  const steps = new Map<Id, TypedStep>();
  for (const event of events) {
    if (event.type !== 'span-started' || (event.kind !== 'classify' && event.kind !== 'extract')) continue;
    const { text, about, schema } = asObject(event.input);
    if (typeof text !== 'string' || typeof about !== 'string' || schema === undefined) continue;
    const tool: ToolSpec = {
      name: event.kind,
      description: about,
      parameters: asObject(schema),
      permission: 'read',
    };
    steps.set(event.spanId, { text, tool });
  }
  return steps;
}
