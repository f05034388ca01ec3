/** Whole runs on the engines outside our workers: a server over real sockets, and the built-in model's double. */
import { afterEach, describe, expect, test } from 'vitest';
import { runTask } from '../../../src/agent/run.ts';
import type { EngineHandle } from '../../../src/bridge/engine.ts';
import { PromptApiEngine } from '../../../src/bridge/prompt-api/prompt-api-engine.ts';
import { RemoteEngine } from '../../../src/bridge/remote/remote-engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { TaskEvent } from '../../../src/protocol/task-event.ts';
import type { HttpScript } from '../../fixtures/http-script.ts';
import { LanguageModelDouble } from '../../fixtures/language-model-double.ts';
import { startOpenaiFacade } from '../../fixtures/openai-facade.ts';
import { remoteModel } from '../../fixtures/remote-model.ts';
import { call, memoryTool, outcomeOf } from './agent-fixtures.ts';

const load = { model: remoteModel, modelsUrl: '', contextTokens: 4096, slots: 1 };

const open: HttpScript[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function run(engine: EngineHandle, goal: string, kept: string[]): Promise<readonly TaskEvent[]> {
  const model = await engine.load(load);
  const events: TaskEvent[] = [];
  const options = { engine, model, tools: [memoryTool(kept)], approve: () => Promise.resolve(true) };
  for await (const event of runTask(goal, options)) events.push(event);
  return events;
}

describe('a run', () => {
  test('on a server works with words that the server never sees', async () => {
    const behind = new ScriptedEngine({
      steps: [
        { expect: ['Remember [NAME_1]'], reply: call('remember', { text: '[NAME_1]' }) },
        { expect: ['Result: {"kept":"[NAME_1]"}'], reply: 'I remember [NAME_1].' },
      ],
      loaded: true,
    });
    const server = await startOpenaiFacade(behind, remoteModel.id);
    open.push(server);
    const engine = new RemoteEngine({
      baseUrl: `${server.origin}/v1`,
      allowOrigins: [server.origin],
      mask: (texts) => ({
        texts: texts.map((text) => text.replaceAll('Ada Lovelace', '[NAME_1]')),
        originals: new Map([['[NAME_1]', 'Ada Lovelace']]),
      }),
    });
    const kept: string[] = [];
    const events = await run(engine, 'Remember Ada Lovelace', kept);
    behind.assertDone();
    expect(kept).toEqual(['Ada Lovelace']);
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: 'I remember Ada Lovelace.' });
    expect(server.seen.map(({ body }) => body).join('\n')).not.toMatch(/ada|lovelace/i);
  });

  test('on the built-in model is held to a schema', async () => {
    const double = new LanguageModelDouble({
      reply: (messages, { responseConstraint }) => {
        const asked = messages.at(-1)?.content ?? '';
        if (responseConstraint === undefined) return asked.includes('"kept":"tea"') ? 'I remember tea.' : '';
        return JSON.stringify({ name: 'remember', arguments: { text: 'tea' } }, null, 2);
      },
    });
    const kept: string[] = [];
    const events = await run(new PromptApiEngine({ languageModel: double }), 'Remember tea', kept);
    expect(kept).toEqual(['tea']);
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: 'I remember tea.' });
    expect(double.asked[0]?.options.responseConstraint).toMatchObject({
      anyOf: [{ properties: { name: { enum: ['remember'] } } }, {}, {}],
    });
  });
});
