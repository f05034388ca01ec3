/**
 * The model: which one, how far loading has come, what runs it and why. Sends `model-load` and `model-cancel`.
 * Knows nothing of where the file comes from.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { LoadedModel, RankedChoice } from '../protocol/engine.ts';
import { emptyAdaptersView } from './adapters-view.ts';
import type { AdaptersView } from './adapters-view.ts';
import { backendName } from './choice-list.ts';
import { send } from './events.ts';
import { formatCount, formatDuration, formatMegabytes, formatPlural } from './format.ts';
import { emptyModelView, isLoading } from './model-view.ts';
import type { ModelStage, ModelView } from './model-view.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

export class ModelCard extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.25rem 1rem;
        font-size: 0.875rem;
      }
      dt {
        color: var(--_muted);
      }
      dd {
        text-align: end;
        overflow-wrap: anywhere;
        font-variant-numeric: tabular-nums;
      }
      progress {
        appearance: none;
        display: block;
        width: 100%;
        height: 0.5rem;
        border: 0;
        border-radius: 99px;
        overflow: hidden;
        background: var(--_line);
        color: var(--_accent);
      }
      progress::-webkit-progress-bar {
        background: var(--_line);
      }
      progress::-webkit-progress-value {
        background: var(--_accent);
        border-radius: 99px;
      }
      progress::-moz-progress-bar {
        background: var(--_accent);
        border-radius: 99px;
      }
      progress:indeterminate {
        background: linear-gradient(90deg, var(--_line), var(--_accent), var(--_line)) 0 0 / 200% 100%;
        animation: slide 1.6s linear infinite;
      }
      progress:indeterminate::-webkit-progress-bar {
        background: transparent;
      }
      progress:indeterminate::-moz-progress-bar {
        background: transparent;
      }
      @keyframes slide {
        to {
          background-position: -200% 0;
        }
      }
      .reasons li {
        padding-inline-start: 0.875rem;
        border-inline-start: 2px solid var(--_line);
      }
      .reasons li + li {
        margin-top: 0.375rem;
      }
    `,
  ];

  static override properties = {
    view: { attribute: false },
    choices: { attribute: false },
    adapters: { attribute: false },
    busy: { type: Boolean },
  };

  declare view: ModelView;
  /** Ways to run the catalogue's models here; undefined until asked for. */
  declare choices: readonly RankedChoice[] | undefined;
  /** What can stand beside the model. */
  declare adapters: AdaptersView;
  /** A run goes on. */
  declare busy: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyModelView;
    this.choices = undefined;
    this.adapters = emptyAdaptersView;
    this.busy = false;
  }

  protected override render() {
    const { entry, stage } = this.view;
    return html`
      <section class="card stack" aria-labelledby="title">
        <div class="row between">
          <h2 id="title">${msg('Model')}</h2>
          ${stageBadge(stage)}
        </div>
        <p>
          <strong
            >${entry === undefined ? msg('Reading the catalogue…') : html`<span translate="no">${entry.title}</span>`}</strong
          >
          ${entry?.unverified === true ? html`<span class="badge warn">${msg('unverified')}</span>` : nothing}
          ${
            entry === undefined
              ? nothing
              : html`<span class="small muted">
                  <br />${msg(
                    str`${formatCount(entry.parameters / 1e6)} million weights, ${entry.quantisation}, ${formatMegabytes(entry.file.bytes)}, ${entry.licence}`,
                  )}
                </span>`
          }
        </p>
        ${this.#renderStage(stage)}
        ${
          entry === undefined
            ? nothing
            : html`<slm-adapter-list
                .view=${this.adapters}
                .loaded=${stage.type === 'ready' ? (stage.model.adapters ?? []) : []}
                ?busy=${this.busy || isLoading(stage)}
              ></slm-adapter-list>`
        }
        <slm-choice-list .choices=${this.choices} ?busy=${this.busy || isLoading(stage)}></slm-choice-list>
      </section>
    `;
  }

  #renderStage(stage: ModelStage) {
    switch (stage.type) {
      case 'absent':
        return html`
          <p class="small muted">
            ${msg('It is fetched once, checked, and kept in this browser. Nothing you type leaves this device.')}
          </p>
          <div>
            <button type="button" class="compact" @click=${() => send(this, 'model-load', undefined)}>
              ${msg('Load model')}
            </button>
          </div>
        `;
      case 'requested':
        return this.#renderProgress(msg('Getting ready…'), undefined);
      case 'downloading': {
        const { receivedBytes, totalBytes, fromCache, bytesPerSecond } = stage;
        const rate = bytesPerSecond === undefined ? '' : `, ${formatMegabytes(bytesPerSecond)}/s`;
        const amount = `${msg(str`${formatMegabytes(receivedBytes)} of ${formatMegabytes(totalBytes)}`)}${rate}`;
        const share = totalBytes > 0 ? receivedBytes / totalBytes : undefined;
        return this.#renderProgress(
          fromCache ? msg(str`Reading from this browser: ${amount}`) : amount,
          share,
        );
      }
      case 'verifying':
        return this.#renderProgress(msg('Checking the file against its SHA-256…'), undefined);
      case 'starting':
        return this.#renderProgress(msg('Building the model in memory…'), undefined);
      case 'ready':
        return renderReady(stage.model);
      case 'failed':
        return html`
          <slm-fault-panel .fault=${stage.fault}></slm-fault-panel>
          <div>
            <button type="button" class="compact" @click=${() => send(this, 'model-load', undefined)}>
              ${msg('Try again')}
            </button>
          </div>
        `;
      default:
        stage satisfies never;
        return nothing;
    }
  }

  /** `share` from 0 to 1; undefined where the end is not known. */
  #renderProgress(text: string, share: number | undefined) {
    return html`
      <div class="stack">
        ${
          share === undefined
            ? html`<progress aria-label=${msg('Loading the model')}></progress>`
            : html`<progress aria-label=${msg('Loading the model')} max="1" .value=${share}></progress>`
        }
        <div class="row between">
          <span class="facts">${text}</span>
          <button type="button" class="compact" @click=${() => send(this, 'model-cancel', undefined)}>
            ${msg('Cancel')}
          </button>
        </div>
      </div>
    `;
  }
}

function stageBadge(stage: ModelStage) {
  switch (stage.type) {
    case 'absent':
      return html`<span class="badge" role="status">${msg('Not loaded')}</span>`;
    case 'requested':
    case 'starting':
      return html`<span class="badge live" role="status">${msg('Starting')}</span>`;
    case 'downloading':
      return html`<span class="badge live" role="status"
        >${stage.fromCache ? msg('Reading') : msg('Downloading')}</span
      >`;
    case 'verifying':
      return html`<span class="badge live" role="status">${msg('Verifying')}</span>`;
    case 'ready':
      return html`<span class="badge good" role="status">${msg('Ready')}</span>`;
    case 'failed':
      return html`<span class="badge bad" role="status">${msg('Failed')}</span>`;
    default:
      stage satisfies never;
      return nothing;
  }
}

function renderReady(model: LoadedModel) {
  return html`
    <dl>
      <dt>${msg('Runs on')}</dt>
      <dd>${backendName(model.backend)}, ${formatPlural(model.threads, 'thread|threads')}</dd>
      <dt>${msg('Weights')}</dt>
      <dd>${model.weights === 'float32' ? msg('32-bit floats') : msg('as in the file')}</dd>
      <dt>${msg('Context')}</dt>
      <dd>${formatPlural(model.contextTokens, 'token|tokens')}</dd>
      <dt>${msg('Engine')}</dt>
      <dd>${model.engine} ${model.engineVersion}</dd>
      <dt>${msg('Loaded in')}</dt>
      <dd>${formatDuration(model.loadMs)}</dd>
    </dl>
    ${
      model.choiceReasons.length === 0
        ? nothing
        : html`
            <details>
              <summary>${msg('Why these settings')}</summary>
              <ul class="reasons small muted">
                ${model.choiceReasons.map((reason) => html`<li>${reason}</li>`)}
              </ul>
            </details>
          `
    }
  `;
}
