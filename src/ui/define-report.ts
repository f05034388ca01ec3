/** Gives the report of an evaluation, and what is taken out of it, their names. Apart from the others: pages that score nothing need not carry it. */
import { EvalReportView } from './eval-report-view.ts';
import { ReviewQueueView } from './review-queue-view.ts';
import { addTexts } from './translate.ts';
import type { TextSource } from './translate.ts';

const texts: TextSource = {
  de: () => import('./locales/report/de.json'),
  fr: () => import('./locales/report/fr.json'),
  es: () => import('./locales/report/es.json'),
  ar: () => import('./locales/report/ar.json'),
};

declare global {
  interface HTMLElementTagNameMap {
    'slm-eval-report': EvalReportView;
    'slm-review-queue': ReviewQueueView;
  }
}

/** Registers `slm-eval-report` and `slm-review-queue`. Idempotent. */
export function defineReport(): void {
  void addTexts(texts);
  if (customElements.get('slm-eval-report') === undefined)
    customElements.define('slm-eval-report', EvalReportView);
  if (customElements.get('slm-review-queue') === undefined)
    customElements.define('slm-review-queue', ReviewQueueView);
}
