/**
 * Rows of schemas -> how many have a grammar, how many of those gave valid values only, and what the grammar costs. Knows
 * rows and figures; nothing of command lines.
 */
import { existsSync } from 'node:fs';
import type { Json } from '../../src/protocol/json.ts';
import { isObject, parseJson } from '../../src/protocol/json.ts';
import { evaluateRow } from './evaluate-row.ts';
import type { RowResult, SchemaRow } from './evaluate-row.ts';
import { MaskOverhead } from './mask-overhead.ts';

export interface SchemaEvaluation {
  readonly n: number;
  readonly compiled: number;
  readonly valid: number;
  readonly refused: number;
  readonly compile_ms_p50: number;
  /** Null without a model's vocabulary at hand. */
  readonly overhead_us_per_token: number | null;
}

export interface EvaluateSchemasOptions {
  /** One JSON object each. */
  readonly lines: readonly { readonly number: number; readonly text: string }[];
  /** A GGUF file with a vocabulary. */
  readonly model: string;
  readonly print: (line: string) => void;
}

/** Outputs of a row that a matcher is led through. */
const measuredOutputs = 2;

/** Throws TypeError for a line that is no row. */
export async function evaluateSchemas({
  lines,
  model,
  print,
}: EvaluateSchemasOptions): Promise<SchemaEvaluation> {
  const rows = lines.map(readRow);
  const overhead = existsSync(model) ? await MaskOverhead.open(model) : undefined;
  if (overhead === undefined) print(`There is no ${model}: the overhead of a token is not measured.`);
  const results: RowResult[] = [];
  for (const [index, row] of rows.entries()) {
    const result = evaluateRow(row, index + 1);
    results.push(result);
    report(result, print);
    if (result.type !== 'compiled') continue;
    for (const output of result.outputs.slice(0, measuredOutputs))
      overhead?.measure(result.recogniser, output);
  }
  const compiled = results.filter((result) => result.type === 'compiled');
  const times = compiled.map(({ compileMs }) => compileMs).toSorted((one, other) => one - other);
  if (overhead !== undefined) print(`The overhead is that of ${overhead.tokens} tokens.`);
  return {
    n: rows.length,
    compiled: compiled.length,
    valid: compiled.filter(({ problems }) => problems.length === 0).length,
    refused: results.length - compiled.length,
    compile_ms_p50: round(times[times.length >>> 1] ?? 0),
    overhead_us_per_token: overhead === undefined ? null : round(overhead.microsecondsEach),
  };
}

function report(result: RowResult, print: (line: string) => void): void {
  if (result.type === 'refused') {
    print(`${result.id}: refused, ${result.why}`);
    return;
  }
  for (const problem of result.problems) print(`${result.id}: WRONG, ${problem}`);
  if (result.checked.length > 0) print(`${result.id}: checked after, ${result.checked.join(', ')}`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function readRow({ number, text }: { readonly number: number; readonly text: string }): SchemaRow {
  const row = parseJson(text);
  const schema = isObject(row) ? row['schema'] : undefined;
  if (!isObject(row) || (!isObject(schema) && typeof schema !== 'boolean')) {
    throw new TypeError(`Line ${number} is no row: it has no schema.`);
  }
  const tests = Array.isArray(row['tests']) ? (row['tests'] as readonly Json[]) : [];
  return {
    id: typeof row['id'] === 'string' ? row['id'] : `line ${number}`,
    schema,
    tests: tests.flatMap((test) =>
      isObject(test) && test['data'] !== undefined && typeof test['valid'] === 'boolean'
        ? [{ data: test['data'], valid: test['valid'] }]
        : [],
    ),
  };
}
