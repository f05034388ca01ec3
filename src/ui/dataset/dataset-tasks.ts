/**
 * The recurring tasks of a log: found on request, shown as a map and as a list, in which they are selected, merged, split and named.
 * Sends `dataset-discover`, `dataset-edit` and `dataset-name`. Knows what is shown; groups nothing itself.
 */
import { LitElement, css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { send } from '../events.ts';
import { formatCount, formatNumber, formatPercent, formatPlural, shorten } from '../format.ts';
import { takeForm, textIn } from '../read-form.ts';
import { base, controls } from '../theme.ts';
import { datasetStyle } from './dataset-style.ts';
import type { FoundTask, TasksView } from './dataset-view.ts';
import { hueOf } from './task-scatter.ts';
import { followLanguage, msg, str } from '../translate.ts';

export class DatasetTasks extends LitElement {
  static override styles = [
    base,
    controls,
    datasetStyle,
    css`
      .parts {
        display: grid;
        gap: 1rem;
        grid-template-columns: minmax(0, 1fr);
      }
      @container (min-width: 46rem) {
        .parts {
          grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        }
      }
      section {
        container-type: inline-size;
      }
      .tasks {
        max-height: 32rem;
        overflow-y: auto;
        padding: 0.25rem;
      }
      .tasks li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0.25rem 0.5rem;
        align-items: center;
        padding: 0.375rem 0;
      }
      .tasks li + li {
        border-top: 1px solid var(--_line);
      }
      .tasks details {
        grid-column: 2 / -1;
      }
      .tasks li li {
        display: list-item;
        border: 0;
        padding: 0.125rem 0;
        overflow-wrap: anywhere;
      }
      .dot {
        display: inline-block;
        width: 0.625rem;
        height: 0.625rem;
        border-radius: 50%;
      }
    `,
  ];

  static override properties = {
    view: { attribute: false },
    rows: { type: Number },
    busy: { type: Boolean },
    selected: { state: true },
  };

  declare view: TasksView | undefined;
  /** Records that a sample can be drawn from. */
  declare rows: number;
  declare busy: boolean;
  declare selected: ReadonlySet<number>;

  constructor() {
    super();
    followLanguage(this);
    this.view = undefined;
    this.rows = 0;
    this.busy = false;
    this.selected = new Set();
  }

  protected override render() {
    if (this.rows < 2) return nothing;
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('3. Tasks')}</h2>
        <p class="small muted">
          ${msg('Without this step a row’s task is the tools it calls. Here a sentence encoder reads a sample, and what is said and done alike becomes a task. Only names of tasks change, no row.')}
        </p>
        <form
          class="fields"
          aria-label=${msg('Find tasks')}
          @submit=${(event: SubmitEvent) => this.#submit(event)}
        >
          <label class="field">
            ${msg('Rows of the sample')}
            <input
              type="number"
              name="size"
              min="2"
              max="5000"
              required
              .defaultValue=${String(Math.min(1000, this.rows))}
            />
          </label>
          <label class="field">
            ${msg('Number of tasks (empty: chosen)')}
            <input type="number" name="k" min="2" max="500" />
          </label>
          <button type="submit" ?disabled=${this.busy}>${msg('Find tasks')}</button>
        </form>
        ${this.view === undefined ? nothing : this.#renderFound(this.view)}
      </section>
    `;
  }

  #renderFound(view: TasksView) {
    const { tasks, taskOf, of, quality } = view;
    const chosen = tasks.filter(({ id }) => this.selected.has(id));
    return html`
      <p class="facts" role="status">
        <span
          >${msg(str`${formatPlural(tasks.length, 'task|tasks')} in ${formatCount(taskOf.length)} of ${formatPlural(of, 'row|rows')}`)}</span
        >
        <span>${msg(str`silhouette ${formatNumber(quality.silhouette, 2)}`)}</span>
        <span>${msg(str`stability ${formatNumber(quality.stability, 2)}`)}</span>
        <span>${msg(str`${formatPercent(quality.coverage)} belong to one`)}</span>
      </p>
      <div class="row" role="group" aria-label=${msg('Selected tasks')}>
        <button
          type="button"
          class="compact"
          ?disabled=${this.busy || chosen.length < 2}
          @click=${() => this.#merge(chosen)}
        >
          ${chosen.length < 2 ? msg('Merge selected') : msg(str`Merge ${formatCount(chosen.length)}`)}
        </button>
        <button
          type="button"
          class="compact"
          ?disabled=${this.busy || chosen.length !== 1 || (chosen[0]?.items ?? 0) < 2}
          @click=${() => this.#split(chosen)}
        >
          ${msg('Split in two')}
        </button>
        <button
          type="button"
          class="compact"
          ?disabled=${this.busy}
          @click=${() => send(this, 'dataset-name', undefined)}
        >
          ${msg('Suggest names')}
        </button>
        <button
          type="button"
          class="quiet compact"
          ?disabled=${this.busy}
          @click=${() => send(this, 'dataset-edit', { type: 'drop' })}
        >
          ${msg('Drop these tasks')}
        </button>
      </div>
      <div class="parts">
        <slm-task-scatter
          .view=${view}
          .selected=${this.selected}
          .onPick=${({ id }: FoundTask) => this.#toggle(id)}
        ></slm-task-scatter>
        <ul class="tasks" aria-label=${msg('Tasks')}>
          ${repeat(
            tasks,
            ({ id }) => id,
            (task) => this.#renderTask(task),
          )}
        </ul>
      </div>
    `;
  }

  #renderTask({ id, name, items, examples }: FoundTask) {
    return html`
      <li>
        <input
          type="checkbox"
          aria-label=${msg(str`Select ${name}`)}
          .checked=${this.selected.has(id)}
          @change=${() => this.#toggle(id)}
        />
        <input
          aria-label=${msg(str`Name of ${name}`)}
          .value=${name}
          maxlength="80"
          ?disabled=${this.busy}
          @change=${(event: Event) => this.#rename(event, id)}
        />
        <span class="small">
          <span class="dot" aria-hidden="true" .style=${dotColour(id)}></span>
          ${formatCount(items)}
        </span>
        <details>
          <summary>${msg('Examples')}</summary>
          <ul class="small">
            ${examples.map((text) => html`<li dir="auto">${shorten(text, 160)}</li>`)}
          </ul>
        </details>
      </li>
    `;
  }

  #toggle(id: number): void {
    const selected = new Set(this.selected);
    if (!selected.delete(id)) selected.add(id);
    this.selected = selected;
  }

  #merge(tasks: readonly FoundTask[]): void {
    this.selected = new Set();
    send(this, 'dataset-edit', { type: 'merge', ids: tasks.map(({ id }) => id) });
  }

  #split([task]: readonly FoundTask[]): void {
    this.selected = new Set();
    if (task !== undefined) send(this, 'dataset-edit', { type: 'split', id: task.id });
  }

  #rename({ target }: Event, id: number): void {
    if (target instanceof HTMLInputElement)
      send(this, 'dataset-edit', { type: 'rename', id, name: target.value });
  }

  #submit(event: SubmitEvent): void {
    const data = takeForm(event);
    const k = textIn(data, 'k');
    this.selected = new Set();
    send(this, 'dataset-discover', {
      size: Number(data.get('size')),
      k: k === '' ? 'auto' : Number(k),
    });
  }
}

/** As the map draws it. */
function dotColour(id: number): string {
  const hue = hueOf(id);
  return `background: light-dark(oklch(0.55 0.15 ${hue}), oklch(0.78 0.15 ${hue}))`;
}
