/**
 * One call of the model on the timeline: what it was for, what it wrote, its tokens and times, and why it was
 * not taken where it was not. Knows nothing of how the step was built.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { StepPurpose } from '../protocol/task-event.ts';
import { formatCount, formatPlural, shorten, usageFacts } from './format.ts';
import { renderJudgement, renderTrust } from './judgement-note.ts';
import type { StepView } from './task-view.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

function purposeName(purpose: StepPurpose): string {
  switch (purpose) {
    case 'plan':
      return msg('Plan the work');
    case 'act':
      return msg('Choose what to do');
    case 'judge':
      return msg('Check the call');
    case 'answer':
      return msg('Write the answer');
    default:
      return purpose satisfies never;
  }
}

export class StepItem extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .step {
        display: grid;
        gap: 0.25rem;
        grid-template-columns: minmax(0, 1fr);
      }
      .title {
        font-size: 0.875rem;
      }
      .refusal {
        border-inline-start: 3px solid var(--_warn);
        padding-inline-start: 0.75rem;
      }
      .feedback {
        border-inline-start: 3px solid var(--_bad);
        padding-inline-start: 0.75rem;
        overflow-wrap: anywhere;
      }
      th,
      td {
        font-size: 0.875rem;
        padding-block: 0.125rem;
        padding-inline-end: 0.75rem;
        text-align: start;
        font-weight: normal;
        overflow-wrap: anywhere;
      }
      thead th {
        color: var(--_muted);
      }
      pre {
        margin-top: 0.25rem;
      }
    `,
  ];

  static override properties = {
    step: { attribute: false },
    halted: { type: Boolean },
    top: { type: Boolean },
  };

  declare step: StepView | undefined;
  /** The run is over: a step without an end will never have one. */
  declare halted: boolean;
  /** It stands under the run itself, not under a part of it: its heading is one level higher. */
  declare top: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.step = undefined;
    this.halted = false;
    this.top = false;
  }

  protected override render() {
    const { step } = this;
    if (step === undefined) return nothing;
    return html`
      <div class="step">
        <div class="row">
          ${this.#renderTitle(purposeName(step.purpose))}
          ${step.attempt > 1 ? html`<span class="badge warn">${msg(str`Try ${step.attempt}`)}</span>` : nothing}
          ${this.#renderState(step)} ${renderTrust(step)}
        </div>
        ${
          step.usage === undefined
            ? nothing
            : html`<p class="facts">${usageFacts(step.usage).map((fact) => html`<span>${fact}</span>`)}</p>`
        }
        ${renderLeftOut(step)} ${renderSaid(step)} ${renderRejection(step)} ${renderJudgement(step)}
        <details>
          <summary>${msg('What the model wrote')}</summary>
          <p class="small muted">
            ${step.routeReason}${step.constrained ? ` ${msg('Output held to the tools.')}` : ''}
          </p>
          <pre>${step.text === '' ? msg('(nothing yet)') : shorten(step.text, 4000)}</pre>
        </details>
      </div>
    `;
  }

  #renderTitle(title: string) {
    return this.top ? html`<h3 class="title">${title}</h3>` : html`<h4 class="title">${title}</h4>`;
  }

  #renderState(step: StepView) {
    if (step.verdict?.type === 'rejected') return html`<span class="badge bad">${msg('Not usable')}</span>`;
    if (step.verdict !== undefined) return nothing;
    return this.halted
      ? html`<span class="badge">${msg('Cut off')}</span>`
      : html`<span class="badge live">${msg('Thinking')}</span>`;
  }
}

/** Nothing leaves a prompt unsaid. */
function renderLeftOut({ context }: StepView) {
  if (context === undefined) return nothing;
  const { dropped, summary, promptTokens, neededTokens } = context;
  const left = formatPlural(dropped.length, 'message|messages');
  const stands = summary === undefined ? '' : ` ${msg(str`In their place: ${shorten(summary, 400)}`)}`;
  const said = msg(
    str`Left out so that the prompt fits: ${left}; ${formatCount(promptTokens)} tokens instead of ${formatCount(neededTokens)}.`,
  );
  return html`<p class="small muted">${said}${stands}</p>`;
}

function renderSaid({ output, verdict }: StepView) {
  if (verdict?.type !== 'accepted' || output === undefined || output.type === 'calls') return nothing;
  if (output.type === 'refusal') return html`<p class="small refusal">${shorten(output.text, 1000)}</p>`;
  return html`<p class="small">${shorten(output.text, 1000)}</p>`;
}

function renderRejection({ verdict }: StepView) {
  if (verdict?.type !== 'rejected') return nothing;
  return html`<p class="small feedback">${shorten(verdict.feedback || verdict.fault.message, 1000)}</p>`;
}
