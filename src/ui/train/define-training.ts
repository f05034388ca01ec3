/** Gives the page of training its name. Apart from the others: pages that train nothing need not carry it. */
import { TrainingPanel } from './training-panel.ts';
import { addTexts } from '../translate.ts';
import type { TextSource } from '../translate.ts';

const texts: TextSource = {
  de: () => import('../locales/training/de.json'),
  fr: () => import('../locales/training/fr.json'),
  es: () => import('../locales/training/es.json'),
  ar: () => import('../locales/training/ar.json'),
};

declare global {
  interface HTMLElementTagNameMap {
    'slm-training': TrainingPanel;
  }
}

/** Registers `slm-training`. Idempotent. */
export function defineTraining(): void {
  void addTexts(texts);
  if (customElements.get('slm-training') === undefined) customElements.define('slm-training', TrainingPanel);
}
