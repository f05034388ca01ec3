/**
 * A fault as people read it: what happened, why, what to do. Faults go in as data; the panel knows no code's meaning.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { FaultData } from '../protocol/fault.ts';
import { shorten } from './format.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg } from './translate.ts';

/** Longer messages are cut: a fault may quote what a user pasted. Characters. */
const longestText = 600;

export class FaultPanel extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .fault {
        background: var(--_bad-soft);
        border-radius: 10px;
        padding: 0.875rem 1rem;
        display: grid;
        gap: 0.375rem;
        overflow-wrap: anywhere;
      }
      .what {
        color: var(--_bad);
        font-weight: 600;
      }
      summary,
      code {
        color: inherit;
      }
      pre {
        background: transparent;
        padding: 0;
      }
    `,
  ];

  static override properties = { fault: { attribute: false } };

  declare fault: FaultData | undefined;

  constructor() {
    super();
    followLanguage(this);
    this.fault = undefined;
  }

  protected override render() {
    if (this.fault === undefined) return nothing;
    const { code, message, reason, remedy, details } = this.fault;
    const facts = Object.keys(details ?? {}).length === 0 ? '' : JSON.stringify(details, null, 2);
    return html`
      <div class="fault small" role="alert" dir="auto">
        <p class="what" lang="en">${shorten(message, longestText)}</p>
        ${reason === undefined ? nothing : html`<p lang="en">${shorten(reason, longestText)}</p>`}
        ${remedy === undefined ? nothing : html`<p><strong>${msg('What to do:')}</strong> <span lang="en">${shorten(remedy, longestText)}</span></p>`}
        <details>
          <summary>${msg('Details:')} <code>${code}</code></summary>
          ${facts === '' ? html`<p>${msg('No further facts are known.')}</p>` : html`<pre>${shorten(facts, 2000)}</pre>`}
        </details>
      </div>
    `;
  }
}
