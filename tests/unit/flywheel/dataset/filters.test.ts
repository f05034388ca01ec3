import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeDataset, makeFilters } from '../../../../src/flywheel/dataset/index.ts';
import type { DatasetRecord, FilterOptions, ImportItem } from '../../../../src/flywheel/dataset/index.ts';
import { arbitraryRecord, sampleRecord } from '../../../fixtures/dataset-records.ts';

async function reasonOf(record: DatasetRecord, options?: FilterOptions): Promise<string | undefined> {
  const filters = await makeFilters(options);
  return filters.map(({ judge }) => judge(record)).find((reason) => reason !== undefined);
}

function saying(content: string): Partial<DatasetRecord> {
  return { messages: [{ role: 'user', content }] };
}

describe('filters', () => {
  test.each<[string, Partial<DatasetRecord>, FilterOptions | undefined, string | undefined]>([
    ['a good row', {}, undefined, undefined],
    ['a refusal', { expected: { type: 'refusal', text: 'Which city?' } }, undefined, undefined],
    ['a failed run', { outcome: 'failed' }, undefined, 'Its run failed.'],
    ['a bad word of a person', { feedback: 'bad' }, undefined, 'A person called it bad.'],
    ['a correction of a failed run', { outcome: 'failed', feedback: 'corrected' }, undefined, undefined],
    ['a failed tool', { ran: 'error' }, undefined, 'A tool that it called failed.'],
    ['an unknown end', { outcome: 'unknown' }, undefined, undefined],
    ['an unknown end where it must be known', { outcome: 'unknown' }, { success: 'known' }, 'Nobody knows how its run ended.'],
    ['an unknown tool', { expected: { type: 'calls', calls: [{ name: 'fly', arguments: {} }] } }, undefined, 'It calls a tool that is not at hand.'],
    ['arguments that break the schema', { expected: { type: 'calls', calls: [{ name: 'weather', arguments: { city: 5 } }] } }, undefined, 'The arguments break the schema.'],
    ['an empty request', saying(' '), undefined, 'The request is empty.'],
    ['a long one', saying('a b '.repeat(9000)), undefined, 'The conversation is too long.'],
    ['an echo', { ...saying('Say hello to Ann'), expected: { type: 'answer', text: 'Say hello to Ann' } }, undefined, 'It repeats the request.'],
    ['a stutter', { expected: { type: 'answer', text: 'so '.repeat(40) } }, undefined, 'It says the same over and over.'],
    ['control characters', saying('weather\u0000 in Oslo'), undefined, 'It holds control characters.'],
    ['another language', saying('¿Qué tiempo hace hoy en la ciudad de Madrid y sus alrededores?'), { languages: ['en'] }, 'The request is in another language.'],
    ['its own language', saying('What will the weather be like in the city of Madrid tomorrow?'), { languages: ['en'] }, undefined],
    ['a coarse word', saying('what the fuck is the weather in Oslo'), undefined, 'It holds a coarse word.'],
    ['a coarse word that may stay', saying('what the fuck is the weather in Oslo'), { profanity: 'keep' }, undefined],
  ])('%s', async (_what, rest, options, reason) => {
    expect(await reasonOf(sampleRecord(1, rest), options)).toBe(reason);
  }); // prettier-ignore
});

describe('the funnel', () => {
  test('adds up: what goes in is what came out before, and everything is accounted for', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            arbitraryRecord,
            fc.integer({ min: 0, max: 8 }).map((number) => sampleRecord(number)),
            fc.constant(null),
          ),
          {
            maxLength: 30,
          },
        ),
        async (drawn) => {
          async function* items(): AsyncGenerator<ImportItem, void> {
            for (const [line, record] of drawn.entries()) {
              yield record === null
                ? { type: 'quarantined', source: 's', line: line + 1, reason: 'It is broken.', excerpt: '' }
                : { type: 'record', record: { ...record, id: `${record.id}${line}` } };
            }
          }
          const { plan } = await makeDataset({
            items,
            seed: '1',
            cap: 5,
            shares: { validation: 0.1, test: 0.1 },
          });
          expect(plan.funnel[0]?.in).toBe(drawn.length);
          for (const [index, step] of plan.funnel.entries()) {
            const dropped = Object.values(step.reasons).reduce((sum, count) => sum + count, 0);
            expect(step.in).toBe(step.out + dropped);
            if (index > 0) expect(step.in).toBe(plan.funnel[index - 1]?.out);
          }
          const { train, validation, test: judged } = plan.counts;
          expect(plan.funnel.at(-1)?.out).toBe(train + validation + judged);
          expect(plan.rows.size).toBe(train + validation + judged);
        },
      ),
      { numRuns: 40 },
    ));
});
