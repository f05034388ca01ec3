/** The next prompt is read while a slow tool runs: what is asked for, when, and that nothing depends on it. */
import { expect, test } from 'vitest';
import { runTask } from '../../../src/agent/run.ts';
import type { RunTaskOptions } from '../../../src/agent/run.ts';
import type { Engine } from '../../../src/bridge/engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { renderBeginning, renderChat } from '../../../src/decode/chat-template.ts';
import type { TaskEvent } from '../../../src/protocol/task-event.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { call, model, ofType, outcomeOf } from './agent-fixtures.ts';

/** A tool that returns once it is told. */
function heldTool(held: Promise<unknown> | undefined) {
  return defineTool({
    name: 'look',
    description: 'Looks at a page.',
    permission: 'read',
    inputSchema: { type: 'object', properties: { page: { type: 'integer' } }, required: ['page'] },
    examples: [{ request: 'Look at page 7', arguments: { page: 7 } }],
    execute: async (input) => {
      await held;
      return { page: input['page'] };
    },
  });
}

/** A script that tells when it was asked to read ahead, and what. */
function readingEngine(replies: readonly string[], onReadAhead?: (signal?: AbortSignal) => Promise<void>) {
  const script = new ScriptedEngine({ steps: replies.map((reply) => ({ reply })), loaded: true });
  const beginnings: string[] = [];
  const heard = new EventTarget();
  const asked = new Promise((resolve) => {
    heard.addEventListener('asked', resolve);
  });
  const engine: Engine = {
    generate: (request, options) => script.generate(request, options),
    readAhead: async (request, options) => {
      beginnings.push(renderBeginning('chatml', request.messages));
      await script.readAhead(request);
      heard.dispatchEvent(new Event('asked'));
      await onReadAhead?.(options?.signal);
    },
  };
  return { engine, script, beginnings, asked };
}

async function collect(engine: Engine, options: Partial<RunTaskOptions>): Promise<readonly TaskEvent[]> {
  const events: TaskEvent[] = [];
  for await (const event of runTask('Look at page 3', { engine, model, tools: [], ...options })) {
    events.push(event);
  }
  return events;
}

const look = call('look', { page: 3 });

test('while a slow tool runs the report that follows is begun, and its prompt is found in the cache', async () => {
  const { engine, script, beginnings, asked } = readingEngine([look, 'Page 3.']);
  const events = await collect(engine, { tools: [heldTool(asked)] });
  expect(beginnings).toHaveLength(1);
  const [beginning = ''] = beginnings;
  expect(renderChat('chatml', script.requests[1]?.messages ?? []).startsWith(beginning)).toBe(true);
  expect(beginning.endsWith('Look at page 3')).toBe(true);
  expect(ofType(events, 'step-finished')[1]?.usage.cachedTokens).toBe(Math.floor(beginning.length / 4));
});

test('where another round may follow, the conversation up to the calls is read', async () => {
  const { engine, script, beginnings, asked } = readingEngine([look, look, 'Page 3.']);
  await collect(engine, { tools: [heldTool(asked)], budget: { rounds: 2 } });
  const [beginning = ''] = beginnings;
  expect(beginning.endsWith(`Look at page 3<|im_end|>\n<|im_start|>assistant\n${look}`)).toBe(true);
  expect(renderChat('chatml', script.requests[1]?.messages ?? []).startsWith(beginning)).toBe(true);
});

test('a quick tool has nothing read', async () => {
  const { engine, beginnings } = readingEngine([look, 'Page 3.']);
  await collect(engine, { tools: [heldTool(undefined)] });
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(beginnings).toEqual([]);
});

test('what it comes to, and whether there is such a thing, changes nothing', async () => {
  const failing = readingEngine([look, 'Page 3.'], () => Promise.reject(new Error('The cache is full.')));
  const hanging = readingEngine([look, 'Page 3.'], () => new Promise(() => undefined));
  for (const { engine, asked } of [failing, hanging]) {
    const events = await collect(engine, { tools: [heldTool(asked)] });
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: 'Page 3.' });
  }
  const { engine } = readingEngine([look, 'Page 3.']);
  const plain: Engine = { generate: (request, options) => engine.generate(request, options) };
  const slow = new Promise((resolve) => setTimeout(resolve, 40));
  const events = await collect(plain, { tools: [heldTool(slow)] });
  expect(outcomeOf(events)).toEqual({ type: 'answered', answer: 'Page 3.' });
});

test('it stops with the run', async () => {
  const controller = new AbortController();
  const signals: (AbortSignal | undefined)[] = [];
  const { engine } = readingEngine([look], (signal) => {
    signals.push(signal);
    controller.abort();
    return Promise.resolve();
  });
  const events = await collect(engine, {
    tools: [heldTool(new Promise(() => undefined))],
    signal: controller.signal,
  });
  expect(outcomeOf(events)).toEqual({ type: 'stopped' });
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});
