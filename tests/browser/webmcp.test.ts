/** WebMCP both ways, in a real browser, with the draft's polyfill where the browser has none of its own. */
import { cleanupWebMCPPolyfill, initializeWebMCPPolyfill } from '@mcp-b/webmcp-polyfill';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineTool } from '../../src/tools/define-tool.ts';
import { Guard } from '../../src/tools/guard/guard.ts';
import { invokeTool } from '../../src/tools/invoke-tool.ts';
import { createRegistry } from '../../src/tools/registry.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { findModelContext } from '../../src/tools/webmcp/model-context.ts';
import type { ModelContext } from '../../src/tools/webmcp/model-context.ts';
import { offerTools } from '../../src/tools/webmcp/offer-tools.ts';
import { pageTools } from '../../src/tools/webmcp/page-tools.ts';

let registered = new AbortController();

beforeEach(() => {
  initializeWebMCPPolyfill();
  registered = new AbortController();
});

afterEach(() => {
  registered.abort();
  cleanupWebMCPPolyfill();
});

function context(): ModelContext {
  const found = findModelContext();
  if (found === undefined) throw new Error('There is no model context.');
  return found;
}

async function register(
  name: string,
  execute: (input: unknown) => unknown,
  annotations: { readonly readOnlyHint?: boolean; readonly untrustedContentHint?: boolean } = {},
): Promise<void> {
  await context().registerTool(
    {
      name,
      description: `Does\n${name}.`,
      inputSchema: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false,
      },
      annotations,
      execute: async (input) => await execute(input),
    },
    { signal: registered.signal },
  );
}

/** As the browser's agent does it. */
async function callAsAgent(name: string, input: object): Promise<unknown> {
  const agent = context();
  const tools = (await agent.getTools?.()) ?? [];
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`${name} is not offered.`);
  const answer = await agent.executeTool?.(tool, JSON.stringify(input));
  return JSON.parse(answer ?? 'null');
}

describe("the page's tools", () => {
  test('are ours, with what the page says of them', async () => {
    await register('get-weather', () => ({ degrees: 4 }), { readOnlyHint: true, untrustedContentHint: true });
    await register('book', () => 'booked');
    const { tools, skipped } = await pageTools();
    expect(skipped).toEqual([]);
    const specs = new Map(tools.map(({ spec }) => [spec.name, spec]));
    expect([...specs.keys()].toSorted()).toEqual(['page.book', 'page.get-weather']);
    expect(specs.get('page.get-weather')).toMatchObject({
      description: 'Does get-weather.',
      permission: 'read',
      untrusted: true,
    });
    expect(specs.get('page.book')).toMatchObject({ permission: 'write' });
    expect(specs.get('page.book')?.untrusted).toBeUndefined();
    expect(tools.every(({ spec }) => spec.origin === undefined)).toBe(true);
  });

  test('are called with the arguments, and their failures are outcomes', async () => {
    const inputs: unknown[] = [];
    await register('weather', (input) => {
      inputs.push(input);
      return { degrees: 4 };
    });
    await register('broken', () => {
      throw new Error('No weather today.');
    });
    const { tools } = await pageTools();
    const registry = createRegistry(tools);
    const call = (name: string) =>
      invokeTool({ tools: registry, call: { name, arguments: { city: 'Oslo' } }, callId: 'c' });
    expect(await call('page.weather')).toMatchObject({ type: 'ok', value: { degrees: 4 } });
    expect(inputs).toEqual([{ city: 'Oslo' }]);
    expect(await call('page.broken')).toMatchObject({ type: 'error', fault: { code: 'tool-failed' } });
  });

  test('are found under the old name too', async () => {
    await register('old', () => 'fine');
    const found = context();
    // The polyfill's and the browser's are getters of the prototype: own properties stand before them.
    Object.defineProperty(document, 'modelContext', { value: undefined, configurable: true });
    Object.defineProperty(navigator, 'modelContext', { value: found, configurable: true });
    try {
      expect(findModelContext()).toBe(found);
      expect((await pageTools()).tools.map(({ spec }) => spec.name)).toEqual(['page.old']);
    } finally {
      Reflect.deleteProperty(document, 'modelContext');
      Reflect.deleteProperty(navigator, 'modelContext');
    }
  });

  test('without WebMCP are refused with what is missing', async () => {
    cleanupWebMCPPolyfill();
    await expect(pageTools()).rejects.toMatchObject({ code: 'unsupported' });
    await expect(offerTools({ tools: [], guard: new Guard() })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('our tools', () => {
  const kept: string[] = [];
  const look: Tool = defineTool({
    name: 'look',
    description: 'Looks.',
    permission: 'read',
    inputSchema: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
    execute: ({ at }) => ({ seen: at }),
  });
  const keep: Tool = defineTool({
    name: 'keep',
    description: 'Keeps.',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    execute: ({ text }) => {
      kept.push(text as string);
      return { kept: text };
    },
  });

  test('are offered, run what reads, and ask before what writes', async () => {
    kept.length = 0;
    const asked: string[] = [];
    const withdraw = await offerTools({
      tools: [look, keep],
      guard: new Guard(),
      approve: ({ call }) => {
        asked.push(JSON.stringify(call.arguments));
        return Promise.resolve(call.arguments['text'] === 'tea');
      },
    });
    expect(await callAsAgent('look', { at: 'sky' })).toEqual({ seen: 'sky' });
    expect(await callAsAgent('keep', { text: 'tea' })).toEqual({ kept: 'tea' });
    await expect(callAsAgent('keep', { text: 'gold' })).rejects.toThrow();
    await expect(callAsAgent('look', { at: 'sky', more: 1 })).rejects.toThrow();
    await expect(callAsAgent('look', {})).rejects.toThrow();
    expect(kept).toEqual(['tea']);
    expect(asked).toEqual(['{"text":"tea"}', '{"text":"gold"}']);
    withdraw();
    await expect(callAsAgent('look', { at: 'sky' })).rejects.toThrow('look is not offered.');
  });

  test('are not taken for the page’s', async () => {
    await register('theirs', () => 1);
    const withdraw = await offerTools({ tools: [look], guard: new Guard() });
    const { tools } = await pageTools({ except: ['look'] });
    expect(tools.map(({ spec }) => spec.name)).toEqual(['page.theirs']);
    withdraw();
  });
});
