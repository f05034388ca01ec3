/**
 * The Prompt API facade: what the web platform tests for `LanguageModel` ask of a session, as far as it applies to a model
 * that reads text only (docs/package.md lists what does not).
 */
import { beforeAll, expect, test } from 'vitest';
import { createLanguageModel } from '../../../src/facade/prompt-api/create-language-model.ts';
import type { CreateOptions } from '../../../src/facade/prompt-api/create-language-model.ts';
import type { PromptInput } from '../../../src/facade/prompt-api/read-input.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import { scriptedModel } from './scripted-model.ts';

beforeAll(() => {
  // Node has no such event; the browser's is the same.
  globalThis.ProgressEvent ??= class extends Event {
    readonly loaded: number;
    readonly total: number;
    readonly lengthComputable: boolean;
    constructor(type: string, { loaded = 0, total = 0, lengthComputable = false }: ProgressEventInit = {}) {
      super(type);
      this.loaded = loaded;
      this.total = total;
      this.lengthComputable = lengthComputable;
    }
  } as typeof ProgressEvent;
});

function facade(...replies: readonly (string | ScriptedStep)[]) {
  const model = scriptedModel(...replies);
  return { model, LanguageModel: createLanguageModel(model) };
}

test('a session has what a session has', async () => {
  const { LanguageModel } = facade();
  expect(await LanguageModel.availability()).toBe('downloadable');
  const session = await LanguageModel.create();
  expect(await LanguageModel.availability()).toBe('available');
  expect(session).toBeInstanceOf(LanguageModel);
  expect(session.contextUsage).toBe(0);
  expect(session.contextWindow).toBe(200);
  expect(session.oncontextoverflow).toBeNull();
});

test('the monitor is told of 0 and 1, and of nothing after an abort', async () => {
  const { LanguageModel } = facade();
  const told: number[] = [];
  const listen = (monitor: EventTarget): void =>
    monitor.addEventListener('downloadprogress', (event) => {
      const { loaded, total, lengthComputable } = event as ProgressEvent;
      expect({ total, lengthComputable }).toEqual({ total: 1, lengthComputable: true });
      told.push(loaded);
    });
  await LanguageModel.create({ monitor: listen });
  expect(told).toEqual([0, 1]);
  const controller = new AbortController();
  const creating = LanguageModel.create({
    signal: controller.signal,
    monitor: (monitor) => {
      listen(monitor);
      controller.abort();
    },
  });
  await expect(creating).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(told).toEqual([0, 1]);
});

test('it remembers what was said, streams, and counts', async () => {
  const { LanguageModel, model } = facade('A first answer.', 'A second answer in pieces.');
  const session = await LanguageModel.create({
    initialPrompts: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hello.' },
    ],
  });
  const before = session.contextUsage;
  expect(before).toBeGreaterThan(0);
  expect(await session.prompt('One?')).toBe('A first answer.');
  expect(session.contextUsage).toBeGreaterThan(before);
  await session.append([{ role: 'user', content: [{ type: 'text', value: 'A remark.' }] }]);
  const pieces: string[] = [];
  for await (const piece of session.promptStreaming('Two?')) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe('A second answer in pieces.');
  expect(model.engine.requests[1]?.messages).toEqual([
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hello.' },
    { role: 'user', content: 'One?' },
    { role: 'assistant', content: 'A first answer.' },
    { role: 'user', content: 'A remark.\nTwo?' },
  ]);
});

test('a clone remembers the same and goes its own way', async () => {
  const { LanguageModel, model } = facade('One.', 'Two.', 'Three.');
  const session = await LanguageModel.create();
  await session.prompt('First');
  const clone = await session.clone();
  expect(clone).toBeInstanceOf(LanguageModel);
  expect(clone.contextUsage).toBe(session.contextUsage);
  expect(clone.contextWindow).toBe(session.contextWindow);
  await clone.prompt('Second');
  session.destroy();
  expect(await clone.prompt('Third')).toBe('Three.');
  expect(model.engine.requests[2]?.messages.map(({ content }) => content)).toEqual([
    'First',
    'One.',
    'Second',
    'Two.',
    'Third',
  ]);
});

test('destroyed, a session fails what goes on and what comes, and can still be read', async () => {
  const { LanguageModel, model } = facade({ reply: 'A very long answer.', delayMs: 20 });
  const session = await LanguageModel.create();
  const prompting = session.prompt('Well?');
  await expect.poll(() => model.engine.requests.length).toBe(1);
  session.destroy();
  const invalid = expect.objectContaining({ name: 'InvalidStateError' }) as Error;
  await expect(prompting).rejects.toThrow(invalid);
  await expect(session.prompt('Again?')).rejects.toThrow(invalid);
  await expect(session.append('Again?')).rejects.toThrow(invalid);
  await expect(session.clone()).rejects.toThrow(invalid);
  await expect(session.measureContextUsage('Again?')).rejects.toThrow(invalid);
  expect(model.stopped).toBe(true);
  expect(typeof session.contextUsage).toBe('number');
  expect(typeof session.contextWindow).toBe('number');
});

test('an abort stops the model, rejects with its reason and leaves the session as it was', async () => {
  const { LanguageModel, model } = facade({ reply: 'A very long answer.', delayMs: 20 }, 'Yes.');
  const session = await LanguageModel.create();
  const controller = new AbortController();
  const prompting = session.prompt('Well?', { signal: controller.signal });
  await expect.poll(() => model.engine.requests.length).toBe(1);
  controller.abort(new Error('Enough.'));
  await expect(prompting).rejects.toThrow('Enough.');
  expect(session.contextUsage).toBe(0);
  await session.prompt('Once more');
  expect(model.engine.requests[1]?.messages).toEqual([{ role: 'user', content: 'Once more' }]);
});

test('cancelling the stream stops the model', async () => {
  const { LanguageModel, model } = facade({ reply: 'A very long answer.', delayMs: 20 });
  const session = await LanguageModel.create();
  for await (const piece of session.promptStreaming('Well?')) {
    expect(piece).not.toBe('');
    break;
  }
  await expect.poll(() => model.stopped).toBe(true);
});

test('a full window loses its oldest turns, and says so; what cannot fit is refused', async () => {
  const { LanguageModel, model } = facade('One.', 'Two.');
  const session = await LanguageModel.create({ initialPrompts: [{ role: 'system', content: 'Be short.' }] });
  const heard: string[] = [];
  session.oncontextoverflow = ({ type }) => heard.push(`on${type}`);
  session.addEventListener('contextoverflow', ({ type }) => heard.push(type));
  await session.prompt('a'.repeat(400));
  expect(heard).toEqual([]);
  await session.prompt('b'.repeat(400));
  expect(heard).toEqual(['oncontextoverflow', 'contextoverflow']);
  const roles = model.engine.requests[1]?.messages.map(({ role }) => role);
  expect(roles?.[0]).toBe('system');
  expect(model.engine.requests[1]?.messages.some(({ content }) => content.includes('aaa'))).toBe(false);
  await expect(session.prompt('c'.repeat(4000))).rejects.toThrow(
    expect.objectContaining({ name: 'QuotaExceededError' }),
  );
});

test('a schema holds the answer, told or untold; a prefix begins it', async () => {
  const schema = { type: 'object', properties: { yes: { type: 'boolean' } }, required: ['yes'] };
  const { LanguageModel, model } = facade('{"yes":true}', '{"yes":true}', ' the end.');
  const session = await LanguageModel.create();
  expect(JSON.parse(await session.prompt('Well?', { responseConstraint: schema }))).toEqual({ yes: true });
  await session.prompt('Well?', { responseConstraint: schema, omitResponseConstraintInput: true });
  const [told, untold] = model.engine.requests;
  expect(told?.messages[0]?.content).toContain('Answer in JSON');
  expect(untold?.messages[0]?.content).toBe('Well?');
  expect(untold?.constraint?.gbnf).toBe(told?.constraint?.gbnf);
  const prefixed: PromptInput = [
    { role: 'user', content: 'Go on.' },
    { role: 'assistant', content: 'This is', prefix: true },
  ];
  expect(await session.prompt(prefixed)).toBe(' the end.');
  expect(model.engine.requests[2]?.prefill).toBe('This is');
});

const malformed: readonly (readonly [string, string, unknown])[] = [
  ['an empty list', 'TypeError', []],
  ['an object', 'TypeError', {}],
  ['a message without content', 'TypeError', [{ role: 'user' }]],
  ['an unknown role', 'TypeError', [{ role: 'robot', content: 'Hi' }]],
  ['a system message', 'NotSupportedError', [{ role: 'system', content: 'Hi' }]],
  ['an image', 'NotSupportedError', [{ role: 'user', content: [{ type: 'image', value: null }] }]],
  ['a prefix of the user', 'SyntaxError', [{ role: 'user', content: 'Hi', prefix: true }]],
];

for (const [what, name, input] of malformed) {
  test(`${what} is refused: ${name}`, async () => {
    const { LanguageModel } = facade();
    const session = await LanguageModel.create();
    const refusal = expect.objectContaining({ name }) as Error;
    await expect(session.prompt(input as PromptInput)).rejects.toThrow(refusal);
    await expect(session.append(input as PromptInput)).rejects.toThrow(refusal);
  });
}

const impossible: readonly (readonly [string, CreateOptions])[] = [
  ['NotSupportedError', { expectedInputs: [{ type: 'image' }] }],
  ['NotSupportedError', { expectedOutputs: [{ type: 'audio' }] }],
  ['NotSupportedError', { tools: [{}] }],
  [
    'TypeError',
    {
      initialPrompts: [
        { role: 'user', content: 'Hi' },
        { role: 'system', content: 'Late.' },
      ],
    },
  ],
];

test('sessions that cannot be are refused, and not called available', async () => {
  const { LanguageModel } = facade();
  for (const [name, options] of impossible) {
    await expect(LanguageModel.create(options)).rejects.toThrow(expect.objectContaining({ name }));
  }
  expect(await LanguageModel.availability({ expectedInputs: [{ type: 'image' }] })).toBe('unavailable');
});

test('a failure of the model is an OperationError that says why', async () => {
  const { LanguageModel } = facade({ reply: { code: 'engine-failed', message: 'The engine failed.' } });
  const session = await LanguageModel.create();
  await expect(session.prompt('Well?')).rejects.toThrow(
    expect.objectContaining({ name: 'OperationError', message: 'The engine failed.' }),
  );
});
