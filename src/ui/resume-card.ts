/** Says that the run on the screen was cut off, and offers to go on with it. Sends `run-resume`. Knows its id only. */
import { LitElement, html } from 'lit';
import { send } from './events.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg } from './translate.ts';

export class ResumeCard extends LitElement {
  static override styles = [base, controls];

  static override properties = { runId: { attribute: false }, busy: { type: Boolean } };

  declare runId: string;
  /** Another run goes on. */
  declare busy: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.runId = '';
    this.busy = false;
  }

  protected override render() {
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('This run was cut off')}</h2>
        <p class="small muted">
          ${msg('It can go on where it stopped. What was finished is taken from the log and not done again; a change that was under way is asked about first.')}
        </p>
        <div class="row">
          <button
            type="button"
            class="primary"
            ?disabled=${this.busy}
            @click=${() => send(this, 'run-resume', { runId: this.runId })}
          >
            ${msg('Go on with it')}
          </button>
        </div>
      </section>
    `;
  }
}
