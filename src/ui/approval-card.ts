/**
 * Asks the user whether one call may run, as it is or changed. Sends `approval-decide`.
 * Knows nothing of why a call needs asking; it shows what would be done, in full.
 */
import { LitElement, css, html, nothing } from 'lit';
import { isObject, parseJson } from '../protocol/json.ts';
import { send } from './events.ts';
import type { CallView } from './task-view.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

export class ApprovalCard extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .card {
        border-color: var(--_warn);
        background: var(--_warn-soft);
        box-shadow: none;
      }
      pre {
        background: var(--_surface);
        max-height: 20rem;
        overflow: auto;
      }
      .reason {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .mistake {
        color: var(--_bad);
      }
    `,
  ];

  static override properties = {
    view: { attribute: false },
    description: { type: String },
    changing: { state: true },
    mistake: { state: true },
  };

  declare view: CallView | undefined;
  /** The tool's own description. */
  declare description: string;
  declare changing: boolean;
  declare mistake: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.view = undefined;
    this.description = '';
    this.changing = false;
    this.mistake = false;
  }

  protected override render() {
    if (this.view === undefined) return nothing;
    const { call, reason = msg('This changes something, so it waits for your word.') } = this.view;
    return html`
      <section class="card stack" role="alertdialog" aria-labelledby="title" aria-describedby="what reason">
        <h2 id="title">${msg(str`Allow ${call.name}?`)}</h2>
        <p id="what" class="small">${this.description}</p>
        <p id="reason" class="small reason">${reason}</p>
        ${this.changing ? this.#renderEditor(this.view) : this.#renderArguments(this.view)}
        <div class="row">
          <button type="button" class="primary" @click=${() => this.#approve()}>
            ${this.changing ? msg('Approve as changed') : msg('Approve')}
          </button>
          ${
            this.changing
              ? nothing
              : html`<button type="button" @click=${() => void this.#change()}>${msg('Change')}</button>`
          }
          <button type="button" @click=${() => this.#deny()}>${msg('Deny')}</button>
        </div>
      </section>
    `;
  }

  #renderArguments({ call }: CallView) {
    const text = JSON.stringify(call.arguments, null, 2);
    return html`<pre tabindex="0" role="group" aria-label=${msg('Arguments')}>${text}</pre>`;
  }

  #renderEditor({ call }: CallView) {
    return html`
      <label class="small" for="arguments">${msg('Arguments, as JSON')}</label>
      <textarea
        id="arguments"
        class="code"
        rows="6"
        spellcheck="false"
        aria-describedby="mistake"
        aria-invalid=${this.mistake ? 'true' : 'false'}
        .defaultValue=${JSON.stringify(call.arguments, null, 2)}
      ></textarea>
      <p id="mistake" class="small mistake" role="alert">
        ${this.mistake ? msg('This is not a JSON object yet.') : nothing}
      </p>
    `;
  }

  async #change(): Promise<void> {
    this.changing = true;
    await this.updateComplete;
    this.renderRoot.querySelector('textarea')?.focus();
  }

  #approve(): void {
    if (this.view === undefined) return;
    const { id } = this.view;
    const written = this.renderRoot.querySelector('textarea')?.value;
    if (written === undefined) return send(this, 'approval-decide', { callId: id, approved: true });
    const changed = parseJson(written);
    this.mistake = !isObject(changed);
    if (isObject(changed)) send(this, 'approval-decide', { callId: id, approved: true, arguments: changed });
  }

  #deny(): void {
    if (this.view !== undefined) send(this, 'approval-decide', { callId: this.view.id, approved: false });
  }
}
