/** Gives the choice of models its name. Apart from the others: pages that choose nothing need not carry it. */
import { SelectionPanel } from './selection-panel.ts';
import { addTexts } from './translate.ts';
import type { TextSource } from './translate.ts';

const texts: TextSource = {
  de: () => import('./locales/selection/de.json'),
  fr: () => import('./locales/selection/fr.json'),
  es: () => import('./locales/selection/es.json'),
  ar: () => import('./locales/selection/ar.json'),
};

declare global {
  interface HTMLElementTagNameMap {
    'slm-selection': SelectionPanel;
  }
}

/** Registers `slm-selection`. Idempotent. */
export function defineSelection(): void {
  void addTexts(texts);
  if (customElements.get('slm-selection') === undefined)
    customElements.define('slm-selection', SelectionPanel);
}
