/**
 * One model step: its events, from the request to the verdict. Knows how to ask an engine and stream what it says;
 * what the step is for and what comes of it is the caller's.
 */
import type { Engine } from '../bridge/engine.ts';
import { afterNotes, scratchpadTokens } from '../decode/scratchpad.ts';
import type {
  Certainty,
  ChatMessage,
  GenerateRequest,
  GenerateResult,
  OutputConstraint,
} from '../protocol/engine.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import type { Route, StepPurpose, TaskEvent, TaskEventBody, TaskEventOf } from '../protocol/task-event.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import type { Meter } from './budget.ts';
import { Channel } from './channel.ts';
import type { EarlyCalls } from './early-calls.ts';
import type { FitStep } from './fit-step.ts';
import type { TestTimeHelp } from './help/test-time-help.ts';
import { refused } from './recording.ts';
import type { Recording } from './recording.ts';
import type { ShadowDesk } from './shadow-desk.ts';
import type { SpendDesk } from './spend/spend-desk.ts';
import type { Router } from './trust/router.ts';
import type { VerifiedOutput } from './verify.ts';

/** What every part of a run shares. */
export interface RunContext {
  readonly runId: Id;
  readonly engine: Engine;
  readonly meter: Meter;
  readonly fit: FitStep;
  /** Aborts when the run is stopped or its time is up. */
  readonly signal: AbortSignal;
  /** Makes an event of this run. */
  readonly event: (body: TaskEventBody) => TaskEvent;
  /** Asks other adapters beside what is shown; absent: nobody is asked. */
  readonly shadow?: ShadowDesk;
  /** What the run did before it was cut off; absent: it was not. */
  readonly recording?: Recording;
  /** What may be spent; absent: whatever it takes. */
  readonly spend?: SpendDesk;
  /** What helps the model to decide; absent: the defaults. */
  readonly help?: TestTimeHelp;
  /** Whom the run trusts, and whom it asks instead; absent: the model alone. */
  readonly router?: Router;
}

export interface StepOptions {
  readonly purpose: StepPurpose;
  readonly attempt: number;
  readonly subtaskId?: Id;
  readonly route: Route;
  readonly messages: readonly ChatMessage[];
  /** Place of the request among the messages; absent: it is the last. */
  readonly request?: number;
  readonly toolsOffered?: readonly string[];
  readonly constraint?: OutputConstraint;
  /** Tools that this step may call. */
  readonly tools?: readonly ToolSpec[];
  /** What the model notes before its output; absent: nothing. */
  readonly notes?: OutputConstraint;
  readonly verify: (text: string) => VerifiedOutput;
  /** Begins calls while they are written; absent: none. What it began and the verdict does not confirm, it drops. */
  readonly early?: EarlyCalls;
}

export interface StepResult extends VerifiedOutput {
  readonly stepId: Id;
  readonly text: string;
  /** The log had it: no model was asked. */
  readonly recorded?: true;
  /** Absent: the engine does not tell. */
  readonly certainty?: Certainty;
  /** What was asked; absent where the log had it. */
  readonly request?: Omit<GenerateRequest, 'requestId'>;
}

/** Runs a step, or takes it from the log. Throws what the engine rejects with, and Fault `budget-exhausted`. */
export async function* takeStep(
  context: RunContext,
  options: StepOptions,
): AsyncGenerator<TaskEvent, StepResult> {
  const { purpose, attempt, route, toolsOffered = [], constraint, tools } = options;
  context.signal.throwIfAborted();
  const known = context.recording?.nextStep(options.subtaskId);
  if (known !== undefined) return fromLog(known, purpose);
  context.meter.take('modelSteps');
  const {
    messages,
    report,
    usage: fittingUsage,
  } = await context.fit({
    messages: options.messages,
    request: options.request ?? options.messages.length - 1,
    maxTokens: route.sampling.maxTokens,
    signal: context.signal,
  });
  if (fittingUsage !== undefined) {
    context.meter.add(fittingUsage);
    context.spend?.count(route.modelId, fittingUsage);
  }
  const next = {
    modelId: route.modelId,
    characters: messages.reduce((sum, { content }) => sum + content.length, 0),
    maxTokens: route.sampling.maxTokens + (options.notes === undefined ? 0 : scratchpadTokens),
  };
  if (context.spend !== undefined) yield* context.spend.leave(next);
  const stepId = newId();
  const place = { stepId, ...(options.subtaskId === undefined ? {} : { subtaskId: options.subtaskId }) };
  const left = report === undefined ? {} : { context: report };
  yield context.event({
    type: 'step-started',
    ...place,
    purpose,
    attempt,
    route,
    messages,
    ...left,
    toolsOffered,
  });

  const pieces = new Channel<string>();
  const asked = {
    messages,
    sampling: route.sampling,
    ...(constraint === undefined ? {} : { constraint }),
    ...(tools === undefined ? {} : { tools }),
    ...(route.adapter === undefined ? {} : { adapter: route.adapter }),
  };
  context.shadow?.shownStarted();
  const notes =
    options.notes === undefined
      ? undefined
      : await takeNotes(context, { request: asked, constraint: options.notes, next });
  const request = { ...asked, ...(notes === undefined ? {} : { prefill: afterNotes(notes) }) };
  const generation: Promise<GenerateResult> = context.engine
    .generate(request, {
      signal: context.signal,
      onEvent: (event) => {
        if (event.type === 'text-generated') pieces.send(event.text);
      },
    })
    .finally(() => {
      pieces.close();
      context.shadow?.shownEnded();
    });
  // Awaited below; the reader may leave before that, and then nobody is owed the rejection.
  generation.catch(() => undefined);
  // A stop is felt at once: an engine may need the rest of a batch before it heeds its signal.
  const stop = (): void => pieces.close();
  context.signal.addEventListener('abort', stop, { once: true });
  const { early } = options;
  let result: GenerateResult;
  try {
    for await (const text of pieces) {
      const calls = early?.read(text) ?? [];
      const writing = early?.writing;
      yield context.event({
        type: 'step-streamed',
        ...place,
        text,
        ...(writing === undefined ? {} : { writing }),
      });
      // Where the engine has ended, the verdict is as near as the begin would be.
      if (early !== undefined && !pieces.closed) yield* early.begin(stepId, calls);
    }
    context.signal.removeEventListener('abort', stop);
    context.signal.throwIfAborted();
    result = await generation;
  } catch (error) {
    context.spend?.settle(next);
    if (early !== undefined) yield* early.drop(context.signal.aborted ? 'run-stopped' : 'step-failed');
    throw error;
  }

  const { text, usage, certainty } = result;
  context.meter.add(usage);
  context.spend?.settle(next, usage);
  const { output, verdict } = options.verify(text);
  const verified = output === undefined ? { verdict } : { output, verdict };
  const sure = certainty === undefined ? {} : { certainty };
  yield context.event({
    type: 'step-finished',
    ...place,
    purpose,
    text,
    ...noted(notes),
    usage,
    ...sure,
    ...verified,
  });
  if (early !== undefined) {
    const isMade = verdict.type === 'accepted' && output?.type === 'calls';
    yield* early.drop('step-rejected', isMade ? output.calls : []);
  }
  return { stepId, text, ...sure, request, ...verified };
}

function noted(notes: string | undefined): { readonly notes?: string } {
  return notes === undefined ? {} : { notes };
}

/** The model's notes; what they take counts with the run. Rejects with what the engine rejects with. */
async function takeNotes(
  { engine, meter, signal, shadow, spend }: RunContext,
  {
    request,
    constraint,
    next,
  }: {
    readonly request: Omit<GenerateRequest, 'requestId'>;
    readonly constraint: OutputConstraint;
    readonly next: Parameters<SpendDesk['settle']>[0];
  },
): Promise<string> {
  try {
    const sampling = { temperature: 0, maxTokens: scratchpadTokens };
    const { text, usage } = await engine.generate({ ...request, constraint, sampling }, { signal });
    meter.add(usage);
    spend?.count(next.modelId, usage);
    return text;
  } catch (error) {
    spend?.settle(next);
    shadow?.shownEnded();
    throw error;
  }
}

function fromLog(known: TaskEventOf<'step-finished'>, purpose: StepPurpose): StepResult {
  if (known.purpose !== purpose) {
    throw refused(`The model was asked to ${known.purpose}, and now it would be asked to ${purpose}.`);
  }
  const { stepId, text, output, verdict, certainty } = known;
  return {
    stepId,
    text,
    verdict,
    recorded: true,
    ...(output === undefined ? {} : { output }),
    ...(certainty === undefined ? {} : { certainty }),
  };
}
