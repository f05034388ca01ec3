/**
 * The page's states, each made from the events that would bring it about: for looking at and for testing.
 */
import type { GenerateUsage, LoadedModel } from '../../../src/protocol/engine.ts';
import type { FaultData } from '../../../src/protocol/fault.ts';
import type { CatalogueEntry } from '../../../src/protocol/model.ts';
import type { TaskEvent, TaskEventBody } from '../../../src/protocol/task-event.ts';
import type { SlmAgent } from '../../../src/ui/agent-element.ts';
import { emptyTaskView, reduceTask } from '../../../src/ui/task-view.ts';
import type { TaskView } from '../../../src/ui/task-view.ts';

const entry: CatalogueEntry = {
  id: 'smollm2-135m-instruct-q4_1',
  title: 'SmolLM2 135M Instruct',
  parameters: 134_515_008,
  contextWindow: 8192,
  licence: 'Apache-2.0',
  quantisation: 'Q4_1',
  chatTemplate: 'chatml',
  engines: ['wllama'],
  file: { name: 'SmolLM2-135M-Instruct.Q4_1.gguf', bytes: 98_362_432, sha256: 'b179', sources: [] },
};

export const model: LoadedModel = {
  modelId: entry.id,
  weightsHash: 'b179',
  engine: 'wllama',
  engineVersion: '3.8.1',
  backend: 'wasm-threads',
  weights: 'float32',
  threads: 2,
  slots: 2,
  contextTokens: 4096,
  choiceReasons: [
    'No GPU with 16-bit floats was found, so the model runs on WebAssembly.',
    'The page is cross-origin isolated, so two threads share the work.',
    'Memory allows 32-bit floats, which are read several times faster here.',
  ],
  loadMs: 2380,
};

const usage: GenerateUsage = {
  promptTokens: 312,
  cachedTokens: 268,
  decodeTokens: 24,
  timeToFirstTokenMs: 420,
  prefillMs: 400,
  decodeMs: 910,
  totalMs: 1330,
};

export const tools = [
  {
    name: 'calculator',
    description: 'Works out an arithmetic expression.',
    parameters: { type: 'object', properties: { expression: { type: 'string' } } },
    permission: 'read',
  },
  {
    name: 'convert_unit',
    description: 'Converts a value from one unit to another.',
    parameters: { type: 'object', properties: {} },
    permission: 'read',
  },
  {
    name: 'todo_add',
    description: 'Adds a to-do.',
    parameters: { type: 'object', properties: {} },
    permission: 'write',
  },
] as const;

const timeoutFault: FaultData = {
  code: 'tool-timeout',
  message: 'The tool "convert_unit" did not return in 10 seconds.',
  reason: 'It may wait for something that does not come.',
  remedy: 'Try again, or give the tool more time with timeoutMs.',
  details: { tool: 'convert_unit', timeoutMs: 10_000 },
};

const route = {
  modelId: model.modelId,
  weightsHash: 'b179',
  sampling: { temperature: 0, maxTokens: 96 },
  constrained: true,
  reason: 'One model is loaded; the subtask offers three tools.',
} as const;

const goal = 'What is 12.5 * 8? Then convert 10 km to miles.';

/** Events with ids and times filled in, as one run. */
function run(...bodies: readonly TaskEventBody[]): TaskView {
  const events = bodies.map((body, index): TaskEvent =>
    Object.assign({ id: `event-${index}`, runId: 'run-1', at: 1000 + index }, body),
  );
  return events.reduce(reduceTask, emptyTaskView);
}

const started: readonly TaskEventBody[] = [
  { type: 'run-started', goal, tools, model, promptVersion: 1 },
  {
    type: 'plan-made',
    subtasks: [
      { id: 'a', text: 'What is 12.5 * 8?', dependsOn: [] },
      { id: 'b', text: 'Convert 10 km to miles.', dependsOn: [] },
      { id: 'c', text: 'Add a todo with both results.', dependsOn: ['a', 'b'] },
    ],
  },
  { type: 'subtask-started', subtaskId: 'a' },
  { type: 'subtask-started', subtaskId: 'b' },
  act('a', 's1'),
  acted('a', 's1', { name: 'calculator', arguments: { expression: '12.5 * 8' } }),
  { type: 'tool-called', callId: 'c1', stepId: 's1', subtaskId: 'a', call: call('calculator') },
  {
    type: 'tool-returned',
    callId: 'c1',
    subtaskId: 'a',
    outcome: { type: 'ok', callId: 'c1', value: { result: 100 }, durationMs: 12 },
  },
  { type: 'subtask-finished', subtaskId: 'a', outcome: { type: 'done', text: '100' } },
];

function call(name: string) {
  return name === 'calculator'
    ? { name, arguments: { expression: '12.5 * 8' } }
    : { name, arguments: { title: 'Read: 12.5 * 8 is 100 and 10 km are 6.21371 miles', due: '2026-11-22' } };
}

function act(subtaskId: string, stepId: string, attempt = 1): TaskEventBody {
  const offered = { toolsOffered: tools.map(({ name }) => name), messages: [] };
  return { type: 'step-started', stepId, subtaskId, purpose: 'act', attempt, route, ...offered };
}

function acted(
  subtaskId: string,
  stepId: string,
  made: { readonly name: string; readonly arguments: { readonly [key: string]: string | number } },
): TaskEventBody {
  const text = JSON.stringify(made);
  const output = { type: 'calls', calls: [made] } as const;
  const verdict = { type: 'accepted' } as const;
  return { type: 'step-finished', stepId, subtaskId, purpose: 'act', text, output, usage, verdict };
}

const rejected: readonly TaskEventBody[] = [
  act('b', 's2'),
  {
    type: 'step-finished',
    stepId: 's2',
    subtaskId: 'b',
    purpose: 'act',
    text: '{"name":"convert_unit","arguments":{"value":10,"from":"km","to":"mls"}}',
    usage,
    verdict: {
      type: 'rejected',
      fault: { code: 'arguments-invalid', message: 'The arguments break the schema.' },
      feedback: 'to: "mls" is not a unit that is known; say for example "mile".',
    },
  },
  act('b', 's3', 2),
  { type: 'step-streamed', stepId: 's3', subtaskId: 'b', text: '{"name":"convert_unit","argu' },
];

const converted: readonly TaskEventBody[] = [
  ...rejected,
  acted('b', 's3', { name: 'convert_unit', arguments: { value: 10, from: 'km', to: 'mile' } }),
  {
    type: 'tool-called',
    callId: 'c2',
    stepId: 's3',
    subtaskId: 'b',
    call: { name: 'convert_unit', arguments: { value: 10, from: 'km', to: 'mile' } },
  },
];

const totals = {
  modelSteps: 4,
  toolCalls: 3,
  promptTokens: 1248,
  cachedTokens: 1072,
  decodeTokens: 96,
  durationMs: 6420,
};

const asked: readonly TaskEventBody[] = [
  ...started,
  ...converted,
  {
    type: 'tool-returned',
    callId: 'c2',
    subtaskId: 'b',
    outcome: { type: 'ok', callId: 'c2', value: { value: 6.21371192237, unit: 'mile' }, durationMs: 34 },
  },
  { type: 'subtask-finished', subtaskId: 'b', outcome: { type: 'done', text: '6.21371 miles' } },
  { type: 'subtask-started', subtaskId: 'c' },
  act('c', 's4'),
  acted('c', 's4', call('todo_add')),
  { type: 'approval-requested', callId: 'c3', subtaskId: 'c', call: call('todo_add') },
];

const warned: readonly TaskEventBody[] = [
  ...asked.slice(0, -1),
  {
    type: 'approval-requested',
    callId: 'c3',
    subtaskId: 'c',
    call: call('todo_add'),
    reason: 'Text from fetch_page was read before, and may have led to it.',
  },
];

const answered: readonly TaskEventBody[] = [
  ...asked,
  { type: 'approval-decided', callId: 'c3', subtaskId: 'c', approved: true },
  { type: 'tool-called', callId: 'c3', stepId: 's4', subtaskId: 'c', call: call('todo_add') },
  {
    type: 'tool-returned',
    callId: 'c3',
    subtaskId: 'c',
    outcome: { type: 'ok', callId: 'c3', value: { added: true }, durationMs: 8 },
  },
  { type: 'subtask-finished', subtaskId: 'c', outcome: { type: 'done', text: 'Added.' } },
  {
    type: 'run-finished',
    outcome: {
      type: 'answered',
      answer: '12.5 × 8 is 100, and 10 km are 6.21 miles. Both stand in your to-dos now.',
    },
    totals,
  },
];

const refused: readonly TaskEventBody[] = [
  { type: 'run-started', goal: 'Book me a table for two.', tools, model, promptVersion: 1 },
  { type: 'plan-made', subtasks: [{ id: 'a', text: 'Book me a table for two.', dependsOn: [] }] },
  { type: 'subtask-started', subtaskId: 'a' },
  act('a', 's1'),
  {
    type: 'step-finished',
    stepId: 's1',
    subtaskId: 'a',
    purpose: 'act',
    text: 'None of the tools can book a table.',
    output: { type: 'refusal', text: 'None of the tools can book a table.' },
    usage,
    verdict: { type: 'accepted' },
  },
  {
    type: 'subtask-finished',
    subtaskId: 'a',
    outcome: { type: 'refused', text: 'None of the tools can book a table.' },
  },
  {
    type: 'run-finished',
    outcome: {
      type: 'refused',
      answer: 'None of the tools here can book a table. Which one should I use instead?',
    },
    totals,
  },
];

const failed: readonly TaskEventBody[] = [
  ...started,
  ...converted,
  {
    type: 'tool-returned',
    callId: 'c2',
    subtaskId: 'b',
    outcome: { type: 'error', callId: 'c2', fault: timeoutFault, durationMs: 10_002 },
  },
  { type: 'subtask-finished', subtaskId: 'b', outcome: { type: 'failed', fault: timeoutFault } },
  { type: 'run-finished', outcome: { type: 'failed', fault: timeoutFault }, totals },
];

const runs = [
  { runId: 'run-1', startedAt: 1000, goal, modelId: model.modelId },
  {
    runId: 'run-0',
    startedAt: 500,
    goal: 'What day is it in 3 weeks?',
    modelId: model.modelId,
    outcome: 'answered',
  },
] as const;

type State = Partial<Omit<SlmAgent, keyof HTMLElement>>;

const idle: State = { model: { entry, stage: { type: 'absent' } }, tools, documentCount: 2 };
const ready: State = { ...idle, model: { entry, stage: { type: 'ready', model } }, runs, liveRunId: 'run-1' };
const download = {
  type: 'downloading',
  totalBytes: 98_362_432,
  fromCache: false,
  firstBytes: 0,
  firstAt: 0,
} as const;

/** Every state the page can be in, by name. */
export const states = {
  empty: idle,
  loading: {
    ...idle,
    running: true,
    model: { entry, stage: { ...download, receivedBytes: 41_203_111, bytesPerSecond: 8_400_000 } },
  },
  verifying: { ...idle, model: { entry, stage: { type: 'verifying' } } },
  running: { ...ready, running: true, task: run(...started, ...rejected) },
  approval: { ...ready, running: true, task: run(...asked) },
  warned: { ...ready, running: true, task: run(...warned) },
  answer: { ...ready, task: run(...answered), verdict: 'good' },
  refusal: { ...ready, task: run(...refused) },
  error: { ...ready, task: run(...failed) },
  'cut-off': { ...ready, liveRunId: '', task: run(...started, ...rejected) },
  'load-failed': {
    ...idle,
    model: {
      entry,
      stage: {
        type: 'failed',
        fault: {
          code: 'model-corrupt',
          message: 'The model file is not the one that was expected.',
          reason: 'Its SHA-256 differs from the catalogue, so it was deleted.',
          remedy: 'Try again; if it happens twice, the server holds a wrong file.',
          details: { file: entry.file.name, expected: 'b179c9523d0e', actual: '00aa11bb22cc' },
        },
      },
    },
  },
  unsupported: {
    ...idle,
    gaps: [
      {
        feature: 'WebAssembly SIMD',
        severity: 'blocking',
        effect: 'The model is computed with it.',
        remedy: 'Use a current Chrome, Edge, Firefox or Safari.',
      },
    ],
  },
} as const satisfies Record<string, State>;
