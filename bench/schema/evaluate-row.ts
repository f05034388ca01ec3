/**
 * One schema through grammar, samples, the runtime's own check and an independent validator. What is judged is what users
 * get: texts of the grammar that the check lets through. Knows rows; nothing of files and models.
 */
import { GrammarBuilder } from '../../src/decode/gbnf.ts';
import { schemaRule } from '../../src/decode/schema-grammar.ts';
import { unenforcedKeywords } from '../../src/decode/schema-keywords.ts';
import { SchemaGrammarError } from '../../src/decode/schema/schema-grammar-error.ts';
import { readGbnf } from '../../src/engine/transformers/read-gbnf.ts';
import { Recogniser } from '../../src/engine/transformers/recogniser.ts';
import { parseJson } from '../../src/protocol/json.ts';
import type { Json, JsonSchema } from '../../src/protocol/json.ts';
import { randomNumbers } from '../../src/protocol/random.ts';
import { compileSchema } from '../../src/tools/validate.ts';
import { independentCheck } from './independent-check.ts';
import { GrammarSampler } from './sample-gbnf.ts';
import type { SampleManner } from './sample-gbnf.ts';

export interface SchemaRow {
  readonly id: string;
  readonly schema: Json;
  readonly tests: readonly { readonly data: Json; readonly valid: boolean }[];
}

export type RowResult =
  | { readonly type: 'refused'; readonly id: string; readonly keyword: string; readonly why: string }
  | {
      readonly type: 'compiled';
      readonly id: string;
      readonly recogniser: Recogniser;
      readonly compileMs: number;
      /** Texts that passed the runtime's check. */
      readonly outputs: readonly string[];
      /** What is wrong, one sentence each; none: every output is valid, and there is one at least. */
      readonly problems: readonly string[];
      readonly checked: readonly string[];
    };

/** Samples a row in each manner, and tries for each as the runtime would. */
const samplesEach: readonly (readonly [SampleManner, number])[] = [
  ['short', 1],
  ['plain', 6],
  ['odd', 3],
];
const triesEach = 30;

export function evaluateRow(row: SchemaRow, seed: number): RowResult {
  const { id, schema, tests } = row;
  const started = performance.now();
  let gbnf: string;
  try {
    const grammar = new GrammarBuilder();
    gbnf = grammar.text(schemaRule(grammar, schema as JsonSchema, 'value'));
  } catch (error) {
    if (!(error instanceof SchemaGrammarError)) throw error;
    return { type: 'refused', id, keyword: error.keyword, why: error.message };
  }
  const read = readGbnf(gbnf);
  const recogniser = new Recogniser(read);
  const compileMs = performance.now() - started;

  const check = compileSchema(schema as JsonSchema);
  const independent = independentCheck(schema);
  const problems: string[] = [];
  const outputs: string[] = [];
  const sampler = new GrammarSampler(read.rules);
  if (sampler.endless.length > 0) problems.push(`no text ends in the rules ${sampler.endless.join(', ')}`);
  const random = randomNumbers(seed);
  for (const [manner, count] of samplesEach) {
    for (let sample = 0; sample < count; sample += 1) {
      const text = firstFitting(() => sampler.draw(random, manner), check);
      if (text === undefined) continue;
      outputs.push(text);
      const value = parseJson(text);
      if (!isAccepted(recogniser, text)) problems.push(`the engine refuses ${text}`);
      if (value === undefined) problems.push(`wrote what is no JSON: ${text}`);
      else if (independent?.(value) === false) problems.push(`wrote the invalid ${text}`);
    }
  }
  if (outputs.length === 0) problems.push('no sample passed the check');
  for (const { data, valid } of tests) {
    const text = JSON.stringify(data);
    if (!valid && isAccepted(recogniser, text) && check(data).length === 0)
      problems.push(`accepts the invalid ${text}`);
  }
  const checked = unenforcedKeywords(schema as JsonSchema).map(
    ({ keyword, path }) => `${keyword} at ${path || 'the top'}`,
  );
  return { type: 'compiled', id, recogniser, compileMs, outputs: [...new Set(outputs)], problems, checked };
}

function firstFitting(draw: () => string, check: (value: unknown) => readonly unknown[]): string | undefined {
  for (let attempt = 0; attempt < triesEach; attempt += 1) {
    const text = draw();
    const value = parseJson(text);
    if (value === undefined || check(value).length === 0) return text;
  }
  return undefined;
}

function isAccepted(recogniser: Recogniser, text: string): boolean {
  const end = recogniser.advance(recogniser.start, new TextEncoder().encode(text));
  return end !== undefined && recogniser.isComplete(end);
}
