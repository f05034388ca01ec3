/**
 * Makes a tool out of a definition, or says what is wrong with the definition. The shape is the one that users of
 * AI SDK and OpenAI tools know: a name, a description, a schema of the arguments, a function.
 * Knows JSON Schema and Standard Schema; nothing of what decoding can hold to, of registries or prompts.
 */
import { Fault, faultCodes, messageOf } from '../protocol/fault.ts';
import type { Json, JsonObject, JsonSchema } from '../protocol/json.ts';
import type { ToolExample, ToolPermission, ToolSpec } from '../protocol/tool.ts';
import { checkSchema } from './check-schema.ts';
import { deepFreeze, readJson } from './json-value.ts';
import { isStandardSchema, issuePath, looksStandard } from './standard-schema.ts';
import type { OutputOf, StandardSchema } from './standard-schema.ts';
import type { SchemaError, Tool, ToolContext } from './tool.ts';
import { UnresolvedReference, compileSchema } from './validate.ts';

export interface ToolDefinition<Input> {
  /** `[A-Za-z0-9_.-]{1,64}`. */
  readonly name: string;
  /** What the tool does, for the model. Short: a small model reads it before every call. */
  readonly description: string;
  /** The arguments: plain JSON Schema, `type: 'object'`, or a Standard Schema such as Zod's `z.object({ … })`. */
  readonly inputSchema: unknown;
  /** Returns what the model is told: JSON. Throwing is fine; the message reaches the model. */
  readonly execute: (input: Input, context: ToolContext) => unknown;
  /** `read` runs at once, `write` asks for approval first. Left out, it is `write`: the careful one. */
  readonly permission?: ToolPermission;
  /** Origin that a call is sent to, e.g. `https://tools.example.org`; left out, the tool is this page's own. */
  readonly origin?: string;
  /** Results hold words of strangers (pages, mails, files); true for a tool with an `origin`. See docs/guardrails. */
  readonly untrusted?: boolean;
  /** Milliseconds one run may take; 30,000 where left out. */
  readonly timeoutMs?: number;
  readonly examples?: readonly ToolExample[];
}

export interface StandardDefinition<Schema extends StandardSchema> extends ToolDefinition<OutputOf<Schema>> {
  readonly inputSchema: Schema;
}

export interface PlainDefinition extends ToolDefinition<JsonObject> {
  readonly inputSchema: JsonSchema & { readonly '~standard'?: never };
}

const defaultTimeoutMs = 30_000;
/** Timers hold 31 bits of milliseconds. */
const longestTimeoutMs = 2 ** 31 - 1;

/** Throws the fault of a definition where a schema may not be used; `invalid` makes it. */
export type CheckParameters = (parameters: JsonSchema, invalid: Invalid) => void;

/**
 * A tool from its definition, see `defineTool`; its schema is held to what `check` says beside JSON Schema's own rules.
 * The tools that come with the runtime are made here, so that a page can show them without the code that makes grammars.
 * Throws Fault `tool-invalid` (details: tool, path) on a definition that could not work.
 */
export function makeTool<Schema extends StandardSchema>(
  definition: StandardDefinition<Schema>,
  check?: CheckParameters,
): Tool;
export function makeTool(definition: PlainDefinition, check?: CheckParameters): Tool;
export function makeTool<Input>(definition: ToolDefinition<Input>, check?: CheckParameters): Tool {
  const { name, description, permission = 'write', timeoutMs = defaultTimeoutMs } = definition;
  // Definitions also come from plain JavaScript: every field is looked at, whatever its type says.
  const invalid = (path: string, reason: string, remedy: string, cause?: unknown): Fault =>
    new Fault(
      {
        code: faultCodes.toolInvalid,
        message: `The tool ${typeof name === 'string' ? `"${name}"` : 'without a name'} cannot be used: its ${path} ${reason}.`,
        reason: `${path} ${reason}`,
        remedy,
        details: { tool: typeof name === 'string' ? name : '', path },
      },
      { cause },
    );

  if (typeof name !== 'string' || !/^[A-Za-z0-9_.-]{1,64}$/.test(name)) {
    throw invalid(
      'name',
      'is not 1 to 64 letters, digits, "_", "." or "-"',
      'Give it a name such as "get_weather".',
    );
  }
  if (typeof description !== 'string' || description.trim() === '') {
    throw invalid(
      'description',
      'is missing',
      'Say in one short sentence what the tool does; the model chooses by it.',
    );
  }
  if (typeof definition.execute !== 'function') {
    throw invalid('execute', 'is not a function', 'Pass a function of (input, { signal }).');
  }
  if (permission !== 'read' && permission !== 'write') {
    throw invalid(
      'permission',
      'is neither "read" nor "write"',
      'Use "write" for a tool that changes something.',
    );
  }
  const { origin, untrusted } = definition;
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).origin === origin)) {
    throw invalid('origin', 'is not an origin', 'Write it as https://tools.example.org, without a path.');
  }
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0 && timeoutMs <= longestTimeoutMs)) {
    throw invalid(
      'timeoutMs',
      `is not between 1 and ${longestTimeoutMs} milliseconds`,
      'Leave it out for 30 seconds.',
    );
  }

  const { standard, parameters } = readSchema(definition.inputSchema, invalid);
  const compiled = compile(parameters, invalid);
  check?.(parameters, invalid);
  const validate = (value: unknown): readonly SchemaError[] => {
    const errors = compiled(value);
    return errors.length > 0 || standard === undefined ? errors : refinementErrors(standard, value);
  };
  const examples = readExamples(definition.examples, validate, invalid);

  const spec: ToolSpec = {
    name,
    description: description.trim(),
    parameters,
    permission,
    ...(origin === undefined ? {} : { origin }),
    ...(untrusted === true || origin !== undefined ? { untrusted: true } : {}),
    ...(examples.length === 0 ? {} : { examples }),
  };
  return Object.freeze({
    spec: Object.freeze(spec),
    timeoutMs,
    validate,
    execute: async (input: JsonObject, context: ToolContext): Promise<unknown> =>
      // The type of a schema's output is the schema's word; parseInput makes it true.
      definition.execute((await parseInput({ standard, tool: name, input })) as Input, context),
  });
}

type Invalid = (path: string, reason: string, remedy: string, cause?: unknown) => Fault;

function readSchema(
  inputSchema: unknown,
  invalid: Invalid,
): { readonly standard: StandardSchema | undefined; readonly parameters: JsonSchema } {
  const standard = isStandardSchema(inputSchema) ? inputSchema : undefined;
  if (standard === undefined && looksStandard(inputSchema)) {
    throw invalid(
      'inputSchema',
      'is a Standard Schema that cannot say its JSON Schema',
      'Update the library (Zod 4.2 or newer can), or pass plain JSON Schema.',
    );
  }
  const reading = readJson(standard === undefined ? inputSchema : jsonSchemaOf(standard, invalid));
  if (reading.type === 'not-json') {
    const place = reading.path === '' ? 'inputSchema' : `inputSchema.${reading.path}`;
    throw invalid(place, reading.problem, 'A schema is plain JSON; share parts with $defs and $ref.');
  }
  if (typeof reading.value !== 'object' || reading.value === null || Array.isArray(reading.value)) {
    throw invalid(
      'inputSchema',
      'is not an object',
      "Pass { type: 'object', properties: { … } } or a Zod object.",
    );
  }
  const { $schema: _dialect, ...parameters } = reading.value as JsonObject;
  const problem = checkSchema(parameters);
  if (problem !== undefined) {
    throw invalid(
      `inputSchema.${problem.path}`,
      problem.problem,
      'Correct the schema (JSON Schema, draft 2020-12).',
    );
  }
  return { standard, parameters: deepFreeze(parameters) };
}

function jsonSchemaOf(standard: StandardSchema, invalid: Invalid): unknown {
  try {
    return standard['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
  } catch (error) {
    throw invalid(
      'inputSchema',
      `cannot be written as JSON Schema (${messageOf(error)})`,
      'Use types that JSON has: strings, numbers, booleans, lists, objects.',
      error,
    );
  }
}

function compile(parameters: JsonSchema, invalid: Invalid): (value: unknown) => readonly SchemaError[] {
  try {
    return compileSchema(parameters);
  } catch (error) {
    throw invalid(
      error instanceof UnresolvedReference ? `inputSchema.${error.path}` : 'inputSchema',
      `cannot be used (${messageOf(error)})`,
      'Refer to schemas as #/$defs/name.',
      error,
    );
  }
}

function readExamples(
  examples: readonly ToolExample[] | undefined,
  validate: (value: unknown) => readonly SchemaError[],
  invalid: Invalid,
): readonly ToolExample[] {
  const reading = readJson(examples ?? []);
  if (reading.type === 'not-json' || !Array.isArray(reading.value)) {
    throw invalid('examples', 'is not a list of plain data', 'Pass [{ request, arguments }].');
  }
  for (const [index, example] of (reading.value as readonly Json[]).entries()) {
    const path = `examples[${index}]`;
    const { request, arguments: input } = (example ?? {}) as Readonly<Record<string, Json>>;
    if (typeof request !== 'string' || request.trim() === '') {
      throw invalid(`${path}.request`, 'is missing', 'Write the request as a user would.');
    }
    const [error] = validate(input);
    if (error !== undefined) {
      throw invalid(
        `${path}.arguments${error.path === '' ? '' : `.${error.path}`}`,
        error.message,
        'Make the example fit the schema: the model learns the call from it.',
      );
    }
  }
  return deepFreeze(reading.value) as readonly ToolExample[];
}

/** What the schema's own `validate` finds beyond JSON Schema (refinements), where it can say so at once. */
function refinementErrors(standard: StandardSchema, value: unknown): readonly SchemaError[] {
  try {
    const result = standard['~standard'].validate(value);
    if (!(result instanceof Promise)) {
      return (result.issues ?? []).map((issue) => ({ path: issuePath(issue), message: issue.message }));
    }
    // Asynchronous refinements are awaited when the tool runs; here only a rejection must not go astray.
    result.catch(() => undefined);
    return [];
  } catch (error) {
    return [{ path: '', message: `cannot be checked (${messageOf(error)})` }];
  }
}

async function parseInput(input: {
  readonly standard: StandardSchema | undefined;
  readonly tool: string;
  readonly input: JsonObject;
}): Promise<unknown> {
  if (input.standard === undefined) return input.input;
  const result = await input.standard['~standard'].validate(input.input);
  if (result.issues === undefined) return result.value;
  const errors = result.issues.map((issue) => ({ path: issuePath(issue), message: issue.message }));
  throw argumentsInvalid({ tool: input.tool, errors });
}

/** The fault for a call whose arguments break the schema; its message is fit to be fed back to the model. */
export function argumentsInvalid(input: {
  readonly tool: string;
  readonly errors: readonly SchemaError[];
}): Fault {
  const list = input.errors.map(({ path, message }) => `${path === '' ? 'the arguments' : path} ${message}`);
  return new Fault({
    code: faultCodes.argumentsInvalid,
    message: `The arguments of ${input.tool} do not fit: ${list.join('; ')}.`,
    remedy: 'Call the tool again with arguments that fit its schema.',
    details: { tool: input.tool, errors: input.errors },
  });
}
