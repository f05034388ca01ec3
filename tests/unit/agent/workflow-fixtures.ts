/** A workflow of every kind of step, the answers of its model, and a reader that leaves where it is told to. */
import { runWorkflow } from '../../../src/agent/workflow/run-workflow.ts';
import { defineWorkflow } from '../../../src/agent/workflow/workflow.ts';
import type { Workflow } from '../../../src/agent/workflow/workflow.ts';
import type { RunTaskOptions } from '../../../src/agent/run.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import type { JsonObject } from '../../../src/protocol/json.ts';
import type { StoredEvent } from '../../../src/protocol/record.ts';
import type { TaskEvent } from '../../../src/protocol/task-event.ts';
import { addTool, call, memoryTool, model } from './agent-fixtures.ts';

/** An agent's tool that is a workflow itself, and writes: it stands below the outer workflow's agent. */
export const filing = defineWorkflow(
  {
    name: 'file_note',
    description: 'Files a note under a label.',
    inputSchema: {
      type: 'object',
      properties: { note: { type: 'string' } },
      required: ['note'],
    },
    examples: [{ request: 'File the note buy tea', arguments: { note: 'buy tea' } }],
  },
  async ({ input, classify, tool }) => {
    const label = await classify({ text: input.note, labels: ['home', 'work'] });
    await tool({ name: 'remember', arguments: { text: `${label}: ${input.note}` } });
    return { label };
  },
);

export const everyKind = defineWorkflow(
  {
    name: 'every_kind',
    title: 'Every kind of step',
    description: 'Takes each kind of step once.',
    inputSchema: { type: 'object', properties: { mail: { type: 'string' } }, required: ['mail'] },
  },
  async ({ input, ask, classify, extract, tool, human, agent, workflow, parallel }) => {
    const kind = await classify({ text: input.mail, labels: ['invoice', 'other'] });
    const { sum, draft } = await parallel({
      sum: async (branch) => {
        const { amount } = await branch.extract({
          text: input.mail,
          schema: {
            type: 'object',
            properties: { amount: { type: 'number' } },
            required: ['amount'],
            additionalProperties: false,
          },
        });
        const added = await branch.tool({
          name: 'add',
          arguments: { a: amount, b: 1 },
          returns: { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] },
        });
        return added.sum;
      },
      draft: (branch) => branch.ask({ prompt: 'Draft a reply' }),
    });
    const { from } = await extract({
      text: input.mail,
      schema: {
        type: 'object',
        properties: { from: { type: 'string' } },
        required: ['from'],
        additionalProperties: false,
      },
    });
    await tool({ name: 'remember', arguments: { text: `mail of ${from}` } });
    const word = await human({ question: 'Send it?', choices: ['yes', 'no'] });
    const filed = await agent({ goal: 'File the note rent', tools: ['file_note'] });
    const { label } = await workflow(filing, { note: 'tea' });
    const last = await ask({ prompt: 'Say goodbye' });
    return { kind, sum, draft, from, word, filed: filed.text, label, last };
  },
);

export const everyKindInput = { mail: 'Ann asks 41 euros for the rent' };

export const everyKindResult = {
  kind: 'invoice',
  sum: 42,
  draft: 'Dear Ann.',
  from: 'Ann',
  word: 'yes',
  filed: 'The note is filed under home.',
  label: 'work',
  last: 'Goodbye.',
};

/** Texts that the two workflows and the agent write, in order. */
export const everyKindWrites = ['mail of Ann', 'home: rent', 'work: tea'];

/** What the model says, by what it is asked. */
export const everyKindSteps: readonly ScriptedStep[] = [
  { expect: ['invoice', 'Ann asks'], reply: call('classify', { label: 'invoice' }) },
  { expect: ['amount', 'Ann asks'], reply: call('extract', { amount: 41 }) },
  { expect: ['Draft a reply'], reply: 'Dear Ann.' },
  { expect: ['from: string', 'Ann asks'], reply: call('extract', { from: 'Ann' }) },
  { expect: ['File the note rent', 'file_note('], reply: call('file_note', { note: 'rent' }) },
  { expect: ['"home" | "work"', 'rent'], reply: call('classify', { label: 'home' }) },
  { expect: ['Say the result', 'File the note rent'], reply: 'The note is filed under home.' },
  { expect: ['"home" | "work"', 'tea'], reply: call('classify', { label: 'work' }) },
  { expect: ['Say goodbye'], reply: 'Goodbye.' },
];

/** What outlives a page: the user's things, and the log. */
export interface World {
  readonly kept: string[];
  readonly log: StoredEvent[];
  /** Whether a call that asked had been begun before. */
  readonly asked: ('first' | 'again')[];
}

export function newWorld(): World {
  return { kept: [], log: [], asked: [] };
}

/** Where the page goes away: once so many events are in the log, before or after what follows the last one was done. */
export interface Cut {
  readonly events: number;
  readonly when: 'before' | 'after';
}

export interface Page {
  readonly cut?: Cut;
  readonly options?: Partial<RunTaskOptions>;
  /** The word on a call that may have been done already. */
  readonly repeat?: boolean;
}

/** Opens a page on a world, whose run begins or goes on. Returns the engine, whose requests can be counted. */
export async function openPage<Input extends JsonObject>(
  world: World,
  run: { readonly workflow: Workflow<Input>; readonly input: Input; readonly steps: readonly ScriptedStep[] },
  { cut, options = {}, repeat = false }: Page = {},
): Promise<ScriptedEngine> {
  const engine = new ScriptedEngine({ steps: run.steps, loaded: true });
  const events = runWorkflow(run.workflow, run.input, {
    engine,
    model,
    tools: [addTool, memoryTool(world.kept), filing.tool],
    approve: ({ callId }) => {
      const again = world.log.some((event) => event.type === 'tool-called' && event.callId === callId);
      world.asked.push(again ? 'again' : 'first');
      return Promise.resolve(again ? repeat : true);
    },
    askHuman: () => Promise.resolve('yes'),
    ...(world.log.length === 0 ? {} : { resume: [...world.log] }),
    ...options,
  });
  for await (const event of events) {
    if (isStored(event)) {
      if (cut !== undefined && world.log.length === cut.events) break;
      // As a log hands it out: a copy.
      world.log.push(structuredClone(event));
    }
    if (cut?.when === 'before' && world.log.length === cut.events) break;
  }
  return engine;
}

function isStored(event: TaskEvent): event is StoredEvent {
  return event.type !== 'step-streamed';
}
