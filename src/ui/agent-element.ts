/**
 * `<slm-agent>`: goal, run, answer, model, tools and log on one page. State comes in as properties,
 * what the user wants goes out as events (ui/events). Knows its own elements and protocol types; runs nothing:
 * a session is tied to it by app/attach-agent.
 */
import { LitElement, css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { PriceList } from '../protocol/economics.ts';
import type { RankedChoice } from '../protocol/engine.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { Feedback, RunSummary } from '../protocol/record.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import { emptyAdaptersView } from './adapters-view.ts';
import type { AdaptersView } from './adapters-view.ts';
import { send } from './events.ts';
import { formatMegabytes } from './format.ts';
import type { GoalForm } from './goal-form.ts';
import { emptyLogStatus } from './log/log-status.ts';
import type { LogStatus } from './log/log-status.ts';
import type { LogView } from './log/log-view.ts';
import { emptyModelView, isLoading } from './model-view.ts';
import type { ModelView } from './model-view.ts';
import { askView } from './outside/ask-view.ts';
import { emptyOutsideView } from './outside/outside-view.ts';
import type { OutsideView } from './outside/outside-view.ts';
import { emptyPromotionView } from './promotion-view.ts';
import type { PromotionView } from './promotion-view.ts';
import { spokenText } from './spoken.ts';
import { emptySpendingView } from './spending-view.ts';
import type { SpendingView } from './spending-view.ts';
import type { SupportGap } from './support-gap.ts';
import { emptyShelfView } from './shelf-view.ts';
import type { ShelfView } from './shelf-view.ts';
import { emptyTaskView, pendingApprovals, pendingQuestions } from './task-view.ts';
import type { TaskView } from './task-view.ts';
import { base, tokens } from './theme.ts';
import { emptyTrustView } from './trust-view.ts';
import type { TrustView } from './trust-view.ts';
import type { WorkflowView } from './workflow-view.ts';
import { followLanguage, msg, str } from './translate.ts';

const defaultExamples = [
  'What is 12.5 * 8? Then convert 10 km to miles.',
  'Add a todo: call the dentist tomorrow.',
  'How many days are there from 1 March to 24 December 2026?',
] as const;

/**
 * A goal, its run, the answer, the model, the tools and the log, on one page.
 * @tagname slm-agent
 * @attr {boolean} manual - Waits for a session that the page attaches, instead of making one.
 * @attr {string} model-id - A model of the catalogue; absent: its default.
 * @attr {string} catalogue-url - Where models.json lies.
 * @attr {string} models-url - Folder of the model files, ends with a slash.
 * @attr {string} journal-name - Name of the log's database.
 * @slot intro - Above the goal.
 */
export class SlmAgent extends LitElement {
  static override styles = [
    tokens,
    base,
    css`
      :host {
        container-type: inline-size;
      }
      .layout,
      .main,
      .side {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
        align-content: start;
      }
      @container (min-width: 56rem) {
        .layout {
          grid-template-columns: minmax(0, 1fr) 21rem;
          gap: 1.25rem;
        }
        .main {
          gap: 1.25rem;
        }
      }
      /* What is fetched later takes no gap before. */
      :not(:defined) {
        display: none;
      }
      .spoken {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: nowrap;
      }
    `,
  ];

  static override properties = {
    task: { attribute: false },
    model: { attribute: false },
    choices: { attribute: false },
    shelf: { attribute: false },
    adapters: { attribute: false },
    promotion: { attribute: false },
    trust: { attribute: false },
    runs: { attribute: false },
    log: { attribute: false },
    logView: { attribute: false },
    tools: { attribute: false },
    outside: { attribute: false },
    workflows: { attribute: false },
    gaps: { attribute: false },
    fault: { attribute: false },
    examples: { attribute: false },
    verdict: { attribute: false },
    prices: { attribute: false },
    spending: { attribute: false },
    documentCount: { attribute: false },
    running: { type: Boolean, reflect: true },
    liveRunId: { attribute: false },
  };

  /** The run on the screen. */
  declare task: TaskView;
  declare model: ModelView;
  /** Ways to run the catalogue's models, best first; undefined until asked for. */
  declare choices: readonly RankedChoice[] | undefined;
  /** Undefined: no files are kept here, and no card shows them. */
  declare shelf: ShelfView | undefined;
  /** The model's adapters, and which of them runs use. */
  declare adapters: AdaptersView;
  /** How far each of them is on its way into use. */
  declare promotion: PromotionView;
  /** How far the small model is trusted. */
  declare trust: TrustView;
  /** Newest first. */
  declare runs: readonly RunSummary[];
  /** Who the log is open to. */
  declare log: LogStatus;
  /** The log as it is browsed; undefined: it is not. */
  declare logView: LogView | undefined;
  declare tools: readonly ToolSpec[];
  /** Tools from elsewhere; undefined: none may be added, and no card shows them. */
  declare outside: OutsideView | undefined;
  /** Workflows that can be run by themselves. */
  declare workflows: readonly WorkflowView[];
  declare gaps: readonly SupportGap[];
  /** A fault outside a run: the log, an export. */
  declare fault: FaultData | undefined;
  declare examples: readonly string[];
  /** What the user said of the run on the screen. */
  declare verdict: Feedback['verdict'] | undefined;
  /** What the user said that a large model costs; undefined: nothing yet. */
  declare prices: PriceList | undefined;
  /** What was spent today, and the bounds on it. */
  declare spending: SpendingView;
  /** Documents that the search tool sees; undefined where there is no such tool. */
  declare documentCount: number | undefined;
  /** A run goes on, or is about to: its model loads. */
  declare running: boolean;
  /** The run that goes on in this page, or went on last; empty: none yet. Others without an outcome were cut off. */
  declare liveRunId: Id;

  /** Parts that were fetched, or are under way. */
  readonly #fetched = new Set<string>();

  constructor() {
    super();
    followLanguage(this);
    this.task = emptyTaskView;
    this.model = emptyModelView;
    this.choices = undefined;
    this.shelf = emptyShelfView;
    this.adapters = emptyAdaptersView;
    this.promotion = emptyPromotionView;
    this.trust = emptyTrustView;
    this.runs = [];
    this.log = emptyLogStatus;
    this.logView = undefined;
    this.tools = [];
    this.outside = emptyOutsideView;
    this.workflows = [];
    this.gaps = [];
    this.fault = undefined;
    this.examples = defaultExamples;
    this.verdict = undefined;
    this.prices = undefined;
    this.spending = emptySpendingView;
    this.documentCount = undefined;
    this.running = false;
    this.liveRunId = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    send(this, 'agent-connect', undefined);
  }

  /** Nobody has typed, loaded or run anything here: the page may be reloaded without a loss. */
  get isUntouched(): boolean {
    const typed = this.renderRoot.querySelector<GoalForm>('slm-goal-form')?.goal ?? '';
    return typed === '' && this.task.runId === undefined && this.model.stage.type === 'absent';
  }

  protected override render() {
    const blocked = this.gaps.some(({ severity }) => severity === 'blocking');
    return html`
      <div class="layout">
        <div class="main">
          <slot name="intro"></slot>
          ${this.gaps.length === 0 ? nothing : html`<slm-support-panel .gaps=${this.gaps}></slm-support-panel>`}
          <slm-goal-form
            part="goal"
            exportparts="goal"
            .examples=${this.task.runId === undefined ? this.examples : []}
            .hint=${blocked ? msg('No goal can be run here.') : this.#hint}
            ?running=${this.running}
            ?disabled=${blocked}
          ></slm-goal-form>
          ${
            blocked || this.workflows.length === 0
              ? nothing
              : html`<slm-workflow-panel
                  part="workflows"
                  .workflows=${this.workflows}
                  ?busy=${this.running}
                ></slm-workflow-panel>`
          }
          ${this.fault === undefined ? nothing : html`<slm-fault-panel .fault=${this.fault}></slm-fault-panel>`}
          ${this.outside?.asks.map(
            (ask) =>
              html`<slm-approval-card
                part="approval"
                .view=${askView(ask)}
                .description=${ask.description}
              ></slm-approval-card>`,
          )}
          ${this.#renderTask()}
        </div>
        <div class="side">
          ${
            blocked
              ? nothing
              : html`<slm-model-card
                  part="model"
                  .view=${this.model}
                  .choices=${this.choices}
                  .adapters=${this.adapters}
                  ?busy=${this.running}
                ></slm-model-card>`
          }
          ${
            blocked || this.shelf === undefined
              ? nothing
              : html`<slm-model-shelf part="shelf" .view=${this.shelf}></slm-model-shelf>`
          }
          ${
            blocked || this.adapters.adapters.length === 0
              ? nothing
              : html`<slm-promotion-panel
                  part="promotion"
                  .view=${this.promotion}
                  ?busy=${this.running}
                ></slm-promotion-panel>`
          }
          <slm-trust-panel part="trust" .view=${this.trust} ?busy=${this.running}></slm-trust-panel>
          <slm-tool-list
            part="tools"
            .tools=${this.tools}
            .documentCount=${this.documentCount}
          ></slm-tool-list>
          ${
            this.outside === undefined
              ? nothing
              : html`<slm-outside-card part="outside" .view=${this.outside}></slm-outside-card>`
          }
          <slm-log-panel
            part="log"
            .runs=${this.runs}
            .status=${this.log}
            .currentRunId=${this.task.runId ?? ''}
            .liveRunId=${this.running ? this.liveRunId : ''}
          ></slm-log-panel>
        </div>
      </div>
      ${
        this.logView === undefined
          ? nothing
          : html`<slm-log-browser
              part="log-browser"
              .status=${this.log}
              .view=${this.logView}
            ></slm-log-browser>`
      }
      <p class="spoken" aria-live="polite">
        ${spokenText({ task: this.task, model: this.model, live: this.#live })}
      </p>
    `;
  }

  #renderTask() {
    const { task } = this;
    if (task.runId === undefined) return nothing;
    const descriptions = new Map(task.tools.map(({ name, description }) => [name, description]));
    const approvals = this.#live ? pendingApprovals(task) : [];
    const questions = this.#live ? pendingQuestions(task) : [];
    return html`
      ${
        this.#isCutOff
          ? html`<slm-resume-card part="resume" .runId=${task.runId} ?busy=${this.running}></slm-resume-card>`
          : nothing
      }
      ${repeat(
        questions,
        ({ id }) => id,
        (view) => html`<slm-question-card part="question" .view=${view}></slm-question-card>`,
      )}
      ${repeat(
        approvals,
        ({ id }) => id,
        (view) => html`
          <slm-approval-card
            part="approval"
            .view=${view}
            .description=${descriptions.get(view.call.name) ?? ''}
          ></slm-approval-card>
        `,
      )}
      ${
        task.outcome === undefined
          ? nothing
          : html`
              <slm-answer-panel
                part="outcome"
                exportparts="answer"
                .view=${task}
                .verdict=${this.verdict}
              ></slm-answer-panel>
            `
      }
      <slm-run-timeline part="run" .view=${task} .live=${this.#live}></slm-run-timeline>
      ${
        task.outcome === undefined
          ? nothing
          : html`<slm-cost-panel
              part="cost"
              .view=${task}
              .prices=${this.prices}
              .spending=${this.spending}
            ></slm-cost-panel>`
      }
    `;
  }

  /** What only some pages show comes when it is to be shown. */
  protected override willUpdate(): void {
    if (this.running || this.task.runId !== undefined || (this.outside?.asks.length ?? 0) > 0)
      this.#fetch('run', async () => (await import('./define-run.ts')).defineRun());
    if (this.task.outcome !== undefined)
      this.#fetch('cost', async () => (await import('./define-cost.ts')).defineCost());
    // Whom to trust, and which adapter to try, are questions once there is a model.
    if (this.model.stage.type !== 'absent') {
      this.#fetch('trust', async () => (await import('./define-trust.ts')).defineTrust());
      this.#fetch('promotion', async () => (await import('./define-promotion.ts')).definePromotion());
    }
    const asksWorkflows =
      this.workflows.length > 0 || this.#isCutOff || (this.#live && pendingQuestions(this.task).length > 0);
    if (asksWorkflows)
      this.#fetch('workflows', async () => (await import('./define-workflows.ts')).defineWorkflowElements());
  }

  /** The site has changed under an open page, or there is no network: the next update tries again. */
  #fetch(part: string, define: () => Promise<void>): void {
    if (this.#fetched.has(part)) return;
    this.#fetched.add(part);
    define().catch(() => this.#fetched.delete(part));
  }

  /** A stored run without an outcome, which this page does not run. */
  get #isCutOff(): boolean {
    const { runId, outcome } = this.task;
    return runId !== undefined && outcome === undefined && !(this.#live && this.running);
  }

  get #live(): boolean {
    return this.task.runId !== undefined && this.task.runId === this.liveRunId;
  }

  get #hint(): string {
    const { entry, stage } = this.model;
    if (this.running && isLoading(stage))
      return msg('The model is loading; the run starts by itself when it is ready.');
    if (this.running) return msg('Working, in this tab only.');
    if (stage.type === 'absent' && entry !== undefined) {
      return msg(str`The first run loads the model (${formatMegabytes(entry.file.bytes)}).`);
    }
    return msg('Runs in this tab; nothing is sent anywhere.');
  }
}
