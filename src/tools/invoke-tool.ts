/**
 * Runs one call and turns whatever happens into an outcome: look up, validate, run with a time-out and an abort,
 * read the result as JSON. It never throws and never waits longer than the tool's time.
 * Knows nothing of approval: the caller asks before it invokes. A tool that blocks its thread cannot be stopped.
 */
import { Fault, faultCodes, messageOf, toFault } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { Json } from '../protocol/json.ts';
import type { ToolCall, ToolOutcome } from '../protocol/tool.ts';
import { argumentsInvalid } from './make-tool.ts';
import { readJson } from './json-value.ts';
import type { ToolRegistry } from './registry.ts';
import type { Tool } from './tool.ts';

/** Characters of a result's JSON that are kept; more would not fit a small model's context anyway. */
const mostCharacters = 64 * 1024;

/**
 * The outcome of one call. Errors: `tool-unknown`, `arguments-invalid`, `tool-timeout`, `aborted`, `tool-failed`
 * (the tool threw, or returned what JSON cannot hold); a Fault that the tool threw itself is kept as it is.
 * A result of more than 65,536 characters of JSON becomes `{ cut: true, characters, start }`, so that a long
 * page or list still is of use. `undefined` becomes null. What a tool does after its time is up is ignored.
 */
export async function invokeTool(input: {
  readonly tools: Pick<ToolRegistry, 'get'>;
  readonly call: ToolCall;
  readonly callId: Id;
  readonly signal?: AbortSignal;
}): Promise<ToolOutcome> {
  const { callId } = input;
  const startedAt = performance.now();
  const durationMs = (): number => performance.now() - startedAt;
  try {
    const tool = input.tools.get(input.call.name);
    const errors = tool.validate(input.call.arguments);
    if (errors.length > 0) throw argumentsInvalid({ tool: tool.spec.name, errors });
    const value = readResult(tool, await runBounded(tool, input.call, input.signal));
    return { type: 'ok', callId, value, durationMs: durationMs() };
  } catch (error) {
    return { type: 'error', callId, fault: toFault(error).toData(), durationMs: durationMs() };
  }
}

async function runBounded(tool: Tool, call: ToolCall, outer: AbortSignal | undefined): Promise<unknown> {
  const { name } = tool.spec;
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;

  // Settles without the tool, because a tool may not heed its signal.
  const ended = new Promise<never>((_resolve, reject) => {
    const end = (fault: Fault): void => {
      reject(fault);
      controller.abort(fault);
    };
    onAbort = () =>
      end(new Fault({ code: faultCodes.aborted, message: `${name} was stopped.`, details: { tool: name } }));
    outer?.addEventListener('abort', onAbort, { once: true });
    timer = setTimeout(() => {
      end(
        new Fault({
          code: faultCodes.toolTimeout,
          message: `${name} did not finish within ${tool.timeoutMs} milliseconds.`,
          remedy: 'Try again later, or give the tool a longer timeoutMs.',
          details: { tool: name, timeoutMs: tool.timeoutMs },
        }),
      );
    }, tool.timeoutMs);
    if (outer?.aborted === true) onAbort();
  });

  try {
    // An abort that came first must not start the tool. The race also takes care of whichever rejects later.
    return await Promise.race([
      ended,
      controller.signal.aborted ? ended : runTool(tool, call, controller.signal),
    ]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) outer?.removeEventListener('abort', onAbort);
  }
}

async function runTool(tool: Tool, call: ToolCall, signal: AbortSignal): Promise<unknown> {
  try {
    // A copy: what the tool does to its input must not change the call that the log holds.
    return await tool.execute(structuredClone(call.arguments), { signal });
  } catch (error) {
    if (error instanceof Fault) throw error;
    const message = messageOf(error);
    throw new Fault(
      {
        code: faultCodes.toolFailed,
        message: `${tool.spec.name} failed: ${message === '' ? 'it gave no reason' : message}`,
        details: { tool: tool.spec.name },
      },
      { cause: error },
    );
  }
}

function readResult(tool: Tool, result: unknown): Json {
  const reading = readJson(result);
  if (reading.type === 'not-json') {
    const { name } = tool.spec;
    const place = reading.path === '' ? 'its result' : `its result, at ${reading.path},`;
    throw new Fault({
      code: faultCodes.toolFailed,
      message: `${name} returned something that is not JSON: ${place} ${reading.problem}.`,
      remedy: `Let the function of ${name} return strings, numbers, booleans, null, lists and plain objects.`,
      details: { tool: name, path: reading.path },
    });
  }
  const text = JSON.stringify(reading.value);
  if (text.length <= mostCharacters) return reading.value;
  const source = typeof reading.value === 'string' ? reading.value : text;
  return { cut: true, characters: source.length, start: source.slice(0, mostCharacters).toWellFormed() };
}
