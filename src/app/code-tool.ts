/**
 * A tool whose body is text: JavaScript that a user or a model wrote. It runs in an interpreter, in a thread of its own, with
 * the language and nothing else; what goes in and comes out is JSON, and held to schemas.
 * Joins the tool to the thread; knows neither interpreter nor run.
 */
import { SandboxClient } from '../bridge/sandbox-client.ts';
import { Fault, faultCodes, messageOf } from '../protocol/fault.ts';
import { parseJson } from '../protocol/json.ts';
import type { Json, JsonSchema } from '../protocol/json.ts';
import type { SandboxLimits, SandboxResult } from '../protocol/sandbox.ts';
import type { ToolExample } from '../protocol/tool.ts';
import { defineTool } from '../tools/define-tool.ts';
import type { Tool } from '../tools/tool.ts';
import { compileSchema } from '../tools/validate.ts';

/** A tool as its text: what it is for, its schemas, and the body that runs in the sandbox. */
export interface CodeToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: JsonSchema;
  /** JSON Schema that the result is held to; absent: any JSON. */
  readonly outputSchema?: JsonSchema;
  /** Body of an async function of `input`, e.g. `return input.words.split(' ').length;`. */
  readonly code: string;
  readonly examples?: readonly ToolExample[];
  readonly limits?: Partial<SandboxLimits>;
}

const defaultLimits: SandboxLimits = {
  timeMs: 1000,
  memoryBytes: 32 * 1024 * 1024,
  resultCharacters: 32_768,
};

/** Milliseconds that a call may wait for the interpreter, and for calls before it. */
const waitingMs = 30_000;

/** One thread serves all: nothing is left of a job when the next begins. */
const sandbox = new SandboxClient();

/**
 * The tool of a piece of code. It reads, for its code reaches nothing; its results are a stranger's words. Throws Fault
 * `tool-invalid` for a definition that could not work. A call fails with `tool-failed` or `tool-timeout`.
 */
export function defineCodeTool(definition: CodeToolDefinition): Tool {
  const { name, description, inputSchema, outputSchema, code, examples, limits: given } = definition;
  const limits = { ...defaultLimits, ...given };
  const check = outputSchema === undefined ? undefined : compileResult(name, outputSchema);
  return defineTool({
    name,
    description,
    inputSchema,
    permission: 'read',
    untrusted: true,
    timeoutMs: limits.timeMs + waitingMs,
    ...(examples === undefined ? {} : { examples }),
    execute: async (input, { signal }) => {
      const job = { code, input: JSON.stringify(input), limits };
      const value = valueOf(name, limits, await sandbox.run(job, signal));
      const [error] = check?.(value) ?? [];
      if (error === undefined) return value;
      const place = error.path === '' ? 'it' : error.path;
      throw failed(name, `Its result does not fit: ${place} ${error.message}.`);
    },
  });
}

function compileResult(name: string, schema: JsonSchema): ReturnType<typeof compileSchema> {
  try {
    return compileSchema(schema);
  } catch (error) {
    throw new Fault(
      {
        code: faultCodes.toolInvalid,
        message: `The tool "${name}" cannot be used: its outputSchema cannot be compiled.`,
        reason: messageOf(error),
        remedy: 'Refer to schemas as #/$defs/name.',
        details: { tool: name, path: 'outputSchema' },
      },
      { cause: error },
    );
  }
}

function valueOf(name: string, { timeMs }: SandboxLimits, result: SandboxResult): Json {
  if (result.type === 'ok') return parseJson(result.json) ?? null;
  if (result.failure !== 'time') throw failed(name, result.message);
  throw new Fault({
    code: faultCodes.toolTimeout,
    message: `The code of ${name} did not end within ${String(timeMs)} milliseconds.`,
    remedy: 'Look for a loop without an end, or raise limits.timeMs.',
    details: { tool: name, timeoutMs: timeMs },
  });
}

function failed(name: string, reason: string): Fault {
  return new Fault({
    code: faultCodes.toolFailed,
    message: `The code of ${name} failed: ${reason}`,
    details: { tool: name },
  });
}
