/** Code of a tool in the interpreter: what it computes, what it cannot reach, and which bounds end it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { SandboxJob, SandboxResult } from '../../../src/protocol/sandbox.ts';
import { makeInterpreter } from '../../../src/tools/sandbox/interpreter.ts';
import { runCode } from '../../../src/tools/sandbox/run-code.ts';
import { sandboxAttacks } from '../../fixtures/sandbox-attacks.ts';

const limits = { timeMs: 60_000, memoryBytes: 20 * 1024 * 1024, resultCharacters: 10_000 };
const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
const wasm = await WebAssembly.compile(readFileSync(file));

async function run(
  code: string,
  input: unknown = {},
  bounds: Partial<SandboxJob['limits']> = {},
): Promise<SandboxResult> {
  const job = { code, input: JSON.stringify(input), limits: { ...limits, ...bounds } };
  return runCode(await makeInterpreter({ wasm, memoryBytes: limits.memoryBytes }), job);
}

test('it computes, waits for its own promises, and gives JSON', async () => {
  const code = `const words = await Promise.resolve(input.text.split(' '));
    return { words: words.length, longest: words.toSorted((a, b) => b.length - a.length)[0] };`;
  expect(await run(code, { text: 'a small model' })).toEqual({
    type: 'ok',
    json: '{"words":3,"longest":"small"}',
  });
  expect(await run('const nothing = 1;')).toEqual({ type: 'ok', json: 'null' });
  // A comment at the end does not swallow what follows it.
  expect(await run('return 1; // one')).toEqual({ type: 'ok', json: '1' });
});

test('one job knows nothing of the one before it', async () => {
  const left = 'globalThis.left = 1; Object.prototype.left = 2; return 0;';
  expect(await run(left)).toEqual({ type: 'ok', json: '0' });
  expect(await run('return [typeof left, {}.left === undefined];')).toEqual({
    type: 'ok',
    json: '["undefined",true]',
  });
  expect({}).not.toHaveProperty('left');
});

test('what it throws is told in its words', async () => {
  expect(await run(`throw new RangeError('Too many.');`)).toEqual({
    type: 'failed',
    failure: 'threw',
    message: 'RangeError: Too many.',
  });
});

describe('attacks', () => {
  test.each(sandboxAttacks)('$name', async ({ code, ends }) => {
    // Those that run for ever have less time to do it.
    const result = await run(code, {}, 'failure' in ends && ends.failure === 'time' ? { timeMs: 200 } : {});
    if ('failure' in ends) expect(result).toMatchObject({ type: 'failed', failure: ends.failure });
    else expect(result).toEqual({ type: 'ok', json: JSON.stringify(ends.value) });
  });
});
