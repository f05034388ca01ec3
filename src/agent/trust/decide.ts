/**
 * The decision of a subtask with everything that is thought of it: the small model's first, asked again where samples are
 * wanted, judged, and handed on where it is not trusted. What was thought is told before anything acts on it.
 * Knows decisions and rulings; how a model is asked is `act`'s.
 */
import type { Agreement, EscalationTarget, Judgement, Ruling } from '../../protocol/routing.ts';
import { faultCodes, toFault } from '../../protocol/fault.ts';
import type { TaskEvent } from '../../protocol/task-event.ts';
import { act } from '../act.ts';
import type { ActOptions, Decision } from '../act.ts';
import { sampleDecisions } from '../help/sample-decisions.ts';
import type { Sampled } from '../help/sample-decisions.ts';
import { sameDecision } from '../same-decision.ts';
import type { RunContext } from '../step.ts';
import { doubtOf } from './router.ts';
import type { LargerModel, Router } from './router.ts';

/** Decides; throws what the engine of the run rejects with. One that cannot be reached for help is passed over. */
export async function* decide(context: RunContext, options: ActOptions): AsyncGenerator<TaskEvent, Decision> {
  const first: Decision = yield* act(context, options);
  const { help, router } = context;
  const samples = help?.samples ?? 1;
  if (router === undefined && samples <= 1) return first;
  const known = context.recording?.judgementOf(first.stepId);
  const sampled: Sampled | undefined =
    known === undefined && samples > 1
      ? yield* askAgain(context, first, samples, options.model.modelId)
      : undefined;
  const agreement = known?.agreement ?? sampled?.agreement;
  const decision = yield* settled(first, known?.output ?? changedOutput(first, sampled));
  // Said of the first decision alone.
  const objection = decision === first && first.type === 'decided' ? first.objection : undefined;
  const judgement =
    known === undefined ? judge(router, decision, options, { agreement, objection }) : known.judgement;
  function* tell(ruling: Ruling): Generator<TaskEvent, void> {
    // What the log knows is not told again.
    if (known !== undefined) return;
    yield context.event({
      type: 'step-judged',
      stepId: first.stepId,
      ...(options.subtaskId === undefined ? {} : { subtaskId: options.subtaskId }),
      ...(judgement === undefined ? {} : { judgement }),
      ...(agreement === undefined ? {} : { agreement }),
      ...(objection === undefined ? {} : { objection }),
      ...(sampled === undefined ? {} : { usage: sampled.usage }),
      ...(decision.type === 'decided' && decision !== first ? { output: decision.output } : {}),
      ruling,
    });
  }
  const isDecided = decision.type === 'decided';
  const doubt =
    router === undefined ? undefined : doubtOf(router.policy, { isDecided, judgement, agreement, objection });
  if (router !== undefined && doubt !== undefined) {
    return yield* escalate(context, options, { router, decision, doubt, tell });
  }
  yield* tell({ type: 'trusted' });
  return decision;
}

interface Escalation {
  readonly router: Router;
  readonly decision: Decision;
  readonly doubt: string;
  readonly tell: (ruling: Ruling) => Generator<TaskEvent, void>;
}

/** Asks those that the policy names until one decides. Nobody does: the decision stands as it is. */
async function* escalate(
  context: RunContext,
  options: ActOptions,
  { router, decision, doubt, tell }: Escalation,
): AsyncGenerator<TaskEvent, Decision> {
  let reason = doubt;
  for (const to of router.policy.to) {
    if (to === 'user') {
      // A person can approve, change or refuse calls; where there are none they are asked by the run's end.
      if (decision.type !== 'decided' || decision.output.type !== 'calls') continue;
      yield* tell({ type: 'escalated', to, reason });
      yield* dropEarly(decision);
      return { ...decision, doubt: reason };
    }
    const larger = router.models.find(({ place }) => place === to);
    if (larger === undefined) continue;
    yield* tell({ type: 'escalated', to, modelId: larger.model.modelId, reason });
    yield* dropEarly(decision);
    try {
      const better: Decision = yield* askLarger(context, options, { larger, to, reason });
      if (better.type === 'decided') return better;
      reason = `${reason} ${larger.model.modelId} decided nothing either.`;
    } catch (error) {
      // The run goes on without its help, but for a stop, and for a bound that would stop the next one too.
      const fault = toFault(error);
      if (context.signal.aborted || fault.code === faultCodes.budgetExhausted) throw error;
      reason = `${reason} ${larger.model.modelId} could not be asked: ${fault.message}`;
    }
  }
  yield* tell({ type: 'unanswered', reason });
  return decision;
}

async function* askLarger(
  { shadow: _shadow, help: _help, ...context }: RunContext,
  { begin: _begin, choice: _choice, ...options }: ActOptions,
  {
    larger,
    to,
    reason,
  }: { readonly larger: LargerModel; readonly to: EscalationTarget; readonly reason: string },
): AsyncGenerator<TaskEvent, Decision> {
  const { engine, model } = larger;
  return yield* act(
    { ...context, engine },
    {
      ...options,
      model,
      choice: { reason: reason.replace(/\.$/, ''), ...(to === 'remote' ? { isRemote: true } : {}) },
    },
  );
}

function* dropEarly(decision: Decision): Generator<TaskEvent, void> {
  if (decision.type === 'decided' && decision.early !== undefined)
    yield* decision.early.drop('step-rejected');
}

/** The other decisions, where the run's bounds leave room for them. */
async function* askAgain(
  context: RunContext,
  decision: Decision,
  samples: number,
  modelId: string,
): AsyncGenerator<TaskEvent, Sampled | undefined> {
  if (decision.type !== 'decided' || decision.again === undefined) return undefined;
  const { request, verify } = decision.again;
  const next = {
    modelId,
    characters: request.messages.reduce((sum, { content }) => sum + content.length, 0) * (samples - 1),
    maxTokens: request.sampling.maxTokens * (samples - 1),
  };
  if (context.spend !== undefined) yield* context.spend.leave(next);
  let sampled: Sampled | undefined;
  try {
    sampled = await sampleDecisions(context, { request, verify, first: decision.output, samples });
    return sampled;
  } finally {
    context.spend?.settle(next, sampled?.usage);
  }
}

/** What most samples say, where that is not what was said first. */
function changedOutput(first: Decision, sampled: Sampled | undefined): Sampled['output'] | undefined {
  if (first.type !== 'decided' || sampled === undefined) return undefined;
  return sameDecision(first.output, sampled.output) ? undefined : sampled.output;
}

/** The decision with another output; calls that were begun and are not among its own are stopped. */
function* settled(first: Decision, output: Sampled['output'] | undefined): Generator<TaskEvent, Decision> {
  if (first.type !== 'decided' || output === undefined) return first;
  if (first.early !== undefined) {
    yield* first.early.drop('step-rejected', output.type === 'calls' ? output.calls : []);
  }
  return { ...first, output };
}

function judge(
  router: Router | undefined,
  decision: Decision,
  { request, tools }: ActOptions,
  {
    agreement,
    objection,
  }: { readonly agreement: Agreement | undefined; readonly objection: number | undefined },
): Judgement | undefined {
  if (decision.type !== 'decided') return undefined;
  const { output, certainty, attempts } = decision;
  return router?.judge({
    output,
    attempts,
    toolsOffered: tools.length,
    request,
    ...(certainty === undefined ? {} : { certainty }),
    ...(agreement === undefined ? {} : { agreement }),
    ...(objection === undefined ? {} : { objection }),
  });
}
