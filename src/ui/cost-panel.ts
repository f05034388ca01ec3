/**
 * What the run on the screen used, and what it would have cost with a large model at prices that the user gives. Sends
 * `prices-change`. Knows run-cost; keeps nothing.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { PriceList, RunCost, RunMoney } from '../protocol/economics.ts';
import { send } from './events.ts';
import { formGrid } from './form-grid.ts';
import { formatCount, formatDuration, formatPercent, formatPlural } from './format.ts';
import { defaultWatts, runCost } from './run-cost.ts';
import { emptySpendingView } from './spending-view.ts';
import type { SpendingView } from './spending-view.ts';
import { emptyTaskView } from './task-view.ts';
import type { TaskView } from './task-view.ts';
import { takeForm, textIn } from './read-form.ts';
import { base, controls } from './theme.ts';
import { followLanguage, formatLocale, msg, str } from './translate.ts';

function fields() {
  return [
    ['inputPerMillion', msg('A million tokens read'), 0],
    ['cachedPerMillion', msg('A million tokens read from its cache'), 0],
    ['outputPerMillion', msg('A million tokens written'), 0],
    ['perKilowattHour', msg('A kilowatt hour here'), 0],
    ['watts', msg('Watts of this device at work'), defaultWatts],
  ] as const;
}

export class CostPanel extends LitElement {
  static override styles = [
    base,
    controls,
    formGrid,
    css`
      dl {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.25rem 1rem;
      }
      dt {
        color: var(--_muted);
      }
      dd {
        text-align: end;
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
    `,
  ];

  static override properties = {
    view: { attribute: false },
    prices: { attribute: false },
    spending: { attribute: false },
  };

  declare view: TaskView;
  /** Undefined: the user gave none yet, and no money is told. */
  declare prices: PriceList | undefined;
  declare spending: SpendingView;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyTaskView;
    this.prices = undefined;
    this.spending = emptySpendingView;
  }

  protected override render() {
    if (this.view.outcome === undefined) return nothing;
    const cost = runCost(this.view, this.prices);
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('What it took')}</h2>
        <dl>
          ${facts(cost).map(
            ([name, value]) =>
              html`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>
        ${
          cost.money === undefined
            ? html`<p class="small muted">
                ${msg('Give the prices of a large model, and this says what the same tokens would have cost there.')}
              </p>`
            : nothing
        }
        <details>
          <summary>${msg('Prices and assumptions')}</summary>
          ${this.#renderForm()}
        </details>
        <slm-spend-limits .view=${this.spending} .prices=${this.prices}></slm-spend-limits>
      </section>
    `;
  }

  #renderForm() {
    return html`
      <form @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <label>
          ${msg('Currency')}
          <input name="currency" required maxlength="8" .value=${this.prices?.currency ?? 'USD'} />
        </label>
        ${fields().map(
          ([name, text, initial]) => html`
            <label>
              ${text}
              <input
                name=${name}
                type="number"
                inputmode="decimal"
                min="0"
                step="any"
                required
                .value=${String(this.prices?.[name] ?? initial)}
              />
            </label>
          `,
        )}
        <button type="submit" class="compact">${msg('Keep these')}</button>
      </form>
    `;
  }

  #submit(event: SubmitEvent): void {
    const data = takeForm(event);
    const number = (name: string): number => Number(data.get(name));
    send(this, 'prices-change', {
      currency: textIn(data, 'currency').trim(),
      inputPerMillion: number('inputPerMillion'),
      cachedPerMillion: number('cachedPerMillion'),
      outputPerMillion: number('outputPerMillion'),
      perKilowattHour: number('perKilowattHour'),
      watts: number('watts'),
    });
  }
}

function facts(cost: RunCost): readonly (readonly [string, string])[] {
  const { calls, money, smallCalls } = cost;
  return [
    [
      msg('Tokens read'),
      msg(str`${formatCount(cost.readTokens)} and ${formatCount(cost.cachedTokens)} from cache`),
    ],
    [msg('Tokens written'), formatCount(cost.writtenTokens)],
    [msg('Models worked'), `${formatDuration(cost.modelMs)}, ${formatPlural(cost.modelSteps, 'step|steps')}`],
    [
      msg('Calls decided on this device'),
      calls === 0
        ? msg('none were made')
        : `${msg(str`${formatCount(smallCalls)} of ${formatCount(calls)}`)} (${formatPercent(smallCalls / calls)})`,
    ],
    ...(cost.handedOn === 0 ? [] : [[msg('Decisions handed on'), formatCount(cost.handedOn)] as const]),
    [msg('Energy, estimated'), `${formatSmall(cost.wattHours)} Wh`],
    ...(money === undefined ? [] : moneyFacts(money)),
  ];
}

function moneyFacts({
  currency,
  large,
  spent,
  energy,
  saved,
}: RunMoney): readonly (readonly [string, string])[] {
  const amount = (value: number): string => `${formatSmall(value)} ${currency}`;
  return [
    [msg('The same with the large model'), amount(large)],
    [msg('Spent on servers'), amount(spent)],
    [msg('Spent on energy'), amount(energy)],
    [saved < 0 ? msg('Dearer here by') : msg('Saved'), amount(Math.abs(saved))],
  ];
}

/** Three digits that count: runs of a small model cost fractions of a cent. */
function formatSmall(value: number): string {
  return value.toLocaleString(formatLocale(), { maximumSignificantDigits: 3, maximumFractionDigits: 12 });
}
