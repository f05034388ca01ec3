/** Gives the cost panel its name. Apart from the others: it is needed once a run has ended. */
import { CostPanel } from './cost-panel.ts';

declare global {
  interface HTMLElementTagNameMap {
    'slm-cost-panel': CostPanel;
  }
}

/** Registers `slm-cost-panel`. Idempotent. */
export function defineCost(): void {
  if (customElements.get('slm-cost-panel') === undefined) customElements.define('slm-cost-panel', CostPanel);
}
