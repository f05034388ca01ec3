/**
 * The adapters of the model: what each is for, its size, licence and scores, which one runs use; taking one away as
 * files, deleting one. Sends `adapters-open` when it is unfolded, `adapter-choose`, `adapter-export` and
 * `adapter-remove`. Knows nothing of where files lie or how they are loaded.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { AdapterScore } from '../protocol/model.ts';
import { emptyAdaptersView } from './adapters-view.ts';
import type { AdaptersView, AdapterView } from './adapters-view.ts';
import { send } from './events.ts';
import { formatMegabytes, formatPercent, formatPlural } from './format.ts';
import { base, controls, figureTable } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

export class AdapterList extends LitElement {
  static override styles = [
    base,
    controls,
    figureTable,
    css`
      fieldset {
        border: 0;
        margin: 0;
        padding: 0;
        min-width: 0;
      }
      legend {
        padding: 0;
        margin-bottom: 0.25rem;
      }
      li {
        padding: 0.625rem 0;
        overflow-wrap: anywhere;
      }
      li + li {
        border-top: 1px solid var(--_line);
      }
      li > * + * {
        margin-top: 0.375rem;
      }
      label {
        display: flex;
        gap: 0.5rem;
        align-items: baseline;
        cursor: pointer;
        min-height: 1.5rem;
      }
      input {
        accent-color: var(--_accent);
        flex: none;
      }
      .about {
        padding-inline-start: 1.5rem;
      }
      .about > * + * {
        margin-top: 0.375rem;
      }
      .about li {
        padding: 0.125rem 0;
        border: 0;
      }
      .warning {
        color: var(--_warn);
      }
      progress {
        width: 100%;
        accent-color: var(--_accent);
      }
    `,
  ];

  static override properties = {
    view: { attribute: false },
    loaded: { attribute: false },
    busy: { type: Boolean },
    doomed: { state: true },
  };

  declare view: AdaptersView;
  /** Ids of those that stand in memory beside the model. */
  declare loaded: readonly string[];
  /** A run goes on: nothing can be changed. */
  declare busy: boolean;
  /** Id of the adapter whose deletion waits for a second word; empty: none. */
  declare doomed: string;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyAdaptersView;
    this.loaded = [];
    this.busy = false;
    this.doomed = '';
  }

  protected override render() {
    const { adapters, chosen } = this.view;
    const used = adapters.find(({ entry }) => entry.id === chosen)?.entry.title ?? msg('none');
    return html`
      <details @toggle=${(event: Event) => this.#toggled(event)}>
        <summary>
          ${adapters.length === 0 ? msg('Adapters') : msg(str`${formatPlural(adapters.length, 'adapter|adapters')}, used: ${used}`)}
        </summary>
        ${
          adapters.length === 0
            ? html`<p class="small muted">
                ${msg('None for this model. Add one below, under Model files: it makes the model better at what it was trained on.')}
              </p>`
            : this.#renderChoice(adapters)
        }
      </details>
    `;
  }

  #renderChoice(adapters: readonly AdapterView[]) {
    const { chosen } = this.view;
    return html`
      <fieldset>
        <legend class="small muted">${msg('What runs use, where nothing else is asked for')}</legend>
        <ul>
          <li>
            <label>
              <input
                type="radio"
                name="adapter"
                .checked=${live(chosen === undefined)}
                ?disabled=${this.busy}
                @change=${() => send(this, 'adapter-choose', { id: undefined })}
              />
              <span class="small">${msg('The model as it is')}</span>
            </label>
          </li>
          ${repeat(
            adapters,
            ({ entry }) => entry.id,
            (adapter) => this.#renderAdapter(adapter),
          )}
        </ul>
      </fieldset>
    `;
  }

  #renderAdapter({ entry, kept, warning }: AdapterView) {
    const { id, title, purpose, licence, file, scores = [], attribution = [], unverified } = entry;
    const { chosen, fetching } = this.view;
    return html`
      <li>
        <label>
          <input
            type="radio"
            name="adapter"
            .checked=${live(chosen === id)}
            ?disabled=${this.busy}
            @change=${() => send(this, 'adapter-choose', { id })}
          />
          <span>
            <strong class="small" translate="no">${title}</strong>
            ${unverified === true ? html`<span class="badge warn">${msg('unverified')}</span>` : nothing}
            ${this.loaded.includes(id) ? html`<span class="badge good">${msg('loaded')}</span>` : nothing}
          </span>
        </label>
        <div class="about small">
          ${purpose === undefined ? nothing : html`<p lang="en" dir="auto">${purpose}</p>`}
          <p class="muted">
            ${formatMegabytes(file.bytes)},
            <span translate="no">${licence}</span>${kept ? '' : `, ${msg('not fetched yet')}`}
          </p>
          ${warning === undefined ? nothing : html`<p class="warning" role="status">${warning}</p>`}
          ${scores.length === 0 ? nothing : renderScores(title, scores)}
          ${
            attribution.length === 0
              ? nothing
              : html`<details>
                  <summary>${msg('Trained on')}</summary>
                  <ul class="muted">
                    ${attribution.map((source) => html`<li lang="en" dir="auto">${source}</li>`)}
                  </ul>
                </details>`
          }
          ${
            fetching?.id === id
              ? html`<progress
                  aria-label=${msg(str`Fetching ${title}`)}
                  max="1"
                  .value=${fetching.totalBytes > 0 ? fetching.receivedBytes / fetching.totalBytes : 0}
                ></progress>`
              : nothing
          }
          ${this.#renderButtons(id, title, kept)}
        </div>
      </li>
    `;
  }

  #renderButtons(id: string, title: string, kept: boolean) {
    if (this.doomed === id) {
      return html`
        <div class="row">
          <button type="button" class="compact danger" data-sure @click=${() => this.#remove(id)}>
            ${msg('Remove it')}
          </button>
          <button type="button" class="compact" @click=${() => (this.doomed = '')}>${msg('Keep')}</button>
        </div>
      `;
    }
    return html`
      <div class="row">
        <button
          type="button"
          class="compact"
          aria-label=${msg(str`Export GGUF of ${title}`)}
          @click=${() => send(this, 'adapter-export', { id, format: 'gguf' })}
        >
          ${msg('Export GGUF')}
        </button>
        <button
          type="button"
          class="compact"
          aria-label=${msg(str`Export PEFT of ${title}`)}
          @click=${() => send(this, 'adapter-export', { id, format: 'peft' })}
        >
          ${msg('Export PEFT')}
        </button>
        ${
          kept
            ? html`<button
                type="button"
                class="quiet compact danger"
                data-remove=${id}
                aria-label=${msg(str`Remove ${title}…`)}
                ?disabled=${this.busy}
                @click=${() => (this.doomed = id)}
              >
                ${msg('Remove…')}
              </button>`
            : nothing
        }
      </div>
    `;
  }

  /** The button that was pressed is gone: who uses the keyboard goes on where they were. */
  protected override updated(changed: PropertyValues<{ doomed: string }>): void {
    const before = changed.get('doomed');
    if (before === undefined) return;
    const buttons = [...this.renderRoot.querySelectorAll<HTMLButtonElement>('button')];
    const next = buttons.find(({ dataset }) =>
      this.doomed === '' ? dataset['remove'] === before : dataset['sure'] !== undefined,
    );
    next?.focus();
  }

  #toggled(event: Event): void {
    const { target } = event;
    if (target instanceof HTMLDetailsElement && target.open) send(this, 'adapters-open', undefined);
  }

  #remove(id: string): void {
    this.doomed = '';
    send(this, 'adapter-remove', { id });
  }
}

function renderScores(title: string, scores: readonly AdapterScore[]) {
  return html`
    <table aria-label=${msg(str`Scores of ${title}`)}>
      <tbody>
        ${scores.map(({ name, value, low, high, base: before, rows }) => {
          const bounds =
            low === undefined || high === undefined
              ? ''
              : ` (${msg(str`${formatPercent(low)} to ${formatPercent(high)}`)})`;
          const measured = rows === undefined ? '' : `, ${formatPlural(rows, 'row|rows')}`;
          return html`
            <tr>
              <th scope="row"><span lang="en">${name}</span>${measured}</th>
              <td>
                <strong>${formatPercent(value)}</strong>${bounds}${
                  before === undefined
                    ? nothing
                    : html`<br /><span class="muted">${msg(str`base ${formatPercent(before)}`)}</span>`
                }
              </td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}
