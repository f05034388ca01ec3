/**
 * One tool call on the timeline: name, arguments, whether it was allowed, result and time.
 * Knows nothing of the tool behind the name.
 */
import { LitElement, css, html, nothing } from 'lit';
import { formatDuration, formatJson, shorten } from './format.ts';
import type { CallView } from './task-view.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg } from './translate.ts';

/** A result of many kilobytes would bury the page; the log keeps it whole. Characters. */
const longestJson = 1500;

export class CallItem extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .call {
        border: 1px solid var(--_line);
        border-radius: 10px;
        padding: 0.75rem 0.875rem;
        display: grid;
        gap: 0.5rem;
        grid-template-columns: minmax(0, 1fr);
      }
      .name {
        font-size: 0.875rem;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: 5.25rem minmax(0, 1fr);
        gap: 0.375rem 0.75rem;
        align-items: baseline;
      }
      dt {
        color: var(--_muted);
        font-size: 0.8125rem;
      }
      @container (max-width: 24rem) {
        dl {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      :host {
        container-type: inline-size;
      }
      pre.ok {
        background: var(--_good-soft);
      }
    `,
  ];

  static override properties = {
    view: { attribute: false },
    halted: { type: Boolean },
    top: { type: Boolean },
  };

  declare view: CallView | undefined;
  /** The run is over: a call without an end will never have one. */
  declare halted: boolean;
  /** It stands under the run itself, not under a part of it: its heading is one level higher. */
  declare top: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.view = undefined;
    this.halted = false;
    this.top = false;
  }

  protected override render() {
    if (this.view === undefined) return nothing;
    const { call, outcome } = this.view;
    const name = html`<code>${call.name}</code>`;
    return html`
      <div class="call">
        <div class="row between">
          ${this.top ? html`<h3 class="name">${name}</h3>` : html`<h4 class="name">${name}</h4>`}
          <span class="row">
            ${
              outcome === undefined
                ? nothing
                : html`<span class="facts">${formatDuration(outcome.durationMs)}</span>`
            }
            ${this.#renderState(this.view)}
          </span>
        </div>
        <dl>
          <dt>${msg('Arguments')}</dt>
          <dd><pre>${shorten(formatJson(call.arguments), longestJson)}</pre></dd>
          ${
            outcome?.type === 'ok'
              ? html`
                  <dt>${msg('Result')}</dt>
                  <dd><pre class="ok">${shorten(formatJson(outcome.value), longestJson)}</pre></dd>
                `
              : nothing
          }
        </dl>
        ${outcome?.type === 'error' ? html`<slm-fault-panel .fault=${outcome.fault}></slm-fault-panel>` : nothing}
      </div>
    `;
  }

  #renderState({ approval, started, outcome }: CallView) {
    if (approval === 'denied') return html`<span class="badge warn">${msg('Denied')}</span>`;
    if (outcome !== undefined) {
      return outcome.type === 'ok'
        ? html`<span class="badge good">${msg('Done')}</span>`
        : html`<span class="badge bad">${msg('Failed')}</span>`;
    }
    if (this.halted) return html`<span class="badge">${msg('Cut off')}</span>`;
    if (approval === 'pending') return html`<span class="badge warn">${msg('Waits for you')}</span>`;
    return started
      ? html`<span class="badge live">${msg('Running')}</span>`
      : html`<span class="badge">${msg('Next')}</span>`;
  }
}
