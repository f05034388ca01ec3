/**
 * The model files in this browser: what is kept, how much room it takes, adding models and adapters by picking or
 * dropping them, using one, deleting one. Sends `shelf-open`, `model-import`, `model-import-cancel`, `model-use`,
 * `adapter-choose` and `model-remove`. Knows nothing of where files lie or who has them open.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { StoredModel } from '../protocol/model-files.ts';
import type { AdapterEntry } from '../protocol/model.ts';
import { send } from './events.ts';
import { takesFiles } from './file-drag.ts';
import { formatCount, formatMegabytes, formatPlural } from './format.ts';
import { emptyShelfView } from './shelf-view.ts';
import type { ShelfView } from './shelf-view.ts';
import { base, controls, filePick } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

function persistenceText(persistence: ShelfView['persistence']): string {
  switch (persistence) {
    case 'unknown':
      return '';
    case 'kept':
      return msg('The browser keeps them until you delete them.');
    case 'may-be-cleared':
      return msg('The browser may clear them when the disk is nearly full.');
    default:
      return persistence satisfies never;
  }
}

export class ModelShelf extends LitElement {
  static override styles = [
    base,
    controls,
    filePick,
    css`
      .files {
        display: grid;
        gap: 0.625rem;
      }
      .files li {
        overflow-wrap: anywhere;
      }
      details > * + * {
        margin-top: 0.75rem;
      }
      section.over {
        outline: 2px dashed var(--_accent);
        outline-offset: -6px;
      }
      progress {
        width: 100%;
        accent-color: var(--_accent);
      }
      .forms {
        margin-top: 0.375rem;
      }
    `,
  ];

  static override properties = {
    view: { attribute: false },
    over: { state: true },
    doomed: { state: true },
  };

  declare view: ShelfView;
  /** A file hovers over the card. */
  declare over: boolean;
  /** Name of the file whose deletion waits for a second word; empty: none. */
  declare doomed: string;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyShelfView;
    this.over = false;
    this.doomed = '';
  }

  protected override render() {
    const { models, importing } = this.view;
    return html`
      <section
        class="card stack ${this.over ? 'over' : ''}"
        aria-labelledby="title"
        @dragover=${(event: DragEvent) => this.#dragged(event)}
        @dragleave=${() => (this.over = false)}
        @drop=${(event: DragEvent) => this.#dropped(event)}
      >
        <h2 id="title">${msg('Model files')}</h2>
        <details @toggle=${(event: Event) => this.#toggled(event)}>
          <summary>
            ${models === undefined ? msg('Kept in this browser') : msg(str`${formatPlural(models.length, 'file|files')} in this browser`)}
          </summary>
          ${models === undefined ? html`<p class="small muted">${msg('Looking…')}</p>` : this.#renderFiles(models)}
          <p class="small muted">${this.#room}</p>
        </details>
        ${importing === undefined ? this.#renderPick() : this.#renderImporting(importing)}
        ${this.#renderImported()}
      </section>
    `;
  }

  get #room(): string {
    const { usedBytes, quotaBytes, persistence } = this.view;
    const used = usedBytes === undefined ? '' : formatMegabytes(usedBytes);
    const room =
      quotaBytes === undefined
        ? msg(str`This site uses ${used}.`)
        : msg(str`This site uses ${used} of the ${formatMegabytes(quotaBytes)} it may use.`);
    return [used === '' ? '' : room, persistenceText(persistence)].join(' ').trim();
  }

  #renderFiles(models: readonly StoredModel[]) {
    if (models.length === 0) return html`<p class="small muted">${msg('None yet.')}</p>`;
    return html`
      <ul class="files">
        ${models.map((model) => this.#renderFile(model))}
      </ul>
    `;
  }

  #renderFile(model: StoredModel) {
    const { name, bytes, state, inUse, imported, adapter } = model;
    const title = imported?.title ?? adapter?.title ?? name;
    return html`
      <li class="small">
        <div>
          ${title} <span class="muted">${formatMegabytes(bytes)}</span>
          ${state === 'partial' ? html`<span class="badge warn">${msg('not complete')}</span>` : nothing}
          ${adapter === undefined ? nothing : html`<span class="badge">${msg('adapter')}</span>`}
          ${imported === undefined && adapter === undefined ? nothing : html`<span class="badge warn">${msg('unverified')}</span>`}
          ${inUse ? html`<span class="badge live">${msg('in use')}</span>` : nothing}
        </div>
        <div class="row">
          ${
            imported === undefined || state === 'partial'
              ? nothing
              : html`<button
                  type="button"
                  class="compact"
                  aria-label=${msg(str`Use ${title}`)}
                  @click=${() => send(this, 'model-use', { entry: imported })}
                >
                  ${msg('Use')}
                </button>`
          }
          ${inUse ? nothing : this.#renderDelete(name, title)}
        </div>
      </li>
    `;
  }

  #renderDelete(name: string, title: string) {
    if (this.doomed !== name) {
      return html`<button
        type="button"
        class="quiet compact danger"
        aria-label=${msg(str`Delete ${title}…`)}
        @click=${() => (this.doomed = name)}
      >
        ${msg('Delete…')}
      </button>`;
    }
    return html`
      <button type="button" class="compact danger" @click=${() => this.#remove(name)}>
        ${msg('Delete it')}
      </button>
      <button type="button" class="compact" @click=${() => (this.doomed = '')}>${msg('Keep')}</button>
    `;
  }

  #renderPick() {
    return html`
      <div>
        <label class="button pick">
          ${msg('Add a model or adapter')}
          <input
            type="file"
            multiple
            accept=".gguf,.safetensors,.json"
            aria-describedby="forms"
            @change=${(event: Event) => this.#picked(event)}
          />
        </label>
        <p class="small muted forms" id="forms">
          ${msg('A GGUF file; or adapter_config.json and adapter_model.safetensors of PEFT, both at once.')}
        </p>
      </div>
    `;
  }

  #renderImporting({ fileName, copiedBytes, totalBytes }: NonNullable<ShelfView['importing']>) {
    return html`
      <div class="stack">
        <progress
          aria-label=${msg('Copying the file')}
          max="1"
          .value=${totalBytes > 0 ? copiedBytes / totalBytes : 0}
        ></progress>
        <div class="row between">
          <span class="facts"
            >${fileName}: ${msg(str`${formatMegabytes(copiedBytes)} of ${formatMegabytes(totalBytes)}`)}</span
          >
          <button type="button" class="compact" @click=${() => send(this, 'model-import-cancel', undefined)}>
            ${msg('Cancel')}
          </button>
        </div>
      </div>
    `;
  }

  #renderImported() {
    const { imported, importedAdapter } = this.view;
    if (importedAdapter !== undefined) return this.#renderImportedAdapter(importedAdapter);
    if (imported === undefined) return nothing;
    const found =
      imported.unverified === true
        ? msg(
            str`Nobody here knows this file. It says that it is ${imported.title}, ${formatCount(imported.parameters / 1e6)} million weights, ${imported.quantisation}.`,
          )
        : msg(str`This is ${imported.title}, unchanged.`);
    return html`
      <div class="row between" role="status">
        <span class="small">${found}</span>
        <button type="button" class="compact" @click=${() => send(this, 'model-use', { entry: imported })}>
          ${msg('Use it')}
        </button>
      </div>
    `;
  }

  #renderImportedAdapter({ id, title, unverified }: AdapterEntry) {
    const found =
      unverified === true
        ? msg(str`The adapter ${title} fits the model; nobody here knows it.`)
        : msg(str`The adapter ${title} fits the model, unchanged.`);
    return html`
      <div class="row between" role="status">
        <span class="small">${found}</span>
        <button type="button" class="compact" @click=${() => send(this, 'adapter-choose', { id })}>
          ${msg('Use it')}
        </button>
      </div>
    `;
  }

  #toggled(event: Event): void {
    if (event.target instanceof HTMLDetailsElement && event.target.open) send(this, 'shelf-open', undefined);
  }

  #dragged(event: DragEvent): void {
    if (takesFiles(event)) this.over = true;
  }

  #dropped(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0 && this.view.importing === undefined) send(this, 'model-import', { files });
  }

  #picked(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const files = [...(event.target.files ?? [])];
    event.target.value = '';
    if (files.length > 0) send(this, 'model-import', { files });
  }

  #remove(name: string): void {
    this.doomed = '';
    send(this, 'model-remove', { name });
  }
}
