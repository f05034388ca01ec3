/**
 * How a run ended: the answer, or the question back, or the fault; and what the user thinks of it.
 * Sends `feedback-give`. Knows TaskView; stores nothing.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { Feedback } from '../protocol/record.ts';
import type { RunOutcome, RunTotals } from '../protocol/task-event.ts';
import { send } from './events.ts';
import { formatCount, formatDuration, formatPlural, shorten, tokensRead } from './format.ts';
import { correctableSteps, emptyTaskView } from './task-view.ts';
import type { TaskView } from './task-view.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

/** The answer is shown whole up to here; the log keeps it whole. Characters. */
const longestAnswer = 20_000;

export class AnswerPanel extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .answer {
        font-size: 1.1875rem;
        line-height: 1.5;
        white-space: pre-line;
        overflow-wrap: anywhere;
      }
      .card.answered {
        border-color: color-mix(in oklab, var(--_good) 45%, var(--_line));
      }
      .card.refused {
        border-color: color-mix(in oklab, var(--_warn) 45%, var(--_line));
      }
      .verdict {
        border-top: 1px solid var(--_line);
        padding-top: 0.75rem;
      }
      .corrections {
        display: grid;
        gap: 1rem;
      }
    `,
  ];

  static override properties = {
    view: { attribute: false },
    verdict: { attribute: false },
  };

  declare view: TaskView;
  /** What the user said of this run last; undefined: nothing yet. */
  declare verdict: Feedback['verdict'] | undefined;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyTaskView;
    this.verdict = undefined;
  }

  protected override render() {
    const { runId, outcome, totals } = this.view;
    if (runId === undefined || outcome === undefined) return nothing;
    return html`
      <section class="card stack ${outcome.type}" aria-labelledby="title">
        <h2 id="title">${titleOf(outcome.type)}</h2>
        ${renderOutcome(outcome)} ${totals === undefined ? nothing : renderTotals(totals)}
        ${outcome.type === 'stopped' ? nothing : this.#renderVerdict(runId)} ${this.#renderCorrections(runId)}
      </section>
    `;
  }

  #renderVerdict(runId: string) {
    const thumb = (verdict: Feedback['verdict'], text: string) => html`
      <button
        type="button"
        class="compact ${this.verdict === verdict ? 'chosen' : ''}"
        aria-pressed=${this.verdict === verdict ? 'true' : 'false'}
        @click=${() => send(this, 'feedback-give', { runId, verdict })}
      >
        ${text}
      </button>
    `;
    return html`
      <div class="row verdict" role="group" aria-label=${msg('Was this right?')}>
        <span class="small muted">${msg('Was this right?')}</span>
        ${thumb('good', msg('👍 Yes'))} ${thumb('bad', msg('👎 No'))}
      </div>
    `;
  }

  #renderCorrections(runId: string) {
    const steps = correctableSteps(this.view);
    if (steps.length === 0) return nothing;
    const names = this.view.tools.map(({ name }) => name);
    return html`
      <details>
        <summary>${msg('Correct a call')}</summary>
        <div class="corrections">
          ${steps.map(
            (step) =>
              html`<slm-call-editor .runId=${runId} .step=${step} .toolNames=${names}></slm-call-editor>`,
          )}
        </div>
      </details>
    `;
  }
}

function titleOf(type: RunOutcome['type']): string {
  switch (type) {
    case 'answered':
      return msg('Answer');
    case 'refused':
      return msg('Could not be done as asked');
    case 'failed':
      return msg('The run failed');
    case 'stopped':
      return msg('Stopped');
    default:
      return type satisfies never;
  }
}

function renderOutcome(outcome: RunOutcome) {
  switch (outcome.type) {
    case 'answered':
    case 'refused':
      return html`<p class="answer" part="answer" dir="auto">${shorten(outcome.answer, longestAnswer)}</p>`;
    case 'failed':
      return html`<slm-fault-panel .fault=${outcome.fault}></slm-fault-panel>`;
    case 'stopped':
      return html`<p class="muted">
        ${msg('You stopped this run. What it had done until then is in the log.')}
      </p>`;
    default:
      outcome satisfies never;
      return nothing;
  }
}

function renderTotals(totals: RunTotals) {
  return html`
    <p class="facts">
      <span>${formatDuration(totals.durationMs)}</span>
      <span>${formatPlural(totals.modelSteps, 'model step|model steps')}</span>
      <span>${formatPlural(totals.toolCalls, 'tool call|tool calls')}</span>
      <span>${tokensRead(totals.promptTokens, totals.cachedTokens)}</span>
      <span>${msg(str`${formatCount(totals.decodeTokens)} written`)}</span>
    </p>
  `;
}
