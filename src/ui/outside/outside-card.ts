/**
 * The card of tools from elsewhere, folded up. The panel in it is fetched when it is unfolded: most visits do without.
 * Sends `outside-ask`.
 */
import { LitElement, html, nothing } from 'lit';
import { send } from '../events.ts';
import { base } from '../theme.ts';
import { followLanguage, msg } from '../translate.ts';
import { emptyOutsideView } from './outside-view.ts';
import type { OutsideView } from './outside-view.ts';

export class OutsideCard extends LitElement {
  static override styles = base;

  static override properties = {
    view: { attribute: false },
    unfolded: { state: true },
    failed: { state: true },
  };

  declare view: OutsideView;
  declare unfolded: boolean;
  /** The panel could not be fetched. */
  declare failed: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyOutsideView;
    this.unfolded = false;
    this.failed = false;
  }

  protected override render() {
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('Tools from elsewhere')}</h2>
        <details @toggle=${(event: Event) => void this.#toggled(event)}>
          <summary>${msg('Servers, documents, and this page')}</summary>
          ${
            this.unfolded && this.view.isOpen && !this.failed
              ? html`<slm-outside-panel .view=${this.view}></slm-outside-panel>`
              : nothing
          }
          <p class="small muted" role="status">
            ${this.failed ? msg('This part could not be fetched. Fold it up and try again.') : nothing}
          </p>
        </details>
      </section>
    `;
  }

  async #toggled({ target }: Event): Promise<void> {
    this.unfolded = target instanceof HTMLDetailsElement && target.open;
    if (!this.unfolded) return;
    send(this, 'outside-ask', { type: 'open' });
    try {
      (await import('./define-outside.ts')).defineOutside();
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }
}
