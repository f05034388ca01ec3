/**
 * Runs the code of a tool in an interpreter of its own, which has the language and nothing else: no page, no network, no
 * timers, no modules. Text goes in and text comes out, so no object of the one side is ever held by the other.
 * Knows QuickJS and bounds; nothing of tools and threads.
 */
import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from 'quickjs-emscripten-core';
import { messageOf } from '../../protocol/fault.ts';
import type { SandboxFailure, SandboxJob, SandboxResult } from '../../protocol/sandbox.ts';

const stackBytes = 256 * 1024;
/** Jobs of promises between two looks at the clock. */
const jobsAtOnce = 256;
const messageCharacters = 300;

/**
 * Runs one job to its end; synchronous, so that nothing comes between. Never throws for what the code does. The interpreter is
 * for this job alone: what the code left in it is not freed.
 */
export function runCode(quickjs: QuickJSWASMModule, job: SandboxJob): SandboxResult {
  const endsAt = performance.now() + job.limits.timeMs;
  const isOver = (): boolean => performance.now() > endsAt;
  try {
    const runtime = quickjs.newRuntime({ maxStackSizeBytes: stackBytes });
    runtime.setInterruptHandler(isOver);
    return evaluate(runtime.newContext(), job, isOver);
  } catch (error) {
    // Without memory left the interpreter itself breaks, wherever it stands.
    return failureOf(isOver(), messageOf(error));
  }
}

function evaluate(
  context: QuickJSContext,
  { code, input, limits }: SandboxJob,
  isOver: () => boolean,
): SandboxResult {
  const { runtime } = context;
  /** What went wrong: the clock speaks before the code does, also where its words took the time. */
  const failed = (error: QuickJSHandle): SandboxResult => {
    const message = readError(context, error);
    return failureOf(isOver(), message);
  };
  // Taken before the code runs, which may change what its own realm calls JSON.
  const json = context.getProp(context.global, 'JSON');
  const stringify = context.getProp(json, 'stringify');
  const parse = context.getProp(json, 'parse');
  const given = context.callFunction(parse, context.undefined, context.newString(input));
  if (given.error !== undefined) return failed(given.error);
  const made = context.evalCode(`(async function (input) {"use strict";\n${code}\n})`, 'tool.js');
  if (made.error !== undefined) return failed(made.error);
  const called = context.callFunction(made.value, context.undefined, given.value);
  if (called.error !== undefined) return failed(called.error);
  while (runtime.hasPendingJob()) {
    if (isOver()) return failureOf(true, '');
    const { error } = runtime.executePendingJobs(jobsAtOnce);
    if (error !== undefined) return failed(error);
  }
  const state = context.getPromiseState(called.value);
  if (state.type === 'rejected') return failed(state.error);
  if (state.type === 'pending') return failure('unsettled', 'It waits for something that never comes.');
  const written = context.callFunction(stringify, context.undefined, state.value);
  if (written.error !== undefined) return failed(written.error);
  return readText(context, written.value, limits.resultCharacters);
}

/** The JSON of a result, where it is short enough. What JSON leaves out, such as a function, is null. */
function readText(context: QuickJSContext, value: QuickJSHandle, mostCharacters: number): SandboxResult {
  if (context.typeof(value) !== 'string') return { type: 'ok', json: 'null' };
  const length = context.getNumber(context.getProp(value, 'length'));
  if (length <= mostCharacters) return { type: 'ok', json: context.getString(value) };
  return failure('result', `Its result has ${length.toLocaleString('en')} characters.`);
}

function failureOf(isOver: boolean, message: string): SandboxResult {
  if (isOver) return failure('time', 'Its time was up.');
  return /out of memory/.test(message)
    ? failure('memory', 'Its memory was used up.')
    : failure('threw', message);
}

function failure(kind: SandboxFailure, message: string): SandboxResult {
  return { type: 'failed', failure: kind, message: message.slice(0, messageCharacters).toWellFormed() };
}

/** Name and message of what was thrown; getters of the code's own are asked within the same bounds. */
function readError(context: QuickJSContext, error: QuickJSHandle): string {
  if (context.typeof(error) !== 'object') return textOf(context, error);
  const parts = ['name', 'message'].map((key) => textOf(context, context.getProp(error, key)));
  return parts.filter((part) => part !== '').join(': ');
}

function textOf(context: QuickJSContext, value: QuickJSHandle): string {
  const type = context.typeof(value);
  if (type === 'string') return context.getString(value);
  if (type === 'number') return String(context.getNumber(value));
  return type === 'undefined' ? '' : type;
}
