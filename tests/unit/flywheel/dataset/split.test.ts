import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeDataset, planDataset, surveyRecords } from '../../../../src/flywheel/dataset/index.ts';
import type { DatasetRecord, SurveyChunk, SurveyHead } from '../../../../src/flywheel/dataset/index.ts';
import { minHash, similarity } from '../../../../src/flywheel/dataset/filter/min-hash.ts';
import { NearIndex } from '../../../../src/flywheel/dataset/filter/near-index.ts';
import { keepUnderCap } from '../../../../src/flywheel/dataset/split/cap.ts';
import { splitFamilies } from '../../../../src/flywheel/dataset/split/split-families.ts';
import { templateOf } from '../../../../src/flywheel/dataset/split/template.ts';
import { variantStep } from '../../../../src/flywheel/dataset/paraphrase/varied-records.ts';
import { gather, itemsOf, sampleRecord, wordsOf, wordyRecord } from '../../../fixtures/dataset-records.ts';

const shares = { validation: 0.2, test: 0.2 };

/** What connects two rows of a random family. */
type Tie = 'episode' | 'said' | 'near' | 'template';

/** Families of rows that belong together, each by one tie, all mixed up. */
const families = fc
  .array(
    fc.record({
      tie: fc.constantFrom<Tie>('episode', 'said', 'near', 'template'),
      size: fc.integer({ min: 1, max: 5 }),
    }),
    {
      minLength: 4,
      maxLength: 25,
    },
  )
  .chain((drawn) =>
    fc.shuffledSubarray(
      drawn.flatMap(({ tie, size }, family) =>
        Array.from({ length: size }, (_, member) => ({ family, record: memberOf(tie, family, member) })),
      ),
      { minLength: 4 },
    ),
  );

function memberOf(tie: Tie, family: number, member: number): DatasetRecord {
  const number = family * 100 + member;
  const text = {
    episode: wordsOf(number, 14),
    said: wordsOf(family * 100, 14),
    near: `${wordsOf(family * 100, 30)} ${member}`,
    template: `${wordsOf(family * 100, 5)} for ${member + 2} people in Townsville${member}`,
  }[tie];
  return wordyRecord(number, {
    messages: [{ role: 'user', content: text }],
    expected: { type: 'answer', text: `answer ${number}` },
    lineage: { episode: tie === 'episode' ? `episode ${family}` : `own ${number}`, records: [`r${number}`] },
  });
}

describe('sides', () => {
  test('no family stands on two, whatever ties it together', () =>
    fc.assert(
      fc.asyncProperty(families, fc.string({ maxLength: 4 }), async (members, seed) => {
        const records = members.map(({ record }) => record);
        const { plan, records: walk } = await makeDataset({ items: itemsOf(records), seed, shares });
        const familyOf = new Map(members.map(({ family, record }) => [record.id, family]));
        const sides = new Map<number, Set<string>>();
        for (const { id, split } of await gather(walk())) {
          const family = familyOf.get(id) ?? -1;
          sides.set(family, (sides.get(family) ?? new Set<string>()).add(split ?? ''));
        }
        for (const own of sides.values()) expect(own.size).toBe(1);
        expect(plan.overlap.clean).toBe(true);
        expect(plan.overlap.figures.every(({ overlapping }) => overlapping === 0)).toBe(true);
      }),
      { numRuns: 40 },
    ));

  test('each has its share of every class', async () => {
    const records = Array.from({ length: 400 }, (_, number) =>
      wordyRecord(number, {
        expected: { type: number % 4 === 0 ? 'refusal' : 'answer', text: `text ${number}` },
      }),
    );
    const { plan } = await makeDataset({
      items: itemsOf(records),
      seed: '1',
      shares: { validation: 0.1, test: 0.1 },
    });
    const refusals = plan.tasks.find(({ class: kind }) => kind === 'refusal');
    const total = plan.counts.train + plan.counts.validation + plan.counts.test;
    expect(plan.counts.test / total).toBeCloseTo(0.1, 1);
    expect((refusals?.test ?? 0) / plan.counts.test).toBeGreaterThan(0.2);
    expect((refusals?.test ?? 0) / plan.counts.test).toBeLessThan(0.3);
  });

  test('an overlap that the keys do not show is found by vectors', async () => {
    const records = Array.from({ length: 40 }, (_, number) => wordyRecord(number));
    const survey = await surveyRecords({ items: itemsOf(records)() });
    const same = Float32Array.of(1, 0);
    const plan = planDataset({ survey, seed: '1', shares, vectorOf: () => same });
    expect(plan.overlap.clean).toBe(false);
    expect(plan.overlap.figures.find(({ kind }) => kind === 'embedding')).toMatchObject({ share: 1 });
  });

  test('the log must be the same when it is walked again', async () => {
    const records = Array.from({ length: 10 }, (_, number) => wordyRecord(number));
    let walks = 0;
    const made = await makeDataset({
      items: () => {
        walks += 1;
        return itemsOf(walks === 1 ? records : records.slice(1))();
      },
      seed: '1',
    });
    await expect(gather(made.records())).rejects.toMatchObject({ code: 'dataset-invalid' });
  });
});

describe('a walk that was stopped', () => {
  test('goes on from its last checkpoint to the same plan', async () => {
    const records = Array.from({ length: 120 }, (_, number) =>
      wordyRecord(number % 90, { id: `r${number}`, lineage: { episode: `e${number % 50}`, records: [] } }),
    );
    const whole = planDataset({
      survey: await surveyRecords({ items: itemsOf(records)() }),
      seed: '1',
      shares,
    });
    const stop = new AbortController();
    let head: SurveyHead | undefined;
    const chunks: SurveyChunk[] = [];
    const stopped = surveyRecords({
      items: itemsOf(records)(),
      checkpointEvery: 25,
      onCheckpoint: (checkpoint, chunk) => {
        head = structuredClone(checkpoint);
        chunks.push(structuredClone(chunk));
        if (checkpoint.position >= 75) stop.abort();
      },
      signal: stop.signal,
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(head?.position).toBe(75);
    let rest = 0;
    const survey = await surveyRecords({
      items: itemsOf(records)(),
      ...(head === undefined ? {} : { resume: { head, chunks: [...chunks] } }),
      onCheckpoint: (checkpoint, chunk) => {
        head = structuredClone(checkpoint);
        chunks.push(structuredClone(chunk));
        rest += chunk.rows.length;
      },
    });
    expect(planDataset({ survey, seed: '1', shares })).toEqual(whole);
    expect(rest).toBeLessThan(survey.rows.length);
    // What is whole is not read again.
    const again = await surveyRecords({
      items: itemsOf([])(),
      ...(head === undefined ? {} : { resume: { head, chunks } }),
    });
    expect(planDataset({ survey: again, seed: '1', shares })).toEqual(whole);
  });
});

describe('caps', () => {
  test('keep no more than the cap of a task, with each class in its proportion, whatever the order', () => {
    const row = fc.record({
      task: fc.constantFrom('a', 'b', 'c'),
      class: fc.constantFrom('calls', 'refusal'),
      key: fc.uuid(),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { selector: ({ key }) => key, maxLength: 60 }),
        fc.integer({ min: 2, max: 20 }),
        (rows, cap) => {
          const kept = rows.filter((_, place) => keepUnderCap(rows, cap)[place]);
          for (const task of ['a', 'b', 'c']) {
            const all = rows.filter((one) => one.task === task);
            const own = kept.filter((one) => one.task === task);
            expect(own.length).toBe(Math.min(cap, all.length));
            for (const kind of new Set(all.map((one) => one.class))) {
              expect(own.some((one) => one.class === kind)).toBe(true);
            }
          }
          const turned = rows.toReversed();
          const again = turned.filter((_, place) => keepUnderCap(turned, cap)[place]);
          expect(new Set(again.map(({ key }) => key))).toEqual(new Set(kept.map(({ key }) => key)));
        },
      ),
    );
  });
});

describe('templates', () => {
  test('values, numbers and names become slots', () => {
    const oslo = templateOf('Book a table for 4 in Oslo on 2026-03-01!', new Set(['Oslo', '2026-03-01']));
    expect(
      templateOf('book a table for 12 in new york on 2027-11-30', new Set(['New York', '2027-11-30'])),
    ).toBe(oslo);
    expect(templateOf('tell Anna about it', new Set())).toBe(templateOf('tell Bruno about it', new Set()));
    expect(templateOf('cancel the table in Oslo', new Set(['Oslo']))).not.toBe(oslo);
  });
});

const say = (number: number, content: string, answer: string) =>
  wordyRecord(number, {
    messages: [{ role: 'user', content }],
    expected: { type: 'answer', text: answer },
  });

describe('a large family', () => {
  test('does not judge where smaller ones can', () => {
    const rows = [
      ...Array.from({ length: 9 }, () => ({ family: 1000, stratum: 'a' })),
      ...Array.from({ length: 191 }, (_, family) => ({ family, stratum: 'a' })),
    ];
    for (const seed of ['1', '2', '3', '4', '5']) {
      const sides = splitFamilies({ rows, seed, shares });
      expect(sides.get(1000)).toBe('train');
      expect([...sides.values()].filter((side) => side === 'test')).toHaveLength(200 * shares.test);
    }
  });

  test('judges where there are no others', () => {
    const rows = Array.from({ length: 40 }, (_, row) => ({ family: row % 8, stratum: 'a' }));
    const sides = splitFamilies({ rows, seed: '1', shares });
    expect(new Set(sides.values())).toEqual(new Set(['train', 'validation', 'test']));
  });
});

describe('near duplicates', () => {
  test('the signature tells how much two texts share', () => {
    const text = wordsOf(1, 60);
    expect(similarity(minHash(text), minHash(`  ${text.toUpperCase()} `))).toBe(1);
    expect(similarity(minHash(text), minHash(`${text} pebble`))).toBeGreaterThan(0.85);
    expect(
      similarity(minHash(text), minHash('something else entirely, without a word in common')),
    ).toBeLessThan(0.2);
  });

  test('the index finds what is near among many, and nothing twice', () => {
    const index = new NearIndex();
    for (let number = 0; number < 2000; number += 1) index.add(minHash(wordsOf(number, 40)));
    for (const number of [0, 7, 1024, 1999]) {
      expect(index.find(minHash(`${wordsOf(number, 40)} quartz`), 0.8)).toEqual([number]);
    }
    expect(index.find(minHash(wordsOf(5, 40)), 0.8)).toEqual([5]);
  });

  test('the same words with another thing to say are no duplicate, but one family', async () => {
    const text = wordsOf(3, 40);
    const survey = await surveyRecords({
      items: itemsOf([
        say(1, text, 'yes'),
        say(2, `${text} now`, 'no'),
        say(3, `${text} then`, 'yes'),
        say(1, text, 'yes'),
      ])(),
    });
    expect(survey.rows.map(({ id }) => id)).toEqual(['r1', 'r2']);
    expect(survey.familyOf(0)).toBe(survey.familyOf(1));
    const steps = survey.funnel.steps();
    expect(steps.find(({ filter }) => filter === 'exact duplicates')).toMatchObject({ in: 4, out: 3 });
    expect(steps.find(({ filter }) => filter === 'near duplicates')).toMatchObject({ in: 3, out: 2 });
  });
});

describe('variants', () => {
  test('never come to stand on another side', async () => {
    const records = Array.from({ length: 60 }, (_, number) =>
      sampleRecord(number, {
        messages: [
          { role: 'user', content: `${wordsOf(number % 20, 4)} the weather in Town${number} please` },
        ],
      }),
    );
    const {
      plan,
      records: walk,
      variants: tally,
    } = await makeDataset({
      items: itemsOf(records),
      seed: '1',
      shares,
      paraphrase: { variants: 2, mode: 'add', surface: 'en' },
    });
    const all = await gather(walk());
    const variants = all.filter(({ lineage }) => lineage.parent !== undefined);
    expect(variants.length).toBeGreaterThan(0);
    expect(variants.every(({ split }) => split === 'train')).toBe(true);
    expect(all.length - variants.length).toBe(plan.rows.size);
    const step = variantStep(tally());
    expect(step).toMatchObject({ in: 2 * plan.counts.train, out: variants.length });
    const dropped = Object.values(step.reasons).reduce((sum, count) => sum + count, 0);
    expect(step.in - step.out).toBe(dropped);
  });
});
