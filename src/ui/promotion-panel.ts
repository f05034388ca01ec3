/**
 * How far each adapter is on its way into use: its stage, its figures with how sure they are, what was decided and why,
 * and what can be done next. Sends `promotion-open` when it is unfolded, and `promotion-decide` after a second word.
 * Knows nothing of rules and logs.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { PromotionAction, PromotionDecision, PromotionStage } from '../protocol/promotion.ts';
import { send } from './events.ts';
import { formatPercent, formatTime } from './format.ts';
import { emptyPromotionView } from './promotion-view.ts';
import type { PromotedAdapter, PromotionFigure, PromotionView } from './promotion-view.ts';
import { base, controls, figureTable } from './theme.ts';

const stages: Readonly<Record<PromotionStage, { readonly text: string; readonly tone: string }>> = {
  candidate: { text: 'candidate', tone: '' },
  shadow: { text: 'in the shadow', tone: 'warn' },
  canary: { text: 'on trial', tone: 'warn' },
  default: { text: 'in use', tone: 'good' },
  'rolled-back': { text: 'rolled back', tone: 'bad' },
};

/** What a button says, and what happens when it is confirmed. */
function wordsOf(
  action: PromotionAction,
  stage: PromotionStage,
): { readonly act: string; readonly effect: string } {
  switch (action) {
    case 'start-shadow':
      return {
        act: 'Start as shadow',
        effect:
          'It is asked beside what runs use, while nothing else is generated. Nobody sees what it says.',
      };
    case 'promote':
      return stage === 'shadow'
        ? {
            act: 'Promote to a trial',
            effect: 'A fifth of the runs use it. It is taken back if it does worse.',
          }
        : { act: 'Promote to all runs', effect: 'All runs use it. It is taken back if it does worse.' };
    case 'roll-back':
      return { act: 'Roll back', effect: 'It is taken out of use at once.' };
    default:
      return action satisfies never;
  }
}

interface Asked {
  readonly adapter: string;
  readonly action: PromotionAction;
}

export class PromotionPanel extends LitElement {
  static override styles = [
    base,
    controls,
    figureTable,
    css`
      li {
        overflow-wrap: anywhere;
      }
      .adapter {
        padding: 0.75rem 0;
      }
      .adapter + .adapter {
        border-top: 1px solid var(--_line);
      }
      .adapter > * + * {
        margin-top: 0.5rem;
      }
      ol li + li {
        margin-top: 0.375rem;
      }
      .ask {
        background: var(--_sunken);
        border-radius: 10px;
        padding: 0.625rem 0.75rem;
      }
    `,
  ];

  static override properties = {
    view: { attribute: false },
    busy: { type: Boolean },
    asked: { state: true },
  };

  declare view: PromotionView;
  /** A run goes on: nothing can be changed. */
  declare busy: boolean;
  /** What waits for a second word. */
  declare asked: Asked | undefined;

  constructor() {
    super();
    this.view = emptyPromotionView;
    this.busy = false;
    this.asked = undefined;
  }

  protected override render() {
    return html`
      <section class="card" aria-labelledby="title">
        <h2 id="title">On the way into use</h2>
        <details @toggle=${(event: Event) => this.#toggled(event)}>
          <summary>Try an adapter before runs rely on it</summary>
          <ul>
            ${repeat(
              this.view.adapters,
              ({ id }) => id,
              (adapter) => this.#renderAdapter(adapter),
            )}
          </ul>
        </details>
      </section>
    `;
  }

  #renderAdapter({ id, title, stage, figures, note, decisions, actions }: PromotedAdapter) {
    const { text, tone } = stages[stage];
    const action = this.asked?.adapter === id ? this.asked.action : undefined;
    return html`
      <li class="adapter">
        <div class="row between">
          <h3 class="small">${title}</h3>
          <span class="badge ${tone}">${text}</span>
        </div>
        ${figures.length === 0 ? nothing : renderFigures(title, figures)}
        ${note === undefined ? nothing : html`<p class="small muted">${note}</p>`}
        ${
          action === undefined || !actions.includes(action)
            ? html`<div class="row">
                ${actions.map(
                  (possible) => html`
                    <button
                      type="button"
                      class="compact ${possible === 'roll-back' ? 'danger' : ''}"
                      data-action="${id} ${possible}"
                      aria-label=${`${wordsOf(possible, stage).act}: ${title}…`}
                      ?disabled=${this.busy}
                      @click=${() => (this.asked = { adapter: id, action: possible })}
                    >
                      ${wordsOf(possible, stage).act}…
                    </button>
                  `,
                )}
              </div>`
            : this.#renderQuestion({ adapter: id, action }, wordsOf(action, stage))
        }
        ${decisions.length === 0 ? nothing : renderDecisions(decisions)}
      </li>
    `;
  }

  #renderQuestion(asked: Asked, { act, effect }: { readonly act: string; readonly effect: string }) {
    return html`
      <div class="ask stack">
        <p class="small">${effect}</p>
        <div class="row">
          <button
            type="button"
            class="compact primary"
            data-sure
            ?disabled=${this.busy}
            @click=${() => this.#decide(asked)}
          >
            ${act}
          </button>
          <button type="button" class="compact" @click=${() => (this.asked = undefined)}>Not now</button>
        </div>
      </div>
    `;
  }

  /** The button that was pressed is gone: who uses the keyboard goes on where they were. */
  protected override updated(changed: PropertyValues<{ asked: Asked | undefined }>): void {
    if (!changed.has('asked')) return;
    const before = changed.get('asked');
    const buttons = [...this.renderRoot.querySelectorAll<HTMLButtonElement>('button')];
    const next = buttons.find(({ dataset }) =>
      this.asked === undefined
        ? before !== undefined && dataset['action'] === `${before.adapter} ${before.action}`
        : dataset['sure'] !== undefined,
    );
    next?.focus();
  }

  #toggled(event: Event): void {
    const { target } = event;
    if (target instanceof HTMLDetailsElement && target.open) send(this, 'promotion-open', undefined);
  }

  #decide(asked: Asked): void {
    this.asked = undefined;
    send(this, 'promotion-decide', asked);
  }
}

function renderFigures(title: string, figures: readonly PromotionFigure[]) {
  return html`
    <table aria-label=${`Figures of ${title}`}>
      <tbody>
        ${figures.map(({ label, tally: { n, successes }, interval: { low, high } }) => {
          const share = n === 0 ? 'none yet' : formatPercent(successes / n);
          const bounds = n === 0 ? '' : ` (${formatPercent(low)} to ${formatPercent(high)})`;
          return html`
            <tr>
              <th scope="row">${label}, ${successes} of ${n}</th>
              <td><strong>${share}</strong>${bounds}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}

function renderDecisions(decisions: readonly PromotionDecision[]) {
  const now = Date.now();
  return html`
    <details>
      <summary>What was decided</summary>
      <ol class="small">
        ${decisions.map(
          ({ at, by, to, reason }) => html`
            <li>
              <time datetime=${new Date(at).toISOString()}>${formatTime(at, now)}</time>:
              <strong>${stages[to].text}</strong>, ${by === 'rule' ? 'by the rule' : 'by hand'}.
              <span class="muted">${reason}</span>
            </li>
          `,
        )}
      </ol>
    </details>
  `;
}
