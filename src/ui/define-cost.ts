/** Gives the cost panel its name. Apart from the others: it is needed once a run has ended. */
import { CostPanel } from './cost-panel.ts';
import { SpendLimitsForm } from './spend-limits.ts';

declare global {
  interface HTMLElementTagNameMap {
    'slm-cost-panel': CostPanel;
    'slm-spend-limits': SpendLimitsForm;
  }
}

/** Registers `slm-cost-panel` and its part. Idempotent. */
export function defineCost(): void {
  if (customElements.get('slm-cost-panel') !== undefined) return;
  customElements.define('slm-spend-limits', SpendLimitsForm);
  customElements.define('slm-cost-panel', CostPanel);
}
