/** Gives the choice of models its name. Apart from the others: pages that choose nothing need not carry it. */
import { SelectionPanel } from './selection-panel.ts';

declare global {
  interface HTMLElementTagNameMap {
    'slm-selection': SelectionPanel;
  }
}

/** Registers `slm-selection`. Idempotent. */
export function defineSelection(): void {
  if (customElements.get('slm-selection') === undefined)
    customElements.define('slm-selection', SelectionPanel);
}
