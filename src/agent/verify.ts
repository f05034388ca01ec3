/**
 * What is thought of a model's words before anything acts on them. Pure: text in, verdict out.
 * A rejected output is an outcome with feedback for the next attempt, never an exception.
 */
import type { Example } from '../decode/prompt.ts';
import { parseOutput } from '../decode/output.ts';
import type { ParsedOutput } from '../decode/output.ts';
import { faultCodes } from '../protocol/fault.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { Json } from '../protocol/json.ts';
import type { StepOutput, StepVerdict } from '../protocol/task-event.ts';
import type { ToolCall } from '../protocol/tool.ts';

export interface VerifiedOutput {
  /** Present where the text could be read, also when it was rejected. */
  readonly output?: StepOutput;
  readonly verdict: StepVerdict;
}

export interface VerifyCallOptions {
  readonly request: string;
  /** What the model was shown: an output that repeats one of these word for word was copied, not decided. */
  readonly examples: readonly Example[];
  /** What is wrong with a call: unknown tool, arguments against the schema. Undefined: nothing. */
  readonly checkCall: (call: ToolCall) => FaultData | undefined;
}

export interface VerifyActOptions extends VerifyCallOptions {
  readonly text: string;
}

/** Reads and checks the text of an `act` step. */
export function verifyAct({ text, ...options }: VerifyActOptions): VerifiedOutput {
  const parsed = parseWhole(text);
  if (parsed.type === 'unreadable') {
    const message = 'The model wrote neither a call nor an answer.';
    return { verdict: rejected({ code: faultCodes.argumentsInvalid, message, reason: parsed.reason }) };
  }
  if (parsed.output.type !== 'calls') return { output: parsed.output, verdict: { type: 'accepted' } };
  const output = { type: 'calls', calls: withoutRepeats(parsed.output.calls) } as const;
  for (const call of output.calls) {
    const fault = verifyCall(call, options);
    if (fault !== undefined) return { output, verdict: rejected(fault) };
  }
  return { output, verdict: { type: 'accepted' } };
}

/** What is wrong with one call, whatever stands beside it. Undefined: nothing. */
export function verifyCall(
  call: ToolCall,
  { request, examples, checkCall }: VerifyCallOptions,
): FaultData | undefined {
  return checkCall(call) ?? copiedExample(call, request, examples);
}

/** Reads the text; where its last line was cut off by the token limit, the whole lines before it. */
function parseWhole(text: string): ParsedOutput {
  const parsed = parseOutput(text);
  const end = text.lastIndexOf('\n');
  return parsed.type === 'unreadable' && end > 0 ? parseOutput(text.slice(0, end)) : parsed;
}

/** A small model that has lost the thread says the same call again: that is one call. */
function withoutRepeats(calls: readonly ToolCall[]): readonly ToolCall[] {
  return [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()];
}

function copiedExample(call: ToolCall, request: string, examples: readonly Example[]): FaultData | undefined {
  const text = JSON.stringify(call.arguments);
  if (text === '{}') return undefined;
  const source = examples.find(
    ({ output, request: asked }) =>
      asked !== request &&
      output.type === 'calls' &&
      output.calls.some((shown) => shown.name === call.name && JSON.stringify(shown.arguments) === text),
  );
  if (source === undefined || isGrounded(scalarsOf(call.arguments), request)) return undefined;
  return {
    code: faultCodes.argumentsInvalid,
    message: `The model repeated an example of ${call.name} instead of reading the request.`,
    details: { tool: call.name, arguments: call.arguments },
  };
}

/** Whether every value also stands in the request, so that repeating an example was right. */
function isGrounded(values: readonly string[], request: string): boolean {
  const words = request.toLowerCase();
  return values.every((value) => words.includes(value.toLowerCase()));
}

function rejected(fault: FaultData): StepVerdict {
  const why = fault.reason === undefined ? fault.message : `${fault.message} ${fault.reason}`;
  return { type: 'rejected', fault, feedback: `That was not usable. ${why} Try again.` };
}

/**
 * Checks a sentence that reports results: every number in it stands in the request or the results and is not said
 * more often than there, and something of the results is in it. Undefined: nothing is wrong.
 */
export function verifyAnswer(text: string, request: string, results: readonly Json[]): FaultData | undefined {
  const said = text.trim();
  if (said === '') return unfaithful('It is empty.');
  const source = `${request}\n${JSON.stringify(results)}`;
  const known = numbersOf(source);
  for (const [value, times] of countsOf(numbersOf(said))) {
    const there = known.filter((candidate) => candidate === value).length;
    if (there === 0) return unfaithful(`The number ${value} is in neither the request nor the result.`);
    if (times > there) return unfaithful(`The number ${value} is said ${times} times.`);
  }
  const facts = results.flatMap(scalarsOf);
  const told = said.toLowerCase();
  const toldNumbers = numbersOf(said);
  const tells = (fact: string): boolean => told.includes(fact.toLowerCase()) || toldNumbers.includes(fact);
  return facts.length === 0 || facts.some(tells) ? undefined : unfaithful('It says nothing of the result.');
}

function unfaithful(reason: string): FaultData {
  return {
    code: faultCodes.unexpected,
    message: 'The sentence does not report the result faithfully.',
    reason,
  };
}

/** Numbers of a text in a form that compares: `1,234.50` is `1234.5`. */
function numbersOf(text: string): string[] {
  return (text.match(/\d[\d,]*(?:\.\d+)?/g) ?? []).map((digits) =>
    String(Number(digits.replaceAll(',', ''))),
  );
}

function countsOf(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Every text and number within a value, as text; ids and booleans tell a reader nothing. */
function scalarsOf(value: Json): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value) ? (value as readonly Json[]).entries() : Object.entries(value);
  return [...entries].filter(([key]) => key !== 'id').flatMap(([, part]) => scalarsOf(part));
}
