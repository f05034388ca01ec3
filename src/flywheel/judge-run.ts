/**
 * Whether a run went well, and which adapter it went well with: what an adapter on trial is measured by. A person's word
 * counts before anything else; without one, the run's own events are asked. Pure; reads episodes.
 */
import type { Tally } from '../protocol/promotion.ts';
import type { Episode } from '../protocol/record.ts';

/** Whether one run went well, and with which adapter. */
export interface JudgedRun {
  /** Absent: the base model. */
  readonly adapter?: string;
  readonly weightsHash: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly success: boolean;
}

/**
 * Undefined for a run that says nothing of its adapter: it was stopped or cut off, made no decision, or used several.
 * Without a person's word a run went well when it came to an answer or a question, no decision had to be made again,
 * no tool failed, and no call was declined.
 */
export function judgeRun({ events, feedback }: Episode): JudgedRun | undefined {
  const started = events.find((event) => event.type === 'run-started');
  const finished = events.findLast((event) => event.type === 'run-finished');
  const routes = events.flatMap((event) =>
    event.type === 'step-started' && event.purpose === 'act' ? [event.route] : [],
  );
  const [route] = routes;
  if (started === undefined || finished === undefined || route === undefined) return undefined;
  const { outcome } = finished;
  if (outcome.type === 'stopped' || routes.some(({ adapter }) => adapter !== route.adapter)) return undefined;
  const said = feedback.at(-1)?.verdict;
  const wasCorrected = feedback.some(({ correction }) => correction !== undefined);
  const byItself =
    outcome.type !== 'failed' &&
    events.every((event) => {
      if (event.type === 'step-finished') return event.purpose !== 'act' || event.verdict.type === 'accepted';
      if (event.type === 'tool-returned') return event.outcome.type === 'ok';
      return event.type !== 'approval-decided' || event.approved;
    });
  return {
    ...(route.adapter === undefined ? {} : { adapter: route.adapter }),
    weightsHash: route.weightsHash,
    at: started.at,
    success: !wasCorrected && (said === undefined ? byItself : said === 'good'),
  };
}

export interface TallyOptions {
  /** Newest first. */
  readonly runs: readonly JudgedRun[];
  /** Undefined: those of the base model. */
  readonly adapter: string | undefined;
  /** At most so many, the newest. */
  readonly last: number;
}

/** How many of the last runs with an adapter went well. */
export function tallyRuns({ runs, adapter, last }: TallyOptions): Tally {
  const own = runs.filter((run) => run.adapter === adapter).slice(0, last);
  return { n: own.length, successes: own.filter(({ success }) => success).length };
}
