/**
 * Some of the records that passed, drawn by a seed: what tasks are looked for in, where all of a log would take too long.
 * Knows a survey and its items.
 */
import type { SampledItem, TaskSample } from '../../protocol/dataset.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { requestOf } from '../dataset/record.ts';
import type { ImportItem } from '../dataset/record.ts';
import type { Survey } from '../dataset/survey.ts';
import { seededRandom } from '../seeded-random.ts';

export interface SampleOptions {
  readonly survey: Survey;
  /** The items that were surveyed. */
  readonly items: AsyncIterable<ImportItem>;
  readonly size: number;
  readonly seed: string;
  /** Told how many of the sample were met. */
  readonly onMet?: (count: number) => void;
}

/** The sample in the order of the log. Throws `dataset-invalid` where the log is another than was surveyed. */
export async function sampleRecords(options: SampleOptions): Promise<TaskSample> {
  const { survey, items, size, seed, onMet } = options;
  const drawn = seededRandom(`sample ${seed}`)
    .shuffle([...survey.rows.keys()])
    .slice(0, size);
  const wanted = new Map(
    drawn.flatMap((row) => {
      const surveyed = survey.rows[row];
      return surveyed === undefined ? [] : [[surveyed.place, surveyed] as const];
    }),
  );
  const found: SampledItem[] = [];
  let place = -1;
  for await (const item of items) {
    place += 1;
    const row = wanted.get(place);
    if (row === undefined) continue;
    if (item.type !== 'record' || item.record.id !== row.id) throw changed(row.id);
    const { id, expected } = item.record;
    const actions =
      expected.type === 'calls'
        ? expected.calls.map(({ name, arguments: values }) => ({ tool: name, arguments: values }))
        : [];
    found.push({ id, text: requestOf(item.record), task: row.task, actions });
    onMet?.(found.length);
    if (found.length === wanted.size) break;
  }
  if (found.length < wanted.size) throw changed(`${wanted.size - found.length} records`);
  return { items: found, of: survey.rows.length };
}

function changed(what: string): Fault {
  return new Fault({
    code: faultCodes.datasetInvalid,
    message: 'The log is not the one that was looked through before.',
    reason: `${what} no longer stands where it stood.`,
    remedy: 'Look it through again.',
    details: { path: what },
  });
}
