/**
 * The audit log: whether its chain holds, what stands in it, and taking it away as a file that can be checked elsewhere.
 * Sends `log-ask`. Knows nothing of hashes.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { AuditEntry } from '../../protocol/vault.ts';
import { send } from '../events.ts';
import { formatPlural, formatTime } from '../format.ts';
import { base, controls } from '../theme.ts';
import { takeForm } from '../read-form.ts';
import { fields, recordTable } from './fields.ts';
import type { AuditView } from './log-view.ts';
import { roleNames } from './role-names.ts';
import { followLanguage, msg, str } from '../translate.ts';

/** Entries that are shown at first, and added when more are asked for. */
const entriesPerPage = 100;

export class AuditList extends LitElement {
  static override styles = [
    base,
    controls,
    fields,
    recordTable,
    css`
      :host {
        display: grid;
        gap: 1.25rem;
        align-content: start;
        grid-template-columns: minmax(0, 1fr);
      }
      table {
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding-block: 0.3125rem;
        padding-inline-end: 0.75rem;
      }
      td:last-child {
        overflow-wrap: anywhere;
        min-width: 10rem;
      }
    `,
  ];

  static override properties = {
    audit: { attribute: false },
    isBusy: { type: Boolean },
    shown: { state: true },
  };

  /** Undefined: nobody has checked it. */
  declare audit: AuditView | undefined;
  declare isBusy: boolean;
  declare shown: number;

  constructor() {
    super();
    followLanguage(this);
    this.audit = undefined;
    this.isBusy = false;
    this.shown = entriesPerPage;
  }

  protected override render() {
    return html`
      <section class="stack" aria-labelledby="chain">
        <h3 id="chain">${msg('The audit log')}</h3>
        <p class="small muted">
          ${msg('Unlocking, reading, exporting, erasing and new keys are written down, each entry with the hash of the one before. A receipt that you keep elsewhere shows later whether the end was cut off.')}
        </p>
        <form aria-label=${msg('Check the audit log')} @submit=${(event: SubmitEvent) => this.#check(event)}>
          <label
            >${msg('Against a receipt, if you have one')} <input type="file" name="receipt" accept=".json"
          /></label>
          <div class="row">
            <button type="submit" class="compact primary" ?disabled=${this.isBusy}>
              ${msg('Check the log')}
            </button>
            <button
              type="button"
              class="compact"
              @click=${() => send(this, 'log-ask', { type: 'export-audit' })}
            >
              ${msg('Export the chain')}
            </button>
            <button
              type="button"
              class="compact"
              @click=${() => send(this, 'log-ask', { type: 'export-receipt' })}
            >
              ${msg('Save a receipt')}
            </button>
          </div>
        </form>
      </section>
      ${this.audit === undefined ? nothing : this.#renderVerdict(this.audit)}
    `;
  }

  #renderVerdict({ verdict, check }: AuditView) {
    if (verdict.type === 'broken') {
      return html`
        <section class="stack" aria-labelledby="verdict" role="alert">
          <h3 id="verdict">
            <span class="badge bad">${msg('broken')}</span> ${msg('The chain does not hold')}
          </h3>
          <p class="small">
            ${msg(str`Entry ${verdict.sequence}:`)} <span lang="en" dir="auto">${verdict.reason}</span>
          </p>
        </section>
      `;
    }
    const { entries } = verdict;
    return html`
      <section class="stack" aria-labelledby="verdict">
        <h3 id="verdict">
          <span class="badge good">${msg('whole')}</span>
          ${msg(str`${formatPlural(entries.length, 'entry|entries')}, each follows the one before`)}
        </h3>
        ${check === undefined ? nothing : renderCheck(check)}
        <div class="wide" tabindex="0" role="region" aria-label=${msg('Entries, newest first')}>
          <table>
            <thead>
              <tr>
                <th scope="col">${msg('No.')}</th>
                <th scope="col">${msg('When')}</th>
                <th scope="col">${msg('Who')}</th>
                <th scope="col">${msg('What')}</th>
                <th scope="col">${msg('Details')}</th>
              </tr>
            </thead>
            <tbody>
              ${entries.toReversed().slice(0, this.shown).map(renderEntry)}
            </tbody>
          </table>
        </div>
        ${
          entries.length > this.shown
            ? html`<div>
                <button type="button" class="compact" @click=${() => (this.shown += entriesPerPage)}>
                  ${msg('Show earlier ones')}
                </button>
              </div>`
            : nothing
        }
      </section>
    `;
  }

  #check(event: SubmitEvent): void {
    const file = takeForm(event).get('receipt');
    const receipt = file instanceof File && file.size > 0 ? file : undefined;
    send(this, 'log-ask', { type: 'check', receipt });
  }
}

function renderCheck({ damage, missingRuns, unexpectedRuns }: NonNullable<AuditView['check']>) {
  const found = [
    ...(damage.length === 0
      ? []
      : [formatPlural(damage.length, 'row is not what was written|rows are not what was written')]),
    ...(missingRuns.length === 0
      ? []
      : [
          formatPlural(
            missingRuns.length,
            'run is gone without having been erased|runs are gone without having been erased',
          ),
        ]),
    ...(unexpectedRuns.length === 0
      ? []
      : [
          formatPlural(
            unexpectedRuns.length,
            'run is there that the chain does not know|runs are there that the chain does not know',
          ),
        ]),
  ];
  return found.length === 0
    ? html`<p class="small">${msg('Every record opens, and every run is where the chain says.')}</p>`
    : html`<p class="small" role="alert">
        <span class="badge bad">${msg('not as written')}</span>
        ${found.join('; ')}.
      </p>`;
}

function renderEntry({ sequence, at, actor, action, details }: AuditEntry) {
  const facts = Object.entries(details).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return html`
    <tr>
      <td>${sequence}</td>
      <td><time datetime=${new Date(at).toISOString()}>${formatTime(at, Date.now())}</time></td>
      <td>${actor === 'nobody' ? msg('nobody') : msg(roleNames[actor])}</td>
      <td lang="en">${action.replaceAll('-', ' ')}</td>
      <td class="muted" lang="en" dir="auto">${facts.join(', ')}</td>
    </tr>
  `;
}
