import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../../src/protocol/fault.ts';
import type { JsonObject } from '../../../src/protocol/json.ts';
import type { ToolOutcome } from '../../../src/protocol/tool.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { invokeTool } from '../../../src/tools/invoke-tool.ts';
import { createRegistry } from '../../../src/tools/registry.ts';
import type { ToolContext } from '../../../src/tools/tool.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

function make(execute: (input: JsonObject, context: ToolContext) => unknown, timeoutMs?: number) {
  return defineTool({
    name: 'probe',
    description: 'Does what the test says.',
    permission: 'read',
    inputSchema: { type: 'object', properties: { n: { type: 'number' } } },
    execute,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function invoke(
  execute: (input: JsonObject, context: ToolContext) => unknown,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal; readonly input?: JsonObject } = {},
): Promise<ToolOutcome> {
  return invokeTool({
    tools: createRegistry([make(execute, options.timeoutMs)]),
    call: { name: 'probe', arguments: options.input ?? {} },
    callId: 'call-1',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds));

function faultIn(outcome: ToolOutcome) {
  if (outcome.type !== 'error') throw new Error(`expected an error, got ${JSON.stringify(outcome)}`);
  return outcome.fault;
}

describe('results', () => {
  test('a value comes back with the call id and its duration', async () => {
    const outcome = await invoke(async (input) => ({ twice: Number(input['n']) * 2 }), { input: { n: 4 } });
    expect(outcome).toMatchObject({ type: 'ok', callId: 'call-1', value: { twice: 8 } });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(0);
  });

  test.each([
    ['undefined is null', undefined, null],
    ['a Date is its text', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['undefined properties are left out', { a: 1, b: undefined }, { a: 1 }],
  ])('%s', async (_title, result, value) => {
    expect(await invoke(() => result)).toMatchObject({ type: 'ok', value });
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['items'] = [cyclic];
  test.each([
    ['a cycle', cyclic, /at items\[0\], refers back/],
    ['a function', { run: () => 1 }, /at run, is a function/],
    ['a big integer', 1n, /its result is a BigInt/],
    ['NaN', { a: Number.NaN }, /at a, is NaN/],
    ['a Map', new Map([[1, 2]]), /is a Map, not plain data/],
    ['a symbol', Symbol('x'), /is a symbol/],
    [
      'a throwing getter',
      Object.defineProperty({}, 'a', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
      /cannot be read \(no\)/,
    ],
  ])('%s is a clear fault', async (_title, result, message) => {
    const fault = faultIn(await invoke(() => result));
    expect(fault.code).toBe('tool-failed');
    expect(fault.message).toMatch(message);
    expect(fault.remedy).toBeTruthy();
  });

  test('an oversized result is cut, and says so', async () => {
    const outcome = await invoke(() => 'x'.repeat(100_000));
    expect(outcome).toMatchObject({ type: 'ok', value: { cut: true, characters: 100_000 } });
    const list = await invoke(() => Array.from({ length: 40_000 }, (_, index) => index));
    expect(list).toMatchObject({
      type: 'ok',
      value: { cut: true, start: expect.stringMatching(/^\[0,1,2/) },
    });
  });

  test('the tool cannot change the call', async () => {
    const input = { n: 1 };
    await invoke(
      (own) => {
        (own as Record<string, unknown>)['n'] = 2;
      },
      { input },
    );
    expect(input).toEqual({ n: 1 });
  });
});

describe('failures are outcomes', () => {
  test('an unknown tool, also one named like a prototype member', async () => {
    for (const name of ['weather', 'constructor', '__proto__', 'toString']) {
      const fault = faultIn(
        await invokeTool({
          tools: createRegistry([make(() => 1)]),
          call: { name, arguments: {} },
          callId: 'c',
        }),
      );
      expect(fault).toMatchObject({ code: 'tool-unknown', details: { tool: name, available: ['probe'] } });
    }
  });

  test('arguments that break the schema do not reach the tool', async () => {
    let ran = false;
    const outcome = await invoke(
      () => {
        ran = true;
      },
      { input: { n: 'four' } },
    );
    expect(faultIn(outcome)).toMatchObject({
      code: 'arguments-invalid',
      message: 'The arguments of probe do not fit: n must be a number, not "four".',
      details: { tool: 'probe', errors: [{ path: 'n', message: 'must be a number, not "four"' }] },
    });
    expect(ran).toBe(false);
  });

  test.each([
    [
      'an Error',
      () => {
        throw new Error('the line is down');
      },
      'probe failed: the line is down',
    ],
    ['a rejection', () => Promise.reject(new Error('later')), 'probe failed: later'],
    [
      'a string',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- other people's tools do this
        throw 'plain';
      },
      'probe failed: plain',
    ],
    [
      'an Error without a message',
      () => {
        throw new Error();
      },
      'probe failed: it gave no reason',
    ],
  ])('throws %s', async (_title, execute, message) => {
    expect(faultIn(await invoke(execute))).toMatchObject({
      code: 'tool-failed',
      message,
      details: { tool: 'probe' },
    });
  });

  test('a Fault of its own is kept', async () => {
    const own = new Fault({
      code: 'storage-full',
      message: 'The disk is full.',
      remedy: 'Delete something.',
    });
    expect(
      faultIn(
        await invoke(() => {
          throw own;
        }),
      ),
    ).toMatchObject({ code: 'storage-full', remedy: 'Delete something.' });
  });

  test('never returns', async () => {
    let aborted = false;
    const outcome = await invoke(
      (_input, { signal }) =>
        new Promise(() =>
          signal.addEventListener('abort', () => {
            aborted = true;
          }),
        ),
      { timeoutMs: 20 },
    );
    expect(faultIn(outcome)).toMatchObject({
      code: 'tool-timeout',
      details: { tool: 'probe', timeoutMs: 20 },
    });
    expect(aborted).toBe(true);
  });

  test('rejects after its time, and nobody hears of it', async () => {
    const outcome = await invoke(
      () =>
        pause(40).then(() => {
          throw new Error('too late');
        }),
      { timeoutMs: 10 },
    );
    expect(faultIn(outcome).code).toBe('tool-timeout');
    await pause(80);
    expect(unhandled).toEqual([]);
  });

  test('stopped in mid-run, whether it heeds the signal or not', async () => {
    for (const heeds of [true, false]) {
      const controller = new AbortController();
      const running = invoke(
        (_input, { signal }) =>
          new Promise((_resolve, reject) => {
            if (heeds) signal.addEventListener('abort', () => reject(new Error('I stopped')));
            queueMicrotask(() => controller.abort());
          }),
        { signal: controller.signal },
      );
      expect(faultIn(await running).code).toBe('aborted');
    }
    await pause(5);
    expect(unhandled).toEqual([]);
  });

  test('stopped before it began: the tool never runs', async () => {
    let ran = false;
    const outcome = await invoke(
      () => {
        ran = true;
      },
      { signal: AbortSignal.abort() },
    );
    expect(faultIn(outcome).code).toBe('aborted');
    expect(ran).toBe(false);
    await pause(5);
    expect(unhandled).toEqual([]);
  });
});

describe('registry', () => {
  test('specs keep their order; duplicates are refused; a removed tool is unknown', () => {
    const registry = createRegistry([make(() => 1)]);
    expect(registry.specs().map((spec) => spec.name)).toEqual(['probe']);
    expect(() => registry.add(make(() => 2))).toThrow(expect.objectContaining({ code: 'tool-invalid' }));
    expect(() => createRegistry([make(() => 1), make(() => 1)])).toThrow(/another tool has that name/);
    expect(registry.remove('probe')).toBe(true);
    expect(registry.remove('probe')).toBe(false);
    expect(registry.has('probe')).toBe(false);
    expect(() => registry.get('probe')).toThrow(expect.objectContaining({ code: 'tool-unknown' }));
  });
});
