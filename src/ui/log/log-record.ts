/**
 * One run of the log: its timeline, what was masked in it and why, what of it is damaged. Its owner may see what was
 * masked as it was, and erase the run. Sends `log-ask`. Knows nothing of keys.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { send } from '../events.ts';
import { formatPlural } from '../format.ts';
import { base, controls } from '../theme.ts';
import { fields, recordTable } from './fields.ts';
import type { LogRecord, MaskedPlace } from './log-view.ts';
import { followLanguage, msg, str } from '../translate.ts';

export class LogRecordView extends LitElement {
  static override styles = [
    base,
    controls,
    fields,
    recordTable,
    css`
      :host {
        display: grid;
        gap: 1rem;
        align-content: start;
        grid-template-columns: minmax(0, 1fr);
      }
      h3:focus {
        outline: none;
      }
      th,
      td {
        padding-block: 0.375rem;
        padding-inline-end: 0.625rem;
        overflow-wrap: anywhere;
        font-weight: 400;
      }
      thead th {
        font-weight: 600;
        overflow-wrap: normal;
      }
    `,
  ];

  static override properties = {
    record: { attribute: false },
    isOwner: { type: Boolean },
    showsOriginals: { type: Boolean },
    sure: { state: true },
  };

  declare record: LogRecord | undefined;
  declare isOwner: boolean;
  declare showsOriginals: boolean;
  /** Erasing it waits for a second word. */
  declare sure: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.record = undefined;
    this.isOwner = false;
    this.showsOriginals = false;
    this.sure = false;
  }

  protected override render() {
    if (this.record === undefined) return nothing;
    const { task, masked, damage, quarantined } = this.record;
    return html`
      <div class="row between">
        <h3 tabindex="-1">${msg('Record')}</h3>
        <button
          type="button"
          class="compact"
          @click=${() => send(this, 'log-ask', { type: 'show-record', runId: undefined })}
        >
          ${msg('Close the record')}
        </button>
      </div>
      ${
        this.isOwner
          ? html`
              <label class="choice">
                <input
                  type="checkbox"
                  .checked=${this.showsOriginals}
                  @change=${() =>
                    send(this, 'log-ask', { type: 'show-originals', isOn: !this.showsOriginals })}
                />
                <span>${msg('Show what was masked as it was')}</span>
              </label>
            `
          : nothing
      }
      ${
        damage.length === 0
          ? nothing
          : html`<p class="small" role="status">
              <span class="badge bad">${msg('damaged')}</span>
              ${msg(str`${formatPlural(damage.length, 'row|rows')} of this run are not what was written:`)}
              <span lang="en" dir="auto">
                ${damage.map(({ store, why, index }) => `${store}${index === undefined ? '' : ` ${index}`} ${why}`).join(', ')}.</span
              >
            </p>`
      }
      <slm-run-timeline .view=${task}></slm-run-timeline>
      <section class="card stack" aria-labelledby="masked">
        <h3 id="masked">${msg('What was masked, and why')}</h3>
        ${quarantined.map((reason) => html`<p class="small"><span class="badge warn">${msg('kept apart')}</span> <span lang="en" dir="auto">${reason}</span></p>`)}
        ${this.#renderMasked(masked)}
      </section>
      ${this.isOwner ? this.#renderErase() : nothing}
    `;
  }

  #renderMasked(masked: readonly MaskedPlace[] | undefined) {
    if (masked === undefined)
      return html`<p class="small muted">${msg('Only the owner sees what was taken out of a run.')}</p>`;
    if (masked.length === 0) return html`<p class="small muted">${msg('Nothing was found to mask.')}</p>`;
    return html`
      <div class="wide" tabindex="0" role="region" aria-label=${msg('What was masked')}>
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('Kind')}</th>
              <th scope="col">${msg('Why')}</th>
              <th scope="col">${msg('In its place')}</th>
              ${this.showsOriginals ? html`<th scope="col">${msg('As it was')}</th>` : nothing}
            </tr>
          </thead>
          <tbody>
            ${masked.map(
              ({ type, rule, replacement, original = '', event = '' }) => html`
                <tr>
                  <td lang="en"><span class="badge">${type.toLowerCase().replaceAll('_', ' ')}</span></td>
                  <td lang="en" dir="auto">${rule}<br /><span class="muted">${event}</span></td>
                  <td>${replacement}</td>
                  ${this.showsOriginals ? html`<td>${original}</td>` : nothing}
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  #renderErase() {
    if (!this.sure) {
      return html`<div>
        <button type="button" class="quiet compact danger" @click=${() => (this.sure = true)}>
          ${msg('Erase this run…')}
        </button>
      </div>`;
    }
    return html`
      <div class="row" role="group" aria-label=${msg('Erase this run')}>
        <button type="button" class="compact danger" @click=${() => this.#erase()}>${msg('Erase it')}</button>
        <button type="button" class="compact" @click=${() => (this.sure = false)}>${msg('Keep it')}</button>
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<{ record: LogRecord | undefined }>): void {
    if (!changed.has('record') || changed.get('record')?.runId === this.record?.runId) return;
    this.sure = false;
    // Who uses the keyboard goes on in what they opened.
    this.renderRoot.querySelector<HTMLElement>('h3')?.focus();
  }

  #erase(): void {
    const { runId } = this.record ?? {};
    this.sure = false;
    if (runId !== undefined) send(this, 'log-ask', { type: 'erase-runs', runIds: [runId] });
  }
}
