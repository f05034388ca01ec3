/** Prompts that do not fit: what leaves, what stays, and that nothing leaves unsaid. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withContextPolicy } from '../../../src/bridge/context-policy.ts';
import { planContext, splitContext } from '../../../src/bridge/context-plan.ts';
import type { PartKind } from '../../../src/bridge/context-plan.ts';
import { fitContext } from '../../../src/bridge/fit-context.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { renderChat } from '../../../src/decode/chat-template.ts';
import type { ContextReport } from '../../../src/protocol/context.ts';
import type { ChatMessage } from '../../../src/protocol/engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import { remoteModel } from '../../fixtures/remote-model.ts';

const system: ChatMessage = { role: 'system', content: 'Be terse.' };
const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });

/** A conversation: system prompt or none, exchanges, a last request, and calls with their results. */
const conversation = fc
  .record({
    system: fc.boolean(),
    exchanges: fc.array(fc.tuple(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 })), {
      maxLength: 6,
    }),
    request: fc.string({ maxLength: 60 }),
    rounds: fc.array(fc.tuple(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 })), { maxLength: 4 }),
  })
  .map((parts) => {
    const before = [
      ...(parts.system ? [system] : []),
      ...parts.exchanges.flatMap(([asked, said]) => [user(asked), assistant(said)]),
    ];
    const after = parts.rounds.flatMap(([called, result]) => [assistant(called), user(result)]);
    return { messages: [...before, user(parts.request), ...after], request: before.length };
  });

const counter = new ScriptedEngine({ steps: [], loaded: true });

describe('a conversation', () => {
  test('falls into parts that are all of it, in order', () => {
    fc.assert(
      fc.property(conversation, fc.boolean(), ({ messages, request }, examples) => {
        const parts = splitContext({ messages, request, examples });
        const places = parts.flatMap(({ start, end }) => messages.slice(start, end));
        expect(places).toEqual(messages);
        const holds = parts.find(({ start, end }) => start <= request && request < end);
        expect(holds).toEqual({ kind: 'pinned', start: request, end: request + 1 });
        // The newest of what came after the request is what the next step is about.
        if (messages.length > request + 1) expect(parts.at(-1)?.kind).toBe('pinned');
        for (const { kind, start, end } of parts) {
          const roles = messages.slice(start, end).map(({ role }) => role);
          if (kind === 'exchange' || kind === 'example') expect(roles).toEqual(['user', 'assistant']);
          if (kind === 'round') expect(roles).toEqual(['assistant', 'user']);
          if (kind === 'pinned' && start > request) expect(end).toBe(messages.length);
        }
      }),
    );
  });

  test('of any roles falls into parts too', () => {
    const message = fc.record({
      role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
      content: fc.constant('x'),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const parts = splitContext({ messages });
        expect(parts.flatMap(({ start, end }) => messages.slice(start, end))).toEqual(messages);
      }),
    );
  });
});

describe('a plan', () => {
  const sizes = fc.array(
    fc.record({
      kind: fc.constantFrom<PartKind>('pinned', 'example', 'exchange', 'round'),
      tokens: fc.integer({ min: 1, max: 50 }),
    }),
    { maxLength: 12 },
  );

  test('fits whenever it can, takes the oldest first, and no more than it must', () => {
    const mayLeave: readonly PartKind[] = ['example', 'exchange'];
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 300 }), (parts, roomTokens) => {
        const leaving = planContext({ sizes: parts, roomTokens, mayLeave });
        const least = parts
          .filter(({ kind }) => !mayLeave.includes(kind))
          .reduce((sum, { tokens }) => sum + tokens, 0);
        expect(leaving === undefined).toBe(least > roomTokens);
        if (leaving === undefined) return;
        const kept = parts.filter((_part, place) => !leaving.includes(place));
        const keptTokens = kept.reduce((sum, { tokens }) => sum + tokens, 0);
        expect(keptTokens).toBeLessThanOrEqual(roomTokens);
        // The order of leaving, from the rules alone.
        const order = mayLeave.flatMap((kind) =>
          [...parts.keys()].filter((place) => parts[place]!.kind === kind),
        );
        expect(leaving).toEqual(order.slice(0, leaving.length).toSorted((left, right) => left - right));
        const last = order[leaving.length - 1];
        if (last !== undefined) expect(keptTokens + parts[last]!.tokens).toBeGreaterThan(roomTokens);
      }),
    );
  });
});

describe('a prompt that is made to fit', () => {
  test('fits by count, keeps what must stay, keeps the order, and tells all that left', async () => {
    await fc.assert(
      fc.asyncProperty(
        conversation,
        fc.integer({ min: 10, max: 220 }),
        async ({ messages, request }, contextTokens) => {
          const maxTokens = 5;
          const needed = await counter.countTokens(renderChat('chatml', messages));
          const outcome = await fitContext({
            engine: counter,
            policy: { type: 'drop-oldest' },
            messages,
            request,
            maxTokens,
            contextTokens,
          }).catch((error: unknown) => error as Fault);
          const pinned = messages.filter((message, place) => message.role === 'system' || place >= request);
          if (outcome instanceof Fault) {
            expect(outcome.code).toBe('context-overflow');
            expect(outcome.details).toMatchObject({ promptTokens: needed, contextWindow: contextTokens });
            const least = await counter.countTokens(renderChat('chatml', pinned));
            // A part alone may round up by a token where it would not within the whole.
            expect(least + messages.length + 1).toBeGreaterThan(contextTokens - maxTokens);
            return;
          }
          const { messages: kept, report } = outcome;
          const promptTokens = await counter.countTokens(renderChat('chatml', kept));
          expect(promptTokens + maxTokens).toBeLessThanOrEqual(contextTokens);
          expect(kept.slice(kept.length - (messages.length - request))).toEqual(messages.slice(request));
          if (needed + maxTokens <= contextTokens) {
            expect(kept).toEqual(messages);
            expect(report).toBeUndefined();
            return;
          }
          expect(report).toMatchObject({ policy: 'drop-oldest', promptTokens, neededTokens: needed });
          const head = messages[0]?.role === 'system' ? 1 : 0;
          expect([...kept.slice(0, head), ...(report?.dropped ?? []), ...kept.slice(head)]).toEqual(messages);
        },
      ),
    );
  });

  const long = [
    system,
    user(`My name is Ada. ${'Tell me of the sea. '.repeat(10)}`),
    assistant('It is wide. '.repeat(10)),
    user(`And the sky? ${'It is so blue. '.repeat(10)}`),
    assistant('It is high. '.repeat(10)),
    user('What is my name?'),
  ];
  const options = { messages: long, maxTokens: 20, contextTokens: 110 };

  test('is refused with its numbers where the policy is to refuse', async () => {
    const fitting = fitContext({ engine: counter, policy: { type: 'refuse' }, ...options });
    await expect(fitting).rejects.toMatchObject({
      code: 'context-overflow',
      details: { maxTokens: 20, contextWindow: 110 },
    });
  });

  test('may stand in for old turns by a summary, in the words of the user', async () => {
    const engine = new ScriptedEngine({
      steps: [
        { expect: ['Sum up the conversation', 'user: My name is Ada.'], reply: 'Ada asked of the sea.' },
      ],
      loaded: true,
    });
    const policy = { type: 'summarise', maxTokens: 16 } as const;
    const { messages, report, usage } = await fitContext({
      engine,
      policy,
      ...options,
      contextTokens: 190,
    });
    engine.assertDone();
    expect(report?.summary).toBe('Ada asked of the sea.');
    expect(report?.dropped).toEqual(long.slice(1, 1 + (report?.dropped.length ?? 0)));
    const note = messages.find(({ content }) => content.includes('Ada asked of the sea.'));
    expect(note?.role).toBe('user');
    expect(messages[0]).toEqual(system);
    expect(messages.at(-1)?.content).toContain('What is my name?');
    expect(usage?.decodeTokens).toBeGreaterThan(0);
    const tokens = await engine.countTokens(renderChat('chatml', messages));
    expect(tokens + options.maxTokens).toBeLessThanOrEqual(190);
    expect(report?.promptTokens).toBe(tokens);
  });

  test.each([
    ['says nothing', ''],
    ['says more than was allowed for', 'blah '.repeat(80)],
  ])('drops the old turns where the model %s', async (_what, reply) => {
    const engine = new ScriptedEngine({ steps: [{ reply }], loaded: true });
    // A bound on the summary that the double cannot be held to.
    const generous = { type: 'summarise', maxTokens: 16 } as const;
    const bent = {
      countTokens: (text: string) => engine.countTokens(text),
      generate: async () => ({
        ...(await engine.generate({ messages: [], sampling: { temperature: 0, maxTokens: 400 } })),
      }),
    };
    const { messages, report, usage } = await fitContext({
      engine: bent,
      policy: generous,
      ...options,
      contextTokens: 190,
    });
    engine.assertDone();
    expect(report).toMatchObject({ policy: 'summarise' });
    expect(report?.summary).toBeUndefined();
    expect(messages.length + (report?.dropped.length ?? 0)).toBe(long.length);
    expect(usage).toBeDefined();
  });

  test('does not ask for a summary that could not be read, or of examples', async () => {
    const policy = { type: 'summarise', maxTokens: 16 } as const;
    const tooLong = [user('x'.repeat(4000)), assistant('y'), user('Hi.')];
    const unread = await fitContext({
      engine: counter,
      policy,
      messages: tooLong,
      maxTokens: 10,
      contextTokens: 100,
    });
    expect(unread.messages).toEqual([user('Hi.')]);
    const shown = await fitContext({ engine: counter, policy, ...options, examples: true });
    expect(shown.report?.summary).toBeUndefined();
    expect(shown.report?.dropped.length).toBeGreaterThan(0);
  });

  test('sums up the rounds of a request, never the newest', async () => {
    const rounds = Array.from({ length: 4 }, (_, index) => [
      assistant(`{"name":"look","arguments":{"page":${index}}}`),
      user(`Result of look: ${'word '.repeat(20)}${index}`),
    ]).flat();
    const messages = [system, user('Find it.'), ...rounds];
    const engine = new ScriptedEngine({ steps: [{ reply: 'Pages 0 and 1 say nothing.' }], loaded: true });
    const policy = { type: 'summarise', maxTokens: 16 } as const;
    const fitted = await fitContext({
      engine,
      policy,
      messages,
      request: 1,
      maxTokens: 10,
      contextTokens: 170,
    });
    engine.assertDone();
    expect(fitted.messages[1]?.content).toMatch(/^Find it\.\nEarlier .* Pages 0 and 1 say nothing\.$/);
    expect(fitted.messages.slice(-2)).toEqual(rounds.slice(-2));
    const dropping = fitContext({
      engine: counter,
      policy: { type: 'drop-oldest' },
      messages,
      request: 1,
      maxTokens: 10,
      contextTokens: 170,
    });
    await expect(dropping).rejects.toMatchObject({ code: 'context-overflow' });
  });
});

describe('an engine with a policy', () => {
  test('tells what it left out before it sends the rest', async () => {
    const reports: ContextReport[] = [];
    const inner = new ScriptedEngine({ steps: [{ expect: ['Last?'], reply: 'Yes.' }, { reply: 'Hello.' }] });
    const engine = withContextPolicy(inner, {
      policy: { type: 'drop-oldest' },
      onDropped: (report) => {
        expect(inner.requests).toHaveLength(0);
        reports.push(report);
      },
    });
    const sampling = { temperature: 0, maxTokens: 8 };
    await expect(engine.generate({ messages: [user('Hi.')], sampling })).rejects.toMatchObject({
      code: 'model-not-loaded',
    });
    await engine.load({ model: remoteModel, modelsUrl: '', contextTokens: 60, slots: 1 });
    const old = [user('x'.repeat(100)), assistant('y'.repeat(100))];
    const result = await engine.generate({ messages: [...old, user('Last?')], sampling });
    expect(result.text).toBe('Yes.');
    expect(reports.map(({ dropped }) => dropped)).toEqual([old]);
    expect(inner.requests[0]?.messages).toEqual([user('Last?')]);
    expect((await engine.generate({ messages: [user('Hi.')], sampling })).text).toBe('Hello.');
    expect(reports).toHaveLength(1);
    inner.assertDone();
  });
});
