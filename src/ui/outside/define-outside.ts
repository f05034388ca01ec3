/** Names the elements in the card of tools from elsewhere. Apart from the others: they are fetched when it is unfolded. */
import { OutsidePanel } from './outside-panel.ts';
import { OutsideSourceItem } from './outside-source-item.ts';
import { addTexts } from '../translate.ts';
import type { TextSource } from '../translate.ts';

const texts: TextSource = {
  de: () => import('../locales/outside/de.json'),
  fr: () => import('../locales/outside/fr.json'),
  es: () => import('../locales/outside/es.json'),
  ar: () => import('../locales/outside/ar.json'),
};

declare global {
  interface HTMLElementTagNameMap {
    'slm-outside-panel': OutsidePanel;
    'slm-outside-source': OutsideSourceItem;
  }
}

/** Registers `slm-outside-source` and `slm-outside-panel`. Idempotent. */
export function defineOutside(): void {
  void addTexts(texts);
  if (customElements.get('slm-outside-source') === undefined)
    customElements.define('slm-outside-source', OutsideSourceItem);
  if (customElements.get('slm-outside-panel') === undefined)
    customElements.define('slm-outside-panel', OutsidePanel);
}
