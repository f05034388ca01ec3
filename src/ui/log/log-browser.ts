/**
 * The log in a window over the page: its runs, who it is open to, its keys, what it keeps, its audit log. Which of these
 * there are depends on the role. Sends `log-ask`; knows its own elements, and reads no store.
 */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { send } from '../events.ts';
import { base, controls, tokens } from '../theme.ts';
import { logBrowserStyle } from './log-browser-style.ts';
import { emptyLogStatus } from './log-status.ts';
import type { LogStatus } from './log-status.ts';
import type { LogView } from './log-view.ts';
import { roleNames } from './role-names.ts';
import { followLanguage, later, msg, str } from '../translate.ts';

const sectionNames = {
  runs: later('Runs'),
  role: later('Roles'),
  keys: later('Keys'),
  keeping: later('Keeping'),
  audit: later('Audit'),
} as const;

type Section = keyof typeof sectionNames;

/** What each role has to do with. */
const sectionsOf: Readonly<Record<LogStatus['access'], readonly Section[]>> = {
  owner: ['runs', 'keeping', 'keys', 'audit', 'role'],
  curator: ['runs', 'role'],
  contributor: ['role'],
  auditor: ['audit', 'role'],
  locked: ['role'],
  unopened: [],
};

export class LogBrowser extends LitElement {
  static override styles = [tokens, base, controls, logBrowserStyle];

  static override properties = {
    status: { attribute: false },
    view: { attribute: false },
    section: { state: true },
  };

  declare status: LogStatus;
  /** Undefined: nobody looks, and nothing is shown. */
  declare view: LogView | undefined;
  declare section: Section;

  constructor() {
    super();
    followLanguage(this);
    this.status = emptyLogStatus;
    this.view = undefined;
    this.section = 'runs';
  }

  protected override willUpdate(changed: PropertyValues<{ status: LogStatus }>): void {
    if (!changed.has('status') || changed.get('status')?.access === this.status.access) return;
    const [first = 'role'] = sectionsOf[this.status.access];
    this.section = first;
  }

  protected override render() {
    const { view } = this;
    if (view === undefined) return nothing;
    const { access } = this.status;
    const said = view.busy === '' ? view.said : view.busy;
    return html`
      <dialog aria-labelledby="title" @close=${() => send(this, 'log-ask', { type: 'close' })}>
        <header class="row between">
          <h2 id="title">${msg('Log')}</h2>
          <div class="row">
            <span class="badge ${access === 'locked' ? 'warn' : 'good'}">
              ${access === 'locked' ? msg('locked') : openAs(access)}
            </span>
            <button type="button" class="compact" @click=${() => this.#dialog?.close()}>
              ${msg('Close')}
            </button>
          </div>
        </header>
        <nav aria-label=${msg('Parts of the log')}>
          ${sectionsOf[access].map(
            (section) => html`
              <button
                type="button"
                class="compact ${section === this.section ? 'chosen' : 'quiet'}"
                aria-current=${section === this.section ? 'true' : 'false'}
                @click=${() => (this.section = section)}
              >
                ${msg(sectionNames[section])}
              </button>
            `,
          )}
        </nav>
        <p
          class="said small ${said === '' ? 'silent' : ''} ${view.isBad ? 'bad' : ''}"
          role="status"
          lang=${view.isBad ? 'en' : nothing}
          dir="auto"
        >
          ${said}
        </p>
        <div class="body">${this.#renderSection(view)}</div>
      </dialog>
    `;
  }

  #renderSection(view: LogView) {
    const { access } = this.status;
    const isBusy = view.busy !== '';
    switch (this.section) {
      case 'runs':
        return html`
          <div class="runs ${view.record === undefined ? '' : 'has-record'}">
            <slm-log-list .view=${view}></slm-log-list>
            ${
              view.record === undefined
                ? nothing
                : html`<slm-log-record
                    .record=${view.record}
                    .isOwner=${access === 'owner'}
                    .showsOriginals=${view.showsOriginals}
                  ></slm-log-record>`
            }
          </div>
        `;
      case 'role':
        return html`<slm-log-unlock
          .access=${access}
          .vault=${view.vault}
          .isBusy=${isBusy}
        ></slm-log-unlock>`;
      case 'keys':
        return html`<slm-log-keys .vault=${view.vault} .isBusy=${isBusy}></slm-log-keys>`;
      case 'keeping':
        return html`<slm-log-keeping
          .vault=${view.vault}
          .runs=${view.runIds.length}
          .isBusy=${isBusy}
        ></slm-log-keeping>`;
      case 'audit':
        return html`<slm-log-audit .audit=${view.audit} .isBusy=${isBusy}></slm-log-audit>`;
      default:
        return this.section satisfies never;
    }
  }

  protected override updated(): void {
    const dialog = this.#dialog;
    if (dialog !== null && !dialog.open) dialog.showModal();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }
}

function openAs(access: Exclude<LogStatus['access'], 'locked'>): string {
  return access === 'unopened' ? '' : msg(str`open as ${msg(roleNames[access])}`);
}
