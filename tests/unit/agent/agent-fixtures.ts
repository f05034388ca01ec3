/** Small tools and helpers that the agent's tests share. */
import { runTask } from '../../../src/agent/run.ts';
import type { RunTaskOptions } from '../../../src/agent/run.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import type { LoadedModel } from '../../../src/protocol/engine.ts';
import type { TaskEvent, TaskEventOf, TaskEventType } from '../../../src/protocol/task-event.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';

export const model: LoadedModel = {
  modelId: 'scripted-model',
  weightsHash: '0'.repeat(64),
  engine: 'scripted',
  engineVersion: '1',
  backend: 'scripted',
  weights: 'quantised',
  threads: 1,
  slots: 2,
  contextTokens: 4096,
  choiceReasons: [],
  loadMs: 0,
};

export const addTool = defineTool({
  name: 'add',
  description: 'Adds two numbers.',
  permission: 'read',
  inputSchema: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
  examples: [{ request: 'What is 40 plus 2?', arguments: { a: 40, b: 2 } }],
  execute: (input) => ({ sum: Number(input['a']) + Number(input['b']) }),
});

/** A tool that writes: it remembers what it was given. */
export function memoryTool(kept: string[]): ReturnType<typeof defineTool> {
  return defineTool({
    name: 'remember',
    description: 'Keeps a text.',
    permission: 'write',
    inputSchema: {
      type: 'object',
      properties: { text: { type: 'string', pattern: '^[^!]*$' } },
      required: ['text'],
    },
    execute: (input) => {
      const { text } = input as { readonly text: string };
      kept.push(text);
      return { kept: text };
    },
  });
}

export function call(name: string, values: object): string {
  return JSON.stringify({ name, arguments: values });
}

/** Runs a goal on a script and collects the events; the script must be followed to the letter. */
export async function runScript(
  goal: string,
  steps: readonly ScriptedStep[],
  options: Partial<RunTaskOptions> = {},
): Promise<{ readonly events: readonly TaskEvent[]; readonly engine: ScriptedEngine }> {
  const engine = new ScriptedEngine({ steps, loaded: true });
  const events: TaskEvent[] = [];
  for await (const event of runTask(goal, { engine, model, tools: [addTool], ...options }))
    events.push(event);
  engine.assertDone();
  return { events, engine };
}

export function ofType<Type extends TaskEventType>(
  events: readonly TaskEvent[],
  type: Type,
): readonly TaskEventOf<Type>[] {
  return events.filter((event): event is TaskEventOf<Type> => event.type === type);
}

/** The outcome that a run ended with. */
export function outcomeOf(events: readonly TaskEvent[]): TaskEventOf<'run-finished'>['outcome'] {
  const last = events.at(-1);
  if (last?.type !== 'run-finished') throw new Error(`The run ended with ${last?.type ?? 'nothing'}.`);
  return last.outcome;
}
