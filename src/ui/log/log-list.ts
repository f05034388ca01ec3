/**
 * The runs of a log, newest first, as long as it may be: only rows in view stand in the page, and only those are asked for
 * (`log-ask` with `show-rows`). Filters above, one row chosen by mouse or keyboard. Knows ids and what was opened of them.
 */
import { VirtualizerController } from '@tanstack/lit-virtual';
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Id } from '../../protocol/id.ts';
import type { RunSummary } from '../../protocol/record.ts';
import { send } from '../events.ts';
import { formatCount, formatPlural, formatTime } from '../format.ts';
import { base, controls } from '../theme.ts';
import { takeForm, textIn } from '../read-form.ts';
import { fields } from './fields.ts';
import { logListStyle, rowHeight } from './log-list-style.ts';
import type { LogFilter, LogView } from './log-view.ts';
import { followLanguage, later, msg, str } from '../translate.ts';

const outcomes = {
  answered: later('answered'),
  refused: later('not done'),
  failed: later('failed'),
  stopped: later('stopped'),
  'cut-off': later('cut off'),
} as const satisfies Record<Exclude<LogFilter['outcome'], ''>, string>;

/** Rows above and below the window that are there already. */
const overscan = 4;

export class LogList extends LitElement {
  static override styles = [base, controls, fields, logListStyle];

  static override properties = {
    view: { attribute: false },
    active: { state: true },
    sure: { state: true },
  };

  declare view: LogView | undefined;
  /** Place of the row that the keyboard is on. */
  declare active: number;
  /** Erasing what was found waits for a second word. */
  declare sure: boolean;

  readonly #window = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    count: 0,
    getScrollElement: () => this.#scroller,
    estimateSize: () => rowHeight,
    overscan,
  });
  /** Ids that were asked for last. */
  #asked = '';

  constructor() {
    super();
    followLanguage(this);
    this.view = undefined;
    this.active = 0;
    this.sure = false;
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.scroll');
  }

  protected override willUpdate(): void {
    const count = this.view?.runIds.length ?? 0;
    const virtualizer = this.#window.getVirtualizer();
    if (virtualizer.options.count !== count) virtualizer.setOptions({ ...virtualizer.options, count });
    this.active = Math.max(0, Math.min(this.active, count - 1));
  }

  protected override render() {
    if (this.view === undefined) return nothing;
    const { runIds, search } = this.view;
    const items = this.#window.getVirtualizer().getVirtualItems();
    return html`
      ${this.#renderFilters(this.view)}
      <p class="small muted found">
        ${
          search === undefined
            ? formatPlural(runIds.length, 'run|runs')
            : msg(
                str`${formatPlural(runIds.length, 'run|runs')} found, ${formatCount(search.searched)} of ${formatCount(search.total)} searched`,
              )
        }
      </p>
      <div
        class="scroll"
        role="listbox"
        tabindex="0"
        aria-label=${msg('Runs')}
        aria-activedescendant=${runIds.length === 0 ? nothing : `run-${this.active}`}
        ?hidden=${runIds.length === 0}
        @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
      >
        <div class="space" role="presentation">
          <div class="rows" role="presentation">
            ${repeat(
              items,
              ({ key }) => key,
              ({ index }) => this.#renderRow(index, runIds),
            )}
          </div>
        </div>
      </div>
      ${runIds.length > 0 ? nothing : this.#renderEmpty()}
    `;
  }

  #renderFilters({ filter, tools, runIds, search }: LogView) {
    return html`
      <form
        class="filters"
        aria-label=${msg('Filter runs')}
        @change=${(event: Event) => this.#filtered(event.currentTarget)}
        @submit=${(event: SubmitEvent) => {
          takeForm(event);
          this.#filtered(event.currentTarget);
        }}
      >
        <label>${msg('Text')} <input type="search" name="text" .value=${filter.text} /></label>
        <label>
          ${msg('Outcome')}
          <select name="outcome">
            <option value="">${msg('All')}</option>
            ${Object.entries(outcomes).map(
              ([value, text]) => html`
                <option value=${value} ?selected=${filter.outcome === value}>${msg(text)}</option>
              `,
            )}
          </select>
        </label>
        <label>
          ${msg('Tool')}
          <select name="tool">
            <option value="">${msg('All')}</option>
            ${tools.map(
              (name) =>
                html`<option value=${name} translate="no" ?selected=${filter.tool === name}>${name}</option>`,
            )}
          </select>
        </label>
        <label>${msg('From')} <input type="date" name="from" .value=${filter.from} /></label>
        <label>${msg('To')} <input type="date" name="to" .value=${filter.to} /></label>
        ${isFiltering(filter) && search === undefined && runIds.length > 0 ? this.#renderErase(runIds.length) : nothing}
      </form>
    `;
  }

  #renderErase(count: number) {
    if (!this.sure) {
      return html`
        <button type="button" class="quiet compact danger" @click=${() => (this.sure = true)}>
          ${msg('Erase what was found…')}
        </button>
      `;
    }
    return html`
      <div class="row">
        <button type="button" class="compact danger" @click=${() => this.#eraseFound()}>
          ${msg(str`Erase ${formatPlural(count, 'run|runs')}`)}
        </button>
        <button type="button" class="compact" @click=${() => (this.sure = false)}>${msg('Keep them')}</button>
      </div>
    `;
  }

  #renderRow(index: number, runIds: readonly Id[]) {
    const runId = runIds[index];
    if (runId === undefined) return nothing;
    const run = this.view?.rows.get(runId);
    const isOpen = this.view?.record?.runId === runId;
    return html`
      <div
        class="line ${index === this.active ? 'active' : ''}"
        id=${`run-${index}`}
        role="option"
        aria-selected=${isOpen ? 'true' : 'false'}
        aria-setsize=${runIds.length}
        aria-posinset=${index + 1}
        @click=${() => this.#choose(index)}
      >
        ${run === undefined ? html`<span class="muted">${msg('Opening…')}</span>` : renderRun(run)}
      </div>
    `;
  }

  #renderEmpty() {
    const { filter, search } = this.view ?? {};
    if (search !== undefined) return html`<p class="muted empty">${msg('Searching…')}</p>`;
    return filter !== undefined && isFiltering(filter)
      ? html`<p class="muted empty">${msg('Nothing in the log fits this filter.')}</p>`
      : html`<p class="muted empty">${msg('Nothing is recorded yet. The next run will be the first.')}</p>`;
  }

  /** Places the rows that are there, and asks for those that are not open yet. */
  protected override updated(changed: PropertyValues<{ view: LogView | undefined }>): void {
    const virtualizer = this.#window.getVirtualizer();
    const [space, rows] = ['.space', '.rows'].map((name) => this.renderRoot.querySelector<HTMLElement>(name));
    const items = virtualizer.getVirtualItems();
    space?.style.setProperty('height', `${virtualizer.getTotalSize()}px`);
    rows?.style.setProperty('transform', `translateY(${items[0]?.start ?? 0}px)`);
    if (changed.get('view')?.filter !== this.view?.filter) this.#asked = '';
    const { runIds = [], rows: open = new Map<Id, RunSummary>() } = this.view ?? {};
    const missing = items.flatMap(({ index }) => {
      const runId = runIds[index];
      return runId === undefined || open.has(runId) ? [] : [runId];
    });
    const asked = `${missing.join()} ${open.size}`;
    if (missing.length === 0 || asked === this.#asked) return;
    this.#asked = asked;
    send(this, 'log-ask', { type: 'show-rows', runIds: missing });
  }

  #filtered(form: EventTarget | null): void {
    if (!(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    this.sure = false;
    this.active = 0;
    const outcome = textIn(data, 'outcome') as LogFilter['outcome'];
    send(this, 'log-ask', {
      type: 'filter',
      filter: {
        text: textIn(data, 'text').trim(),
        tool: textIn(data, 'tool'),
        outcome,
        from: textIn(data, 'from'),
        to: textIn(data, 'to'),
      },
    });
  }

  #eraseFound(): void {
    this.sure = false;
    send(this, 'log-ask', { type: 'erase-found' });
  }

  #choose(index: number): void {
    const runId = this.view?.runIds[index];
    this.active = index;
    if (runId !== undefined) send(this, 'log-ask', { type: 'show-record', runId });
  }

  #pressed(event: KeyboardEvent): void {
    const last = (this.view?.runIds.length ?? 0) - 1;
    const page = Math.max(1, Math.floor((this.#scroller?.clientHeight ?? 0) / rowHeight) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      this.active = Math.max(0, Math.min(next, last));
      this.#window.getVirtualizer().scrollToIndex(this.active);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.#choose(this.active);
    }
  }
}

function renderRun({ goal, startedAt, outcome, tools = [] }: RunSummary) {
  return html`
    <span class="goal" dir="auto">${goal === '' ? msg('Without its content') : goal}</span>
    <span class="facts">
      <time datetime=${new Date(startedAt).toISOString()}>${formatTime(startedAt, Date.now())}</time>
      <span>${msg(outcomes[outcome ?? 'cut-off'])}</span>
      ${tools.length === 0 ? nothing : html`<span class="tools" translate="no">${tools.join(', ')}</span>`}
    </span>
  `;
}

function isFiltering(filter: LogFilter): boolean {
  return Object.values(filter).some((value) => value !== '');
}
