/**
 * The whole way in one call: logs -> survey -> plan, and the records of that plan, varied or not, for writing. What the command
 * line and the page do is this. Knows the order of the rooms; nothing of files and screens.
 */
import type { ParaphraseOptions, ParaphraseTally } from './paraphrase/paraphrase.ts';
import { variedRecords } from './paraphrase/varied-records.ts';
import { planDataset, plannedRecords } from './plan.ts';
import type { DatasetPlan, PlanOptions } from './plan.ts';
import type { DatasetRecord, ImportItem } from './record.ts';
import { surveyRecords } from './survey.ts';
import type { SurveyOptions } from './survey.ts';

/** The logs, the seed, and what survey, plan and variants are told. */
export interface MakeDatasetOptions
  extends Omit<SurveyOptions, 'items'>, Omit<PlanOptions, 'survey' | 'seed'> {
  /** The items of the logs, the same in the same order each time it is called. */
  readonly items: () => AsyncIterable<ImportItem>;
  readonly seed: string;
  readonly paraphrase?: Omit<ParaphraseOptions, 'record' | 'seed'>;
}

/** A planned data set, ready to be written. */
export interface MadeDataset {
  readonly plan: DatasetPlan;
  /** The records with their sides; can be walked again and again. */
  readonly records: () => AsyncIterable<DatasetRecord>;
  /** Variants that were made and dropped in the last walk, by their reason. */
  readonly variants: () => ParaphraseTally;
}

/** Looks the logs through. Throws what `surveyRecords` and `planDataset` throw. */
export async function makeDataset(options: MakeDatasetOptions): Promise<MadeDataset> {
  const { items, signal } = options;
  const survey = await surveyRecords({ ...options, items: items() });
  const plan = planDataset({ ...options, survey });
  let tally: ParaphraseTally = { made: 0, dropped: {} };
  function records(): AsyncIterable<DatasetRecord> {
    const walk = plannedRecords({ items: items(), plan, ...(signal === undefined ? {} : { signal }) });
    return options.paraphrase === undefined
      ? walk
      : variedRecords({
          records: walk,
          plan,
          paraphrase: options.paraphrase,
          onTally: (next) => (tally = next),
        });
  }
  return { plan, records, variants: () => tally };
}
