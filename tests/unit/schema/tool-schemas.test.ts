/** 500 schemas of tools as people write them: each gives valid calls only, or no call could satisfy it. */
import { expect, test } from 'vitest';
import { evaluateRow } from '../../../bench/schema/evaluate-row.ts';
import { randomNumbers } from '../../../src/protocol/random.ts';
import { toolSchema } from '../../fixtures/schema/make-schemas.ts';

/** Keywords of which two may contradict each other: a format and a pattern, or a required property that has no value. */
const contradicting = new Set(['pattern', 'format', 'false', 'minProperties', 'dependentRequired', 'anyOf']);

test('every output of 500 tool schemas is valid', () => {
  const refused: string[] = [];
  for (let seed = 1; seed <= 500; seed += 1) {
    const schema = toolSchema(randomNumbers(seed), seed % 10 === 0 ? 1 : 0);
    const result = evaluateRow({ id: `seed ${seed}`, schema, tests: [] }, seed);
    if (result.type === 'refused') refused.push(result.keyword);
    else expect([result.id, result.problems]).toEqual([result.id, []]);
  }
  expect(refused.length).toBeLessThan(50);
  expect(refused.filter((keyword) => !contradicting.has(keyword))).toEqual([]);
});
