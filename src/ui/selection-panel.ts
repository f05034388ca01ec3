/**
 * The models that could do a task, best first, each with what is known of it, how it is known, and why it stands there;
 * filters above. Sends `selection-change` and `selection-forget`. Knows the list's shape; ranks nothing.
 */
import { LitElement, html, nothing } from 'lit';
import type { PublishedScore } from '../protocol/known-model.ts';
import type {
  QualityVerdict,
  Selection,
  SelectionFigure,
  SelectionFilters,
  SelectionRow,
  SelectionTask,
} from '../protocol/selection.ts';
import { backendName } from './choice-list.ts';
import { send } from './events.ts';
import { formatCount, formatDuration, formatMegabytes, formatPercent, formatPlural } from './format.ts';
import { selectionStyle } from './selection-style.ts';
import { emptySelectionView } from './selection-view.ts';
import type { SelectionView } from './selection-view.ts';
import { base, controls, tokens } from './theme.ts';
import { followLanguage, later, msg, str } from './translate.ts';

const originTexts = {
  site: later('on this site'),
  browser: later('in this browser'),
  hub: later('bring it yourself'),
} as const satisfies Record<SelectionRow['origin'], string>;

const termTexts = {
  permissive: later('free use'),
  conditions: later('with conditions'),
  research: later('research only'),
  unknown: later('terms not known'),
} as const satisfies Record<SelectionRow['licence']['terms'], string>;

/** How a figure is known. */
const basisTexts: Readonly<Record<SelectionFigure['basis'], string>> = {
  measured: later('measured here'),
  stated: later('stated'),
  estimated: later('estimated'),
};

const megabyte = 1e6;

export class SelectionPanel extends LitElement {
  static override styles = [tokens, base, controls, selectionStyle];

  static override properties = { view: { attribute: false }, doomed: { state: true } };

  declare view: SelectionView;
  /** Forgetting waits for a second word. */
  declare doomed: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptySelectionView;
    this.doomed = false;
  }

  protected override render() {
    const { selection } = this.view;
    return html`
      <section class="card stack" aria-label=${msg('Models for a task')}>
        ${this.#renderForm()}
        ${
          selection === undefined
            ? html`<p class="muted" role="status">${msg('Looking at this device…')}</p>`
            : html`${renderTable(selection)} ${renderLeftOut(selection)}`
        }
      </section>
    `;
  }

  #renderForm() {
    const { tasks, taskId, filters } = this.view;
    return html`
      <form @submit=${(event: Event) => event.preventDefault()} @change=${() => this.#changed()}>
        <label>
          ${msg('Task')}
          <select id="task">
            <option value="" ?selected=${taskId === undefined}>${msg('No rows of mine yet')}</option>
            ${tasks.map((task) => html`<option value=${task.id} ?selected=${task.id === taskId}>${taskText(task)}</option>`)}
          </select>
        </label>
        <label>
          ${msg('Licence')}
          <select id="licence">
            <option value="any" ?selected=${filters.licence === 'any'}>${msg('Any')}</option>
            <option value="permissive" ?selected=${filters.licence === 'permissive'}>
              ${msg('Free use only')}
            </option>
          </select>
        </label>
        ${renderLimit('download', msg('Biggest download, MB'), filters.mostDownloadBytes)}
        ${renderLimit('memory', msg('Most memory, MB'), filters.mostMemoryBytes)}
        ${taskId === undefined ? nothing : this.#renderForget(taskId)}
      </form>
    `;
  }

  #renderForget(taskId: string) {
    if (!this.doomed) {
      return html`<button type="button" class="quiet compact danger" @click=${() => (this.doomed = true)}>
        ${msg('Forget this task…')}
      </button>`;
    }
    return html`
      <span class="row">
        <button type="button" class="compact danger" @click=${() => this.#forget(taskId)}>
          ${msg('Forget it')}
        </button>
        <button type="button" class="compact" @click=${() => (this.doomed = false)}>${msg('Keep')}</button>
      </span>
    `;
  }

  #forget(taskId: string): void {
    this.doomed = false;
    send(this, 'selection-forget', { taskId });
  }

  #changed(): void {
    this.doomed = false;
    const text = (id: string): string => {
      const control = this.renderRoot.querySelector(`#${id}`);
      return control instanceof HTMLSelectElement || control instanceof HTMLInputElement ? control.value : '';
    };
    const bytes = (id: string): number | undefined => {
      const value = Number.parseFloat(text(id));
      return value > 0 ? value * megabyte : undefined;
    };
    const [mostDownloadBytes, mostMemoryBytes] = [bytes('download'), bytes('memory')];
    const filters: SelectionFilters = {
      licence: text('licence') === 'permissive' ? 'permissive' : 'any',
      ...(mostDownloadBytes === undefined ? {} : { mostDownloadBytes }),
      ...(mostMemoryBytes === undefined ? {} : { mostMemoryBytes }),
    };
    send(this, 'selection-change', { taskId: text('task') || undefined, filters });
  }
}

function taskText({ source, rows, measured }: SelectionTask): string {
  return msg(
    str`${source}: ${formatPlural(rows, 'row|rows')}, ${formatPlural(measured, 'model|models')} scored`,
  );
}

function renderLimit(id: string, label: string, bytes: number | undefined) {
  return html`
    <label>
      ${label}
      <input
        id=${id}
        type="number"
        min="1"
        inputmode="numeric"
        placeholder=${msg('no limit')}
        .value=${bytes === undefined ? '' : String(Math.round(bytes / megabyte))}
      />
    </label>
  `;
}

function renderTable({ rows, neededTokens, benchmark }: Selection) {
  if (rows.length === 0) return html`<p role="status">${msg('The filters leave no model.')}</p>`;
  const need =
    neededTokens === undefined
      ? nothing
      : msg(str`The task needs ${formatCount(neededTokens)} tokens of context.`);
  return html`
    <p class="small muted" id="caption">
      ${msg(str`${formatPlural(rows.length, 'model|models')}, best first. What was measured on your rows counts first; where nothing was, ${benchmark} as published.`)}
      ${need}
    </p>
    <table role="table" aria-labelledby="caption">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">${msg('Model')}</th>
          <th role="columnheader" scope="col">${msg('Exact on your rows')}</th>
          <th role="columnheader" scope="col">${msg('Time a row')}</th>
          <th role="columnheader" scope="col">${msg('Download')}</th>
          <th role="columnheader" scope="col">${msg('Memory')}</th>
          <th role="columnheader" scope="col">${msg('Context')}</th>
          <th role="columnheader" scope="col">${msg('Licence')}</th>
          <th role="columnheader" scope="col">${msg('Why here')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(renderRow)}
      </tbody>
    </table>
  `;
}

function renderRow(row: SelectionRow) {
  const { title, place, origin, run, licence, contextWindow, why } = row;
  return html`
    <tr role="row">
      <th role="rowheader" scope="row">
        <span class="name" translate="no">${place}. ${title}</span>
        <span class="badges">
          ${
            run.type === 'runs'
              ? html`<span class="badge good" translate="no"
                  >${run.engine}, ${backendName(run.backend)}</span
                >`
              : html`<span class="badge warn">${msg('does not run here')}</span>`
          }
          <span class="badge">${msg(originTexts[origin])}</span>
        </span>
      </th>
      <td role="cell" data-label=${msg('Exact on your rows')}>${renderQuality(row.quality)}</td>
      <td role="cell" data-label=${msg('Time a row')}>
        ${renderFigure(row.secondsPerCall, (seconds) => formatDuration(seconds * 1000))}
      </td>
      <td role="cell" data-label=${msg('Download')}>
        ${renderFigure(row.download, formatMegabytes, msg('checked'))}
      </td>
      <td role="cell" data-label=${msg('Memory')}>${renderFigure(row.memory, formatMegabytes)}</td>
      <td role="cell" data-label=${msg('Context')}>
        ${
          contextWindow === undefined
            ? html`<span class="no">${msg('not known')}</span>`
            : html`<span class="value">${formatCount(contextWindow)}</span>`
        }
      </td>
      <td role="cell" data-label=${msg('Licence')}>
        <span translate="no">${renderLicence(licence)}</span
        ><span class="basis">${msg(termTexts[licence.terms])}</span>
      </td>
      <td role="cell" class="why" data-label=${msg('Why here')}>
        ${renderWhy(run, why)} ${renderDetails(row)}
      </td>
    </tr>
  `;
}

/** The reasons are sentences of the ranking, which speaks English. */
function renderWhy(run: SelectionRow['run'], why: string) {
  if (run.type === 'runs' && why === '') return msg('Nothing stands below it.');
  const reasons = run.type === 'does-not-run' ? run.reasons.join(' ') : why;
  return html`<span lang="en" dir="auto">${reasons}</span>`;
}

function renderLicence({ name, url }: SelectionRow['licence']) {
  return url === undefined ? name : html`<a href=${url} rel="noreferrer">${name}</a>`;
}

function renderQuality(quality: QualityVerdict) {
  switch (quality.type) {
    case 'measured': {
      const { exact, rows, interval } = quality;
      return html`
        <span class="value">${formatPercent(exact / rows)}</span>
        <span class="basis">
          ${msg(str`${formatCount(exact)} of ${formatCount(rows)}, ${formatPercent(interval.low)} to ${formatPercent(interval.high)}`)}
        </span>
      `;
    }
    case 'too-few':
      return html`<span class="value"
          >${msg(str`${formatCount(quality.exact)} of ${formatCount(quality.rows)}`)}</span
        ><span class="basis">${msg('too few to rank by')}</span>`;
    case 'not-measured':
      return html`<span class="no">${msg('not measured')}</span>`;
    default:
      return quality satisfies never;
  }
}

function renderFigure(
  figure: SelectionFigure | undefined,
  textOf: (value: number) => string,
  measuredText = msg(basisTexts.measured),
) {
  if (figure === undefined) return html`<span class="no">${msg('not known')}</span>`;
  const basis = figure.basis === 'measured' ? measuredText : msg(basisTexts[figure.basis]);
  return html`<span class="value">${textOf(figure.value)}</span><span class="basis">${basis}</span>`;
}

function renderDetails({ title, url, file, published, secondsPerCall, memory, run }: SelectionRow) {
  const notes = [
    ...(run.type === 'runs' ? run.reasons : []),
    ...(file === undefined
      ? []
      : [`${file.name}: ${file.verified ? 'verified' : 'not verified'}. ${file.evidence}`]),
    ...(secondsPerCall?.from === undefined ? [] : [`Time: ${lowerFirst(secondsPerCall.from)}`]),
    ...(memory?.from === undefined ? [] : [`Memory: ${lowerFirst(memory.from)}`]),
  ];
  return html`
    <details>
      <summary aria-label=${msg(str`More about ${title}`)}>${msg('More')}</summary>
      <ul>
        ${notes.map((note) => html`<li lang="en" dir="auto">${note}</li>`)} ${published.map(renderScore)}
        ${
          url === undefined
            ? nothing
            : html`<li>
                <a href=${url} rel="noreferrer" aria-label=${msg(str`${title} on the Hugging Face hub`)}
                  >${msg('On the hub')}</a
                >
              </li>`
        }
      </ul>
    </details>
  `;
}

function renderScore({ benchmark, value, publisher, url }: PublishedScore) {
  return html`<li translate="no">
    ${benchmark}: ${value} % (<a href=${url} rel="noreferrer">${publisher}</a>)
  </li>`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function renderLeftOut({ leftOut }: Selection) {
  if (leftOut.length === 0) return nothing;
  return html`
    <details>
      <summary>${msg(str`${formatPlural(leftOut.length, 'model|models')} left out by the filters`)}</summary>
      <ul class="small">
        ${leftOut.map(({ title, reason }) => html`<li lang="en" dir="auto">${title}: ${reason}</li>`)}
      </ul>
    </details>
  `;
}
