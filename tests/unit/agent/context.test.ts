/** A run whose prompts do not fit: what its policy makes of them, told by its events. */
import { describe, expect, test } from 'vitest';
import { runTask } from '../../../src/agent/run.ts';
import type { Engine } from '../../../src/bridge/engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { renderChat } from '../../../src/decode/chat-template.ts';
import { addTool, call, model, ofType, outcomeOf, runScript } from './agent-fixtures.ts';

/** A goal that is long enough for the examples to have to leave. */
const goal = `What is 1 plus 2, ${'I really need to know '.repeat(12)}today?`;
const steps = [{ expect: [goal], reply: call('add', { a: 1, b: 2 }) }, { reply: '1 plus 2 is 3.' }];

/** Tokens of the double in which the act step fits only without its examples. */
async function smallModel(): Promise<typeof model> {
  const { events } = await runScript(goal, steps);
  const act = ofType(events, 'step-started')[0]!;
  const counter = new ScriptedEngine({ steps: [], loaded: true });
  const tokens = await counter.countTokens(renderChat('chatml', act.messages));
  return { ...model, contextTokens: tokens + act.route.sampling.maxTokens - 1 };
}

describe('a run in a small context', () => {
  test('leaves examples out of its prompt, and its events tell which', async () => {
    const { events, engine } = await runScript(goal, steps, {
      model: await smallModel(),
      contextPolicy: { type: 'drop-oldest' },
    });
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: '1 plus 2 is 3.' });
    const [act, answer] = ofType(events, 'step-started');
    const { context } = act!;
    expect(context?.dropped.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(context?.promptTokens).toBeLessThan(context?.neededTokens ?? 0);
    expect(act!.messages[0]?.role).toBe('system');
    expect(act!.messages.at(-1)?.content).toBe(goal);
    expect(engine.requests[0]?.messages).toEqual(act!.messages);
    expect(answer!.context).toBeUndefined();
  });

  test('asks for no summary of examples', async () => {
    const { events } = await runScript(goal, steps, {
      model: await smallModel(),
      contextPolicy: { type: 'summarise' },
    });
    expect(ofType(events, 'step-started')[0]?.context).toMatchObject({ policy: 'summarise' });
    expect(ofType(events, 'step-started')[0]?.context?.summary).toBeUndefined();
  });

  test('fails with the numbers where what must stay is too long', async () => {
    const { events } = await runScript(goal, [], {
      model: { ...model, contextTokens: 450 },
      contextPolicy: { type: 'drop-oldest' },
    });
    const outcome = outcomeOf(events);
    expect(outcome).toMatchObject({ type: 'failed', fault: { code: 'context-overflow' } });
    expect(ofType(events, 'step-started')).toEqual([]);
  });

  test('keeps the request where its own rounds are what is too long', async () => {
    const twice = [
      { reply: call('add', { a: 'one' }) },
      { reply: call('add', { a: 1, b: 2 }) },
      { reply: '3.' },
    ];
    const { events } = await runScript(goal, twice);
    const second = ofType(events, 'step-started')[1]!;
    const place = second.messages.findIndex(({ content }) => content === goal);
    const least = [second.messages[0]!, ...second.messages.slice(place)];
    expect(least.length).toBeGreaterThan(3);
    const counter = new ScriptedEngine({ steps: [], loaded: true });
    const room = (await counter.countTokens(renderChat('chatml', least))) + second.route.sampling.maxTokens;

    const fits = await runScript(goal, twice, {
      model: { ...model, contextTokens: room + 1 },
      contextPolicy: { type: 'drop-oldest' },
    });
    expect(ofType(fits.events, 'step-started')[1]?.messages).toEqual(least);
    const tooLong = await runScript(goal, twice.slice(0, 1), {
      model: { ...model, contextTokens: room - 2 },
      contextPolicy: { type: 'drop-oldest' },
    });
    expect(outcomeOf(tooLong.events)).toMatchObject({ type: 'failed', fault: { code: 'context-overflow' } });
  });

  test('sends the whole prompt where nobody chose a policy: the engine measures and refuses', async () => {
    const { events } = await runScript(goal, steps, { model: await smallModel() });
    expect(ofType(events, 'step-started').every(({ context }) => context === undefined)).toBe(true);
  });

  test('is not begun on an engine that cannot count', async () => {
    const counting = new ScriptedEngine({ steps: [], loaded: true });
    const engine: Engine = { generate: counting.generate.bind(counting) };
    const run = runTask(goal, { engine, model, tools: [addTool], contextPolicy: { type: 'drop-oldest' } });
    await expect(run.next()).rejects.toMatchObject({ code: 'unsupported' });
  });
});
