/**
 * What the own log teaches and what tries it: of the runs that are learned from, some are kept aside for trials of the
 * adapter while it is trained. Those that judge it afterwards (split) are neither.
 */
import { exportDataset } from '../../flywheel/export-dataset.ts';
import { ownRows } from '../../flywheel/own-rows.ts';
import { seededRandom } from '../../flywheel/seeded-random.ts';
import type { ToolCallRow } from '../../flywheel/tool-call-row.ts';
import type { Journal } from '../../log/journal.ts';
import type { Id } from '../../protocol/id.ts';
import type { Episode } from '../../protocol/record.ts';

export interface LogRows {
  /** Lines of the format `rendered`. */
  readonly lines: readonly string[];
  /** Runs that the lines came from. */
  readonly lineage: readonly Id[];
  /** Rows of other runs; none where the log is small. */
  readonly trials: readonly ToolCallRow[];
}

/** Of the runs that could teach, those that try instead. */
const trialShare = 0.15;
/** Fewer rows say nothing: then all of them teach. */
const fewestTrials = 12;
const mostTrials = 40;

interface TaughtRun {
  readonly runId: Id;
  readonly lines: readonly string[];
  readonly rows: readonly ToolCallRow[];
}

async function* alone(episode: Episode): AsyncGenerator<Episode, void> {
  yield await Promise.resolve(episode);
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Reads all runs of the log. Throws what `Journal.episodes` throws. */
export async function readLogRows(journal: Pick<Journal, 'episodes'>): Promise<LogRows> {
  const runs: TaughtRun[] = [];
  for await (const episode of journal.episodes({ purpose: 'export' })) {
    const side = 'training';
    const lines = await collect(
      exportDataset({ episodes: alone(episode), format: 'rendered', side, examples: 'none' }),
    );
    if (lines.length === 0) continue;
    const rows = await collect(ownRows({ episodes: alone(episode), side, confirmed: 'all' }));
    runs.push({ runId: episode.runId, lines, rows });
  }
  const trying = new Set(trialRuns(runs));
  const taught = runs.filter((run) => !trying.has(run));
  return {
    lines: taught.flatMap(({ lines }) => lines),
    lineage: taught.map(({ runId }) => runId),
    trials: [...trying].flatMap(({ rows }) => rows),
  };
}

/** Whether a run that could teach is one to try on. Its id decides, so that going on with a training keeps to the same rows. */
export function isTrialRun(runId: Id): boolean {
  return seededRandom(`trial ${runId}`).next() < trialShare;
}

function trialRuns(runs: readonly TaughtRun[]): readonly TaughtRun[] {
  const chosen: TaughtRun[] = [];
  let count = 0;
  for (const run of runs) {
    if (!isTrialRun(run.runId)) continue;
    if (count + run.rows.length > mostTrials) break;
    chosen.push(run);
    count += run.rows.length;
  }
  return count < fewestTrials ? [] : chosen;
}
