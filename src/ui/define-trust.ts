/** Gives the panel of trust its name. Apart from the others: it is needed once there is a model. */
import { TrustPanel } from './trust-panel.ts';

declare global {
  interface HTMLElementTagNameMap {
    'slm-trust-panel': TrustPanel;
  }
}

/** Registers `slm-trust-panel`. Idempotent. */
export function defineTrust(): void {
  if (customElements.get('slm-trust-panel') === undefined)
    customElements.define('slm-trust-panel', TrustPanel);
}
