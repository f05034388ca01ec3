/**
 * What a log says of decisions that a router can learn from: what was known of each when it was made, and whether it was
 * right. A person's word counts before anything else; without one, what became of it is asked. Pure; reads episodes.
 */
import type { Id } from '../../protocol/id.ts';
import type { Episode } from '../../protocol/record.ts';
import type { RouterExample } from '../../protocol/decision-facts.ts';
import type { TaskEventOf } from '../../protocol/task-event.ts';

type Finished = TaskEventOf<'step-finished'>;

/**
 * The decisions of one run that say something of the small model. Left out: those of other models, those of a run that was
 * stopped or cut off, and those of a log that keeps no content.
 */
export function routerExamples({ events, feedback }: Episode): RouterExample[] {
  const started = events.find((event) => event.type === 'run-started');
  const outcome = events.findLast((event) => event.type === 'run-finished')?.outcome;
  if (started === undefined || outcome === undefined || outcome.type === 'stopped') return [];
  const said = feedback.at(-1)?.verdict;
  const corrected = new Set(feedback.flatMap(({ correction }) => correction?.stepId ?? []));
  const steps = new Map<Id, TaskEventOf<'step-started'>>();
  const examples: RouterExample[] = [];
  for (const event of events) {
    if (event.type === 'step-started' && event.purpose === 'act') steps.set(event.stepId, event);
    const step = event.type === 'step-finished' ? steps.get(event.stepId) : undefined;
    if (event.type !== 'step-finished' || step === undefined) continue;
    if (step.route.modelId !== started.model.modelId || step.route.remote === true) continue;
    const request = step.messages.findLast(({ role }) => role === 'user')?.content ?? '';
    if (event.verdict.type !== 'accepted' || event.output === undefined || request === '') continue;
    const judged = events.findLast(
      (other): other is TaskEventOf<'step-judged'> =>
        other.type === 'step-judged' && other.stepId === event.stepId,
    );
    const success = corrected.has(event.stepId)
      ? false
      : said === undefined || corrected.size > 0
        ? wentWell({ events }, event, judged)
        : said === 'good';
    if (success === undefined) continue;
    examples.push({
      success,
      facts: {
        output: judged?.output ?? event.output,
        attempts: step.attempt,
        toolsOffered: step.toolsOffered.length,
        request,
        ...(event.certainty === undefined ? {} : { certainty: event.certainty }),
        ...(judged?.agreement === undefined ? {} : { agreement: judged.agreement }),
        ...(judged?.objection === undefined ? {} : { objection: judged.objection }),
      },
    });
  }
  return examples;
}

/**
 * Without a person's word: what another model was asked for instead was right where it decided the same; a call that was
 * declined, changed or failed was wrong; and what ran was right. Undefined: nobody can tell.
 */
function wentWell(
  { events }: Pick<Episode, 'events'>,
  { stepId, subtaskId, output }: Finished,
  judged: TaskEventOf<'step-judged'> | undefined,
): boolean | undefined {
  if (judged?.ruling.type === 'returned') return undefined;
  if (judged?.ruling.type === 'escalated' && judged.ruling.to !== 'user') {
    const place = events.indexOf(judged);
    const better = events.find(
      (event, at): event is Finished =>
        at > place &&
        event.type === 'step-finished' &&
        event.purpose === 'act' &&
        event.subtaskId === subtaskId,
    );
    if (better?.verdict.type !== 'accepted') return undefined;
    return JSON.stringify(better.output) === JSON.stringify(output);
  }
  const called = events.filter((event) => event.type === 'tool-called' && event.stepId === stepId);
  const ids = new Set(called.flatMap((event) => (event.type === 'tool-called' ? [event.callId] : [])));
  const verdicts = events.flatMap((event): boolean[] => {
    if (event.type === 'tool-returned' && ids.has(event.callId)) return [event.outcome.type === 'ok'];
    if (event.type !== 'approval-decided' || event.by === 'policy' || event.subtaskId !== subtaskId)
      return [];
    return event.approved && event.call === undefined ? [] : [false];
  });
  if (output?.type !== 'calls') return undefined;
  return verdicts.length === 0 ? undefined : verdicts.every(Boolean);
}
