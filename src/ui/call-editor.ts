/**
 * Where a person writes the calls that a step should have made. Sends `feedback-give` with the correction.
 * Knows the shape of calls (read-calls); the log keeps what is sent.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { Id } from '../protocol/id.ts';
import { send } from './events.ts';
import { readCalls } from './read-calls.ts';
import type { StepView } from './task-view.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg } from './translate.ts';

export class CallEditor extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .mistake {
        color: var(--_bad);
        overflow-wrap: anywhere;
      }
      form {
        display: grid;
        gap: 0.5rem;
      }
    `,
  ];

  static override properties = {
    runId: { attribute: false },
    step: { attribute: false },
    toolNames: { attribute: false },
    mistake: { state: true },
    saved: { state: true },
  };

  declare runId: Id;
  declare step: StepView | undefined;
  declare toolNames: readonly string[];
  declare mistake: string;
  declare saved: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.runId = '';
    this.step = undefined;
    this.toolNames = [];
    this.mistake = '';
    this.saved = false;
  }

  protected override render() {
    const { step } = this;
    if (step === undefined) return nothing;
    const calls = step.output?.type === 'calls' ? step.output.calls : [];
    return html`
      <form @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <label class="small" for="calls">${msg('Calls it should have made, as JSON ([] for none)')}</label>
        <textarea
          id="calls"
          class="code"
          rows="6"
          spellcheck="false"
          aria-describedby="mistake"
          aria-invalid=${this.mistake === '' ? 'false' : 'true'}
          .defaultValue=${JSON.stringify(calls, null, 2)}
          @input=${() => this.#typed()}
        ></textarea>
        <p id="mistake" class="small mistake" role="alert">${this.mistake}</p>
        <div class="row">
          <button type="submit" class="compact">${msg('Save correction')}</button>
          ${this.saved ? html`<span class="badge good" role="status">${msg('Saved in the log')}</span>` : nothing}
        </div>
      </form>
    `;
  }

  get #text(): string {
    return this.renderRoot.querySelector('textarea')?.value ?? '';
  }

  #typed(): void {
    this.saved = false;
    if (this.mistake === '') return;
    const read = readCalls(this.#text, this.toolNames);
    this.mistake = read.type === 'mistake' ? read.message : '';
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const read = readCalls(this.#text, this.toolNames);
    this.mistake = read.type === 'mistake' ? read.message : '';
    if (read.type === 'mistake' || this.step === undefined) return;
    const correction = { stepId: this.step.id, calls: read.calls };
    send(this, 'feedback-give', { runId: this.runId, verdict: 'bad', correction });
    this.saved = true;
  }
}
