/**
 * Whether a step's output is right, by the rules of the tool-call row format: any order of calls, acceptable values,
 * parameters that may be left out, and strings compared as BFCL does. Pure.
 * Knows nothing of models and of how the output came about.
 */
import type { Grade } from '../protocol/evaluation.ts';
import { isObject } from '../protocol/json.ts';
import type { Json } from '../protocol/json.ts';
import type { StepOutput } from '../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../protocol/tool.ts';
import { compileSchema } from '../tools/validate.ts';
import type { ExpectedCall, ToolCallRow } from './tool-call-row.ts';

/** Counts over graded rows: all, readable, the right tool, exactly right, rightly refused. */
export interface GradeSummary {
  readonly n: number;
  readonly valid: number;
  readonly name: number;
  readonly exact: number;
  readonly refused: number;
}

/** Grades one output; `undefined` is an output that could not be read, and wrong in every way. */
export function gradeRow(
  row: Pick<ToolCallRow, 'tools' | 'expected'>,
  output: StepOutput | undefined,
): Grade {
  if (output === undefined) return { valid: false, name: false, exact: false, refused: false };
  if (output.type !== 'calls') {
    const right = row.expected.length === 0;
    return { valid: true, name: right, exact: right, refused: true };
  }
  const { calls } = output;
  const sameCount = calls.length === row.expected.length && calls.length > 0;
  return {
    valid: calls.length > 0 && calls.every((call) => fitsItsTool(call, row.tools)),
    name: sameCount && pairs(row.expected, calls, (expected, call) => expected.name === call.name),
    exact: sameCount && pairs(row.expected, calls, isRight),
    refused: false,
  };
}

/** How many grades are true in each respect. */
export function summarise(grades: readonly Grade[]): GradeSummary {
  const count = (key: keyof Grade): number => grades.filter((grade) => grade[key]).length;
  return {
    n: grades.length,
    valid: count('valid'),
    name: count('name'),
    exact: count('exact'),
    refused: count('refused'),
  };
}

function fitsItsTool(call: ToolCall, tools: readonly ToolSpec[]): boolean {
  const tool = tools.find(({ name }) => name === call.name);
  return tool !== undefined && compileSchema(tool.parameters)(call.arguments).length === 0;
}

/** Whether each expected call can have a call of its own (augmenting paths; both lists have one length). */
function pairs(
  expected: readonly ExpectedCall[],
  calls: readonly ToolCall[],
  fits: (expected: ExpectedCall, call: ToolCall) => boolean,
): boolean {
  const ownerOfCall = new Map<number, number>();
  const place = (index: number, tried: Set<number>): boolean => {
    const wanted = expected[index];
    for (const [position, call] of calls.entries()) {
      if (wanted === undefined || tried.has(position) || !fits(wanted, call)) continue;
      tried.add(position);
      const owner = ownerOfCall.get(position);
      if (owner === undefined || place(owner, tried)) {
        ownerOfCall.set(position, index);
        return true;
      }
    }
    return false;
  };
  return expected.every((_, index) => place(index, new Set()));
}

function isRight(expected: ExpectedCall, call: ToolCall): boolean {
  if (expected.name !== call.name) return false;
  const given = call.arguments;
  const nothingMissing = [...Object.keys(expected.arguments), ...Object.keys(expected.acceptable)].every(
    (parameter) => Object.hasOwn(given, parameter) || expected.optional.includes(parameter),
  );
  return (
    nothingMissing &&
    Object.entries(given).every(([parameter, value]) =>
      rightValues(expected, parameter).some((right) => sameValue(right, value)),
    )
  );
}

/** The values a parameter may have; none for one that is not expected. */
function rightValues({ arguments: known, acceptable }: ExpectedCall, parameter: string): readonly Json[] {
  const first = Object.hasOwn(known, parameter) ? known[parameter] : undefined;
  const others = Object.hasOwn(acceptable, parameter) ? (acceptable[parameter] ?? []) : [];
  return first === undefined ? others : [first, ...others];
}

/** Equal up to the spelling of strings, at any depth. JSON knows one kind of number, so 5 is 5.0. */
function sameValue(one: Json, other: Json): boolean {
  if (typeof one === 'string' && typeof other === 'string') return plain(one) === plain(other);
  if (Array.isArray(one) && Array.isArray(other)) {
    const others = other as readonly Json[];
    return (
      one.length === others.length &&
      (one as readonly Json[]).every((value, index) => sameValue(value, others[index] ?? null))
    );
  }
  if (isObject(one) && isObject(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && sameValue(one[key] ?? null, other[key] ?? null))
    );
  }
  return one === other;
}

/** Lower case, without blanks and the characters `,./-_*^`. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[ ,./\-_*^]/g, '');
}
