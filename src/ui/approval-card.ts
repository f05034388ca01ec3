/**
 * Asks the user whether one call may run. Sends `approval-decide`.
 * Knows nothing of why a call needs asking; it shows what would be done, in full.
 */
import { LitElement, css, html, nothing } from 'lit';
import { send } from './events.ts';
import type { CallView } from './task-view.ts';
import { base, controls } from './theme.ts';

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
    `,
  ];

  static override properties = { view: { attribute: false }, description: { type: String } };

  declare view: CallView | undefined;
  /** The tool's own description. */
  declare description: string;

  constructor() {
    super();
    this.view = undefined;
    this.description = '';
  }

  protected override render() {
    if (this.view === undefined) return nothing;
    const { id, call } = this.view;
    return html`
      <section class="card stack" role="alertdialog" aria-labelledby="title" aria-describedby="what">
        <h2 id="title">Allow <code>${call.name}</code>?</h2>
        <p id="what" class="small">${this.description} This changes something, so it waits for your word.</p>
        <pre tabindex="0" role="group" aria-label="Arguments">${JSON.stringify(call.arguments, null, 2)}</pre>
        <div class="row">
          <button type="button" class="primary" @click=${() => this.#decide(id, true)}>Approve</button>
          <button type="button" @click=${() => this.#decide(id, false)}>Deny</button>
        </div>
      </section>
    `;
  }

  #decide(callId: string, approved: boolean): void {
    send(this, 'approval-decide', { callId, approved });
  }
}
