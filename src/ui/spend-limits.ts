/**
 * What was spent today, and the bounds that the user sets on it. Sends `spend-limits-change`. Money is bounded once there are
 * prices to reckon with. Knows spending as data; keeps nothing.
 */
import { LitElement, html, nothing } from 'lit';
import type { PriceList, SpendLimits } from '../protocol/economics.ts';
import { send } from './events.ts';
import { formGrid } from './form-grid.ts';
import { formatCount } from './format.ts';
import { takeForm, textIn } from './read-form.ts';
import { emptySpendingView } from './spending-view.ts';
import type { SpendingView } from './spending-view.ts';
import { base, controls } from './theme.ts';
import { followLanguage, formatLocale, msg, str } from './translate.ts';

function fields() {
  return [
    ['runTokens', msg('Tokens a run'), 'tokens'],
    ['dayTokens', msg('Tokens a day'), 'tokens'],
    ['runMoney', msg('Money a run'), 'money'],
    ['dayMoney', msg('Money a day'), 'money'],
  ] as const;
}

export class SpendLimitsForm extends LitElement {
  static override styles = [base, controls, formGrid];

  static override properties = { view: { attribute: false }, prices: { attribute: false } };

  declare view: SpendingView;
  /** Undefined: no prices were given, and money cannot be bounded. */
  declare prices: PriceList | undefined;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptySpendingView;
    this.prices = undefined;
  }

  protected override render() {
    const { limits, today } = this.view;
    const amount = today.money.toLocaleString(formatLocale(), { maximumSignificantDigits: 3 });
    return html`
      <div class="stack">
        <p class="small" role="status">
          ${msg(str`Today: ${formatCount(today.tokens)} tokens`)}${
            this.prices === undefined ? nothing : html`, ${amount} ${this.prices.currency}`
          }
        </p>
        <details>
          <summary>${msg('Limits')}</summary>
          <form @submit=${(event: SubmitEvent) => this.#submit(event)}>
            ${fields().map(
              ([name, text, what]) => html`
                <label>
                  ${text}
                  <input
                    name=${name}
                    type="number"
                    inputmode="decimal"
                    min="0"
                    step=${what === 'money' ? 'any' : '1'}
                    placeholder=${msg('No limit')}
                    ?disabled=${what === 'money' && this.prices === undefined}
                    .value=${String(limits[name] ?? '')}
                  />
                </label>
              `,
            )}
            <label>
              ${msg('Before a limit is passed')}
              <select name="beyond" .value=${limits.beyond}>
                <option value="ask" ?selected=${limits.beyond === 'ask'}>${msg('Ask me')}</option>
                <option value="refuse" ?selected=${limits.beyond === 'refuse'}>${msg('Stop')}</option>
              </select>
            </label>
            <button type="submit" class="compact">${msg('Keep these limits')}</button>
          </form>
        </details>
      </div>
    `;
  }

  #submit(event: SubmitEvent): void {
    const data = takeForm(event);
    const given = fields().flatMap(([name]): [string, number][] => {
      const text = textIn(data, name).trim();
      return text === '' ? [] : [[name, Number(text)]];
    });
    const limits: SpendLimits = {
      ...Object.fromEntries(given),
      beyond: textIn(data, 'beyond') === 'refuse' ? 'refuse' : 'ask',
    };
    send(this, 'spend-limits-change', limits);
  }
}
