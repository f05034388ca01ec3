/**
 * The records of a plan with their variants: beside them for learning, or in their place. Tells how many variants were made, and why
 * the others were dropped. Knows sides and keys; how a variant is made and checked stands in paraphrase.
 */
import type { FunnelStep, VariantSettings } from '../../../protocol/dataset.ts';
import { makeKeyOf } from '../canonical.ts';
import type { DatasetPlan } from '../plan.ts';
import type { DatasetRecord } from '../record.ts';
import { recordKeys } from '../split/record-keys.ts';
import { paraphrase } from './paraphrase.ts';
import type { ParaphraseOptions, ParaphraseTally } from './paraphrase.ts';

export interface VariedRecordsOptions {
  /** Each with its side. */
  readonly records: AsyncIterable<DatasetRecord>;
  readonly plan: Pick<DatasetPlan, 'sideOfKey' | 'seed'>;
  readonly paraphrase: Omit<ParaphraseOptions, 'record' | 'seed'>;
  /** Told once, when the last record was handed out. */
  readonly onTally: (tally: ParaphraseTally) => void;
}

/** Walks once. Throws what the walk over the records throws. */
export async function* variedRecords(options: VariedRecordsOptions): AsyncGenerator<DatasetRecord, void> {
  const { records, plan, paraphrase: manner, onTally } = options;
  const keyOf = await makeKeyOf();
  const dropped: { [reason: string]: number } = {};
  let made = 0;
  for await (const record of records) {
    if (manner.mode !== 'replace') yield record;
    // Variants that are added are for learning; a test is judged by what was really said.
    if (manner.mode !== 'replace' && record.split !== 'train') continue;
    for (const variant of paraphrase({ ...manner, record, seed: plan.seed })) {
      const reason = variant.type === 'dropped' ? variant.reason : crossing(variant.record);
      if (reason !== undefined) dropped[reason] = (dropped[reason] ?? 0) + 1;
      else if (variant.type === 'made') {
        made += 1;
        yield variant.record;
      }
    }
  }
  onTally({ made, dropped });

  /** A variant may come to say what a row of another side says. */
  function crossing(record: DatasetRecord): string | undefined {
    const { exact, templates } = recordKeys(record, keyOf);
    const sides = [exact, ...templates].map((key) => plan.sideOfKey.get(key));
    return sides.some((side) => side !== undefined && side !== record.split)
      ? 'It says what a row of another side says.'
      : undefined;
  }
}

/** A tally as a step of the funnel. */
export function variantStep({ made, dropped }: ParaphraseTally): FunnelStep {
  const sorted = Object.entries(dropped).toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  const lost = sorted.reduce((sum, [, count]) => sum + count, 0);
  return {
    filter: 'variants that stay true',
    in: made + lost,
    out: made,
    reasons: Object.fromEntries(sorted),
  };
}

/** What the card says of them. */
export function describeVariants({ count, mode }: VariantSettings): string {
  return `${count} a row, ${mode === 'replace' ? 'in its place' : 'beside it'}.`;
}
