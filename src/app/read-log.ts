/**
 * The log as its reader sees it: the owner as it was, everybody else as it was masked. Knows what the recorder puts beside
 * an event; the vault decides who gets it.
 */
import type { Journal } from '../log/journal.ts';
import { restoreEvent, restoreValues } from '../mask/restore-event.ts';
import type { Id } from '../protocol/id.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { JsonPointerReplacement } from '../protocol/personal-data.ts';
import type { Episode, RunSummary, StoredEvent } from '../protocol/record.ts';

/** Runs, newest first. Throws what `Journal.runs` throws. */
export async function readRuns(journal: Journal, limit: number): Promise<readonly RunSummary[]> {
  return withOriginalGoals(journal, await journal.runs({ limit }));
}

/** Runs with their goals as they were, where the open role may see that. */
export async function withOriginalGoals(
  journal: Journal,
  runs: readonly RunSummary[],
): Promise<readonly RunSummary[]> {
  if (!journal.vault.may('read-originals') || runs.length === 0) return runs;
  const originals = await journal.firstOriginals(runs.map(({ runId }) => runId));
  const shown: RunSummary[] = [];
  for (const run of runs) shown.push({ ...run, goal: goalOf(run, originals.get(run.runId)) });
  return shown;
}

/** One run. Throws what `Journal.episode` throws. */
export async function readRun(journal: Journal, runId: Id): Promise<Episode> {
  const episode = await journal.episode(runId);
  if (!journal.vault.may('read-originals') || episode.events.length === 0) return episode;
  const originals = await journal.originals(runId);
  if (originals.size === 0 || episode.damage !== undefined) return episode;
  return { ...episode, events: episode.events.map((event, index) => asItWas(event, originals.get(index))) };
}

function goalOf({ goal }: RunSummary, originals: JsonObject | undefined): string {
  const event = eventIn(originals);
  if (event?.type === 'run-started') return event.goal;
  const [restored] = restoreValues([goal], replacementsIn(originals));
  return typeof restored === 'string' ? restored : goal;
}

/** An event as it was, by what stands beside it. */
export function asItWas(event: StoredEvent, originals: JsonObject | undefined): StoredEvent {
  return eventIn(originals) ?? restoreEvent(event, replacementsIn(originals));
}

/** The whole event, where it was quarantined. */
function eventIn(originals: JsonObject | undefined): StoredEvent | undefined {
  return originals?.['event'] as StoredEvent | undefined;
}

/** What was put in place of what, in an event. */
export function replacementsIn(originals: JsonObject | undefined): readonly JsonPointerReplacement[] {
  return (originals?.['replacements'] ?? []) as unknown as readonly JsonPointerReplacement[];
}
