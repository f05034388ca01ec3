/**
 * What became of each record on its way: how many every filter let through, why it kept the others, and the rows that could not be
 * read. Knows counts; sends nothing.
 */
import { LitElement, html, nothing } from 'lit';
import type { FunnelStep, Quarantined, SurveyView } from '../../protocol/dataset.ts';
import { formatCount, formatPlural } from '../format.ts';
import { base, figureTable } from '../theme.ts';
import { datasetStyle } from './dataset-style.ts';
import { followLanguage, msg, str } from '../translate.ts';

export class DatasetFunnel extends LitElement {
  static override styles = [base, figureTable, datasetStyle];

  static override properties = {
    survey: { attribute: false },
    funnel: { attribute: false },
    variants: { attribute: false },
  };

  declare survey: SurveyView | undefined;
  /** With the cap, once there is a plan. */
  declare funnel: readonly FunnelStep[];
  /** What became of the variants of the last export; undefined: none were tried. */
  declare variants: FunnelStep | undefined;

  constructor() {
    super();
    followLanguage(this);
    this.survey = undefined;
    this.funnel = [];
    this.variants = undefined;
  }

  protected override render() {
    const { survey, funnel } = this;
    if (survey === undefined) return nothing;
    const steps = funnel.length > 0 ? funnel : survey.funnel;
    const most = Math.max(1, steps[0]?.in ?? 1);
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('2. Funnel')}</h2>
        <p class="small muted" role="status">
          ${msg(str`${formatPlural(survey.items, 'row|rows')} looked through, ${formatCount(steps.at(-1)?.out ?? 0)} kept.`)}
          ${survey.resumedAt > 0 ? msg(str`${formatCount(survey.resumedAt)} of them were looked through before.`) : nothing}
        </p>
        <div class="scroll" tabindex="0" role="region" aria-label=${msg('Funnel')}>
          <table class="wrapping">
            <thead>
              <tr>
                <th scope="col">${msg('Filter')}</th>
                <th scope="col">${msg('Kept')}</th>
                <th scope="col" class="text">${msg('Left out, and why')}</th>
              </tr>
            </thead>
            <tbody>
              ${steps.map((step) => renderStep(step, most))}
              ${
                this.variants === undefined
                  ? nothing
                  : renderStep(this.variants, Math.max(most, this.variants.in))
              }
            </tbody>
          </table>
        </div>
        ${survey.quarantined.length === 0 ? nothing : renderQuarantined(survey.quarantined)}
      </section>
    `;
  }
}

function renderStep({ filter, in: before, out, reasons }: FunnelStep, most: number) {
  const all = Object.entries(reasons);
  return html`
    <tr>
      <th scope="row">
        <span lang="en">${filter}</span>
        <div class="bar" aria-hidden="true"><span .style=${`width: ${(out / most) * 100}%`}></span></div>
      </th>
      <td>${formatCount(out)}</td>
      <td class="text">
        ${
          before === out
            ? html`<span class="muted">${msg('none')}</span>`
            : all.map(
                ([reason, count]) => html`<div lang="en" dir="auto">${formatCount(count)} · ${reason}</div>`,
              )
        }
      </td>
    </tr>
  `;
}

function renderQuarantined(rows: readonly Quarantined[]) {
  return html`
    <details>
      <summary>${msg(str`Rows that could not be read: the first ${formatCount(rows.length)}`)}</summary>
      <div class="scroll" tabindex="0" role="region" aria-label=${msg('Rows that could not be read')}>
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('Line')}</th>
              <th scope="col" class="text">${msg('Reason')}</th>
              <th scope="col" class="text">${msg('Beginning')}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ source, line, reason, excerpt }) => html`
                <tr>
                  <th scope="row" translate="no">${source}:${line}</th>
                  <td class="text" lang="en" dir="auto">${reason}</td>
                  <td class="text"><code>${excerpt}</code></td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </details>
  `;
}
