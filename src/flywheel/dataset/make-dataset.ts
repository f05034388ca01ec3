/**
 * The whole way in one call: logs -> survey -> plan, and the records of that plan, varied or not, for writing. What the command
 * line and the page do is this. Knows the order of the rooms; nothing of files and screens.
 */
import { makeKeyOf } from './canonical.ts';
import { paraphrase } from './paraphrase/paraphrase.ts';
import type { ParaphraseOptions, ParaphraseTally } from './paraphrase/paraphrase.ts';
import { planDataset, plannedRecords } from './plan.ts';
import type { DatasetPlan, PlanOptions } from './plan.ts';
import type { DatasetRecord, ImportItem } from './record.ts';
import { recordKeys } from './split/record-keys.ts';
import { surveyRecords } from './survey.ts';
import type { SurveyOptions } from './survey.ts';

export interface MakeDatasetOptions
  extends Omit<SurveyOptions, 'items'>, Omit<PlanOptions, 'survey' | 'seed'> {
  /** The items of the logs, the same in the same order each time it is called. */
  readonly items: () => AsyncIterable<ImportItem>;
  readonly seed: string;
  readonly paraphrase?: Omit<ParaphraseOptions, 'record' | 'seed'>;
}

export interface MadeDataset {
  readonly plan: DatasetPlan;
  /** The records with their sides; can be walked again and again. */
  readonly records: () => AsyncIterable<DatasetRecord>;
  /** Variants that were made and dropped in the last walk, by their reason. */
  readonly variants: () => ParaphraseTally;
}

/** Looks the logs through. Throws what `surveyRecords` and `planDataset` throw. */
export async function makeDataset(options: MakeDatasetOptions): Promise<MadeDataset> {
  const { items, seed, signal } = options;
  const survey = await surveyRecords({ ...options, items: items() });
  const plan = planDataset({ ...options, survey });
  const keyOf = await makeKeyOf();
  let tally: ParaphraseTally = { made: 0, dropped: {} };
  async function* records(): AsyncGenerator<DatasetRecord, void> {
    const dropped: { [reason: string]: number } = {};
    let made = 0;
    const walk = plannedRecords({ items: items(), plan, ...(signal === undefined ? {} : { signal }) });
    for await (const record of walk) {
      if (options.paraphrase?.mode !== 'replace') yield record;
      if (options.paraphrase === undefined) continue;
      // Variants that are added are for learning; a test is judged by what was really said.
      if (options.paraphrase.mode !== 'replace' && record.split !== 'train') continue;
      for (const variant of paraphrase({ ...options.paraphrase, record, seed })) {
        const reason = variant.type === 'dropped' ? variant.reason : crossing(variant.record);
        if (reason !== undefined) dropped[reason] = (dropped[reason] ?? 0) + 1;
        else if (variant.type === 'made') {
          made += 1;
          yield variant.record;
        }
      }
    }
    tally = { made, dropped };
  }
  /** A variant may come to say what a row of another side says. */
  function crossing(record: DatasetRecord): string | undefined {
    const { exact, templates } = recordKeys(record, keyOf);
    const sides = [exact, ...templates].map((key) => plan.sideOfKey.get(key));
    return sides.some((side) => side !== undefined && side !== record.split)
      ? 'It says what a row of another side says.'
      : undefined;
  }
  return { plan, records, variants: () => tally };
}
