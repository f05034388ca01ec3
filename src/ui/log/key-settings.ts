/**
 * The keys of a log, for its owner: ways in, the other roles and their secrets, new keys, when it locks by itself. Every
 * change asks for the owner's secret again. Sends `log-ask`. Knows no key.
 */
import { LitElement, css, html, nothing } from 'lit';
import { roles } from '../../protocol/vault.ts';
import type { Role, UnlockType } from '../../protocol/vault.ts';
import { send } from '../events.ts';
import { formatPlural } from '../format.ts';
import { base, controls } from '../theme.ts';
import { takeForm, textIn } from '../read-form.ts';
import { fields, proofField, proofIn } from './fields.ts';
import type { VaultFacts, Way } from './log-view.ts';
import { roleNames } from './role-names.ts';
import { followLanguage, formatLocale, later, msg, str } from '../translate.ts';

const wayNames: Readonly<Record<UnlockType, string>> = {
  device: later('the key of this browser'),
  passphrase: later('a passphrase'),
  passkey: later('a passkey'),
};

/** Minutes; 0: never. */
const lockTimes = [0, 1, 5, 15, 60] as const;

/** Characters: what a stolen copy of the profile makes guessing worthwhile below. */
const shortestPassphrase = 8;

type OtherRole = Exclude<Role, 'owner'>;

export class KeySettings extends LitElement {
  static override styles = [
    base,
    controls,
    fields,
    css`
      :host {
        display: grid;
        gap: 1.25rem;
        align-content: start;
      }
      details > form {
        padding-block: 0.25rem 0.5rem;
      }
    `,
  ];

  static override properties = { vault: { attribute: false }, isBusy: { type: Boolean } };

  declare vault: VaultFacts | undefined;
  declare isBusy: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.vault = undefined;
    this.isBusy = false;
  }

  protected override render() {
    const { vault } = this;
    if (vault === undefined) return nothing;
    const { owner = [] } = vault.ways;
    return html`
      <section class="stack" aria-labelledby="ways">
        <h3 id="ways">${msg('How you get in')}</h3>
        <p class="small">${msg(str`The owner’s role opens by ${listOf([...new Set(owner)])}.`)}</p>
        ${
          owner.includes('device')
            ? html`<p class="small">
                <span class="badge warn">${msg('open to this browser')}</span>
                ${msg('Whoever has a copy of this browser profile has the log. A passphrase or a passkey closes it.')}
              </p>`
            : nothing
        }
        ${this.#renderPassphrase(vault, owner.includes('passphrase'))} ${this.#renderPasskey(vault)}
        ${owner.length > 1 ? this.#renderRemoval(vault) : nothing}
      </section>
      <section class="stack" aria-labelledby="idle">
        <h3 id="idle">${msg('Lock by itself')}</h3>
        ${this.#renderIdle(vault)}
      </section>
      <section class="stack" aria-labelledby="others">
        <h3 id="others">${msg('Other roles')}</h3>
        <p class="small muted">
          ${msg('Each has a secret of its own, and keys for what it may read and nothing else.')}
        </p>
        ${roles.flatMap((role) => (role === 'owner' ? [] : [this.#renderOther(vault, role)]))}
      </section>
      <section class="stack" aria-labelledby="rotation">
        <h3 id="rotation">${msg('New keys')}</h3>
        <p class="small muted">
          ${msg(str`Generation ${vault.generation}. New keys seal what is written from now on; what is there stays readable.`)}
        </p>
        <form @submit=${(event: SubmitEvent) => this.#rotate(event, vault)}>
          ${proofField(vault)}
          <button type="submit" class="compact" ?disabled=${this.isBusy}>${msg('Make new keys')}</button>
        </form>
      </section>
    `;
  }

  #renderPassphrase(vault: VaultFacts, isThere: boolean) {
    return html`
      <details>
        <summary>${isThere ? msg('Change the passphrase') : msg('Set a passphrase')}</summary>
        <form @submit=${(event: SubmitEvent) => this.#setPassphrase(event, vault)}>
          ${proofField(vault)} ${renderNewPassphrase(msg('New passphrase'))}
          <button type="submit" class="compact primary" ?disabled=${this.isBusy}>
            ${msg('Save the passphrase')}
          </button>
        </form>
      </details>
    `;
  }

  #renderPasskey(vault: VaultFacts) {
    if (!vault.hasPasskeys)
      return html`<p class="small muted">${msg('This browser has no passkeys that can open a log.')}</p>`;
    return html`
      <details>
        <summary>${msg('Add a passkey')}</summary>
        <form @submit=${(event: SubmitEvent) => this.#addPasskey(event, vault)}>
          ${proofField(vault)}
          <p class="small muted">
            ${msg('The browser asks where to keep it. It opens the log on this device.')}
          </p>
          <button type="submit" class="compact primary" ?disabled=${this.isBusy}>
            ${msg('Add a passkey')}
          </button>
        </form>
      </details>
    `;
  }

  #renderRemoval(vault: VaultFacts) {
    const removable = [...new Set(vault.ways.owner)].filter((way) => way !== 'device');
    if (vault.ways.owner?.includes('device') !== true && removable.length < 2) return nothing;
    return html`
      <details>
        <summary>${msg('Take a way in away')}</summary>
        <form @submit=${(event: SubmitEvent) => this.#removeWay(event, vault)}>
          <label>
            ${msg('Away goes')}
            <select name="way">
              ${removable.map((way) => html`<option value=${way}>${msg(wayNames[way])}</option>`)}
            </select>
          </label>
          ${proofField(vault)}
          <button type="submit" class="compact danger" ?disabled=${this.isBusy}>
            ${msg('Take it away')}
          </button>
        </form>
      </details>
    `;
  }

  #renderIdle(vault: VaultFacts) {
    const now = (vault.settings.lockAfterMs ?? 0) / 60_000;
    return html`
      <form @submit=${(event: SubmitEvent) => this.#setIdle(event, vault)}>
        <label>
          ${msg('When nothing was asked of the log for')}
          <select name="minutes">
            ${lockTimes.map(
              (minutes) => html`
                <option value=${minutes} ?selected=${minutes === now}>${minutesText(minutes)}</option>
              `,
            )}
          </select>
        </label>
        ${proofField(vault)}
        <button type="submit" class="compact" ?disabled=${this.isBusy}>${msg('Save')}</button>
      </form>
    `;
  }

  #renderOther(vault: VaultFacts, role: OtherRole) {
    const ways = vault.ways[role];
    const name = msg(roleNames[role]);
    return html`
      <details>
        <summary>
          ${ways === undefined ? msg(str`${name}: not set up`) : msg(str`${name}: opens by ${listOf(ways)}`)}
        </summary>
        <form
          aria-label=${msg(str`Secret of the ${name}`)}
          @submit=${(event: SubmitEvent) => this.#grant(event, vault, role)}
        >
          ${renderNewPassphrase(msg(str`Passphrase for the ${name}`))} ${proofField(vault)}
          <div class="row">
            <button type="submit" class="compact" ?disabled=${this.isBusy}>
              ${ways === undefined ? msg(str`Set up the ${name}`) : msg(str`Give the ${name} this passphrase instead`)}
            </button>
            ${
              vault.hasPasskeys
                ? html`<button
                    type="submit"
                    class="compact"
                    value="passkey"
                    formnovalidate
                    ?disabled=${this.isBusy}
                  >
                    ${ways === undefined ? msg(str`Set up the ${name} with a passkey`) : msg('A passkey instead')}
                  </button>`
                : nothing
            }
          </div>
        </form>
        ${
          ways === undefined
            ? nothing
            : html`<form
                aria-label=${msg(str`Take the ${name} away`)}
                @submit=${(event: SubmitEvent) => this.#revoke(event, vault, role)}
              >
                ${proofField(vault)}
                <button type="submit" class="compact danger" ?disabled=${this.isBusy}>
                  ${msg(str`Take the ${name} away, and make new keys`)}
                </button>
              </form>`
        }
      </details>
    `;
  }

  #setPassphrase(event: SubmitEvent, vault: VaultFacts): void {
    const form = takeForm(event, { empties: true });
    const way: Way = { type: 'passphrase', passphrase: textIn(form, 'passphrase') };
    send(this, 'log-ask', { type: 'add-way', proof: proofIn(form, vault), way, instead: ['device'] });
  }

  #addPasskey(event: SubmitEvent, vault: VaultFacts): void {
    const proof = proofIn(takeForm(event, { empties: true }), vault);
    send(this, 'log-ask', { type: 'add-way', proof, way: { type: 'passkey' }, instead: ['device'] });
  }

  #removeWay(event: SubmitEvent, vault: VaultFacts): void {
    const form = takeForm(event, { empties: true });
    const way = textIn(form, 'way') as UnlockType;
    send(this, 'log-ask', { type: 'remove-way', proof: proofIn(form, vault), way });
  }

  #setIdle(event: SubmitEvent, vault: VaultFacts): void {
    const form = takeForm(event);
    const lockAfterMs = Number(textIn(form, 'minutes')) * 60_000;
    send(this, 'log-ask', { type: 'set', proof: proofIn(form, vault), settings: { lockAfterMs } });
  }

  #grant(event: SubmitEvent, vault: VaultFacts, role: OtherRole): void {
    const { submitter } = event;
    const isPasskey = submitter instanceof HTMLButtonElement && submitter.value === 'passkey';
    const form = takeForm(event, { empties: true });
    const way: Way = isPasskey
      ? { type: 'passkey' }
      : { type: 'passphrase', passphrase: textIn(form, 'passphrase') };
    send(this, 'log-ask', { type: 'grant', proof: proofIn(form, vault), role, way });
  }

  #revoke(event: SubmitEvent, vault: VaultFacts, role: OtherRole): void {
    const proof = proofIn(takeForm(event, { empties: true }), vault);
    send(this, 'log-ask', { type: 'revoke', proof, role });
  }

  #rotate(event: SubmitEvent, vault: VaultFacts): void {
    send(this, 'log-ask', { type: 'rotate', proof: proofIn(takeForm(event, { empties: true }), vault) });
  }
}

function renderNewPassphrase(label: string) {
  return html`
    <label>
      ${msg(str`${label}, at least ${shortestPassphrase} characters`)}
      <input
        type="password"
        name="passphrase"
        autocomplete="new-password"
        minlength=${shortestPassphrase}
        required
      />
    </label>
  `;
}

function listOf(ways: readonly UnlockType[]): string {
  return new Intl.ListFormat(formatLocale()).format(ways.map((way) => msg(wayNames[way])));
}

function minutesText(minutes: number): string {
  return minutes === 0 ? msg('never lock') : formatPlural(minutes, 'minute|minutes');
}
