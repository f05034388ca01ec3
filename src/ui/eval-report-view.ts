/**
 * An evaluation's report: figures with their intervals, of one side or of two and their difference; which tool was called
 * for which; and what went wrong, each with what was expected beside what was given. Sends `report-export` and
 * `review-take`.
 * Knows the report's shape; judges nothing.
 */
import { LitElement, css, html, nothing } from 'lit';
import type {
  Confusion,
  EvalReport,
  EvalSide,
  EvalSubject,
  Figure,
  FigureDifference,
  Interval,
  JudgedRow,
} from '../protocol/evaluation.ts';
import { figureTitles } from '../protocol/evaluation.ts';
import { reviewId } from '../protocol/review.ts';
import { send } from './events.ts';
import { formatCalls, formatCount, formatDuration, formatPercent, formatPlural, shorten } from './format.ts';
import { base, controls, tokens } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

/** Tools in one table; more are told as a list of what was mixed up. */
const mostColumns = 12;
/** Entries of a list that are shown; the export holds all. */
const mostShown = 100;

export class EvalReportView extends LitElement {
  static override styles = [
    tokens,
    base,
    controls,
    css`
      .scroll {
        overflow: auto;
        border: 1px solid var(--_line);
        border-radius: 10px;
        max-height: 28rem;
      }
      table {
        border-collapse: collapse;
        width: 100%;
        font-size: 0.875rem;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        text-align: start;
        vertical-align: baseline;
        padding: 0.375rem 0.625rem;
        border-bottom: 1px solid var(--_line);
      }
      thead th {
        color: var(--_muted);
        font-weight: 600;
      }
      tbody th {
        font-weight: 400;
      }
      .confusion td,
      .confusion thead th:not(:first-child) {
        text-align: end;
      }
      .right {
        background: var(--_good-soft);
        color: var(--_good);
        font-weight: 600;
      }
      .wrong {
        background: var(--_bad-soft);
        color: var(--_bad);
      }
      .failures li {
        border-bottom: 1px solid var(--_line);
        padding: 0.5rem 0;
        overflow-wrap: anywhere;
      }
      .failures summary {
        width: auto;
        color: var(--_text);
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr));
        gap: 0.75rem;
      }
      h3 {
        margin-top: 0.75rem;
      }
    `,
  ];

  static override properties = { report: { attribute: false }, taken: { attribute: false } };

  /** Undefined: nothing is shown. */
  declare report: EvalReport | undefined;
  /** Failures that are looked at already, by `reviewId`. Undefined: nobody keeps such a list, and none is offered. */
  declare taken: ReadonlySet<string> | undefined;

  constructor() {
    super();
    followLanguage(this);
    this.report = undefined;
    this.taken = undefined;
  }

  protected override render() {
    const { report } = this;
    if (report === undefined) return nothing;
    const { sides, intervals } = report;
    return html`
      <section class="stack" aria-labelledby="title">
        <div class="row between">
          <h2 id="title">${msg(str`Report on ${formatPlural(report.rows, 'row|rows')}`)}</h2>
          <div class="row">
            <button
              type="button"
              class="compact"
              @click=${() => send(this, 'report-export', { format: 'json' })}
            >
              ${msg('Save JSON')}
            </button>
            <button
              type="button"
              class="compact"
              @click=${() => send(this, 'report-export', { format: 'markdown' })}
            >
              ${msg('Save Markdown')}
            </button>
          </div>
        </div>
        <p class="small muted">
          ${msg(str`In brackets: where the figure lies with ${formatPercent(intervals.level)} confidence, by drawing the rows ${formatCount(intervals.resamples)} times anew (percentile bootstrap).`)}
        </p>
        ${renderFigures(report)}
        ${sides.map((side, place) =>
          renderSide(side, sideTitle(sides, place), (row) => this.#renderTake(side.subject, row)),
        )}
      </section>
    `;
  }

  #renderTake(subject: EvalSubject, row: JudgedRow) {
    if (this.taken === undefined) return nothing;
    if (this.taken.has(reviewId(subject, row.id)))
      return html`<span class="badge good">${msg('in your list')}</span>`;
    return html`<button
      type="button"
      class="compact"
      aria-label=${msg(str`Look at ${row.id} later`)}
      @click=${() => send(this, 'review-take', { subject, row })}
    >
      ${msg('Look at it later')}
    </button>`;
  }
}

function renderFigures({ sides, differences = [] }: EvalReport) {
  const names = (sides[0]?.figures ?? []).map(({ name }) => name);
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${msg('Figures')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${msg('Figure')}</th>
            ${sides.map((_, place) => html`<th scope="col">${sideTitle(sides, place)}</th>`)}
            ${differences.length === 0 ? nothing : html`<th scope="col">${msg('Difference, row by row')}</th>`}
          </tr>
        </thead>
        <tbody>
          ${names.map(
            (name) => html`
              <tr>
                <th scope="row">${msg(figureTitles[name])}</th>
                ${sides.map(({ figures }) => renderFigure(figures.find((figure) => figure.name === name)))}
                ${differences.filter((difference) => difference.name === name).map(renderDifference)}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

function renderFigure(figure: Figure | undefined) {
  if (figure === undefined || figure.n === 0) return html`<td class="muted">${msg('no rows')}</td>`;
  const { count, n, share, interval } = figure;
  return html`
    <td>
      <strong>${percentText(share)}</strong> (${intervalText(interval)})<br />
      <span class="muted">${msg(str`${formatCount(count)} of ${formatCount(n)}`)}</span>
    </td>
  `;
}

function renderDifference({ n, difference, interval }: FigureDifference) {
  if (n === 0) return html`<td class="muted">${msg('no rows')}</td>`;
  const isSure = interval.low > 0 || interval.high < 0;
  return html`
    <td>
      <strong>${difference > 0 ? '+' : ''}${percentText(difference)}</strong>
      (${intervalText(interval)})<br />
      <span class="muted">${isSure ? msg('not by chance') : msg('may be chance')}</span>
    </td>
  `;
}

/** What stands below a failure when it is opened. */
type RenderTake = (row: JudgedRow) => unknown;

function renderSide(side: EvalSide, title: string, renderTake: RenderTake) {
  return html`
    <h3>${title}</h3>
    <p class="small muted">${msg(str`Took ${formatDuration(side.seconds * 1000)}.`)}</p>
    ${renderConfusion(title, side.confusion)} ${renderFailures(title, side.failures, renderTake)}
  `;
}

function renderConfusion(title: string, { tools, cells }: Confusion) {
  if (tools.length === 0) return nothing;
  if (tools.length > mostColumns) {
    const mixedUp = cells
      .filter(({ expected, called }) => expected !== called)
      .toSorted((one, other) => other.count - one.count);
    return html`
      <details>
        <summary>
          ${msg(str`What was called for what: ${formatPlural(mixedUp.length, 'pair|pairs')} mixed up`)}
        </summary>
        <ul class="small" aria-label=${msg(str`Mixed up by ${title}`)}>
          ${mixedUp
            .slice(0, mostShown)
            .map(
              ({ expected, called, count }) =>
                html`<li>${msg(str`${formatPlural(count, 'time|times')} ${called} for ${expected}`)}</li>`,
            )}
        </ul>
      </details>
    `;
  }
  const countOf = (expected: string, called: string): number =>
    cells.find((cell) => cell.expected === expected && cell.called === called)?.count ?? 0;
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${msg(str`What ${title} called for what`)}>
      <table class="confusion">
        <thead>
          <tr>
            <th scope="col">${msg('Expected, called')}</th>
            ${tools.map((tool) => html`<th scope="col">${tool}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${tools.map(
            (expected) => html`
              <tr>
                <th scope="row">${expected}</th>
                ${tools.map((called) => {
                  const count = countOf(expected, called);
                  const tone = expected === called ? 'right' : 'wrong';
                  return html`<td class=${count === 0 ? '' : tone}>${count === 0 ? '' : count}</td>`;
                })}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

function renderFailures(title: string, failures: readonly JudgedRow[], renderTake: RenderTake) {
  if (failures.length === 0) return html`<p class="small">${msg('Every row is exact.')}</p>`;
  return html`
    <details>
      <summary>${msg(str`${formatPlural(failures.length, 'row|rows')} not exact`)}</summary>
      <ul class="failures" aria-label=${msg(str`Not exact: ${title}`)}>
        ${failures.slice(0, mostShown).map((row) => renderFailure(row, renderTake))}
      </ul>
      ${
        failures.length > mostShown
          ? html`<p class="small muted">
              ${msg(str`${formatCount(failures.length - mostShown)} more are in the saved report.`)}
            </p>`
          : nothing
      }
    </details>
  `;
}

function renderFailure(row: JudgedRow, renderTake: RenderTake) {
  const { id, request, expected, output, text, grade } = row;
  const given =
    output === undefined
      ? text
      : output.type === 'calls'
        ? formatCalls(output.calls)
        : msg(str`No call: ${output.text}`);
  const what = !grade.valid
    ? msg('not valid')
    : grade.refused
      ? msg('did not call')
      : grade.name
        ? msg('wrong arguments')
        : msg('wrong tool');
  return html`
    <li>
      <details>
        <summary>${id}: ${what}. ${shorten(request, 90)}</summary>
        <p class="small" dir="auto">${request}</p>
        <div class="pair">
          <div>
            <h4>${msg('Expected')}</h4>
            <pre>${formatCalls(expected)}</pre>
          </div>
          <div>
            <h4>${msg('Given')}</h4>
            <pre>${given}</pre>
          </div>
        </div>
        ${renderTake(row)}
      </details>
    </li>
  `;
}

/** Told apart by a letter where there are two: both may be the same model. */
function sideTitle(sides: readonly EvalSide[], place: number): string {
  const subject = sides[place]?.subject;
  if (subject === undefined) return '';
  const { modelId, adapter, grammar } = subject;
  const letter = sides.length < 2 ? '' : place === 0 ? 'A: ' : 'B: ';
  const name = adapter === undefined ? modelId : msg(str`${modelId} with ${adapter}`);
  return `${letter}${grammar ? name : msg(str`${name}, no grammar`)}`;
}

function percentText(share: number): string {
  return formatPercent(share, 1);
}

function intervalText({ low, high }: Interval): string {
  return msg(str`${percentText(low)} to ${percentText(high)}`);
}
