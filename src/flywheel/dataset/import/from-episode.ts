/**
 * The user's own log -> records. Which steps of a run teach is decided by training-row; here they become records, with what
 * became of their calls and, where a person set a step right, what it had said before.
 */
import type { Id } from '../../../protocol/id.ts';
import type { Episode } from '../../../protocol/record.ts';
import type { StepOutput } from '../../../protocol/task-event.ts';
import { conversationOf } from '../../own-rows.ts';
import { trainingRows } from '../../training-row.ts';
import type { TrainingRow } from '../../training-row.ts';
import { findPoison } from '../check-value.ts';
import type { DatasetMessage, DatasetRecord, ImportItem } from '../record.ts';

/** The own log as a source: its runs, and what it is called in the records. */
export interface EpisodeImportOptions {
  readonly episodes: AsyncIterable<Episode>;
  /** Of the log, e.g. the site's; part of where a record says it is from. */
  readonly name: string;
  readonly signal?: AbortSignal;
}

/**
 * The items of the log, one episode in memory at a time. A run of which nothing can be learned is quarantined, so that the
 * counts tell of it. Throws the signal's reason when it is aborted.
 */
export async function* importEpisodes(options: EpisodeImportOptions): AsyncGenerator<ImportItem, void> {
  const { episodes, name, signal } = options;
  let line = 0;
  for await (const episode of episodes) {
    signal?.throwIfAborted();
    line += 1;
    const rows = trainingRows(episode);
    const excerpt = episode.runId;
    if (rows.length === 0) {
      const reason = 'No step of the run teaches: it failed, was stopped or was called bad.';
      yield { type: 'quarantined', source: name, line, reason, excerpt };
    }
    for (const row of rows) {
      const record = recordOf(row, episode, name);
      // Half a surrogate pair comes from a model that was cut off within a character; what it is, nobody knows any more.
      const poison = findPoison(record, 'The step');
      yield poison === undefined
        ? { type: 'record', record }
        : { type: 'quarantined', source: name, line, reason: poison, excerpt };
    }
  }
}

function recordOf(row: TrainingRow, episode: Episode, name: string): DatasetRecord {
  const { id, runId, messages, tools, output, modelId, feedback } = row;
  const corrected = feedback === 'corrected';
  const said = corrected ? saidBefore(id, episode) : undefined;
  return {
    v: 1,
    id,
    messages: conversationOf(row, episode).map(
      ({ role, content, calls, name: tool = 'tool' }): DatasetMessage => {
        if (role === 'tool') return { role, content, name: tool };
        return role === 'user' || calls === undefined ? { role, content } : { role, content, calls };
      },
    ),
    prompt: messages,
    tools,
    expected: output,
    ...(said === undefined || JSON.stringify(said) === JSON.stringify(output) ? {} : { rejected: said }),
    outcome: corrected ? 'unknown' : 'succeeded',
    ran: corrected ? 'unknown' : ranOf(id, episode),
    ...(feedback === undefined ? {} : { feedback }),
    ...startOf(episode),
    source: { format: 'own', name, model: modelId },
    lineage: { episode: runId, records: [id] },
  };
}

function startOf({ events }: Episode): { readonly at?: number } {
  const started = events.find(({ type }) => type === 'run-started');
  return started === undefined ? {} : { at: started.at };
}

function saidBefore(stepId: Id, { events }: Episode): StepOutput | undefined {
  const finished = events.find((event) => event.type === 'step-finished' && event.stepId === stepId);
  return finished?.type === 'step-finished' ? finished.output : undefined;
}

function ranOf(stepId: Id, { events }: Episode): DatasetRecord['ran'] {
  const callIds = new Set(
    events.flatMap((event) =>
      event.type === 'tool-called' && event.stepId === stepId ? [event.callId] : [],
    ),
  );
  const outcomes = events.flatMap((event) =>
    event.type === 'tool-returned' && callIds.has(event.callId) ? [event.outcome.type] : [],
  );
  if (outcomes.includes('error')) return 'error';
  return outcomes.length > 0 && outcomes.length === callIds.size ? 'ok' : 'unknown';
}
