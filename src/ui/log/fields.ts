/**
 * Fields and forms of the log browser: their look, and how the owner proves who they are. Knows no request's meaning.
 */
import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { textIn } from '../read-form.ts';
import type { VaultFacts, Way } from './log-view.ts';
import { msg } from '../translate.ts';

/** Goes with `base` and `controls`. */
export const fields = css`
  form,
  fieldset {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
    justify-items: start;
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  legend {
    padding: 0;
    margin-bottom: 0.25rem;
    font-weight: 600;
  }
  label {
    display: grid;
    gap: 0.25rem;
    font-size: 0.875rem;
    color: var(--_muted);
    max-width: 100%;
    min-width: 0;
  }
  label.choice {
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.5rem;
    align-items: start;
    color: var(--_text);
    min-height: 1.5rem;
    cursor: pointer;
  }
  input[type='radio'],
  input[type='checkbox'] {
    accent-color: var(--_accent);
    margin: 0.25rem 0 0;
  }
  select,
  input:not([type='radio'], [type='checkbox'], [type='file']) {
    font: 400 0.9375rem/1.3 var(--_font);
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    padding: 0.5rem 0.625rem;
    min-height: 2.5rem;
    width: 18rem;
    max-width: 100%;
  }
  input[type='file'] {
    max-width: 100%;
    color: var(--_text);
    font: 400 0.875rem/1.4 var(--_font);
  }
  input.number:not([type='radio']) {
    width: 8rem;
  }
  section + section {
    border-top: 1px solid var(--_line);
    padding-top: 1.25rem;
  }
`;

/** Tables of what was written down, which may be wider than the window. */
export const recordTable = css`
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.8125rem;
  }
  th,
  td {
    text-align: start;
    vertical-align: top;
    border-top: 1px solid var(--_line);
  }
  thead th {
    color: var(--_muted);
    border-top: 0;
  }
  .wide {
    overflow-x: auto;
  }
`;

/** Where the owner's secret is asked for again; nothing where this browser holds it. */
export function proofField({ ways: { owner = [] } }: VaultFacts): TemplateResult | typeof nothing {
  if (owner.includes('device')) return nothing;
  if (!owner.includes('passphrase'))
    return html`<p class="small muted">${msg('The browser asks for your passkey.')}</p>`;
  const isNeeded = !owner.includes('passkey');
  return html`
    <label>
      ${isNeeded ? msg('Owner’s passphrase') : msg('Owner’s passphrase, or empty for the passkey')}
      <input type="password" name="proof" autocomplete="current-password" ?required=${isNeeded} />
    </label>
  `;
}

/** What was put into `proofField`. */
export function proofIn(form: FormData, { ways: { owner = [] } }: VaultFacts): Way {
  if (owner.includes('device')) return { type: 'device' };
  const passphrase = textIn(form, 'proof');
  return passphrase === '' && owner.includes('passkey')
    ? { type: 'passkey' }
    : { type: 'passphrase', passphrase };
}
