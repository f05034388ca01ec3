/**
 * Tools from elsewhere: adding MCP servers and OpenAPI documents, offering the own tools to the browser's agent, and what
 * was added so far. Sends `outside-ask`. Knows nothing of protocols, stores and runs.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { send } from '../events.ts';
import { takesFiles } from '../file-drag.ts';
import { base, controls, filePick } from '../theme.ts';
import { followLanguage, msg } from '../translate.ts';
import { renderFailure } from './outside-source-item.ts';
import { outsideStyle } from './outside-style.ts';
import { emptyOutsideView } from './outside-view.ts';
import type { OutsideView } from './outside-view.ts';

export class OutsidePanel extends LitElement {
  static override styles = [
    base,
    controls,
    filePick,
    outsideStyle,
    css`
      .part,
      .sources > li {
        border-top: 1px solid var(--_line);
        padding-top: 0.875rem;
      }
      .sources {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.875rem;
      }
      .over {
        outline: 2px dashed var(--_accent);
        outline-offset: 4px;
      }
    `,
  ];

  static override properties = { view: { attribute: false }, over: { state: true } };

  declare view: OutsideView;
  /** A file hovers over the panel. */
  declare over: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyOutsideView;
    this.over = false;
  }

  protected override render() {
    return html`
      <div
        class="stack ${this.over ? 'over' : ''}"
        @dragover=${(event: DragEvent) => this.#dragged(event)}
        @dragleave=${() => (this.over = false)}
        @drop=${(event: DragEvent) => this.#dropped(event)}
      >
        <p class="small muted">
          ${msg('They are strangers: what they answer is not trusted, and every call to them asks you first, unless you let what only reads run.')}
        </p>
        ${this.#renderSources()} ${this.#renderServerForm()} ${this.#renderDocumentForm()}
        ${this.#renderWebMcp()}
      </div>
    `;
  }

  #renderSources() {
    const { sources, isKept } = this.view;
    return html`
      ${
        sources.some(({ kind }) => kind !== 'page')
          ? nothing
          : html`<p class="small" role="status">${msg('Nothing was added yet.')}</p>`
      }
      <ul class="sources">
        ${repeat(
          sources,
          ({ id }) => id,
          (source) => html`<li><slm-outside-source .source=${source}></slm-outside-source></li>`,
        )}
      </ul>
      ${
        isKept
          ? nothing
          : html`<p class="small muted">
              ${msg('This browser stores nothing here: what you add is gone when you leave the page.')}
            </p>`
      }
    `;
  }

  #renderServerForm() {
    return html`
      <form
        class="stack part"
        aria-labelledby="server"
        @submit=${(event: SubmitEvent) => this.#addServer(event)}
      >
        <h3 class="small" id="server">${msg('Add an MCP server')}</h3>
        ${renderAddress('https://tools.example.org/mcp')}
        <details>
          <summary>${msg('It wants a token')}</summary>
          <label class="field">
            ${msg('Token, kept until you leave this page')}
            <input type="password" name="token" autocomplete="off" dir="ltr" />
          </label>
        </details>
        <div class="row"><button class="compact">${msg('Connect')}</button></div>
        ${this.#renderProblem('server')}
      </form>
    `;
  }

  #renderDocumentForm() {
    const { isReading } = this.view;
    return html`
      <form
        class="stack part"
        aria-labelledby="document"
        @submit=${(event: SubmitEvent) => this.#addDocument(event)}
      >
        <h3 class="small" id="document">${msg('Add an OpenAPI document')}</h3>
        ${renderAddress('https://api.example.org/openapi.json')}
        <div class="row">
          <button class="compact" ?disabled=${isReading}>${msg('Read it')}</button>
          <label class="button pick">
            ${msg('Or pick a file')}
            <input
              type="file"
              accept=".json,.yaml,.yml,application/json,application/yaml"
              aria-describedby="drop"
              @change=${(event: Event) => this.#picked(event)}
            />
          </label>
        </div>
        <p class="small muted" id="drop" role="status">
          ${isReading ? msg('Reading the document.') : msg('A file can be dropped here, too.')}
        </p>
        ${this.#renderProblem('document')}
      </form>
    `;
  }

  #renderProblem(of: 'server' | 'document') {
    const { problem } = this.view;
    return problem?.of === of ? renderFailure(problem.failure) : nothing;
  }

  #renderWebMcp() {
    const { support, isOffering, fault } = this.view.webMcp;
    return html`
      <section class="stack part" aria-labelledby="browser">
        <h3 class="small" id="browser">${msg('The browser and this page (WebMCP)')}</h3>
        <p class="small muted">${wordsOfSupport(support)}</p>
        ${
          support === 'none'
            ? nothing
            : html`<label class="tick small">
                <input
                  type="checkbox"
                  name="offer"
                  role="switch"
                  .checked=${live(isOffering)}
                  @change=${({ target }: Event) =>
                    send(this, 'outside-ask', {
                      type: 'offer',
                      isOn: target instanceof HTMLInputElement && target.checked,
                    })}
                />
                ${msg("Offer the tools here to the browser's agent; what writes asks you first")}
              </label>`
        }
        ${
          fault === undefined
            ? nothing
            : html`<p class="failure small" role="alert" lang="en" dir="auto">
                ${fault.message} ${fault.reason}
              </p>`
        }
      </section>
    `;
  }

  /** What was added stands in the list: the field is free for the next one. */
  protected override updated(changed: PropertyValues<{ view: OutsideView }>): void {
    const before = changed.get('view')?.sources.length ?? this.view.sources.length;
    if (this.view.sources.length <= before) return;
    for (const form of this.renderRoot.querySelectorAll('form')) form.reset();
  }

  #addServer(event: SubmitEvent): void {
    event.preventDefault();
    const { address, token } = take(event);
    if (address !== '') send(this, 'outside-ask', { type: 'server-add', address, token });
  }

  #addDocument(event: SubmitEvent): void {
    event.preventDefault();
    const { address } = take(event);
    if (address !== '') send(this, 'outside-ask', { type: 'document-add', address });
  }

  #dragged(event: DragEvent): void {
    if (takesFiles(event)) this.over = true;
  }

  #dropped(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    this.#read(event.dataTransfer?.files);
  }

  #picked({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    this.#read(target.files);
    target.value = '';
  }

  #read(files: FileList | null | undefined): void {
    for (const file of files ?? []) send(this, 'outside-ask', { type: 'document-read', file });
  }
}

function renderAddress(example: string) {
  return html`
    <label class="field">
      ${msg('Address')}
      <input
        type="text"
        name="address"
        inputmode="url"
        autocomplete="off"
        spellcheck="false"
        dir="ltr"
        required
        placeholder=${example}
      />
    </label>
  `;
}

/** What a form's fields hold. The address stays, to be put right where it cannot be used; the token does not. */
function take({ target }: SubmitEvent): { readonly address: string; readonly token: string } {
  if (!(target instanceof HTMLFormElement)) return { address: '', token: '' };
  const [address, token] = ['address', 'token'].map((name) => {
    const field = target.elements.namedItem(name);
    return field instanceof HTMLInputElement ? field : undefined;
  });
  const taken = { address: address?.value.trim() ?? '', token: token?.value ?? '' };
  if (token !== undefined) token.value = '';
  return taken;
}

function wordsOfSupport(support: OutsideView['webMcp']['support']): string {
  switch (support) {
    case 'none':
      return msg('This browser has no WebMCP (document.modelContext).');
    case 'offer':
      return msg("This browser takes tools for its own agent, and does not list the page's.");
    case 'both':
      return msg("This browser has WebMCP: the page's own tools stand above.");
    default:
      return support satisfies never;
  }
}
