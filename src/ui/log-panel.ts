/**
 * The log: runs of this browser, newest first; export and clear; what is recorded, asked once; the way to all of it. Sends
 * `run-open`, `log-export`, `log-clear`, `log-ask`.
 * Knows run summaries; reads no store.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { RunSummary } from '../protocol/record.ts';
import type { RecordingMode } from '../protocol/vault.ts';
import type { ExportFormat } from './events.ts';
import { send } from './events.ts';
import { formatTime, shorten } from './format.ts';
import { emptyLogStatus } from './log/log-status.ts';
import type { LogStatus } from './log/log-status.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg } from './translate.ts';

function formats(): readonly { format: ExportFormat; text: string; title: string }[] {
  return [
    { format: 'trl', text: 'TRL', title: msg('Prompt-completion JSONL with tools, for TRL') },
    { format: 'openai', text: 'OpenAI', title: msg('Fine-tuning JSONL as OpenAI takes it') },
    { format: 'rendered', text: msg('Rendered'), title: msg('The exact prompt and output texts, as JSONL') },
  ];
}

function outcomeName(outcome: NonNullable<RunSummary['outcome']>): string {
  switch (outcome) {
    case 'answered':
      return msg('answered');
    case 'refused':
      return msg('not done');
    case 'failed':
      return msg('failed');
    case 'stopped':
      return msg('stopped');
    default:
      return outcome satisfies never;
  }
}

function recordings(): readonly { mode: RecordingMode; text: string }[] {
  return [
    { mode: 'full', text: msg('Content, masked') },
    { mode: 'metadata-only', text: msg('Metadata only') },
    { mode: 'off', text: msg('Nothing') },
  ];
}

export class LogPanel extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .runs {
        display: grid;
        gap: 0.125rem;
        margin-inline: -0.625rem;
      }
      .runs button {
        display: grid;
        gap: 0.0625rem;
        width: 100%;
        text-align: start;
        font-weight: 450;
        line-height: 1.4;
        border-color: transparent;
        padding: 0.5rem 0.625rem;
      }
      .runs button[aria-current='true'] {
        background: var(--_accent-soft);
      }
      .goal {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
        overflow-wrap: anywhere;
      }
      .sure {
        background: var(--_bad-soft);
        border-radius: 10px;
        padding: 0.75rem 0.875rem;
      }
      .ask {
        background: var(--_accent-soft);
        border-radius: 10px;
        padding: 0.75rem 0.875rem;
      }
      .exports {
        border-top: 1px solid var(--_line);
        padding-top: 0.875rem;
      }
    `,
  ];

  static override properties = {
    runs: { attribute: false },
    status: { attribute: false },
    currentRunId: { type: String },
    liveRunId: { type: String },
    sure: { state: true },
  };

  declare runs: readonly RunSummary[];
  declare status: LogStatus;
  /** The run on the screen. */
  declare currentRunId: string;
  /** The run that goes on; others without an outcome were cut off. */
  declare liveRunId: string;
  declare sure: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.runs = [];
    this.status = emptyLogStatus;
    this.currentRunId = '';
    this.liveRunId = '';
    this.sure = false;
  }

  protected override render() {
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('Log')}</h2>
        <p class="small muted">${this.#about}</p>
        ${
          this.status.isAnew
            ? html`<p class="sure small" role="alert">
                ${msg('The log that was here is gone: this browser lost its database. A backup brings it back.')}
              </p>`
            : nothing
        }
        ${this.status.asksRecording ? this.#renderQuestion() : nothing}
        ${
          this.runs.length === 0
            ? nothing
            : html`
                <ul class="runs">
                  ${this.runs.map((run) => this.#renderRun(run))}
                </ul>
              `
        }
        <div>
          <button type="button" class="compact" @click=${() => send(this, 'log-ask', { type: 'open' })}>
            ${this.status.access === 'locked' ? msg('Unlock the log…') : msg('Browse and protect the log…')}
          </button>
        </div>
        ${this.runs.length === 0 ? nothing : this.#renderActions()}
      </section>
    `;
  }

  get #about(): string {
    const { access, recording } = this.status;
    if (access === 'locked')
      return msg('It is locked. What is recorded of a run needs a role that is unlocked.');
    if (access === 'contributor')
      return msg('Open as contributor: runs are written down, and cannot be read back.');
    if (access === 'auditor') return msg('Open as auditor: the audit log can be read, and nothing of a run.');
    if (recording === 'off') return msg('Nothing is recorded, because you chose so.');
    if (recording === 'metadata-only')
      return msg('Tools, times and outcomes are kept in this browser, and no words.');
    const some = msg(
      'Every step is kept in this browser, and nowhere else. What you do with it is up to you.',
    );
    return this.runs.length === 0 ? `${some} ${msg('No runs yet.')}` : some;
  }

  #renderQuestion() {
    return html`
      <div class="ask stack" role="group" aria-labelledby="question">
        <p class="small" id="question">
          ${msg('What may be recorded of a run? Until you say, its content is, with personal data replaced.')}
        </p>
        <div class="row">
          ${
            this.status.needsProof
              ? html`<button
                  type="button"
                  class="compact"
                  @click=${() => send(this, 'log-ask', { type: 'open' })}
                >
                  ${msg('Choose under Keeping…')}
                </button>`
              : recordings().map(
                  ({ mode, text }) => html`
                    <button type="button" class="compact" @click=${() => this.#record(mode)}>${text}</button>
                  `,
                )
          }
        </div>
      </div>
    `;
  }

  #record(recording: RecordingMode): void {
    const settings = { recording, isChosen: true };
    send(this, 'log-ask', { type: 'set', proof: { type: 'device' }, settings });
  }

  #renderRun(run: RunSummary) {
    const cutOff = run.runId === this.liveRunId ? msg('running') : msg('cut off');
    const outcome = run.outcome === undefined ? cutOff : outcomeName(run.outcome);
    return html`
      <li>
        <button
          type="button"
          class="compact"
          aria-current=${run.runId === this.currentRunId ? 'true' : 'false'}
          @click=${() => send(this, 'run-open', { runId: run.runId })}
        >
          <span class="goal" dir="auto">${shorten(run.goal, 200)}</span>
          <span class="facts">
            <span>${formatTime(run.startedAt, Date.now())}</span><span>${outcome}</span>
          </span>
        </button>
      </li>
    `;
  }

  #renderActions() {
    return html`
      <div class="exports stack">
        <h3 class="small" id="exports">${msg('Export for fine-tuning')}</h3>
        <div class="row" role="group" aria-labelledby="exports">
          ${formats().map(
            ({ format, text, title }) => html`
              <button
                type="button"
                class="compact"
                title=${title}
                @click=${() => send(this, 'log-export', { format })}
              >
                ${text}
              </button>
            `,
          )}
        </div>
        ${this.status.access === 'curator' ? nothing : this.sure ? this.#renderSure() : this.#renderClear()}
      </div>
    `;
  }

  #renderClear() {
    return html`
      <div>
        <button type="button" class="quiet compact danger" @click=${() => (this.sure = true)}>
          ${msg('Clear log…')}
        </button>
      </div>
    `;
  }

  #renderSure() {
    return html`
      <div class="sure stack" role="alert">
        <p class="small">
          ${msg('Every run and all feedback in this browser will be deleted. This cannot be undone.')}
        </p>
        <div class="row">
          <button type="button" class="compact danger" @click=${() => this.#clear()}>
            ${msg('Delete all')}
          </button>
          <button type="button" class="compact" @click=${() => (this.sure = false)}>${msg('Keep')}</button>
        </div>
      </div>
    `;
  }

  #clear(): void {
    this.sure = false;
    send(this, 'log-clear', undefined);
  }

  protected override willUpdate(): void {
    if (this.runs.length === 0) this.sure = false;
  }
}
