/**
 * What a session is made from, and what it shows of itself. Data only.
 */
import type { RunTaskOptions } from '../agent/run.ts';
import type { LargerModel } from '../agent/trust/router.ts';
import type { Workflow } from '../agent/workflow/workflow.ts';
import type { Engine, EngineHandle } from '../bridge/engine.ts';
import type { LoadRequest, RankedChoice } from '../protocol/engine.ts';
import type { OpenJournalOptions } from '../log/journal.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { Feedback, RunSummary } from '../protocol/record.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import type { GuardPolicy } from '../tools/guard/policy.ts';
import type { Tool } from '../tools/tool.ts';
import { emptyAdaptersView } from '../ui/adapters-view.ts';
import type { AdaptersView } from '../ui/adapters-view.ts';
import { emptyPromotionView } from '../ui/promotion-view.ts';
import type { PromotionView } from '../ui/promotion-view.ts';
import { emptyOutsideView } from '../ui/outside/outside-view.ts';
import type { OutsideView } from '../ui/outside/outside-view.ts';
import { emptyLogStatus } from '../ui/log/log-status.ts';
import type { LogStatus } from '../ui/log/log-status.ts';
import type { LogView } from '../ui/log/log-view.ts';
import { emptyModelView } from '../ui/model-view.ts';
import type { ModelView } from '../ui/model-view.ts';
import { emptyShelfView } from '../ui/shelf-view.ts';
import type { ShelfView } from '../ui/shelf-view.ts';
import { emptySpendingView } from '../ui/spending-view.ts';
import type { SpendingView } from '../ui/spending-view.ts';
import type { SupportGap } from '../ui/support-gap.ts';
import { emptyTaskView } from '../ui/task-view.ts';
import type { TaskView } from '../ui/task-view.ts';
import { emptyTrustView } from '../ui/trust-view.ts';
import type { TrustView } from '../ui/trust-view.ts';
import type { WorkflowView } from '../ui/workflow-view.ts';

/** What a session needs of its engine. */
export type SessionEngine = Pick<EngineHandle, 'load' | 'dispose'> & Engine;

/** What is recorded of an event. */
export interface RecordedEvent {
  readonly event: TaskEvent;
  readonly originals?: JsonObject;
}

/** What a session is made from. Everything has a default. */
export interface SessionOptions {
  /** What the model may call; absent: the built-in tools. */
  readonly tools?: readonly Tool[];
  /** Can be run by themselves, and are tools of every run. */
  readonly workflows?: readonly Workflow[];
  /** A model of the catalogue; absent: its default. */
  readonly modelId?: string;
  /** Where models.json lies; absent: at the site's root. Relative URLs count from there. */
  readonly catalogueUrl?: string;
  /** Folder of the model files, ends with `/`; absent: `models/` beside the catalogue. */
  readonly modelsUrl?: string;
  /** Tokens of context reserved; 4,096 unless told. */
  readonly contextTokens?: number;
  /** Requests that one worker serves side by side; 2 unless told. */
  readonly slots?: number;
  /** Workers that each hold the model; 1 unless told. */
  readonly poolSize?: number;
  /** `none`: a worker of this tab's own. Absent: `origin`, the tabs of this site share one copy of the weights. */
  readonly sharing?: 'origin' | 'none';
  readonly prefer?: LoadRequest['prefer'];
  /** `origin-or-hub` allows requests to the model's hub; absent: `origin`. See `LoadRequest`. */
  readonly downloadFrom?: LoadRequest['downloadFrom'];
  readonly budget?: RunTaskOptions['budget'];
  /** What calls are let through, where it is not the default (docs/guardrails). */
  readonly guard?: Partial<GuardPolicy>;
  /** Larger models that a run may ask where its own is not to be trusted (docs/router); absent: none. */
  readonly larger?: readonly LargerModel[];
  /** Name of the database of what the user trusts the model with, and of what was learned of it. */
  readonly trustName?: string;
  /** `none`: users add no servers, documents or page tools. Absent: `user`, they may (docs/protocols). */
  readonly outside?: 'user' | 'none';
  /** Name of the database of what users added. */
  readonly outsideName?: string;
  /** What may be left out of a prompt that is too long; absent: nothing, and the step fails. */
  readonly contextPolicy?: RunTaskOptions['contextPolicy'];
  /** Keeps long results and notes beside the prompts (docs/scratch-memory); absent: results stand in prompts whole. */
  readonly memory?: RunTaskOptions['memory'];
  /**
   * Milliseconds that an adapter in the shadow may go on comparing after a run's end, while no other run begins;
   * 10,000 unless told, 0: none.
   */
  readonly shadowTailMs?: number;
  /** Name of the log's database. */
  readonly journalName?: string;
  /** The role that opens the log, and its secret; absent: the key of this browser profile. See `openJournal`. */
  readonly unlockLog?: OpenJournalOptions['unlock'];
  /** Called with runs that were erased, so that rows derived from them can be dropped; the review queue is seen to. */
  readonly onErased?: OpenJournalOptions['onErased'];
  /**
   * What the log records of an event, and what was taken out of it, for the log's owner alone. The screen and `onEvent` see
   * the event as it is. Absent: personal data is masked (docs/masking), also in what people say of a run. Throwing ends the
   * run: nothing is recorded that was not looked at.
   */
  readonly transform?: (event: TaskEvent) => Promise<RecordedEvent> | RecordedEvent;
  /** Another engine than the pool of workers, e.g. the scripted one. */
  readonly createEngine?: () => SessionEngine;
}

/** Runs shown in the list; the log keeps all. */
export const shownRuns = 20;

/** What the screen knows of a workflow. */
export function viewOf({ name, title, tool }: Workflow): WorkflowView {
  const { description, parameters } = tool.spec;
  return { name, title, description, inputSchema: parameters };
}

/** What a session shows of itself; a new object with each change. */
export interface SessionState {
  readonly model: ModelView;
  /** Every way to run the catalogue's models here, best first; undefined until somebody asked. */
  readonly choices: readonly RankedChoice[] | undefined;
  /** The model files in this browser. */
  readonly shelf: ShelfView;
  /** The adapters of the model, and which of them runs use. */
  readonly adapters: AdaptersView;
  /** Adapters on their way into use; empty until somebody asked, or something was decided. */
  readonly promotion: PromotionView;
  /** How far the small model is trusted, and what was learned of it. */
  readonly trust: TrustView;
  /** Tools from elsewhere that the user added; undefined: none may be. */
  readonly outside: OutsideView | undefined;
  /** The run on the screen. */
  readonly task: TaskView;
  /** The run that goes on or went on last in this session; empty: none. */
  readonly liveRunId: Id;
  /** A run goes on, or waits for its model. */
  readonly running: boolean;
  /** Newest first; empty where the open role reads nothing. */
  readonly runs: readonly RunSummary[];
  /** Who the log is open to. */
  readonly log: LogStatus;
  /** The log as it is browsed; undefined until somebody asked. */
  readonly logView: LogView | undefined;
  /** What was spent today, and the bounds on it. */
  readonly spending: SpendingView;
  /** What runs may call, also of elsewhere. */
  readonly tools: readonly ToolSpec[];
  /** Workflows that can be run by themselves. */
  readonly workflows: readonly WorkflowView[];
  readonly gaps: readonly SupportGap[];
  /** A fault outside a run's own outcome. */
  readonly fault: FaultData | undefined;
  /** What the user said of the run on the screen. */
  readonly verdict: Feedback['verdict'] | undefined;
  /** Documents that the search tool sees; undefined where there is no such tool. */
  readonly documentCount: number | undefined;
}

export const emptySessionState: SessionState = {
  model: emptyModelView,
  choices: undefined,
  shelf: emptyShelfView,
  adapters: emptyAdaptersView,
  promotion: emptyPromotionView,
  trust: emptyTrustView,
  outside: emptyOutsideView,
  task: emptyTaskView,
  liveRunId: '',
  running: false,
  runs: [],
  log: emptyLogStatus,
  logView: undefined,
  spending: emptySpendingView,
  tools: [],
  workflows: [],
  gaps: [],
  fault: undefined,
  verdict: undefined,
  documentCount: undefined,
};
