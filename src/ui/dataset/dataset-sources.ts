/**
 * What a data set is made of: files that are chosen or dropped, the own log, and how they are read. Sends `dataset-files`,
 * `dataset-log`, `dataset-source-remove` and `dataset-read`. Reads no file.
 */
import { LitElement, css, html } from 'lit';
import { send } from '../events.ts';
import { takeForm, textIn } from '../read-form.ts';
import { base, controls, filePick } from '../theme.ts';
import { datasetStyle } from './dataset-style.ts';
import type { ReadSettings, SourceView } from './dataset-view.ts';
import { followLanguage, msg, str } from '../translate.ts';

export class DatasetSources extends LitElement {
  static override styles = [
    base,
    controls,
    filePick,
    datasetStyle,
    css`
      .drop {
        border: 2px dashed var(--_line);
        border-radius: 12px;
        padding: 1rem;
      }
      .drop.over {
        border-color: var(--_accent);
        background: var(--_accent-soft);
      }
      li {
        display: flex;
        gap: 0.75rem;
        align-items: center;
        justify-content: space-between;
        overflow-wrap: anywhere;
      }
    `,
  ];

  static override properties = {
    sources: { attribute: false },
    settings: { attribute: false },
    busy: { type: Boolean },
    isOver: { state: true },
  };

  declare sources: readonly SourceView[];
  declare settings: ReadSettings;
  declare busy: boolean;
  declare isOver: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.sources = [];
    this.settings = { known: false, languages: [] };
    this.busy = false;
    this.isOver = false;
  }

  protected override render() {
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('1. Sources')}</h2>
        <div
          class="drop stack ${this.isOver ? 'over' : ''}"
          @dragover=${(event: DragEvent) => this.#over(event, true)}
          @dragleave=${(event: DragEvent) => this.#over(event, false)}
          @drop=${(event: DragEvent) => this.#dropped(event)}
        >
          <p class="small muted">
            ${msg('Logs as JSON or JSON lines, also gzipped: OpenAI, OpenTelemetry, AI SDK, Langfuse, data flywheel, and data sets that were exported here. Drop them, or choose.')}
          </p>
          <div class="row">
            <label class="button pick">
              ${msg('Add files')}<input
                type="file"
                multiple
                accept=".json,.jsonl,.gz"
                ?disabled=${this.busy}
                @change=${(event: Event) => this.#chosen(event)}
              />
            </label>
            <button
              type="button"
              class="compact"
              ?disabled=${this.busy}
              @click=${() => send(this, 'dataset-log', undefined)}
            >
              ${msg('Add my own log')}
            </button>
          </div>
        </div>
        ${
          this.sources.length === 0
            ? html`<p class="small muted">${msg('No source yet.')}</p>`
            : html`<ul class="stack" aria-label=${msg('Sources')}>
                ${this.sources.map((source) => this.#renderSource(source))}
              </ul>`
        }
        <form
          class="stack"
          aria-label=${msg('How sources are read')}
          @submit=${(event: SubmitEvent) => this.#submit(event)}
        >
          <label class="check">
            <input type="checkbox" name="known" .checked=${this.settings.known} />
            ${msg('Only what is known to have gone well')}
          </label>
          <label class="field">
            ${msg('Languages, as two letters each (empty: any)')}
            <input
              name="languages"
              placeholder="en, de"
              pattern="[a-z]{2}([, ]+[a-z]{2})*"
              .defaultValue=${this.settings.languages.join(', ')}
            />
          </label>
          <div class="row">
            <button type="submit" class="primary" ?disabled=${this.busy || this.sources.length === 0}>
              ${msg('Look them through')}
            </button>
          </div>
        </form>
      </section>
    `;
  }

  #renderSource({ name, size }: SourceView) {
    return html`
      <li>
        <span><span translate="no">${msg(name)}</span> <span class="small muted">${size}</span></span>
        <button
          type="button"
          class="quiet compact"
          aria-label=${msg(str`Remove ${name}`)}
          ?disabled=${this.busy}
          @click=${() => send(this, 'dataset-source-remove', { name })}
        >
          ${msg('Remove')}
        </button>
      </li>
    `;
  }

  #over(event: DragEvent, isOver: boolean): void {
    event.preventDefault();
    this.isOver = isOver;
  }

  #dropped(event: DragEvent): void {
    this.#over(event, false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0 && !this.busy) send(this, 'dataset-files', { files });
  }

  #chosen({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    const files = [...(target.files ?? [])];
    target.value = '';
    if (files.length > 0) send(this, 'dataset-files', { files });
  }

  #submit(event: SubmitEvent): void {
    const data = takeForm(event);
    send(this, 'dataset-read', {
      known: data.get('known') !== null,
      languages: textIn(data, 'languages')
        .split(/[\s,]+/)
        .filter((code) => code !== ''),
    });
  }
}
