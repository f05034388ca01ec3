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
import { formatCount, formatDuration, formatMegabytes, formatPlural } from './format.ts';
import { selectionStyle } from './selection-style.ts';
import { emptySelectionView } from './selection-view.ts';
import type { SelectionView } from './selection-view.ts';
import { base, controls, tokens } from './theme.ts';

const originTexts = {
  site: 'on this site',
  browser: 'in this browser',
  hub: 'bring it yourself',
} as const satisfies Record<SelectionRow['origin'], string>;

const termTexts = {
  permissive: 'free use',
  conditions: 'with conditions',
  research: 'research only',
  unknown: 'terms not known',
} as const satisfies Record<SelectionRow['licence']['terms'], string>;

const megabyte = 1e6;

export class SelectionPanel extends LitElement {
  static override styles = [tokens, base, controls, selectionStyle];

  static override properties = { view: { attribute: false }, doomed: { state: true } };

  declare view: SelectionView;
  /** Forgetting waits for a second word. */
  declare doomed: boolean;

  constructor() {
    super();
    this.view = emptySelectionView;
    this.doomed = false;
  }

  protected override render() {
    const { selection } = this.view;
    return html`
      <section class="card stack" aria-label="Models for a task">
        ${this.#renderForm()}
        ${
          selection === undefined
            ? html`<p class="muted" role="status">Looking at this device…</p>`
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
          Task
          <select id="task">
            <option value="" ?selected=${taskId === undefined}>No rows of mine yet</option>
            ${tasks.map((task) => html`<option value=${task.id} ?selected=${task.id === taskId}>${taskText(task)}</option>`)}
          </select>
        </label>
        <label>
          Licence
          <select id="licence">
            <option value="any" ?selected=${filters.licence === 'any'}>Any</option>
            <option value="permissive" ?selected=${filters.licence === 'permissive'}>Free use only</option>
          </select>
        </label>
        ${renderLimit('download', 'Biggest download, MB', filters.mostDownloadBytes)}
        ${renderLimit('memory', 'Most memory, MB', filters.mostMemoryBytes)}
        ${taskId === undefined ? nothing : this.#renderForget(taskId)}
      </form>
    `;
  }

  #renderForget(taskId: string) {
    if (!this.doomed) {
      return html`<button type="button" class="quiet compact danger" @click=${() => (this.doomed = true)}>
        Forget this task…
      </button>`;
    }
    return html`
      <span class="row">
        <button type="button" class="compact danger" @click=${() => this.#forget(taskId)}>Forget it</button>
        <button type="button" class="compact" @click=${() => (this.doomed = false)}>Keep</button>
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
  return `${source}: ${formatPlural(rows, 'row|rows')}, ${formatPlural(measured, 'model|models')} scored`;
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
        placeholder="no limit"
        .value=${bytes === undefined ? '' : String(Math.round(bytes / megabyte))}
      />
    </label>
  `;
}

function renderTable({ rows, neededTokens, benchmark }: Selection) {
  if (rows.length === 0) return html`<p role="status">The filters leave no model.</p>`;
  const need =
    neededTokens === undefined ? '' : ` The task needs ${formatCount(neededTokens)} tokens of context.`;
  return html`
    <p class="small muted" id="caption">
      ${formatPlural(rows.length, 'model|models')}, best first. What was measured on your rows counts first;
      where nothing was, ${benchmark} as published.${need}
    </p>
    <table role="table" aria-labelledby="caption">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Model</th>
          <th role="columnheader" scope="col">Exact on your rows</th>
          <th role="columnheader" scope="col">Time a row</th>
          <th role="columnheader" scope="col">Download</th>
          <th role="columnheader" scope="col">Memory</th>
          <th role="columnheader" scope="col">Context</th>
          <th role="columnheader" scope="col">Licence</th>
          <th role="columnheader" scope="col">Why here</th>
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
        <span class="name">${place}. ${title}</span>
        <span class="badges">
          ${
            run.type === 'runs'
              ? html`<span class="badge good">${run.engine}, ${backendName(run.backend)}</span>`
              : html`<span class="badge warn">does not run here</span>`
          }
          <span class="badge">${originTexts[origin]}</span>
        </span>
      </th>
      <td role="cell" data-label="Exact on your rows">${renderQuality(row.quality)}</td>
      <td role="cell" data-label="Time a row">
        ${renderFigure(row.secondsPerCall, (seconds) => formatDuration(seconds * 1000))}
      </td>
      <td role="cell" data-label="Download">${renderFigure(row.download, formatMegabytes, 'checked')}</td>
      <td role="cell" data-label="Memory">${renderFigure(row.memory, formatMegabytes)}</td>
      <td role="cell" data-label="Context">
        ${
          contextWindow === undefined
            ? html`<span class="no">not known</span>`
            : html`<span class="value">${formatCount(contextWindow)}</span>`
        }
      </td>
      <td role="cell" data-label="Licence">
        ${renderLicence(licence)}<span class="basis">${termTexts[licence.terms]}</span>
      </td>
      <td role="cell" class="why" data-label="Why here">
        ${run.type === 'does-not-run' ? run.reasons.join(' ') : why === '' ? 'Nothing stands below it.' : why}
        ${renderDetails(row)}
      </td>
    </tr>
  `;
}

function renderLicence({ name, url }: SelectionRow['licence']) {
  return url === undefined ? name : html`<a href=${url} rel="noreferrer">${name}</a>`;
}

function renderQuality(quality: QualityVerdict) {
  switch (quality.type) {
    case 'measured': {
      const { exact, rows, interval } = quality;
      return html`
        <span class="value">${((exact / rows) * 100).toFixed(0)} %</span>
        <span class="basis">
          ${exact} of ${rows}, ${(interval.low * 100).toFixed(0)} to ${(interval.high * 100).toFixed(0)} %
        </span>
      `;
    }
    case 'too-few':
      return html`<span class="value">${quality.exact} of ${quality.rows}</span
        ><span class="basis">too few to rank by</span>`;
    case 'not-measured':
      return html`<span class="no">not measured</span>`;
    default:
      return quality satisfies never;
  }
}

function renderFigure(
  figure: SelectionFigure | undefined,
  textOf: (value: number) => string,
  measuredText = 'measured here',
) {
  if (figure === undefined) return html`<span class="no">not known</span>`;
  const basis = figure.basis === 'measured' ? measuredText : figure.basis;
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
      <summary aria-label=${`More about ${title}`}>More</summary>
      <ul>
        ${notes.map((note) => html`<li>${note}</li>`)} ${published.map(renderScore)}
        ${
          url === undefined
            ? nothing
            : html`<li>
                <a href=${url} rel="noreferrer" aria-label=${`${title} on the Hugging Face hub`}
                  >On the hub</a
                >
              </li>`
        }
      </ul>
    </details>
  `;
}

function renderScore({ benchmark, value, publisher, url }: PublishedScore) {
  return html`<li>${benchmark}: ${value} % (<a href=${url} rel="noreferrer">${publisher}</a>)</li>`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function renderLeftOut({ leftOut }: Selection) {
  if (leftOut.length === 0) return nothing;
  return html`
    <details>
      <summary>${formatPlural(leftOut.length, 'model|models')} left out by the filters</summary>
      <ul class="small">
        ${leftOut.map(({ title, reason }) => html`<li>${title}: ${reason}</li>`)}
      </ul>
    </details>
  `;
}
