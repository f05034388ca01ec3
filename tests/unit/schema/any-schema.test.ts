/** Keywords that stand together by accident: what the grammar lets through is valid by an independent validator. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { independentCheck } from '../../../bench/schema/independent-check.ts';
import { GrammarSampler } from '../../../bench/schema/sample-gbnf.ts';
import { GrammarBuilder } from '../../../src/decode/gbnf.ts';
import { schemaRule } from '../../../src/decode/schema-grammar.ts';
import { unenforcedKeywords } from '../../../src/decode/schema-keywords.ts';
import { NoValue } from '../../../src/decode/schema/schema-grammar-error.ts';
import { readGbnf } from '../../../src/engine/transformers/read-gbnf.ts';
import { parseJson } from '../../../src/protocol/json.ts';
import type { Json, JsonObject } from '../../../src/protocol/json.ts';
import { randomNumbers } from '../../../src/protocol/random.ts';
import { compileSchema } from '../../../src/tools/validate.ts';
import { anySchema } from '../../fixtures/schema/make-schemas.ts';

/** Texts of a schema's grammar; none where it is refused because no value fits. */
function samples(schema: JsonObject, seed: number): readonly string[] {
  const grammar = new GrammarBuilder();
  try {
    const sampler = new GrammarSampler(readGbnf(grammar.text(schemaRule(grammar, schema, 'value'))).rules);
    expect(sampler.endless).toEqual([]);
    const random = randomNumbers(seed);
    return (['short', 'plain', 'plain', 'plain', 'odd', 'odd'] as const).map((manner) =>
      sampler.draw(random, manner),
    );
  } catch (error) {
    if (error instanceof NoValue) return [];
    throw error;
  }
}

/** Ajv takes what `contains` matched for unseen in some combinations, where the draft does not. */
const unjudged = /"unevaluatedItems"/;

test('whatever is said to be enforced is so', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const schema = anySchema(randomNumbers(seed), 2);
      const isEnforced = samples(schema, seed).length > 0 && unenforcedKeywords(schema).length === 0;
      if (!isEnforced) return;
      const own = compileSchema(schema);
      const independent = unjudged.test(JSON.stringify(schema)) ? undefined : independentCheck(schema);
      for (const text of samples(schema, seed)) {
        const value = parseJson(text);
        expect(value, text).not.toBeUndefined();
        const about = `${text} of ${JSON.stringify(schema)}`;
        expect([about, own(value)]).toEqual([about, []]);
        expect([about, independent?.(value as Json) ?? true]).toEqual([about, true]);
      }
    }),
    { numRuns: 250 },
  );
});

describe('a value and its opposite', () => {
  test('no text is in the grammar of a schema and valid for its negation', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const schema = anySchema(randomNumbers(seed), 1);
        const negated = { not: schema };
        if (samples(negated, seed).length === 0 || unenforcedKeywords(negated).length > 0) return;
        const own = compileSchema(schema);
        for (const text of samples(negated, seed)) {
          expect(own(parseJson(text)).length, `${text} of not ${JSON.stringify(schema)}`).toBeGreaterThan(0);
        }
      }),
      { numRuns: 150 },
    );
  });
});
