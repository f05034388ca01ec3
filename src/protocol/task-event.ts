/**
 * The one stream that a run is made of. The same events feed the screen, the journal and the flywheel.
 * Every event names its run; those of a subtask name the subtask. Names are noun-action.
 * Knows nothing of how a run is driven (agent/run) or stored (log/journal).
 */
import type { ContextReport } from './context.ts';
import type { Certainty, ChatMessage, GenerateUsage, LoadedModel, Sampling } from './engine.ts';
import type { FaultData } from './fault.ts';
import type { Id } from './id.ts';
import type { Json } from './json.ts';
import type { Agreement, Judgement, Ruling } from './routing.ts';
import type { SpanEventBody } from './span-event.ts';
import type { PartialCall, ToolCall, ToolOutcome, ToolSpec } from './tool.ts';

/** One piece of the goal, done by one small loop of model and tools. */
export interface Subtask {
  readonly id: Id;
  readonly text: string;
  /** Subtasks whose results this one reads; empty: may start at once. */
  readonly dependsOn: readonly Id[];
}

/** What a model step was for. */
export type StepPurpose = 'plan' | 'act' | 'judge' | 'answer';

/** Which model, adapter and decoding a step was routed to, and why. */
export interface Route {
  readonly modelId: string;
  readonly weightsHash: string;
  readonly adapter?: string;
  /** Its words left this device; absent: they did not, or the run's own model is on a server. */
  readonly remote?: true;
  readonly sampling: Sampling;
  /** True where the output is held to the tools' schemas while decoding. */
  readonly constrained: boolean;
  readonly reason: string;
}

/** What an `act` step may say: calls, an answer, or a refusal that names what is missing. First-class, all three. */
export type StepOutput =
  | { readonly type: 'calls'; readonly calls: readonly ToolCall[] }
  | { readonly type: 'answer'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string };

/** What is thought of a step's output. */
export type StepVerdict =
  | { readonly type: 'accepted' }
  /** Not usable; `feedback` is what the next attempt is told. */
  | { readonly type: 'rejected'; readonly fault: FaultData; readonly feedback: string };

export type SubtaskOutcome =
  | { readonly type: 'done'; readonly text: string }
  | { readonly type: 'refused'; readonly text: string }
  | { readonly type: 'failed'; readonly fault: FaultData };

/** How a run ended. */
export type RunOutcome =
  /** `value` is what a workflow returned, and the answer says it. */
  | { readonly type: 'answered'; readonly answer: string; readonly value?: Json }
  /** No tool could serve the goal, or a value is missing; the text asks for it. */
  | { readonly type: 'refused'; readonly answer: string }
  | { readonly type: 'failed'; readonly fault: FaultData }
  | { readonly type: 'stopped' };

/** Sums over the whole run. */
export interface RunTotals {
  readonly modelSteps: number;
  /** Tools run, also those whose call was dropped. */
  readonly toolCalls: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly decodeTokens: number;
  readonly durationMs: number;
}

/** Why a call that was begun early is not made: its step's output was refused, its step broke off, the run was stopped. */
export type CallDropReason = 'step-rejected' | 'step-failed' | 'run-stopped';

interface EventBase {
  readonly id: Id;
  readonly runId: Id;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type TaskEventBody =
  | {
      readonly type: 'run-started';
      readonly goal: string;
      readonly tools: readonly ToolSpec[];
      readonly model: LoadedModel;
      /** Version of the prompt's wording (decode/prompt). */
      readonly promptVersion: number;
      /** The workflow that the run runs; absent: an agent, for the goal. */
      readonly workflow?: { readonly name: string; readonly input: Json };
    }
  | SpanEventBody
  /** `spanId` is the step of a workflow that plans; absent: the run. */
  | { readonly type: 'plan-made'; readonly subtasks: readonly Subtask[]; readonly spanId?: Id }
  | { readonly type: 'subtask-started'; readonly subtaskId: Id }
  | {
      readonly type: 'step-started';
      readonly stepId: Id;
      readonly subtaskId?: Id;
      readonly purpose: StepPurpose;
      /** 1 for the first try; more after a rejected output. */
      readonly attempt: number;
      readonly route: Route;
      readonly messages: readonly ChatMessage[];
      /** What was left out of the messages so that they fit; absent: nothing. */
      readonly context?: ContextReport;
      /** Names of the tools in the prompt; their specs stand in `run-started`. */
      readonly toolsOffered: readonly string[];
    }
  /** Output as it streams. For the screen only: not kept in the journal. */
  | {
      readonly type: 'step-streamed';
      readonly stepId: Id;
      readonly subtaskId?: Id;
      readonly text: string;
      /** The call that stands unfinished at the end of the text so far; absent: none, or its name is not whole. */
      readonly writing?: PartialCall;
    }
  /**
   * A call that only reads, begun while the model still writes its step. On disk before the tool runs. `tool-called`
   * follows with the same `callId` where the step is accepted, `call-dropped` where it is not.
   */
  | {
      readonly type: 'call-begun';
      readonly callId: Id;
      readonly stepId: Id;
      readonly subtaskId: Id;
      readonly call: ToolCall;
    }
  /** A call that was begun is not made after all: its tool was told to stop, and its result is used for nothing. */
  | {
      readonly type: 'call-dropped';
      readonly callId: Id;
      readonly stepId: Id;
      readonly subtaskId: Id;
      readonly reason: CallDropReason;
    }
  | {
      readonly type: 'step-finished';
      readonly stepId: Id;
      readonly subtaskId?: Id;
      readonly purpose: StepPurpose;
      readonly text: string;
      /** What the model noted before it; absent: it was not asked for notes. */
      readonly notes?: string;
      /** Present where the purpose is `act` and the text could be read. */
      readonly output?: StepOutput;
      readonly usage: GenerateUsage;
      /** Absent where the engine does not tell. */
      readonly certainty?: Certainty;
      readonly verdict: StepVerdict;
    }
  /** What is thought of a decision before anything acts on it. */
  | {
      readonly type: 'step-judged';
      readonly stepId: Id;
      readonly subtaskId?: Id;
      /** Absent: nobody can tell the chance. */
      readonly judgement?: Judgement;
      /** Absent: the model was asked once. */
      readonly agreement?: Agreement;
      /** How likely the model finds its own calls wrong, 0 to 1; absent: it was not asked. */
      readonly objection?: number;
      /** What asking again took; absent: nothing. */
      readonly usage?: GenerateUsage;
      /** What counts in place of the step's own output: most of the other decisions said so. */
      readonly output?: StepOutput;
      readonly ruling: Ruling;
    }
  | {
      readonly type: 'approval-requested';
      readonly callId: Id;
      readonly subtaskId: Id;
      readonly call: ToolCall;
      /** The call was begun before the run was cut off, and nobody knows whether it took effect. */
      readonly again?: true;
      /** Why it is asked, where it is not that the tool writes; whole sentences. */
      readonly reason?: string;
    }
  | {
      readonly type: 'approval-decided';
      readonly callId: Id;
      readonly subtaskId: Id;
      readonly approved: boolean;
      /** Who decided, where it was not the user. Nobody was asked then. */
      readonly by?: 'policy';
      /** The call as the user changed it, or the one that the policy refused. */
      readonly call?: ToolCall;
    }
  /** On disk before the tool runs, but where `call-begun` was. */
  | {
      readonly type: 'tool-called';
      readonly callId: Id;
      readonly stepId: Id;
      readonly subtaskId: Id;
      readonly call: ToolCall;
      /** When the tool was begun, where that was before this event; milliseconds since the epoch. */
      readonly begunAt?: number;
    }
  | {
      readonly type: 'tool-returned';
      readonly callId: Id;
      readonly subtaskId: Id;
      readonly outcome: ToolOutcome;
    }
  | { readonly type: 'subtask-finished'; readonly subtaskId: Id; readonly outcome: SubtaskOutcome }
  | { readonly type: 'run-finished'; readonly outcome: RunOutcome; readonly totals: RunTotals };

/** One event of a run: what the screen, the log and the training data are made of. */
export type TaskEvent = EventBase & TaskEventBody;

export type TaskEventType = TaskEvent['type'];

/** The event of one type, e.g. `TaskEventOf<'tool-called'>`. */
export type TaskEventOf<Type extends TaskEventType> = Extract<TaskEvent, { readonly type: Type }>;
