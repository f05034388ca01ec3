/**
 * On which side of the split rows stand, what leaks from one to the other, and what should be thought of before training. Sends
 * `dataset-split` with other settings. Knows counts; splits nothing itself.
 */
import { LitElement, css, html, nothing } from 'lit';
import { datasetSplits } from '../../protocol/dataset.ts';
import type { DatasetSplit, OverlapKind, OverlapReport, PlanView } from '../../protocol/dataset.ts';
import { send } from '../events.ts';
import { formatCount, formatPercent, formatPlural } from '../format.ts';
import { takeForm, textIn } from '../read-form.ts';
import { base, controls, figureTable } from '../theme.ts';
import { datasetStyle } from './dataset-style.ts';
import { emptyDatasetView } from './dataset-view.ts';
import type { SplitSettings } from './dataset-view.ts';
import { followLanguage, later, msg, str } from '../translate.ts';

const kindNames: Readonly<Record<OverlapKind, string>> = {
  episode: later('Same run'),
  exact: later('Same row'),
  template: later('Same template'),
  near: later('Nearly the same text'),
  embedding: later('Nearly the same meaning'),
};

/** What the sides are called. */
const splitNames: Readonly<Record<DatasetSplit, string>> = {
  train: later('train'),
  validation: later('validation'),
  test: later('test'),
};

/** Tasks that are listed; the manifest of the export has all. */
const shownTasks = 40;

export class DatasetSplits extends LitElement {
  static override styles = [
    base,
    controls,
    figureTable,
    datasetStyle,
    css`
      .sides {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 0.75rem;
      }
      .sides div {
        background: var(--_sunken);
        border-radius: 10px;
        padding: 0.625rem 0.75rem;
      }
      dd {
        font-size: 1.25rem;
        font-weight: 640;
        font-variant-numeric: tabular-nums;
      }
      .advice {
        list-style: disc;
        padding-inline-start: 1.125rem;
      }
    `,
  ];

  static override properties = {
    plan: { attribute: false },
    settings: { attribute: false },
    busy: { type: Boolean },
  };

  declare plan: PlanView | undefined;
  declare settings: SplitSettings;
  declare busy: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.plan = undefined;
    this.settings = emptyDatasetView.split;
    this.busy = false;
  }

  protected override render() {
    const { plan } = this;
    if (plan === undefined) return nothing;
    return html`
      <section class="card stack" aria-labelledby="title">
        <div class="row between">
          <h2 id="title">${msg('4. Split and leaks')}</h2>
          ${
            plan.overlap.clean
              ? html`<span class="badge good">${msg('no leak above its limit')}</span>`
              : html`<span class="badge bad">${msg('leaks: cannot be exported')}</span>`
          }
        </div>
        ${this.#renderForm()}
        <dl class="sides">
          ${datasetSplits.map(
            (split) => html`
              <div>
                <dt class="small muted">${msg(splitNames[split])}</dt>
                <dd>${formatCount(plan.counts[split])}</dd>
              </div>
            `,
          )}
        </dl>
        <p class="small muted">
          ${msg(str`${formatPlural(plan.families.count, 'group|groups')} of rows that stay together (a run, its duplicates, its template), the largest with ${formatPlural(plan.families.largest, 'row|rows')}.`)}
        </p>
        ${renderOverlap(plan.overlap)} ${renderTasks(plan)}
        ${
          plan.guidance.length === 0
            ? nothing
            : html`
                <h3 class="small">${msg('Before training')}</h3>
                <ul class="small advice">
                  ${plan.guidance.map((advice) => html`<li lang="en" dir="auto">${advice}</li>`)}
                </ul>
              `
        }
      </section>
    `;
  }

  #renderForm() {
    const { validation, test, cap, seed, twinsByMeaning } = this.settings;
    return html`
      <form class="fields" aria-label=${msg('Split')} @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <label class="field">
          ${msg('Validation, %')}
          <input
            type="number"
            name="validation"
            min="0"
            max="49"
            step="any"
            required
            .defaultValue=${String(validation * 100)}
          />
        </label>
        <label class="field">
          ${msg('Test, %')}
          <input
            type="number"
            name="test"
            min="0"
            max="49"
            step="any"
            required
            .defaultValue=${String(test * 100)}
          />
        </label>
        <label class="field">
          ${msg('Rows of a task at most')}
          <input type="number" name="cap" min="1" .defaultValue=${cap === undefined ? '' : String(cap)} />
        </label>
        <label class="field">
          ${msg('Seed')}
          <input name="seed" required maxlength="40" .defaultValue=${seed} />
        </label>
        <label class="field">
          ${msg('Twins by meaning, at most %')}
          <input
            type="number"
            name="twins"
            min="0"
            max="100"
            step="any"
            required
            .defaultValue=${String(twinsByMeaning * 100)}
          />
        </label>
        <button type="submit" ?disabled=${this.busy}>${msg('Split again')}</button>
      </form>
    `;
  }

  #submit(event: SubmitEvent): void {
    const data = takeForm(event);
    const textOf = (name: string): string => textIn(data, name).trim();
    send(this, 'dataset-split', {
      seed: textOf('seed'),
      cap: textOf('cap') === '' ? undefined : Number(textOf('cap')),
      validation: Number(textOf('validation')) / 100,
      test: Number(textOf('test')) / 100,
      twinsByMeaning: Number(textOf('twins')) / 100,
    });
  }
}

function renderOverlap({ figures }: OverlapReport) {
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${msg('Leaks')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${msg('Twin in train')}</th>
            <th scope="col">${msg('Rows that judge')}</th>
            <th scope="col">${msg('With a twin')}</th>
            <th scope="col">${msg('Share')}</th>
            <th scope="col">${msg('Limit')}</th>
          </tr>
        </thead>
        <tbody>
          ${figures.map(
            ({ kind, checked, overlapping, share, limit }) => html`
              <tr>
                <th scope="row">${msg(kindNames[kind])}</th>
                <td>${formatCount(checked)}</td>
                <td>${formatCount(overlapping)}</td>
                <td>${formatPercent(share, 2)}</td>
                <td>${formatPercent(limit, 1)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

function renderTasks({ tasks }: PlanView) {
  return html`
    <details>
      <summary>${msg(str`${formatPlural(tasks.length, 'task|tasks')} by side`)}</summary>
      <div class="scroll" tabindex="0" role="region" aria-label=${msg('Tasks by side')}>
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('Task')}</th>
              <th scope="col">${msg('Class')}</th>
              ${datasetSplits.map((split) => html`<th scope="col">${msg(splitNames[split])}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${tasks.slice(0, shownTasks).map(
              (count) => html`
                <tr>
                  <th scope="row" class="text" translate="no">${count.task}</th>
                  <td lang="en">${count.class}</td>
                  ${datasetSplits.map((split) => html`<td>${formatCount(count[split])}</td>`)}
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
      ${
        tasks.length > shownTasks
          ? html`<p class="small muted">
              ${msg(str`${formatCount(tasks.length - shownTasks)} more stand in the manifest.`)}
            </p>`
          : nothing
      }
    </details>
  `;
}
