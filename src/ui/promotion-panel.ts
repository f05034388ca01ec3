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
import { formatCount, formatPercent, formatTime } from './format.ts';
import { emptyPromotionView } from './promotion-view.ts';
import type { PromotedAdapter, PromotionFigure, PromotionView } from './promotion-view.ts';
import { base, controls, figureTable } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

function wordsOfStage(stage: PromotionStage): { readonly text: string; readonly tone: string } {
  switch (stage) {
    case 'candidate':
      return { text: msg('candidate'), tone: '' };
    case 'shadow':
      return { text: msg('in the shadow'), tone: 'warn' };
    case 'canary':
      return { text: msg('on trial'), tone: 'warn' };
    case 'default':
      return { text: msg('in use'), tone: 'good' };
    case 'rolled-back':
      return { text: msg('rolled back'), tone: 'bad' };
    default:
      return stage satisfies never;
  }
}

/** What a button says, and what happens when it is confirmed. */
function wordsOf(
  action: PromotionAction,
  stage: PromotionStage,
): { readonly act: string; readonly effect: string } {
  switch (action) {
    case 'start-shadow':
      return {
        act: msg('Start as shadow'),
        effect: msg(
          'It is asked beside what runs use, while nothing else is generated. Nobody sees what it says.',
        ),
      };
    case 'promote':
      return stage === 'shadow'
        ? {
            act: msg('Promote to a trial'),
            effect: msg('A fifth of the runs use it. It is taken back if it does worse.'),
          }
        : {
            act: msg('Promote to all runs'),
            effect: msg('All runs use it. It is taken back if it does worse.'),
          };
    case 'roll-back':
      return { act: msg('Roll back'), effect: msg('It is taken out of use at once.') };
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
    followLanguage(this);
    this.view = emptyPromotionView;
    this.busy = false;
    this.asked = undefined;
  }

  protected override render() {
    return html`
      <section class="card" aria-labelledby="title">
        <h2 id="title">${msg('On the way into use')}</h2>
        <details @toggle=${(event: Event) => this.#toggled(event)}>
          <summary>${msg('Try an adapter before runs rely on it')}</summary>
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
    const { text, tone } = wordsOfStage(stage);
    const action = this.asked?.adapter === id ? this.asked.action : undefined;
    return html`
      <li class="adapter">
        <div class="row between">
          <h3 class="small" translate="no">${title}</h3>
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
          <button type="button" class="compact" @click=${() => (this.asked = undefined)}>
            ${msg('Not now')}
          </button>
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
    <table aria-label=${msg(str`Figures of ${title}`)}>
      <tbody>
        ${figures.map(({ label, tally: { n, successes }, interval: { low, high } }) => {
          const share = n === 0 ? msg('none yet') : formatPercent(successes / n);
          const bounds = n === 0 ? '' : ` (${msg(str`${formatPercent(low)} to ${formatPercent(high)}`)})`;
          return html`
            <tr>
              <th scope="row">${label}, ${msg(str`${formatCount(successes)} of ${formatCount(n)}`)}</th>
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
      <summary>${msg('What was decided')}</summary>
      <ol class="small">
        ${decisions.map(
          ({ at, by, to, reason }) => html`
            <li>
              <time datetime=${new Date(at).toISOString()}>${formatTime(at, now)}</time>:
              <strong>${wordsOfStage(to).text}</strong>,
              ${by === 'rule' ? msg('by the rule') : msg('by hand')}.
              <span class="muted">${reason}</span>
            </li>
          `,
        )}
      </ol>
    </details>
  `;
}
