/**
 * What the screen knows of one run: a pure reduction of its events. The same reduction shows a run that goes on
 * and one read back from the log, also one that was cut off in the middle.
 * Knows protocol types; knows nothing of elements, engines or disks.
 */
import type { ContextReport } from '../protocol/context.ts';
import type { GenerateUsage, LoadedModel } from '../protocol/engine.ts';
import type { Id } from '../protocol/id.ts';
import { asObject } from '../protocol/json.ts';
import type { Json } from '../protocol/json.ts';
import type { SpanKind, SpanOutcome } from '../protocol/span-event.ts';
import type {
  RunOutcome,
  RunTotals,
  StepOutput,
  StepPurpose,
  StepVerdict,
  SubtaskOutcome,
  TaskEvent,
  TaskEventOf,
} from '../protocol/task-event.ts';
import type { ToolCall, ToolOutcome, ToolSpec } from '../protocol/tool.ts';

/** One call of the model. */
export interface StepView {
  readonly type: 'step';
  readonly id: Id;
  readonly purpose: StepPurpose;
  readonly attempt: number;
  readonly constrained: boolean;
  readonly routeReason: string;
  /** The model that the step was routed to. */
  readonly modelId: string;
  /** What was left out of its prompt; absent: nothing. */
  readonly context?: ContextReport;
  /** Output so far; whole once `usage` is there. */
  readonly text: string;
  readonly output?: StepOutput;
  readonly usage?: GenerateUsage;
  /** Absent while the model writes. */
  readonly verdict?: StepVerdict;
  /** What was thought of it; absent: nobody judges. */
  readonly judged?: JudgedView;
  /** It ran on a server, and the run's own model does not. */
  readonly remote?: true;
}

/** What was thought of a decision, and what became of it. */
export type JudgedView = Pick<TaskEventOf<'step-judged'>, 'judgement' | 'agreement' | 'usage' | 'ruling'>;

/** One call of a tool, from the question whether it may run to its result. */
export interface CallView {
  readonly type: 'call';
  readonly id: Id;
  readonly call: ToolCall;
  readonly approval: 'not-needed' | 'pending' | 'approved' | 'denied';
  /** Why it was asked, where it was not that the tool writes. */
  readonly reason?: string;
  readonly started: boolean;
  /** The step that decided it; absent until it is made. */
  readonly stepId?: Id;
  readonly outcome?: ToolOutcome;
}

export interface SubtaskView {
  readonly id: Id;
  readonly text: string;
  /** 0 for a part of the run itself, 1 for a part of one of those, and so on. */
  readonly depth: number;
  /** What a step of a workflow asks for; absent: it is a subtask. */
  readonly kind?: SpanKind;
  /** What a person can answer to a step that asks one: some texts, or any. */
  readonly choices?: readonly string[] | 'any';
  /** Positions, from 1, of the subtasks whose results it reads. */
  readonly after: readonly number[];
  readonly started: boolean;
  readonly items: readonly (StepView | CallView)[];
  readonly outcome?: SubtaskOutcome;
}

/** One run as the screen shows it, reduced from its events. */
export interface TaskView {
  /** Absent before the first run. */
  readonly runId?: Id;
  readonly goal: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly model?: LoadedModel;
  readonly tools: readonly ToolSpec[];
  /** Model steps that belong to no subtask: planning first, the closing answer last. */
  readonly steps: readonly StepView[];
  readonly subtasks: readonly SubtaskView[];
  /** Absent while the run goes on, and for ever where it was cut off. */
  readonly outcome?: RunOutcome;
  readonly totals?: RunTotals;
}

/** The screen before any run. */
export const emptyTaskView: TaskView = { goal: '', startedAt: 0, tools: [], steps: [], subtasks: [] };

/** The view after one more event. A `run-started` begins a new one; events of another run change nothing. */
export function reduceTask(view: TaskView, event: TaskEvent): TaskView {
  if (event.type === 'run-started') {
    const { runId, goal, at, model, tools } = event;
    return { ...emptyTaskView, runId, goal, startedAt: at, model, tools };
  }
  if (event.runId !== view.runId) return view;
  switch (event.type) {
    case 'run-resumed':
      return { ...view, model: event.model };
    case 'plan-made':
      return withParts(view, event.spanId, (depth) => planned(event, depth));
    case 'span-started':
      return withParts(view, event.parentId, (depth) => [startedSpan(event, depth)]);
    case 'span-finished':
      return inSubtask(view, event.spanId, (subtask) => ({
        ...subtask,
        outcome: spanOutcome(event.outcome),
      }));
    case 'subtask-started':
      return inSubtask(view, event.subtaskId, (subtask) => ({ ...subtask, started: true }));
    case 'subtask-finished':
      return inSubtask(view, event.subtaskId, (subtask) => ({ ...subtask, outcome: event.outcome }));
    case 'step-started':
      return withStep(view, event.subtaskId, startedStep(event));
    case 'step-streamed':
      return changeStep(view, event, (step) => ({ ...step, text: step.text + event.text }));
    case 'step-finished':
      return changeStep(view, event, (step) => finishedStep(step, event));
    case 'step-judged': {
      const { judgement, agreement, usage, ruling } = event;
      const judged: JudgedView = {
        ruling,
        ...(judgement === undefined ? {} : { judgement }),
        ...(agreement === undefined ? {} : { agreement }),
        ...(usage === undefined ? {} : { usage }),
      };
      return changeStep(view, event, (step) => ({ ...step, judged }));
    }
    case 'approval-requested': {
      const { call, reason } = event;
      const why = reason === undefined ? {} : { reason };
      return changeCall(view, event, { call, approval: 'pending', ...why });
    }
    case 'approval-decided': {
      const { approved, call } = event;
      const changed = call === undefined ? {} : { call };
      return changeCall(view, event, { approval: approved ? 'approved' : 'denied', ...changed });
    }
    // Whether a call that was begun is made is not known yet: `tool-called` says so.
    case 'call-begun':
    case 'call-dropped':
      return view;
    case 'tool-called':
      return changeCall(view, event, { call: event.call, started: true, stepId: event.stepId });
    case 'tool-returned':
      return changeCall(view, event, { outcome: event.outcome });
    case 'run-finished':
      return { ...view, outcome: event.outcome, totals: event.totals };
    default:
      event satisfies never;
      return view;
  }
}

/** Calls that wait for the user's word, in the order they were asked for. */
export function pendingApprovals(view: TaskView): readonly CallView[] {
  if (view.outcome !== undefined) return [];
  return view.subtasks.flatMap((subtask) =>
    subtask.items.filter((item) => item.type === 'call').filter((call) => call.approval === 'pending'),
  );
}

/** Steps of workflows that wait for a person's answer. */
export function pendingQuestions(view: TaskView): readonly SubtaskView[] {
  if (view.outcome !== undefined) return [];
  return view.subtasks.filter(({ kind, outcome }) => kind === 'human' && outcome === undefined);
}

/** Steps whose calls a person may correct: accepted ones that act. */
export function correctableSteps(view: TaskView): readonly StepView[] {
  return view.subtasks
    .flatMap((subtask) => subtask.items.filter((item) => item.type === 'step'))
    .filter((step) => step.purpose === 'act' && step.verdict?.type === 'accepted');
}

function planned(event: TaskEventOf<'plan-made'>, depth: number): readonly SubtaskView[] {
  const position = new Map(event.subtasks.map(({ id }, index) => [id, index + 1]));
  return event.subtasks.map(({ id, text, dependsOn }) => ({
    id,
    text,
    depth,
    after: dependsOn.flatMap((other) => position.get(other) ?? []),
    started: false,
    items: [],
  }));
}

function startedSpan(event: TaskEventOf<'span-started'>, depth: number): SubtaskView {
  const { spanId, kind, name, input } = event;
  const choices = kind === 'human' ? { choices: choicesIn(input) } : {};
  return { id: spanId, text: name, depth, kind, after: [], started: true, items: [], ...choices };
}

function choicesIn(input: Json): readonly string[] | 'any' {
  const { choices } = asObject(input);
  return Array.isArray(choices) ? (choices as readonly Json[]).map(String) : 'any';
}

function spanOutcome(outcome: SpanOutcome): SubtaskOutcome {
  if (outcome.type === 'failed') return outcome;
  const { value } = outcome;
  return { type: 'done', text: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** Adds parts behind those that the same step, or the same call of a workflow, has already. */
function withParts(
  view: TaskView,
  parentId: Id | undefined,
  make: (depth: number) => readonly SubtaskView[],
): TaskView {
  const { subtasks } = view;
  const parent = subtasks.findIndex(
    ({ id, items }) =>
      parentId !== undefined && (id === parentId || items.some((item) => item.id === parentId)),
  );
  const depth = parent < 0 ? 0 : (subtasks[parent]?.depth ?? 0) + 1;
  const end = parent < 0 ? -1 : subtasks.findIndex((other, place) => place > parent && other.depth < depth);
  const place = end < 0 ? subtasks.length : end;
  return { ...view, subtasks: [...subtasks.slice(0, place), ...make(depth), ...subtasks.slice(place)] };
}

function startedStep(event: TaskEventOf<'step-started'>): StepView {
  const { stepId, purpose, attempt, route, context } = event;
  const { constrained, modelId, reason, remote } = route;
  const left = context === undefined ? {} : { context };
  return {
    type: 'step',
    id: stepId,
    purpose,
    attempt,
    constrained,
    routeReason: reason,
    modelId,
    ...left,
    ...(remote === undefined ? {} : { remote }),
    text: '',
  };
}

function finishedStep(step: StepView, event: TaskEventOf<'step-finished'>): StepView {
  const { text, output, usage, verdict } = event;
  return { ...step, text, usage, verdict, ...(output === undefined ? {} : { output }) };
}

function inSubtask(view: TaskView, id: Id, change: (subtask: SubtaskView) => SubtaskView): TaskView {
  return {
    ...view,
    subtasks: view.subtasks.map((subtask) => (subtask.id === id ? change(subtask) : subtask)),
  };
}

function withStep(view: TaskView, subtaskId: Id | undefined, step: StepView): TaskView {
  if (subtaskId === undefined) return { ...view, steps: [...view.steps, step] };
  return inSubtask(view, subtaskId, (subtask) => ({ ...subtask, items: [...subtask.items, step] }));
}

function changeStep(
  view: TaskView,
  { subtaskId, stepId }: { readonly subtaskId?: Id; readonly stepId: Id },
  change: (step: StepView) => StepView,
): TaskView {
  if (subtaskId === undefined) {
    return { ...view, steps: view.steps.map((step) => (step.id === stepId ? change(step) : step)) };
  }
  return inSubtask(view, subtaskId, (subtask) => ({
    ...subtask,
    items: subtask.items.map((item) => (item.type === 'step' && item.id === stepId ? change(item) : item)),
  }));
}

/** A call's first event may be the question for approval or the call itself: the first makes it, later ones change it. */
function changeCall(
  view: TaskView,
  { subtaskId, callId }: { readonly subtaskId: Id; readonly callId: Id },
  change: Partial<Omit<CallView, 'type' | 'id'>>,
): TaskView {
  return inSubtask(view, subtaskId, (subtask) => {
    if (!subtask.items.some((item) => item.type === 'call' && item.id === callId)) {
      const { call } = change;
      if (call === undefined) return subtask;
      const made: CallView = {
        type: 'call',
        id: callId,
        approval: 'not-needed',
        started: false,
        ...change,
        call,
      };
      return { ...subtask, items: [...subtask.items, made] };
    }
    const items = subtask.items.map((item) =>
      item.type === 'call' && item.id === callId ? { ...item, ...change } : item,
    );
    return { ...subtask, items };
  });
}
