/** Gives the page of training its name. Apart from the others: pages that train nothing need not carry it. */
import { TrainingPanel } from './training-panel.ts';

declare global {
  interface HTMLElementTagNameMap {
    'slm-training': TrainingPanel;
  }
}

/** Registers `slm-training`. Idempotent. */
export function defineTraining(): void {
  if (customElements.get('slm-training') === undefined) customElements.define('slm-training', TrainingPanel);
}
