/**
 * What the model can do here: the tools, which of them ask first, and the user's own documents for searching.
 * Sends `documents-add`. Knows tool specs; runs none.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { ToolSpec } from '../protocol/tool.ts';
import { send } from './events.ts';
import { formatPlural } from './format.ts';
import { base, controls, filePick } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

export class ToolList extends LitElement {
  static override styles = [
    base,
    controls,
    filePick,
    css`
      li {
        overflow-wrap: anywhere;
      }
      ul {
        display: grid;
        gap: 0.625rem;
      }
      .add {
        border-top: 1px solid var(--_line);
        padding-top: 0.875rem;
      }
    `,
  ];

  static override properties = {
    tools: { attribute: false },
    documentCount: { type: Number },
  };

  declare tools: readonly ToolSpec[];
  /** Documents that the search tool sees; undefined where there is no such tool. */
  declare documentCount: number | undefined;

  constructor() {
    super();
    followLanguage(this);
    this.tools = [];
    this.documentCount = undefined;
  }

  protected override render() {
    if (this.tools.length === 0) return nothing;
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('Tools')}</h2>
        <details>
          <summary>${msg(str`${formatPlural(this.tools.length, 'tool|tools')} the model may call`)}</summary>
          <ul>
            ${this.tools.map(
              ({ name, description, permission, origin }) => html`
                <li class="small">
                  <code>${name}</code>
                  ${permission === 'write' ? html`<span class="badge warn">${msg('asks first')}</span>` : nothing}
                  ${origin === undefined ? nothing : html`<span class="muted">${origin}</span>`}
                  <br /><span class="muted" lang="en" dir="auto">${description}</span>
                </li>
              `,
            )}
          </ul>
        </details>
        ${this.documentCount === undefined ? nothing : this.#renderDocuments(this.documentCount)}
      </section>
    `;
  }

  #renderDocuments(count: number) {
    return html`
      <div class="row between add">
        <span class="small muted" role="status"
          >${msg(str`${formatPlural(count, 'document|documents')} to search`)}</span
        >
        <label class="button pick">
          ${msg('Add text files')}
          <input
            type="file"
            multiple
            accept=".txt,.md,.html,.csv,.json,text/*"
            @change=${(event: Event) => this.#picked(event)}
          />
        </label>
      </div>
    `;
  }

  #picked(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const files = [...(event.target.files ?? [])];
    event.target.value = '';
    if (files.length > 0) send(this, 'documents-add', { files });
  }
}
