/**
 * What the elements tell the page: every event's name and detail, typed for `addEventListener`.
 * All of them bubble and cross shadow roots. Knows no element and nothing of who listens (app/attach-agent).
 */
import type { PriceList, SpendLimits } from '../protocol/economics.ts';
import type { RankedChoice } from '../protocol/engine.ts';
import type { EvalSubject, JudgedRow } from '../protocol/evaluation.ts';
import type { Id } from '../protocol/id.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { AdapterFormat, CatalogueEntry } from '../protocol/model.ts';
import type { PromotionAction } from '../protocol/promotion.ts';
import type { Feedback } from '../protocol/record.ts';
import type { TrustSettings } from '../protocol/routing.ts';
import type { SelectionFilters } from '../protocol/selection.ts';
import type { ToolCall } from '../protocol/tool.ts';
import type { ExportSettings, ReadSettings, SplitSettings, TaskEdit } from './dataset/dataset-view.ts';
import type { LogRequest } from './log/log-view.ts';
import type { OutsideRequest } from './outside/outside-view.ts';
import type { TrainingSettings } from './train/training-view.ts';

/** Which file the log is written as: TRL prompt-completion, OpenAI fine-tuning chat, or the exact prompt texts. */
export type ExportFormat = 'trl' | 'openai' | 'rendered';

/** Feedback as a person gives it; identity and time are added where it is stored. */
export type FeedbackDraft = Omit<Feedback, 'id' | 'at'>;

/** The events of the elements, each with its `detail`. */
export interface AgentEventDetails {
  /** The user wants a goal done. */
  readonly 'goal-submit': { readonly goal: string };
  /** The user wants the current run stopped. */
  readonly 'run-stop': undefined;
  /** The user wants a run that was cut off to go on. */
  readonly 'run-resume': { readonly runId: Id };
  readonly 'workflow-run': { readonly name: string; readonly input: JsonObject };
  /** The user's answer to a step that asks a person. */
  readonly 'question-answer': { readonly spanId: Id; readonly answer: string };
  /** The user wants a stored run on the screen. */
  readonly 'run-open': { readonly runId: Id };
  /** `arguments`: a yes with these in place of the model's. */
  readonly 'approval-decide': {
    readonly callId: Id;
    readonly approved: boolean;
    readonly arguments?: JsonObject;
  };
  readonly 'model-load': undefined;
  readonly 'model-cancel': undefined;
  /** The user wants to see how the models could be run here. */
  readonly 'choices-open': undefined;
  /** The next load is done this way. */
  readonly 'choice-use': { readonly choice: RankedChoice };
  /** The user wants to see which model files are kept. */
  readonly 'shelf-open': undefined;
  /** Files of the user's: a model, or an adapter in one file or two. */
  readonly 'model-import': { readonly files: readonly File[] };
  readonly 'model-import-cancel': undefined;
  /** The next load is of this model. */
  readonly 'model-use': { readonly entry: CatalogueEntry };
  /** A kept file that the user wants gone. */
  readonly 'model-remove': { readonly name: string };
  /** The user wants to see which adapters there are. */
  readonly 'adapters-open': undefined;
  /** The adapter that runs use from now on; without an id the base model alone. */
  readonly 'adapter-choose': { readonly id: string | undefined };
  readonly 'adapter-export': { readonly id: string; readonly format: AdapterFormat };
  readonly 'adapter-remove': { readonly id: string };
  /** The user wants to see where the adapters stand. */
  readonly 'promotion-open': undefined;
  /** The user wants an adapter in another stage, and has confirmed it. */
  readonly 'promotion-decide': { readonly adapter: string; readonly action: PromotionAction };
  /** The user wants to see how far the model is trusted. */
  readonly 'trust-open': undefined;
  readonly 'trust-change': TrustSettings;
  /** The user wants a router learned from the log. */
  readonly 'trust-learn': undefined;
  readonly 'feedback-give': FeedbackDraft;
  /** What a large model costs, and this device takes, by the user's word. */
  readonly 'prices-change': PriceList;
  /** What runs may spend, by the user's word. */
  readonly 'spend-limits-change': SpendLimits;
  /** The user wants the report of an evaluation as a file. */
  readonly 'report-export': { readonly format: 'json' | 'markdown' };
  /** A row that an evaluation got wrong, to be looked at. */
  readonly 'review-take': { readonly subject: EvalSubject; readonly row: JudgedRow };
  /** The calls that are right for a row that is looked at. */
  readonly 'review-correct': { readonly id: string; readonly calls: readonly ToolCall[] };
  readonly 'review-note': { readonly id: string; readonly note: string };
  readonly 'review-state': { readonly id: string; readonly state: 'open' | 'dismissed' };
  readonly 'review-remove': { readonly id: string };
  /** The user wants the corrected rows as a file. */
  readonly 'review-export': undefined;
  /** The user wants models ranked for these rows, with these limits. */
  readonly 'selection-change': {
    readonly taskId: string | undefined;
    readonly filters: SelectionFilters;
  };
  /** The user wants what was measured on these rows gone. */
  readonly 'selection-forget': { readonly taskId: string };
  /** Files that a data set is made of. */
  readonly 'dataset-files': { readonly files: readonly File[] };
  /** The own log is a source too. */
  readonly 'dataset-log': undefined;
  readonly 'dataset-source-remove': { readonly name: string };
  /** The user wants the sources looked through. */
  readonly 'dataset-read': ReadSettings;
  readonly 'dataset-stop': undefined;
  /** The user wants tasks found in a sample. */
  readonly 'dataset-discover': { readonly size: number; readonly k: number | 'auto' };
  readonly 'dataset-edit': TaskEdit;
  /** The user wants the small model to name the tasks. */
  readonly 'dataset-name': undefined;
  readonly 'dataset-split': SplitSettings;
  readonly 'dataset-write': ExportSettings;
  /** What this browser keeps of data sets is to go. */
  readonly 'dataset-forget': undefined;
  /** Rows to train on, in the format `rendered`. */
  readonly 'training-file': { readonly file: File };
  /** The user wants to train on the own log. */
  readonly 'training-log': undefined;
  readonly 'training-start': TrainingSettings;
  readonly 'training-pause': undefined;
  /** What this browser keeps of trainings is to go. */
  readonly 'training-forget': undefined;
  /** The user wants the trained adapter as a file. */
  readonly 'training-save': undefined;
  /** The user wants the trained adapter beside its model. */
  readonly 'training-shelve': undefined;
  readonly 'log-export': { readonly format: ExportFormat };
  readonly 'log-clear': undefined;
  /** Something is asked of the log as it is browsed. */
  readonly 'log-ask': LogRequest;
  /** Something is asked of tools from elsewhere. */
  readonly 'outside-ask': OutsideRequest;
  /** Files the user wants to be found by the search tool. */
  readonly 'documents-add': { readonly files: readonly File[] };
  /** The element stands in a document and can be given a session. */
  readonly 'agent-connect': undefined;
}

/** The name of an event of the elements. */
export type AgentEventName = keyof AgentEventDetails;

type AgentEventMap = { [Name in AgentEventName]: CustomEvent<AgentEventDetails[Name]> };

declare global {
  interface HTMLElementEventMap extends AgentEventMap {}
  interface DocumentEventMap extends AgentEventMap {}
}

/** Sends one event up from an element, through every shadow root. */
export function send<Name extends AgentEventName>(
  from: HTMLElement,
  name: Name,
  detail: AgentEventDetails[Name],
): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
