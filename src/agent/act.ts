/**
 * The decision of a subtask: which calls, an answer, or a refusal. Tries again with the error when an output was
 * rejected. Knows prompts, grammar and verdicts; runs no tool.
 */
import { copySources } from '../decode/copy-sources.ts';
import { callOpening } from '../decode/output.ts';
import { actMessages, refusalExamples } from '../decode/prompt.ts';
import type { Example, Turn } from '../decode/prompt.ts';
import { scratchpadGrammar } from '../decode/scratchpad.ts';
import { toolGrammar } from '../decode/tool-grammar.ts';
import type { Certainty, LoadedModel, OutputConstraint } from '../protocol/engine.ts';
import { Fault } from '../protocol/fault.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { StepOutput, TaskEvent } from '../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../protocol/tool.ts';
import { mostCalls } from './call-limit.ts';
import type { EarlyCalls } from './early-calls.ts';
import { judgeCalls } from './help/judge-calls.ts';
import { leastObjection, objectionFeedback, objectionReason } from './help/objection.ts';
import { defaultHelp } from './help/test-time-help.ts';
import type { SampleOptions } from './help/sample-decisions.ts';
import { routeStep } from './route.ts';
import type { AdapterChoice } from './route.ts';
import { takeStep } from './step.ts';
import type { RunContext, StepResult } from './step.ts';
import { verifyAct, verifyCall } from './verify.ts';
import type { VerifiedOutput } from './verify.ts';

export interface ActOptions {
  readonly model: LoadedModel;
  readonly choice?: AdapterChoice;
  readonly subtaskId?: Id;
  readonly request: string;
  readonly turns: readonly Turn[];
  /** Shown in this order. */
  readonly tools: readonly ToolSpec[];
  /** For the base model: adapters are trained without, and get none. */
  readonly examples: readonly Example[];
  /** Tries, the first included. */
  readonly attempts: number;
  readonly checkCall: (call: ToolCall) => FaultData | undefined;
  /** What begins the calls of one try while they are written; `isGood` is its verdict on one call. Absent: nothing. */
  readonly begin?: (isGood: (call: ToolCall) => boolean) => EarlyCalls;
  /** What the model may write is not held to the tools' grammar. */
  readonly grammar?: 'off';
  /** Values of copied parameters may be any text; absent: they are words of the conversation. */
  readonly copy?: 'off';
  /** Calls that a try may make; absent: as many as the request has parts. */
  readonly mostCalls?: number;
  /** There is nothing to decide but the arguments; absent: the model may answer or ask instead. */
  readonly mustCall?: true;
}

export type Decision =
  | {
      readonly type: 'decided';
      readonly stepId: Id;
      readonly output: StepOutput;
      /** Holds the calls of the output that were begun already. */
      readonly early?: EarlyCalls;
      /** Tries, the accepted one included. */
      readonly attempts: number;
      /** Absent: the engine does not tell, or the log had the step. */
      readonly certainty?: Certainty;
      /** How likely the model finds its own calls wrong, 0 to 1; absent: it was not asked. */
      readonly objection?: number;
      /** How the same is asked again; absent: the log had the step, and no model was asked. */
      readonly again?: Pick<SampleOptions, 'request' | 'verify'>;
      /** Why a person is asked about every call, as sentences; absent: the guard's word counts alone. */
      readonly doubt?: string;
    }
  /** No attempt was usable; step and fault are the last one's. */
  | { readonly type: 'undecided'; readonly stepId: Id; readonly fault: FaultData };

/** Characters of a text in a second try, after a first one that did not end. */
const shortText = 60;
/** Characters of the last word: even one of rare characters ends within the step's tokens. */
const lastWord = 120;

/**
 * Asks the model what to do. An output that does not end is asked for again, shorter; when that does not end either,
 * the model may only say what it needs, so that every step ends in calls that fit or in words.
 * Throws what the engine rejects with.
 */
export async function* act(context: RunContext, options: ActOptions): AsyncGenerator<TaskEvent, Decision> {
  const { help } = context;
  const attempts = help?.feedback === false ? 1 : options.attempts;
  const turns = [...options.turns];
  let examples = await examplesFor(context, options);
  let form: 'full' | 'short' | 'words' = 'full';
  /** Usable, and the model found it wrong: it counts where nothing usable follows. */
  let doubted: Decision | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const step: TryResult = yield* tryOnce(context, {
      ...options,
      attempt,
      turns,
      examples,
      form,
    });
    const { verdict, output, stepId, early } = step;
    if (verdict.type === 'accepted') {
      if (output === undefined)
        throw new Fault({ code: 'unexpected', message: 'An accepted step has no output.' });
      const { certainty, request, verify } = step;
      const isLast = doubted !== undefined || attempt >= attempts;
      const isWanted =
        help?.judge === true && doubted === undefined && (context.router !== undefined || !isLast);
      const objection: number | undefined = yield* secondThought(
        context,
        { ...options, turns, examples },
        { ...step, output, isWanted },
      );
      const decision = {
        type: 'decided',
        stepId,
        output,
        attempts: attempt,
        ...(certainty === undefined ? {} : { certainty }),
        ...(objection === undefined ? {} : { objection }),
        ...(request === undefined ? {} : { again: { request, verify } }),
      } as const;
      // A router weighs the doubt against all else, and knows whom to ask.
      if (objection === undefined || objection < leastObjection || isLast || context.router !== undefined) {
        return { ...decision, ...(early === undefined ? {} : { early }) };
      }
      yield* giveBack(context, options, { decision, objection, early });
      doubted = decision;
      turns.push({ type: 'output', output }, { type: 'feedback', text: objectionFeedback });
      continue;
    }
    const isWhole = output !== undefined;
    if (form === 'words' || (attempt >= attempts && (isWhole || options.mustCall === true))) {
      return doubted ?? { type: 'undecided', stepId, fault: verdict.fault };
    }
    form = attempt >= attempts ? 'words' : isWhole ? form : 'short';
    // A text that was cut off teaches nothing; what was read and refused is shown with the reason.
    if (isWhole) turns.push({ type: 'output', output }, { type: 'feedback', text: verdict.feedback });
    // What misled the model once is not shown to it again; refusals are.
    examples = examples.filter((example) => refusalExamples.includes(example));
  }
}

/** What the model thinks of what it wrote. Calls that were begun end where that cannot be known. */
async function* secondThought(
  context: RunContext,
  options: ActOptions,
  {
    output,
    recorded,
    early,
    isWanted,
  }: TryResult & { readonly output: StepOutput; readonly isWanted: boolean },
): AsyncGenerator<TaskEvent, number | undefined> {
  try {
    return yield* judgeCalls(context, { ...options, output, isWanted: isWanted && recorded !== true });
  } catch (error) {
    if (early !== undefined) yield* early.drop(context.signal.aborted ? 'run-stopped' : 'step-failed');
    throw error;
  }
}

/** Tells that a decision is not made; what was begun of it ends. */
function* giveBack(
  { event, recording }: RunContext,
  { subtaskId }: ActOptions,
  {
    decision: { stepId },
    objection,
    early,
  }: {
    readonly decision: { readonly stepId: Id };
    readonly objection: number;
    readonly early: EarlyCalls | undefined;
  },
): Generator<TaskEvent, void> {
  // What the log knows is not told again.
  if (recording?.judgementOf(stepId) === undefined) {
    yield event({
      type: 'step-judged',
      stepId,
      ...(subtaskId === undefined ? {} : { subtaskId }),
      objection,
      ruling: { type: 'returned', reason: objectionReason },
    });
  }
  if (early !== undefined) yield* early.drop('step-rejected');
}

/** Those of the journal, where somebody looks for them; else the tools' own, which adapters were trained without. */
async function examplesFor(
  { help, signal }: RunContext,
  { request, tools, examples, choice }: ActOptions,
): Promise<readonly Example[]> {
  const found = await help?.findExamples?.({ request, tools, signal }).catch(() => []);
  if (found !== undefined && found.length > 0) return found;
  return choice?.adapter === undefined ? examples : [];
}

interface Try extends ActOptions {
  readonly attempt: number;
  /** Everything; one call of short texts; or no call at all. */
  readonly form: 'full' | 'short' | 'words';
}

interface TryResult extends StepResult {
  readonly early?: EarlyCalls;
  readonly verify: (text: string) => VerifiedOutput;
}

async function* tryOnce(context: RunContext, options: Try): AsyncGenerator<TaskEvent, TryResult> {
  const {
    model,
    choice = {},
    grammar,
    tools,
    request,
    checkCall,
    attempt,
    turns,
    examples,
    subtaskId,
  } = options;
  const constraint =
    grammar === 'off' ? undefined : constraintOf(options, context.help?.search ?? defaultHelp.search);
  const route = routeStep({
    purpose: 'act',
    attempt,
    model,
    choice,
    ...(grammar === undefined ? {} : { grammar }),
  });
  const verify = (text: string): VerifiedOutput => verifyAct({ text, request, examples, checkCall });
  const notes =
    context.help?.scratchpad === true && options.form === 'full'
      ? scratchpadGrammar({ tools, copyFrom: copySources(turns) })
      : undefined;
  const begun = options.begin?.((call) => verifyCall(call, { request, examples, checkCall }) === undefined);
  const early = begun === undefined ? {} : { early: begun };
  const step: StepResult = yield* takeStep(context, {
    purpose: 'act',
    attempt,
    ...(subtaskId === undefined ? {} : { subtaskId }),
    route,
    messages: actMessages({ tools, examples, turns }),
    // After the system prompt and the examples, each of which is a request with its output.
    request: 1 + 2 * examples.length,
    toolsOffered: tools.map(({ name }) => name),
    ...(constraint === undefined ? {} : { constraint }),
    ...(options.form === 'words' ? {} : { tools }),
    ...(notes === undefined ? {} : { notes }),
    verify,
    ...early,
  });
  // The first try is what two models can be compared by; later ones answer to what went wrong in it.
  if (choice.shadow !== undefined && attempt === 1 && step.recorded === undefined) {
    context.shadow?.offer({
      runId: context.runId,
      stepId: step.stepId,
      request: {
        messages: actMessages({ tools, turns }),
        sampling: route.sampling,
        ...(constraint === undefined ? {} : { constraint }),
        tools,
        adapter: choice.shadow,
      },
      shown: step.output,
      verify: (text) => verifyAct({ text, request, examples: [], checkCall }),
    });
  }
  return { ...step, ...early, verify };
}

function constraintOf(options: Try, search: boolean): OutputConstraint {
  const constraint = grammarOf(options);
  return search ? { ...constraint, searchAfter: callOpening } : constraint;
}

function grammarOf({ tools, request, form, copy, turns, ...options }: Try): OutputConstraint {
  const calls = {
    tools,
    ...(copy === 'off' ? {} : { copyFrom: copySources(turns) }),
    ...(options.mustCall === true ? { allow: { answer: false, refusal: false } } : {}),
  };
  switch (form) {
    case 'full':
      return toolGrammar({ ...calls, maxCalls: options.mostCalls ?? mostCalls(request) });
    case 'short':
      return toolGrammar({ ...calls, maxCalls: 1, textLength: shortText, replyLength: lastWord });
    case 'words':
      return toolGrammar({ tools, replyLength: lastWord, allow: { calls: false, answer: false } });
    default:
      return form satisfies never;
  }
}
