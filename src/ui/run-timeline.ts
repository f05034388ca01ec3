/**
 * The run as it happens: planning, the subtasks as cards, in each the model's steps and the tools' calls,
 * then the closing step. Knows TaskView; changes nothing and asks nothing.
 */
import { LitElement, css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { SpanKind } from '../protocol/span-event.ts';
import { formatPlural, shorten } from './format.ts';
import type { CallView, StepView, SubtaskView, TaskView } from './task-view.ts';
import { emptyTaskView } from './task-view.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

export class RunTimeline extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .goal {
        font-size: 1.0625rem;
        overflow-wrap: anywhere;
        white-space: pre-line;
      }
      .lanes {
        display: grid;
        gap: 1rem;
      }
      .lane {
        border-top: 1px solid var(--_line);
        padding-top: 1rem;
      }
      .lane > header {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0.75rem;
        align-items: start;
      }
      .lane h3 {
        overflow-wrap: anywhere;
      }
      .number {
        display: grid;
        place-items: center;
        width: 1.625rem;
        height: 1.625rem;
        border-radius: 50%;
        font-size: 0.8125rem;
        font-weight: 650;
        background: var(--_sunken);
        color: var(--_muted);
      }
      .depth-1 {
        margin-inline-start: 1rem;
      }
      .depth-2 {
        margin-inline-start: 2rem;
      }
      .depth-3 {
        margin-inline-start: 3rem;
      }
      .lane.done .number {
        color: var(--_good);
        background: var(--_good-soft);
      }
      .lane.running .number {
        color: var(--_accent);
        background: var(--_accent-soft);
      }
      .items {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.875rem;
        margin-top: 0.875rem;
        padding-inline-start: 2.375rem;
      }
      .outcome {
        overflow-wrap: anywhere;
      }
      @media (max-width: 40rem) {
        .items {
          padding-inline-start: 0;
        }
      }
    `,
  ];

  static override properties = { view: { attribute: false }, live: { type: Boolean } };

  declare view: TaskView;
  /** The run goes on in this page. A stored run without an outcome was cut off. */
  declare live: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyTaskView;
    this.live = false;
  }

  protected override render() {
    const { view } = this;
    if (view.runId === undefined) return nothing;
    const planning = view.steps.filter((step) => step.purpose === 'plan');
    const closing = view.steps.filter((step) => step.purpose !== 'plan');
    return html`
      <section class="card stack" aria-labelledby="title">
        <div class="row between">
          <h2 id="title">${msg('Run')}</h2>
          ${this.#renderState()}
        </div>
        <p class="goal" dir="auto">${shorten(view.goal, 600)}</p>
        <div class="lanes">
          ${planning.length === 0 ? nothing : html`<div class="lane">${this.#renderItems(planning, { top: true })}</div>`}
          ${repeat(
            view.subtasks,
            (subtask) => subtask.id,
            (subtask, index) => this.#renderSubtask(subtask, index + 1),
          )}
          ${closing.length === 0 ? nothing : html`<div class="lane">${this.#renderItems(closing, { top: true })}</div>`}
        </div>
      </section>
    `;
  }

  get #halted(): boolean {
    return !this.live || this.view.outcome !== undefined;
  }

  #renderState() {
    const { outcome, subtasks } = this.view;
    switch (outcome?.type) {
      case 'answered':
        return html`<span class="badge good">${msg('Answered')}</span>`;
      case 'refused':
        return html`<span class="badge warn">${msg('Not done')}</span>`;
      case 'failed':
        return html`<span class="badge bad">${msg('Failed')}</span>`;
      case 'stopped':
        return html`<span class="badge">${msg('Stopped')}</span>`;
      case undefined:
        if (!this.live) return html`<span class="badge warn">${msg('Cut off')}</span>`;
        return html`<span class="badge live">
          ${subtasks.length === 0 ? msg('Planning') : msg(str`Working on ${formatPlural(subtasks.length, 'part|parts')}`)}
        </span>`;
      default:
        outcome satisfies never;
        return nothing;
    }
  }

  #renderSubtask(subtask: SubtaskView, number: number) {
    const { text, after, outcome, items, depth, kind } = subtask;
    // Numbers count the run's own parts; those within them have none that a reader could find.
    const first =
      depth === 0 ? msg(str`Waits for part ${after.join(', ')}`) : msg('Waits for the part before it');
    const waits = after.length > 0 && !subtask.started ? first : undefined;
    return html`
      <article
        class="lane depth-${Math.min(depth, deepest)} ${subtaskClass(subtask)}"
        aria-label=${msg(str`Part ${number}`)}
      >
        <header>
          <span class="number" aria-hidden="true">${number}</span>
          <div>
            <h3 dir="auto">${shorten(text, 300)}</h3>
            ${kind === undefined ? nothing : html`<p class="small muted">${kindName(kind)}</p>`}
          </div>
          ${this.#renderSubtaskState(subtask)}
        </header>
        ${waits === undefined ? nothing : html`<p class="small muted items">${waits}</p>`}
        ${this.#renderItems(items)}
        ${
          kind !== undefined && outcome?.type === 'done'
            ? html`<p class="items outcome" dir="auto">${shorten(outcome.text, 400)}</p>`
            : nothing
        }
        ${
          outcome?.type === 'failed' && !toldByCall(subtask)
            ? html`<div class="items"><slm-fault-panel .fault=${outcome.fault}></slm-fault-panel></div>`
            : nothing
        }
      </article>
    `;
  }

  #renderSubtaskState({ outcome, started }: SubtaskView) {
    switch (outcome?.type) {
      case 'done':
        return html`<span class="badge good">${msg('Done')}</span>`;
      case 'refused':
        return html`<span class="badge warn">${msg('Not done')}</span>`;
      case 'failed':
        return html`<span class="badge bad">${msg('Failed')}</span>`;
      case undefined:
        if (this.#halted)
          return html`<span class="badge">${started ? msg('Cut off') : msg('Not started')}</span>`;
        return started
          ? html`<span class="badge live">${msg('Working')}</span>`
          : html`<span class="badge">${msg('Next')}</span>`;
      default:
        outcome satisfies never;
        return nothing;
    }
  }

  #renderItems(items: readonly (StepView | CallView)[], { top = false } = {}) {
    if (items.length === 0) return nothing;
    return html`
      <ol class="items">
        ${repeat(
          items,
          (item) => item.id,
          (item) => html`
            <li>
              ${
                item.type === 'step'
                  ? html`<slm-step-item .step=${item} ?halted=${this.#halted} ?top=${top}></slm-step-item>`
                  : html`<slm-call-item .view=${item} ?halted=${this.#halted} ?top=${top}></slm-call-item>`
              }
            </li>
          `,
        )}
      </ol>
    `;
  }
}

function kindName(kind: SpanKind): string {
  switch (kind) {
    case 'ask':
      return msg('The model writes');
    case 'classify':
      return msg('The model chooses a label');
    case 'extract':
      return msg('The model fills in a form');
    case 'tool':
      return msg('A tool');
    case 'human':
      return msg('A question to you');
    case 'agent':
      return msg('An agent');
    case 'workflow':
      return msg('Another workflow');
    default:
      return kind satisfies never;
  }
}

/** Parts deeper than this stand as far in. */
const deepest = 3;

function subtaskClass({ outcome, started }: SubtaskView): string {
  if (outcome?.type === 'done') return 'done';
  return started && outcome === undefined ? 'running' : '';
}

/** The fault of a failed subtask is mostly its last call's, which shows it already. */
function toldByCall({ outcome, items }: SubtaskView): boolean {
  if (outcome?.type !== 'failed') return false;
  const { message } = outcome.fault;
  return items.some(
    (item) =>
      item.type === 'call' && item.outcome?.type === 'error' && item.outcome.fault.message === message,
  );
}
