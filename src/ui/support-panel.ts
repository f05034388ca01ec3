/**
 * Says what this browser, or the way the page is served, lacks. Knows gaps as data; the check is app/support.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { SupportGap } from './support-gap.ts';
import { base } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

export class SupportPanel extends LitElement {
  static override styles = [
    base,
    css`
      .card {
        background: var(--_warn-soft);
        border-color: var(--_warn);
        box-shadow: none;
      }
      .card.blocking {
        background: var(--_bad-soft);
        border-color: var(--_bad);
      }
    `,
  ];

  static override properties = { gaps: { attribute: false } };

  declare gaps: readonly SupportGap[];

  constructor() {
    super();
    followLanguage(this);
    this.gaps = [];
  }

  protected override render() {
    if (this.gaps.length === 0) return nothing;
    const blocked = this.gaps.some(({ severity }) => severity === 'blocking');
    return html`
      <section class="card stack ${blocked ? 'blocking' : ''}" aria-labelledby="title">
        <h2 id="title">
          ${blocked ? msg('This browser cannot run a model here') : msg('This will work, with limits')}
        </h2>
        <ul class="stack">
          ${this.gaps.map(
            ({ feature, effect, remedy }) => html`
              <li class="small"><strong>${msg(str`${feature} is missing.`)}</strong> ${effect} ${remedy}</li>
            `,
          )}
        </ul>
      </section>
    `;
  }
}
