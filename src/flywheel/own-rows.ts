/**
 * The user's own runs as rows to score a model on: what was asked in a step, the tools at hand, and what it should have
 * said. Knows episodes and rows; which runs judge is decided in split.
 */
import type { Id } from '../protocol/id.ts';
import type { Episode } from '../protocol/record.ts';
import type { TaskEventOf } from '../protocol/task-event.ts';
import { logSide } from './split.ts';
import type { LogSide } from './split.ts';
import type { ConversationTurn, ToolCallRow } from './tool-call-row.ts';
import { trainingRows } from './training-row.ts';
import type { TrainingRow } from './training-row.ts';
import { requestPlace } from './worked-examples.ts';

/** The own runs, the side that is wanted, and how sure a row has to be. */
export interface OwnRowsOptions {
  readonly episodes: AsyncIterable<Episode>;
  readonly side: LogSide;
  /** `said`: only what a person called good or set right. `all`: also what nobody objected to. */
  readonly confirmed: 'said' | 'all';
}

/** The rows of one side of the log. One episode is held at a time. */
export async function* ownRows({
  episodes,
  side,
  confirmed,
}: OwnRowsOptions): AsyncGenerator<ToolCallRow, void> {
  for await (const episode of episodes) {
    if (logSide(episode.runId) !== side) continue;
    for (const row of trainingRows(episode)) {
      if (confirmed === 'all' || row.feedback !== undefined) yield asToolCallRow(row, episode);
    }
  }
}

/**
 * The conversation that a row's decision ends. It comes from the events: the messages hold worked examples, and attempts
 * that went wrong.
 */
export function conversationOf(row: TrainingRow, episode: Episode): readonly ConversationTurn[] {
  const { id, messages } = row;
  const started = episode.events.find((event) => event.type === 'step-started' && event.stepId === id);
  const subtaskId = started?.type === 'step-started' ? started.subtaskId : undefined;
  const request = messages[requestPlace(row, episode)] ?? messages.at(-1);
  return [{ role: 'user', content: request?.content ?? '' }, ...turnsBefore(id, subtaskId, episode)];
}

/** What was asked in the row's step, and what is right, as a row to score a model on. */
export function asToolCallRow(row: TrainingRow, episode: Episode): ToolCallRow {
  const { id, tools, output } = row;
  return {
    id,
    category: 'own log',
    runId: episode.runId,
    turns: conversationOf(row, episode),
    tools,
    expected:
      output.type === 'calls'
        ? output.calls.map(({ name, arguments: values }) => ({
            name,
            arguments: values,
            acceptable: {},
            optional: [],
          }))
        : [],
    ...(output.type === 'calls' || output.text === '' ? {} : { reply: output.text }),
  };
}

/** The calls and results of a subtask before one of its steps, as they stood in its prompt. */
function turnsBefore(
  stepId: Id,
  subtaskId: Id | undefined,
  { events }: Episode,
): readonly ConversationTurn[] {
  const before = events.slice(
    0,
    events.findIndex((event) => event.type === 'step-started' && event.stepId === stepId),
  );
  const results = new Map(
    before.flatMap((event) =>
      event.type === 'tool-returned' ? [[event.callId, event.outcome] as const] : [],
    ),
  );
  const rounds = new Map<Id, TaskEventOf<'tool-called'>[]>();
  for (const event of before) {
    if (event.type !== 'tool-called' || event.subtaskId !== subtaskId) continue;
    rounds.set(event.stepId, [...(rounds.get(event.stepId) ?? []), event]);
  }
  const turns: ConversationTurn[] = [];
  for (const called of rounds.values()) {
    turns.push({ role: 'assistant', content: '', calls: called.map(({ call }) => call) });
    for (const { callId, call } of called) {
      const outcome = results.get(callId);
      if (outcome === undefined) continue;
      const value = outcome.type === 'ok' ? outcome.value : { error: outcome.fault.message };
      turns.push({ role: 'tool', content: JSON.stringify(value), name: call.name });
    }
  }
  return turns;
}
