/**
 * What a log keeps, for its owner: what is recorded, for how long, how much room there is, erasing a person, backup and
 * restore. Sends `log-ask`. Knows nothing of how it is done.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { RecordingMode, Retention } from '../../protocol/vault.ts';
import { send } from '../events.ts';
import { formatMegabytes, formatPlural } from '../format.ts';
import { base, controls } from '../theme.ts';
import { takeForm, textIn } from '../read-form.ts';
import { fields, proofField, proofIn } from './fields.ts';
import type { VaultFacts } from './log-view.ts';
import { followLanguage, later, msg, str } from '../translate.ts';

const dayMs = 86_400_000;

/** Below this, a long run may find the disk full. Bytes. */
const littleRoom = 50e6;

const recordingTexts: Readonly<Record<RecordingMode, { readonly name: string; readonly what: string }>> = {
  full: {
    name: later('Content, masked'),
    what: later('What was asked and said, with personal data replaced. It can teach the model.'),
  },
  'metadata-only': {
    name: later('Metadata only'),
    what: later('Tools, times, counts and outcomes. No words.'),
  },
  off: {
    name: later('Nothing'),
    what: later('Runs leave no trace. They cannot teach, and cannot be looked at again.'),
  },
};

export class KeepSettings extends LitElement {
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
      textarea {
        font-size: 0.9375rem;
      }
      label:has(textarea) {
        width: min(30rem, 100%);
      }
    `,
  ];

  static override properties = {
    vault: { attribute: false },
    runs: { type: Number },
    isBusy: { type: Boolean },
  };

  declare vault: VaultFacts | undefined;
  /** How many runs a restore would replace. */
  declare runs: number;
  declare isBusy: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.vault = undefined;
    this.runs = 0;
    this.isBusy = false;
  }

  protected override render() {
    const { vault } = this;
    if (vault === undefined) return nothing;
    return html`
      ${this.#renderRecording(vault)} ${this.#renderRetention(vault)} ${this.#renderRoom(vault)}
      ${this.#renderErase()} ${this.#renderBackup(vault)}
    `;
  }

  #renderRecording(vault: VaultFacts) {
    return html`
      <section class="stack" aria-labelledby="recording">
        <h3 id="recording">${msg('What is recorded')}</h3>
        <form
          @submit=${(event: SubmitEvent) => {
            const form = takeForm(event);
            const recording = textIn(form, 'recording') as RecordingMode;
            const proof = proofIn(form, vault);
            send(this, 'log-ask', { type: 'set', proof, settings: { recording, isChosen: true } });
          }}
        >
          <fieldset>
            <legend class="small">${msg('Of every run')}</legend>
            ${Object.entries(recordingTexts).map(
              ([mode, { name, what }]) => html`
                <label class="choice">
                  <input
                    type="radio"
                    name="recording"
                    value=${mode}
                    ?checked=${vault.settings.recording === mode}
                  />
                  <span>${msg(name)} <span class="small muted">${msg(what)}</span></span>
                </label>
              `,
            )}
          </fieldset>
          ${proofField(vault)}
          <button type="submit" class="compact" ?disabled=${this.isBusy}>${msg('Record this')}</button>
        </form>
      </section>
    `;
  }

  #renderRetention(vault: VaultFacts) {
    const { maxAgeMs, maxBytes } = vault.settings.retention;
    return html`
      <section class="stack" aria-labelledby="retention">
        <h3 id="retention">${msg('How long it is kept')}</h3>
        <p class="small muted">${msg('The oldest runs go first, with their keys. Empty: no limit.')}</p>
        <form @submit=${(event: SubmitEvent) => this.#setRetention(event, vault)}>
          <label>
            ${msg('Days')}
            <input
              class="number"
              type="number"
              name="days"
              min="1"
              step="1"
              .value=${maxAgeMs === undefined ? '' : String(maxAgeMs / dayMs)}
            />
          </label>
          <label>
            ${msg('Megabytes')}
            <input
              class="number"
              type="number"
              name="megabytes"
              min="1"
              step="1"
              .value=${maxBytes === undefined ? '' : String(maxBytes / 1e6)}
            />
          </label>
          ${proofField(vault)}
          <button type="submit" class="compact" ?disabled=${this.isBusy}>
            ${msg('Keep no more than this')}
          </button>
        </form>
      </section>
    `;
  }

  #renderRoom({ usedBytes, freeBytes, isPersisted }: VaultFacts) {
    return html`
      <section class="stack" aria-labelledby="room">
        <h3 id="room">${msg('Room')}</h3>
        ${
          usedBytes === undefined || freeBytes === undefined
            ? html`<p class="small muted">${msg('This browser does not tell how much room there is.')}</p>`
            : html`<p class="small">
                ${freeBytes < littleRoom ? html`<span class="badge bad">${msg('little room')}</span>` : nothing}
                ${msg(str`This site uses ${formatMegabytes(usedBytes)}, models included; the browser has ${formatMegabytes(freeBytes)} left for it.`)}
                ${freeBytes < littleRoom ? msg('Write a backup, then erase runs or delete models.') : ''}
              </p>`
        }
        ${
          isPersisted
            ? html`<p class="small muted">${msg('The browser keeps it until you delete it.')}</p>`
            : html`
                <p class="small muted">${msg('The browser may delete it when the disk is nearly full.')}</p>
                <div>
                  <button
                    type="button"
                    class="compact"
                    @click=${() => send(this, 'log-ask', { type: 'keep' })}
                  >
                    ${msg('Ask the browser to keep it')}
                  </button>
                </div>
              `
        }
      </section>
    `;
  }

  #renderErase() {
    return html`
      <section class="stack" aria-labelledby="erase">
        <h3 id="erase">${msg('Erase a person')}</h3>
        <p class="small muted">
          ${msg('Every run that names them goes, also where a made-up name stands in the place of theirs, and what was taken from these runs to be looked at. To erase one run, open it; to erase by other marks, filter the runs.')}
        </p>
        <form @submit=${(event: SubmitEvent) => this.#eraseSubject(event)}>
          <label>
            ${msg('Names, addresses, numbers: one a line')}
            <textarea name="terms" rows="3" required spellcheck="false"></textarea>
          </label>
          <label class="choice">
            <input type="checkbox" name="sure" required />
            <span>${msg('It cannot be undone. Files that were exported are not reached.')}</span>
          </label>
          <button type="submit" class="compact danger" ?disabled=${this.isBusy}>
            ${msg('Erase every run that names them')}
          </button>
        </form>
      </section>
    `;
  }

  #renderBackup(vault: VaultFacts) {
    return html`
      <section class="stack" aria-labelledby="backup">
        <h3 id="backup">${msg('Backup')}</h3>
        <p class="small muted">
          ${msg('One encrypted file with everything: runs, originals, roles and the audit log.')}
        </p>
        <form aria-label=${msg('Back up')} @submit=${(event: SubmitEvent) => this.#backUp(event, vault)}>
          <label>
            ${msg('A passphrase for the file, at least 8 characters')}
            <input type="password" name="passphrase" autocomplete="new-password" minlength="8" required />
          </label>
          ${proofField(vault)}
          <button type="submit" class="compact" ?disabled=${this.isBusy}>${msg('Save a backup')}</button>
        </form>
        <details>
          <summary>${msg('Restore a backup')}</summary>
          <form aria-label=${msg('Restore')} @submit=${(event: SubmitEvent) => this.#restore(event)}>
            <label>${msg('Backup')} <input type="file" name="file" required /></label>
            <label>
              ${msg('Its passphrase')}
              <input type="password" name="passphrase" autocomplete="off" required />
            </label>
            <label class="choice">
              <input type="checkbox" name="sure" required />
              <span
                >${msg(str`It takes the place of this log and its ${formatPlural(this.runs, 'run|runs')}, which cannot be brought back.`)}</span
              >
            </label>
            <button type="submit" class="compact danger" ?disabled=${this.isBusy}>
              ${msg('Replace this log')}
            </button>
          </form>
        </details>
      </section>
    `;
  }

  #setRetention(event: SubmitEvent, vault: VaultFacts): void {
    const form = takeForm(event);
    const [days, megabytes] = [Number(textIn(form, 'days')), Number(textIn(form, 'megabytes'))];
    const retention: Retention = {
      ...(days > 0 ? { maxAgeMs: days * dayMs } : {}),
      ...(megabytes > 0 ? { maxBytes: megabytes * 1e6 } : {}),
    };
    send(this, 'log-ask', { type: 'set', proof: proofIn(form, vault), settings: { retention } });
  }

  #eraseSubject(event: SubmitEvent): void {
    const terms = textIn(takeForm(event, { empties: true }), 'terms')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (terms.length > 0) send(this, 'log-ask', { type: 'erase-subject', terms });
  }

  #backUp(event: SubmitEvent, vault: VaultFacts): void {
    const form = takeForm(event, { empties: true });
    const passphrase = textIn(form, 'passphrase');
    send(this, 'log-ask', { type: 'back-up', proof: proofIn(form, vault), passphrase });
  }

  #restore(event: SubmitEvent): void {
    const form = takeForm(event, { empties: true });
    const file = form.get('file');
    if (file instanceof File)
      send(this, 'log-ask', { type: 'restore', file, passphrase: textIn(form, 'passphrase') });
  }
}
