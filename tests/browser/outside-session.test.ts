/**
 * Tools from elsewhere in a session, in a real browser: real MCP servers on another origin, a real document, and WebMCP by
 * the draft's polyfill. What is added joins the next run, asks as the guard has it, and is there again in the next session.
 */
import { cleanupWebMCPPolyfill, initializeWebMCPPolyfill } from '@mcp-b/webmcp-polyfill';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { createSession } from '../../src/app/session.ts';
import type { Session } from '../../src/app/session.ts';
import type { SessionOptions } from '../../src/app/session-state.ts';
import { ScriptedEngine } from '../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../src/bridge/scripted-engine.ts';
import { newId } from '../../src/protocol/id.ts';
import type { TaskEvent } from '../../src/protocol/task-event.ts';
import { defineTool } from '../../src/tools/define-tool.ts';
import { findModelContext } from '../../src/tools/webmcp/model-context.ts';
import type { OutsideSource } from '../../src/ui/outside/outside-view.ts';

const urls = inject('mcpUrls');
const open: Session[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.dispose()));
  cleanupWebMCPPolyfill();
});

const kept: string[] = [];
const keep = defineTool({
  name: 'keep',
  description: 'Keeps a text.',
  inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  execute: ({ text }) => {
    kept.push(text as string);
    return { kept: text };
  },
});

async function start(
  outsideName: string,
  steps: readonly ScriptedStep[] = [],
  options: Partial<SessionOptions> = {},
): Promise<Session> {
  const session = createSession({
    journalName: newId(),
    outsideName,
    tools: [keep],
    createEngine: () => new ScriptedEngine({ steps }),
    ...options,
  });
  open.push(session);
  await session.start();
  return session;
}

function source(session: Session, at = 0): OutsideSource {
  const found = session.state.outside?.sources[at];
  if (found === undefined) throw new Error('There is no such source.');
  return found;
}

function toolNames(session: Session): readonly string[] {
  return session.state.tools.map(({ name }) => name);
}

const addCall: ScriptedStep = { reply: '{"name":"server.add","arguments":{"a":2,"b":3}}' };

/** Runs a goal, approves what asks, and tells what was asked and what came back. */
async function run(session: Session, goal: string) {
  const events: TaskEvent[] = [];
  const outcome = await session.run(goal, {
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'approval-requested') session.decide(event.callId, true);
    },
  });
  return {
    outcome: outcome.type,
    reasons: events.flatMap((event) => (event.type === 'approval-requested' ? [event.reason] : [])),
    values: events.flatMap((event) =>
      event.type === 'tool-returned' && event.outcome.type === 'ok' ? [event.outcome.value] : [],
    ),
    tools: events.flatMap((event) =>
      event.type === 'run-started' ? event.tools.map(({ name }) => name) : [],
    ),
  };
}

describe.each(['sessions', 'sessionless'] as const)('an MCP server with %s', (kind) => {
  test('is added, asks, is trusted, and is there again in the next session', async () => {
    const name = newId();
    const address = urls[kind];
    const { origin } = new URL(address);
    const first = await start(name, [addCall, { reply: 'It is 5.' }]);
    await first.outside.handle({ type: 'server-add', address, token: '' });
    expect(source(first)).toMatchObject({
      alias: 'server',
      title: 'fixture',
      version: '1.0.0',
      origin,
      stage: { type: 'connected' },
      resources: ['note://greeting', 'note://day/{day}'],
      prompts: ['greet'],
    });
    expect(source(first).tools.find((tool) => tool.name === 'server.add')).toMatchObject({
      permission: 'read',
      approval: 'asks',
      isOn: true,
    });
    expect(await run(first, 'Add 2 to 3 at the server')).toMatchObject({
      outcome: 'answered',
      reasons: [`It is sent to ${origin}.`],
      values: [{ sum: 5 }],
    });

    const { id } = source(first);
    await first.outside.handle({ type: 'source-trust', id, isTrusted: true });
    await first.outside.handle({ type: 'tools-use', id, names: ['server.store'], isOn: false });
    const approvals = new Map(source(first).tools.map((tool) => [tool.name, tool.approval]));
    expect([approvals.get('server.add'), approvals.get('server.store')]).toEqual(['runs', 'asks']);
    await first.dispose();

    const second = await start(name, [addCall, { reply: 'It is 5.' }]);
    const again = await run(second, 'Add 2 to 3 at the server');
    expect(again).toMatchObject({ outcome: 'answered', reasons: [], values: [{ sum: 5 }] });
    expect(again.tools).toContain('keep');
    expect(again.tools).toContain('server.add');
    expect(again.tools).not.toContain('server.store');
    expect(toolNames(second)).toEqual(again.tools);

    await second.outside.handle({ type: 'source-remove', id });
    expect(toolNames(second)).toEqual(['keep']);
    expect((await start(name)).state.outside?.sources).toEqual([]);
  });
});

describe('what cannot be connected to', () => {
  test.each([
    ['a port where nobody listens', 'http://127.0.0.1:1/mcp', 'no-answer'],
    ['something else than a server', new URL('/diary', urls.sessions).href, 'not-mcp'],
    ['a server that wants a token', urls.guarded, 'needs-token'],
  ])('%s: it is told what is wrong', async (_what, address, kind) => {
    const session = await start(newId());
    await session.outside.handle({ type: 'server-add', address, token: '' });
    expect(source(session).stage).toMatchObject({
      type: 'failed',
      failure: { kind, origin: new URL(address).origin },
    });
    expect(toolNames(session)).toEqual(['keep']);
  });

  test.each([
    'http://tools.example/mcp',
    'ftp://tools.example',
    'https://user:word@tools.example',
    'http://',
  ])('%s is not even added', async (address) => {
    const session = await start(newId());
    await session.outside.handle({ type: 'server-add', address, token: '' });
    expect(session.state.outside).toMatchObject({
      sources: [],
      problem: { of: 'server', failure: { kind: 'address' } },
    });
  });

  test('a token lets in, is told when it is wrong, and is not kept', async () => {
    const name = newId();
    const session = await start(name);
    await session.outside.handle({ type: 'server-add', address: urls.guarded, token: 'wrong' });
    const { id, stage } = source(session);
    expect(stage).toMatchObject({ failure: { kind: 'token-refused' } });
    await session.outside.handle({ type: 'source-connect', id, token: 'right' });
    expect(source(session)).toMatchObject({ stage: { type: 'connected' }, hasToken: true });
    const next = await start(name);
    await expect.poll(() => source(next).stage.type).toBe('failed');
    expect(source(next).stage).toMatchObject({ failure: { kind: 'needs-token' } });
  });

  test('users add nothing where the host wants none', async () => {
    const session = await start(newId(), [], { outside: 'none' });
    expect(session.state.outside).toBeUndefined();
    await session.outside.handle({ type: 'server-add', address: urls.sessions, token: '' });
    expect(session.state.outside).toBeUndefined();
    expect(toolNames(session)).toEqual(['keep']);
  });
});

describe('an OpenAPI document', () => {
  const document = {
    openapi: '3.1.0',
    info: { title: 'Pet shop', version: '7' },
    paths: {
      '/package.json': { get: { operationId: 'readPackage', summary: 'Reads.' } },
      '/pets': { post: { operationId: 'addPet', summary: 'Adds.' } },
    },
  };

  test('is read from a file, is told where to send, and is there again', async () => {
    const name = newId();
    const step: ScriptedStep = { reply: '{"name":"pet.readPackage","arguments":{}}' };
    const first = await start(name, [step, { reply: 'Read.' }]);
    const file = new File([JSON.stringify(document)], 'shop.json');
    await first.outside.handle({ type: 'document-read', file });
    expect(source(first)).toMatchObject({
      alias: 'pet',
      title: 'Pet shop',
      stage: { failure: { kind: 'needs-server' } },
    });
    const { id } = source(first);
    await first.outside.handle({ type: 'server-choose', id, server: location.origin });
    expect(source(first).tools).toMatchObject([
      { name: 'pet.readPackage', request: 'GET /package.json', approval: 'runs', isOn: true },
      { name: 'pet.addPet', request: 'POST /pets', approval: 'asks', isOn: false },
    ]);
    const { values } = await run(first, 'Read the package');
    expect(values).toMatchObject([{ name: 'smallworks' }]);
    await first.dispose();
    const second = await start(name);
    await expect.poll(() => toolNames(second)).toEqual(['keep', 'pet.readPackage']);
  });

  test('may be YAML, with comments, references and a number where JSON has a text', async () => {
    const session = await start(newId());
    const text = `# A shop.
openapi: 3.1.0
info: { title: Pet shop, version: "1" }
servers:
  - url: ${location.origin}
paths:
  /pets/{id}:
    get:
      operationId: readPet
      parameters:
        - &id { name: id, in: path, required: true, schema: { type: integer } }
      responses: { 200: { description: There it is. } }
    delete:
      operationId: removePet
      parameters: [*id]
      responses: { 204: { description: It is gone. } }
`;
    await session.outside.handle({ type: 'document-read', file: new File([text], 'shop.yaml') });
    expect(source(session)).toMatchObject({ title: 'Pet shop' });
    expect(source(session).tools.map(({ request }) => request)).toEqual([
      'GET /pets/{id}',
      'DELETE /pets/{id}',
    ]);
  });

  test.each([
    ['YAML that is another', 'kind: Deployment\nspec: {}\n', 'not-open-api'],
    ['YAML with an error', 'openapi: 3.1.0\npaths: {a: [}\n', 'not-open-api'],
    ['HTML', '<html></html>', 'not-open-api'],
    ['Swagger 2.0', '{"swagger":"2.0"}', 'not-open-api'],
    ['more than 4 MiB', `"${'x'.repeat(4 * 1024 * 1024)}"`, 'too-large'],
  ])('%s: it is told', async (_what, text, kind) => {
    const session = await start(newId());
    await session.outside.handle({ type: 'document-read', file: new File([text], 'a.json') });
    expect(session.state.outside).toMatchObject({
      sources: [],
      isReading: false,
      problem: { of: 'document', failure: { kind } },
    });
  });

  test('is fetched, and where it is not found that is told', async () => {
    const session = await start(newId());
    await session.outside.handle({ type: 'document-add', address: '/no-such-document.json' });
    expect(session.state.outside?.problem).toMatchObject({ of: 'document' });
    await session.outside.handle({ type: 'document-add', address: '/package.json' });
    expect(session.state.outside?.problem?.failure.kind).toBe('not-open-api');
  });
});

async function register(name: string, execute: () => unknown, signal: AbortSignal): Promise<void> {
  await findModelContext()?.registerTool(
    {
      name,
      description: `Does ${name}.`,
      inputSchema: { type: 'object', properties: {} },
      annotations: { readOnlyHint: true },
      execute: async () => await execute(),
    },
    { signal },
  );
}

/** As the browser's agent does it. */
async function callAsAgent(name: string, input: object): Promise<unknown> {
  const context = findModelContext();
  const tool = (await context?.getTools?.())?.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`${name} is not offered.`);
  return JSON.parse((await context?.executeTool?.(tool, JSON.stringify(input))) ?? 'null');
}

describe('WebMCP', () => {
  test('is told to be missing', async () => {
    const session = await start(newId());
    await session.outside.handle({ type: 'open' });
    expect(session.state.outside).toMatchObject({ isOpen: true, sources: [], webMcp: { support: 'none' } });
  });

  test("the page's tools are found, and used once they are chosen, also by the next session", async () => {
    initializeWebMCPPolyfill();
    const registered = new AbortController();
    await register('weather', () => ({ degrees: 4 }), registered.signal);
    const name = newId();
    const first = await start(name);
    await first.outside.handle({ type: 'open' });
    expect(source(first)).toMatchObject({ kind: 'page', tools: [{ name: 'page.weather', isOn: false }] });
    expect(toolNames(first)).toEqual(['keep']);
    await first.outside.handle({ type: 'tools-use', id: 'page', names: ['page.weather'], isOn: true });
    expect(toolNames(first)).toEqual(['keep', 'page.weather']);
    await first.dispose();
    const second = await start(name, [
      { reply: '{"name":"page.weather","arguments":{}}' },
      { reply: '4 degrees.' },
    ]);
    expect((await run(second, 'What is the weather')).values).toEqual([{ degrees: 4 }]);
    registered.abort();
  });

  test("our tools are offered to the browser's agent, which asks before it writes", async () => {
    kept.length = 0;
    initializeWebMCPPolyfill();
    const name = newId();
    const first = await start(name);
    await first.outside.handle({ type: 'offer', isOn: true });
    expect(first.state.outside?.webMcp).toMatchObject({ support: 'both', isOffering: true });
    // What we offer is not taken for the page's.
    expect(source(first).tools).toEqual([]);
    const answers = [
      [true, 'tea'],
      [{ arguments: { text: 'milk' } }, 'milk'],
    ] as const;
    for (const [answer, text] of answers) {
      const result = callAsAgent('keep', { text: 'tea' });
      await expect.poll(() => first.state.outside?.asks).toMatchObject([{ call: { name: 'keep' } }]);
      first.decide(first.state.outside?.asks[0]?.id ?? '', answer);
      expect(await result).toEqual({ kept: text });
    }
    const denied = callAsAgent('keep', { text: 'gold' });
    await expect.poll(() => first.state.outside?.asks.length).toBe(1);
    first.decide(first.state.outside?.asks[0]?.id ?? '', false);
    await expect(denied).rejects.toThrow();
    expect(kept).toEqual(['tea', 'milk']);
    await first.dispose();
    await expect(callAsAgent('keep', { text: 'tea' })).rejects.toThrow('not offered');

    const second = await start(name);
    await expect.poll(() => second.state.outside?.webMcp.isOffering).toBe(true);
    await second.outside.handle({ type: 'offer', isOn: false });
    await expect(callAsAgent('keep', { text: 'tea' })).rejects.toThrow('not offered');
  });
});

test('a server of this machine is there without a network', async () => {
  const session = await start(newId());
  await session.outside.handle({ type: 'server-add', address: urls.sessions, token: '' });
  dispatchEvent(new Event('offline'));
  expect(source(session).stage.type).toBe('connected');
  expect(toolNames(session)).toContain('server.add');
});

test('where the browser is offline that is said, and it is tried again with a network', async () => {
  const session = await start(newId());
  Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
  try {
    await session.outside.handle({ type: 'server-add', address: 'http://127.0.0.1:1/mcp', token: '' });
    expect(source(session).stage).toEqual({ type: 'offline' });
  } finally {
    // The browser's own is a getter of the prototype.
    Reflect.deleteProperty(navigator, 'onLine');
  }
  dispatchEvent(new Event('online'));
  expect(source(session).stage).toEqual({ type: 'connecting' });
  await expect.poll(() => source(session).stage.type).toBe('failed');
});
