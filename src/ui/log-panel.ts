/**
 * The log: runs of this browser, newest first; export and clear. Sends `run-open`, `log-export`, `log-clear`.
 * Knows run summaries; reads no store.
 */
import { LitElement, css, html } from 'lit';
import type { RunSummary } from '../protocol/record.ts';
import type { ExportFormat } from './events.ts';
import { send } from './events.ts';
import { formatTime, shorten } from './format.ts';
import { base, controls } from './theme.ts';

const formats = [
  { format: 'trl', text: 'TRL', title: 'Prompt-completion JSONL with tools, for TRL' },
  { format: 'openai', text: 'OpenAI', title: 'Fine-tuning JSONL as OpenAI takes it' },
  { format: 'rendered', text: 'Rendered', title: 'The exact prompt and output texts, as JSONL' },
] as const satisfies readonly { format: ExportFormat; text: string; title: string }[];

const outcomeNames = {
  answered: 'answered',
  refused: 'not done',
  failed: 'failed',
  stopped: 'stopped',
} as const satisfies Record<NonNullable<RunSummary['outcome']>, string>;

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
      .exports {
        border-top: 1px solid var(--_line);
        padding-top: 0.875rem;
      }
    `,
  ];

  static override properties = {
    runs: { attribute: false },
    currentRunId: { type: String },
    liveRunId: { type: String },
    sure: { state: true },
  };

  declare runs: readonly RunSummary[];
  /** The run on the screen. */
  declare currentRunId: string;
  /** The run that goes on; others without an outcome were cut off. */
  declare liveRunId: string;
  declare sure: boolean;

  constructor() {
    super();
    this.runs = [];
    this.currentRunId = '';
    this.liveRunId = '';
    this.sure = false;
  }

  protected override render() {
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">Log</h2>
        <p class="small muted">
          Every step is kept in this browser, and nowhere else. What you do with it is up to you.
        </p>
        ${
          this.runs.length === 0
            ? html`<p class="small muted">No runs yet.</p>`
            : html`
                <ul class="runs">
                  ${this.runs.map((run) => this.#renderRun(run))}
                </ul>
                ${this.#renderActions()}
              `
        }
      </section>
    `;
  }

  #renderRun(run: RunSummary) {
    const cutOff = run.runId === this.liveRunId ? 'running' : 'cut off';
    const outcome = run.outcome === undefined ? cutOff : outcomeNames[run.outcome];
    return html`
      <li>
        <button
          type="button"
          class="compact"
          aria-current=${run.runId === this.currentRunId ? 'true' : 'false'}
          @click=${() => send(this, 'run-open', { runId: run.runId })}
        >
          <span class="goal">${shorten(run.goal, 200)}</span>
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
        <h3 class="small" id="exports">Export for fine-tuning</h3>
        <div class="row" role="group" aria-labelledby="exports">
          ${formats.map(
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
        ${this.sure ? this.#renderSure() : this.#renderClear()}
      </div>
    `;
  }

  #renderClear() {
    return html`
      <div>
        <button type="button" class="quiet compact danger" @click=${() => (this.sure = true)}>
          Clear log…
        </button>
      </div>
    `;
  }

  #renderSure() {
    return html`
      <div class="sure stack" role="alert">
        <p class="small">
          Every run and all feedback in this browser will be deleted. This cannot be undone.
        </p>
        <div class="row">
          <button type="button" class="compact danger" @click=${() => this.#clear()}>Delete all</button>
          <button type="button" class="compact" @click=${() => (this.sure = false)}>Keep</button>
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
