/**
 * What the screen knows of one run: a pure reduction of its events. The same reduction shows a run that goes on
 * and one read back from the log, also one that was cut off in the middle.
 * Knows protocol types; knows nothing of elements, engines or disks.
 */
import type { ContextReport } from '../protocol/context.ts';
import type { GenerateUsage, LoadedModel } from '../protocol/engine.ts';
import type { Id } from '../protocol/id.ts';
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
  /** What was left out of its prompt; absent: nothing. */
  readonly context?: ContextReport;
  /** Output so far; whole once `usage` is there. */
  readonly text: string;
  readonly output?: StepOutput;
  readonly usage?: GenerateUsage;
  /** Absent while the model writes. */
  readonly verdict?: StepVerdict;
}

/** One call of a tool, from the question whether it may run to its result. */
export interface CallView {
  readonly type: 'call';
  readonly id: Id;
  readonly call: ToolCall;
  readonly approval: 'not-needed' | 'pending' | 'approved' | 'denied';
  /** Why it was asked, where it was not that the tool writes. */
  readonly reason?: string;
  readonly started: boolean;
  readonly outcome?: ToolOutcome;
}

export interface SubtaskView {
  readonly id: Id;
  readonly text: string;
  /** Positions, from 1, of the subtasks whose results it reads. */
  readonly after: readonly number[];
  readonly started: boolean;
  readonly items: readonly (StepView | CallView)[];
  readonly outcome?: SubtaskOutcome;
}

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
    case 'plan-made':
      return { ...view, subtasks: planned(event) };
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
      return changeCall(view, event, { call: event.call, started: true });
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

/** Steps whose calls a person may correct: accepted ones that act. */
export function correctableSteps(view: TaskView): readonly StepView[] {
  return view.subtasks
    .flatMap((subtask) => subtask.items.filter((item) => item.type === 'step'))
    .filter((step) => step.purpose === 'act' && step.verdict?.type === 'accepted');
}

function planned(event: TaskEventOf<'plan-made'>): readonly SubtaskView[] {
  const position = new Map(event.subtasks.map(({ id }, index) => [id, index + 1]));
  return event.subtasks.map(({ id, text, dependsOn }) => ({
    id,
    text,
    after: dependsOn.flatMap((other) => position.get(other) ?? []),
    started: false,
    items: [],
  }));
}

function startedStep(event: TaskEventOf<'step-started'>): StepView {
  const { stepId, purpose, attempt, route, context } = event;
  const { constrained, reason } = route;
  const left = context === undefined ? {} : { context };
  return { type: 'step', id: stepId, purpose, attempt, constrained, routeReason: reason, ...left, text: '' };
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
