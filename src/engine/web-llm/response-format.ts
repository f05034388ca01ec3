/**
 * A constraint as web-llm takes it. Knows its `response_format` and one trap of it: the grammar that it makes of a JSON
 * Schema allows white space anywhere, and a small model wanders off in it.
 */
import type { ResponseFormat } from '@mlc-ai/web-llm';
import type { OutputConstraint } from '../../protocol/engine.ts';
import type { Tokenizer } from './private-parts.ts';

/** Least likely: web-llm takes biases from -100 to 100. */
const never = -100;

export interface Format {
  readonly response_format?: ResponseFormat;
  /** Added to the scores of tokens, by their id. */
  readonly logit_bias?: Readonly<Record<string, number>>;
}

/** The grammar where there is one; else the schema, with tokens that are nothing but white space held down. */
export function toFormat(constraint: OutputConstraint | undefined, tokenizer: Tokenizer): Format {
  if (constraint === undefined) return {};
  const { gbnf, jsonSchema } = constraint;
  if (gbnf !== '') return { response_format: { type: 'grammar', grammar: gbnf } };
  if (jsonSchema === undefined) return {};
  return {
    response_format: { type: 'json_object', schema: JSON.stringify(jsonSchema) },
    logit_bias: biasAgainstSpace(tokenizer),
  };
}

function biasAgainstSpace(tokenizer: Tokenizer): Readonly<Record<string, number>> {
  const bias: Record<string, number> = {};
  for (let token = 0; token < tokenizer.getVocabSize(); token += 1) {
    const text = tokenizer.decode(Int32Array.of(token));
    if (text !== '' && text.trim() === '') bias[String(token)] = never;
  }
  return bias;
}
