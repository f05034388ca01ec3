/**
 * How far the small model is trusted: from which chance on, how often it is asked, who is asked instead, and what was
 * learned from the log. Sends `trust-open` when it is unfolded, `trust-change` and `trust-learn`.
 * Knows nothing of how a chance is reckoned.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { EscalationPolicy, EscalationTarget, TrustSettings } from '../protocol/routing.ts';
import { send } from './events.ts';
import { formatCount, formatPercent, formatTime } from './format.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';
import { emptyTrustView } from './trust-view.ts';
import type { TrustView } from './trust-view.ts';

function wordsOf(target: EscalationTarget): { readonly text: string; readonly hint: string } {
  switch (target) {
    case 'larger':
      return { text: msg('A larger model on this device'), hint: msg('Nothing leaves the device.') };
    case 'remote':
      return { text: msg('A model on a server'), hint: msg('The words of the step leave this device.') };
    case 'user':
      return { text: msg('Me'), hint: msg('I am asked before the call runs, and can change it.') };
    default:
      return target satisfies never;
  }
}

/** In this order they are asked: what costs least comes first, a person last. */
const order: readonly EscalationTarget[] = ['larger', 'remote', 'user'];

export class TrustPanel extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      fieldset,
      .setting {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.375rem;
        border: 0;
        margin: 0;
        padding: 0;
        font-size: 0.9375rem;
      }
      legend {
        padding: 0;
        margin-bottom: 0.375rem;
      }
      .choice {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.125rem 0.5rem;
        align-items: center;
      }
      .choice .hint {
        grid-column: 2;
      }
      input[type='range'] {
        width: 100%;
        accent-color: var(--_accent);
      }
      input[type='checkbox'] {
        accent-color: var(--_accent);
      }
      select {
        font: inherit;
        color: var(--_text);
        background: var(--_surface);
        border: 1px solid var(--_edge);
        border-radius: 8px;
        padding: 0.375rem 0.5rem;
        min-width: 0;
      }
      .settings {
        display: grid;
        gap: 0.875rem;
        grid-template-columns: minmax(0, 1fr);
        margin-top: 0.75rem;
      }
    `,
  ];

  static override properties = { view: { attribute: false }, busy: { type: Boolean } };

  declare view: TrustView;
  /** A run goes on: what is changed counts from the next one on. */
  declare busy: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyTrustView;
    this.busy = false;
  }

  protected override render() {
    return html`
      <section class="card" aria-labelledby="title">
        <h2 id="title">${msg('When the model is not sure')}</h2>
        <details @toggle=${(event: Event) => this.#toggled(event)}>
          <summary>${msg('Check decisions before they count')}</summary>
          ${this.view.isOpen ? this.#renderSettings() : html`<p class="small muted">${msg('Reading your settings.')}</p>`}
        </details>
      </section>
    `;
  }

  #renderSettings() {
    const { isOn, policy, samples } = this.view.settings;
    return html`
      <div class="settings">
        <label class="choice">
          <input
            type="checkbox"
            name="on"
            .checked=${isOn}
            @change=${(event: Event) => this.#change({ isOn: isChecked(event) })}
          />
          ${msg('Judge every decision, and hand on what is not sure')}
        </label>
        ${isOn ? this.#renderPolicy(policy, samples) : nothing} ${this.#renderLearned()}
      </div>
    `;
  }

  #renderPolicy(policy: EscalationPolicy, samples: number) {
    return html`
      <label class="setting">
        <span>${msg(str`Trust a decision from a chance of ${formatPercent(policy.leastChance)} on`)}</span>
        <input
          type="range"
          name="chance"
          min="0"
          max="0.95"
          step="0.05"
          .value=${String(policy.leastChance)}
          @change=${(event: Event) => this.#policy({ leastChance: Number(valueOf(event)) })}
        />
      </label>
      <label class="setting">
        <span>${msg('Ask the model')}</span>
        <select name="samples" @change=${(event: Event) => this.#change({ samples: Number(valueOf(event)) })}>
          ${[1, 3, 5].map(
            (times) => html`
              <option value=${times} ?selected=${times === samples}>
                ${times === 1 ? msg('once') : msg(str`${formatCount(times)} times, and take what most answers say`)}
              </option>
            `,
          )}
        </select>
      </label>
      <fieldset>
        <legend>${msg('When it is not sure, ask')}</legend>
        ${order
          .filter((target) => this.view.targets.includes(target))
          .map(
            (target) => html`
              <label class="choice">
                <input
                  type="checkbox"
                  name=${target}
                  .checked=${policy.to.includes(target)}
                  @change=${(event: Event) => this.#target(target, isChecked(event))}
                />
                ${wordsOf(target).text}
                <span class="hint small muted">${wordsOf(target).hint}</span>
              </label>
            `,
          )}
      </fieldset>
      ${this.busy ? html`<p class="small muted">${msg('Changes count from the next run on.')}</p>` : nothing}
    `;
  }

  #renderLearned() {
    const { learned, isLearning, shortage } = this.view;
    return html`
      <p class="small muted">
        ${
          learned === undefined
            ? msg(
                'Nothing was learned from your log yet: a decision is judged by what is wrong with it, and by how many answers agree.',
              )
            : [
                msg(
                  str`Learned on ${formatTime(learned.at, Date.now())} from ${formatCount(learned.n)} decisions, ${formatCount(learned.successes)} of them right.`,
                ),
                msg(
                  str`On decisions it had not seen, the chances were off by ${formatPercent(learned.calibrationError)} on average.`,
                ),
              ].join(' ')
        }
      </p>
      <div class="row">
        <button
          type="button"
          class="compact"
          ?disabled=${isLearning}
          @click=${() => send(this, 'trust-learn', undefined)}
        >
          ${isLearning ? msg('Learning') : msg('Learn from my log')}
        </button>
      </div>
      <p class="small" role="status">${shortage === undefined ? nothing : shortageText(shortage)}</p>
    `;
  }

  #toggled({ target }: Event): void {
    if (target instanceof HTMLDetailsElement && target.open) send(this, 'trust-open', undefined);
  }

  #target(target: EscalationTarget, isAsked: boolean): void {
    const { to } = this.view.settings.policy;
    this.#policy({ to: order.filter((other) => (other === target ? isAsked : to.includes(other))) });
  }

  #policy(change: Partial<EscalationPolicy>): void {
    this.#change({ policy: { ...this.view.settings.policy, ...change } });
  }

  #change(change: Partial<TrustSettings>): void {
    send(this, 'trust-change', { ...this.view.settings, ...change });
  }
}

function isChecked({ target }: Event): boolean {
  return target instanceof HTMLInputElement && target.checked;
}

function valueOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}

function shortageText({ found, needed, neededOfEach }: NonNullable<TrustView['shortage']>): string {
  return msg(
    str`Decisions of the log that say something: ${formatCount(found)}. It takes ${formatCount(needed)}, ${formatCount(neededOfEach)} of them right and ${formatCount(neededOfEach)} wrong.`,
  );
}
