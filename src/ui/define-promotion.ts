/** Gives the panel of promotion its name. Apart from the others: it is needed once there is a model. */
import { PromotionPanel } from './promotion-panel.ts';

declare global {
  interface HTMLElementTagNameMap {
    'slm-promotion-panel': PromotionPanel;
  }
}

/** Registers `slm-promotion-panel`. Idempotent. */
export function definePromotion(): void {
  if (customElements.get('slm-promotion-panel') === undefined)
    customElements.define('slm-promotion-panel', PromotionPanel);
}
