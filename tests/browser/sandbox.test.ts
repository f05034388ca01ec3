/**
 * Code of tools in a real browser: in its own thread, under the site's policy, which forbids generated code. The attacks are
 * those of tests/unit/tools/run-code.test.ts; here nothing of the page may notice them, and what cannot be interrupted is ended.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineCodeTool } from '../../src/app/code-tool.ts';
import type { CodeToolDefinition } from '../../src/app/code-tool.ts';
import type { JsonObject } from '../../src/protocol/json.ts';
import type { ToolOutcome } from '../../src/protocol/tool.ts';
import { invokeTool } from '../../src/tools/invoke-tool.ts';
import { createRegistry } from '../../src/tools/registry.ts';
import { outside, sandboxAttacks } from '../fixtures/sandbox-attacks.ts';

const violations: string[] = [];
const messages: unknown[] = [];

beforeAll(() => {
  document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
    violations.push(violatedDirective);
  });
  globalThis.addEventListener('message', ({ data }) => messages.push(data));
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; object-src 'none'";
  document.head.append(policy);
});

afterAll(() => {
  expect(violations).toEqual([]);
});

interface Call extends Partial<Pick<CodeToolDefinition, 'inputSchema' | 'outputSchema' | 'limits'>> {
  readonly code: string;
  readonly input?: JsonObject;
  readonly signal?: AbortSignal;
}

async function call({ code, input = {}, signal, ...rest }: Call): Promise<ToolOutcome> {
  const tool = defineCodeTool({
    name: 'code',
    description: 'Runs code.',
    inputSchema: { type: 'object', properties: {} },
    code,
    ...rest,
  });
  return await invokeTool({
    tools: createRegistry([tool]),
    call: { name: 'code', arguments: input },
    callId: 'c',
    ...(signal === undefined ? {} : { signal }),
  });
}

test('it gives what it computes, where that fits the schemas', async () => {
  const schemas = {
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    outputSchema: { type: 'object', properties: { words: { type: 'integer' } }, required: ['words'] },
  };
  const code = `return { words: input.text.split(' ').length };`;
  expect(await call({ ...schemas, code, input: { text: 'a small model' } })).toMatchObject({
    type: 'ok',
    value: { words: 3 },
  });
  expect(await call({ ...schemas, code, input: {} })).toMatchObject({ fault: { code: 'arguments-invalid' } });
  expect(await call({ ...schemas, code: `return { words: 'three' };`, input: { text: '' } })).toMatchObject({
    fault: { code: 'tool-failed' },
  });
});

test('what it returns cannot reach a prototype', async () => {
  const code = `return JSON.parse('{"__proto__":{"polluted":true}}');`;
  expect(await call({ code })).toMatchObject({ type: 'error', fault: { code: 'tool-failed' } });
  expect({}).not.toHaveProperty('polluted');
});

test.each(sandboxAttacks)('$name: the page is not reached', async ({ code, ends }) => {
  const forever = 'failure' in ends && ends.failure === 'time';
  const outcome = await call({
    code,
    limits: { timeMs: forever ? 200 : 30_000, memoryBytes: 20 * 1024 * 1024, resultCharacters: 10_000 },
  });
  if (forever) expect(outcome).toMatchObject({ type: 'error', fault: { code: 'tool-timeout' } });
  else if ('failure' in ends)
    expect(outcome).toMatchObject({ type: 'error', fault: { code: 'tool-failed' } });
  else expect(outcome).toMatchObject({ type: 'ok', value: ends.value });
  expect(messages).toEqual([]);
  expect(performance.getEntriesByType('resource').filter(({ name }) => name.startsWith(outside))).toEqual([]);
});

test('what nothing can interrupt is ended with its thread, and the next call has another', async () => {
  const code = 'return String(7n ** 9_000_000n).length;';
  expect(await call({ code, limits: { timeMs: 100 } })).toMatchObject({ fault: { code: 'tool-timeout' } });
  expect(await call({ code: 'return 1;', limits: { timeMs: 30_000 } })).toMatchObject({
    type: 'ok',
    value: 1,
  });
});

test('a stop ends it, and those that wait behind it run', async () => {
  const stopping = new AbortController();
  const limits = { timeMs: 60_000 };
  const endless = call({ code: 'for (;;);', limits, signal: stopping.signal });
  const next = call({ code: 'return 2;', limits });
  stopping.abort();
  expect(await endless).toMatchObject({ fault: { code: 'aborted' } });
  expect(await next).toMatchObject({ type: 'ok', value: 2 });
});
