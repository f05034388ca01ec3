/**
 * The MCP client in a real browser: across origins, under a policy without generated code, against real servers. What
 * it does otherwise stands in tests/unit/tools/mcp.test.ts.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { invokeTool } from '../../src/tools/invoke-tool.ts';
import { connectMcp } from '../../src/tools/mcp/connect-mcp.ts';
import type { McpConnection } from '../../src/tools/mcp/connect-mcp.ts';
import { createRegistry } from '../../src/tools/registry.ts';
import type { JsonObject } from '../../src/protocol/json.ts';
import type { ToolOutcome } from '../../src/protocol/tool.ts';

const urls = inject('mcpUrls');
const violations: string[] = [];

beforeAll(() => {
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    violations.push(`${violatedDirective} ${blockedURI}`);
  });
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  // As the site has it, but for the inline scripts of the test runner.
  policy.content = "script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'";
  document.head.append(policy);
});

afterAll(() => {
  expect(violations).toEqual([]);
});

async function connect(url: string): Promise<McpConnection> {
  return await connectMcp({ url, alias: 'desk', allowOrigins: [new URL(url).origin] });
}

async function invoke(
  connection: McpConnection,
  name: string,
  values: JsonObject = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<ToolOutcome> {
  const tools = createRegistry(connection.tools);
  return await invokeTool({ tools, call: { name, arguments: values }, callId: 'c', signal });
}

async function diaryOf(url: string): Promise<readonly string[]> {
  return (await (await fetch(new URL('/diary', url))).json()) as readonly string[];
}

test('the policy holds here: generated code is a violation', async () => {
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- that it fails is what is tested
  expect(() => new Function('return 1')).toThrow(EvalError);
  await expect.poll(() => violations.splice(0).length).toBe(1);
});

describe.each(['sessions', 'sessionless'] as const)('a server with %s', (kind) => {
  test('lists, answers, fails and hears of a stop', async () => {
    const url = urls[kind];
    const connection = await connect(url);
    expect(connection.tools).toHaveLength(8);
    expect(await invoke(connection, 'desk.add', { a: 2, b: 3 })).toMatchObject({ value: { sum: 5 } });
    expect(await invoke(connection, 'desk.fail')).toMatchObject({
      type: 'error',
      fault: { code: 'tool-failed' },
    });
    const stop = new AbortController();
    const outcome = invoke(connection, 'desk.slow', {}, stop.signal);
    await expect.poll(() => diaryOf(url)).toContain('call slow');
    stop.abort();
    expect(await outcome).toMatchObject({ type: 'error', fault: { code: 'aborted' } });
    await expect.poll(() => diaryOf(url)).toContain('cancelled slow');
    await connection.close();
  });
});

test('a server that forgot the session is connected to again', async () => {
  const connection = await connect(urls.sessions);
  await fetch(new URL('/forget', urls.sessions));
  expect(await invoke(connection, 'desk.store', { text: 'again' })).toMatchObject({ value: 'stored again' });
  expect((await diaryOf(urls.sessions)).filter((entry) => entry === 'call store again')).toHaveLength(1);
  await connection.close();
});
