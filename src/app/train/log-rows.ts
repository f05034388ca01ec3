/**
 * What the own log teaches and what tries it: of the runs that are learned from, some are kept aside for trials of the
 * adapter while it is trained. Those that judge it afterwards (split) are neither.
 */
import { formatRow } from '../../flywheel/format-row.ts';
import { asToolCallRow } from '../../flywheel/own-rows.ts';
import { seededRandom } from '../../flywheel/seeded-random.ts';
import { logSide } from '../../flywheel/split.ts';
import type { ToolCallRow } from '../../flywheel/tool-call-row.ts';
import { trainingRows } from '../../flywheel/training-row.ts';
import { withoutExamples } from '../../flywheel/worked-examples.ts';
import type { Journal } from '../../log/journal.ts';
import type { Id } from '../../protocol/id.ts';

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

/** Reads all runs of the log. Throws what `Journal.episodes` throws. */
export async function readLogRows(journal: Pick<Journal, 'episodes'>): Promise<LogRows> {
  const runs: TaughtRun[] = [];
  for await (const episode of journal.episodes({ purpose: 'export' })) {
    if (logSide(episode.runId) !== 'training') continue;
    const asked = trainingRows(episode);
    if (asked.length === 0) continue;
    const lines = asked.map((row) =>
      formatRow({ row: withoutExamples(row, episode), format: 'rendered', index: 0, template: 'chatml' }),
    );
    const rows = asked.map((row) => asToolCallRow(row, episode));
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
