/**
 * Who the log is open to, and how that is changed: a role, its secret, locking. Sends `log-ask`.
 * Knows which ways into a role there are; knows no secret longer than it takes to send it.
 */
import { LitElement, css, html, nothing } from 'lit';
import { roles } from '../../protocol/vault.ts';
import type { Role, UnlockType } from '../../protocol/vault.ts';
import { send } from '../events.ts';
import { base, controls } from '../theme.ts';
import { takeForm, textIn } from '../read-form.ts';
import { fields } from './fields.ts';
import type { LogStatus } from './log-status.ts';
import type { VaultFacts, Way } from './log-view.ts';
import { roleNames } from './role-names.ts';
import { followLanguage, later, msg, str } from '../translate.ts';

const roleTexts: Readonly<Record<Role, string>> = {
  owner: later('Reads everything, keeps the keys, erases.'),
  curator: later('Reads what was recorded, masked; labels and exports.'),
  contributor: later('Runs are written; nothing can be read back.'),
  auditor: later('Reads and checks the audit log, and no run.'),
};

export class UnlockForm extends LitElement {
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
      .choice .small {
        display: block;
      }
    `,
  ];

  static override properties = {
    access: { attribute: false },
    vault: { attribute: false },
    isBusy: { type: Boolean },
    role: { state: true },
  };

  declare access: LogStatus['access'];
  declare vault: VaultFacts | undefined;
  declare isBusy: boolean;
  /** The role that is chosen in the form. */
  declare role: Role;

  constructor() {
    super();
    followLanguage(this);
    this.access = 'locked';
    this.vault = undefined;
    this.isBusy = false;
    this.role = 'owner';
  }

  protected override render() {
    const { vault, access } = this;
    if (vault === undefined) return nothing;
    const ways = vault.ways[this.role] ?? [];
    const isLocked = access === 'locked';
    return html`
      <section class="stack" aria-labelledby="now">
        <h3 id="now">${this.#stateText}</h3>
        ${
          isLocked
            ? html`<p class="small muted">${msg('Nothing of it can be read until a role is unlocked.')}</p>`
            : html`
                <p class="small muted">${access === 'unopened' ? '' : msg(roleTexts[access])}</p>
                <div>
                  <button type="button" @click=${() => send(this, 'log-ask', { type: 'lock' })}>
                    ${msg('Lock now')}
                  </button>
                </div>
              `
        }
      </section>
      <section class="stack" aria-labelledby="unlock">
        <h3 id="unlock">${isLocked ? msg('Unlock') : msg('Switch role')}</h3>
        <form @submit=${(event: SubmitEvent) => this.#unlock(event)}>
          <fieldset>
            <legend class="small">${msg('Role')}</legend>
            ${roles.map((role) => this.#renderRole(role))}
          </fieldset>
          ${
            ways.includes('passphrase') || ways.length === 0
              ? html`<label>
                  ${msg(str`Passphrase of the ${msg(roleNames[this.role])}`)}
                  <input type="password" name="passphrase" autocomplete="current-password" required />
                </label>`
              : nothing
          }
          <div class="row">${this.#renderButtons(ways)}</div>
        </form>
      </section>
    `;
  }

  get #stateText(): string {
    const { access } = this;
    if (access === 'locked') return msg('The log is locked');
    return access === 'unopened' ? '' : msg(str`Open as ${msg(roleNames[access])}`);
  }

  #renderRole(role: Role) {
    return html`
      <label class="choice">
        <input
          type="radio"
          name="role"
          value=${role}
          .checked=${role === this.role}
          @change=${() => (this.role = role)}
        />
        <span>${msg(roleNames[role])} <span class="small muted">${msg(roleTexts[role])}</span></span>
      </label>
    `;
  }

  #renderButtons(ways: readonly UnlockType[]) {
    const isOpen = this.access === this.role;
    return html`
      ${
        ways.includes('passphrase') || ways.length === 0
          ? html`<button type="submit" class="primary" ?disabled=${this.isBusy || isOpen}>
              ${msg('Unlock')}
            </button>`
          : nothing
      }
      ${
        ways.includes('passkey')
          ? html`<button
              type="button"
              ?disabled=${this.isBusy || isOpen}
              @click=${() => this.#send({ type: 'passkey' })}
            >
              ${msg('Unlock with a passkey')}
            </button>`
          : nothing
      }
      ${
        ways.includes('device')
          ? html`<button
              type="button"
              ?disabled=${this.isBusy || isOpen}
              @click=${() => this.#send({ type: 'device' })}
            >
              ${msg('Unlock with the key of this browser')}
            </button>`
          : nothing
      }
    `;
  }

  #unlock(event: SubmitEvent): void {
    const passphrase = textIn(takeForm(event, { empties: true }), 'passphrase');
    this.#send({ type: 'passphrase', passphrase });
  }

  #send(way: Way): void {
    send(this, 'log-ask', { type: 'unlock', role: this.role, way });
  }
}
