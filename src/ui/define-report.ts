/** Gives the report of an evaluation, and what is taken out of it, their names. Apart from the others: pages that score nothing need not carry it. */
import { EvalReportView } from './eval-report-view.ts';
import { ReviewQueueView } from './review-queue-view.ts';

declare global {
  interface HTMLElementTagNameMap {
    'slm-eval-report': EvalReportView;
    'slm-review-queue': ReviewQueueView;
  }
}

/** Registers `slm-eval-report` and `slm-review-queue`. Idempotent. */
export function defineReport(): void {
  if (customElements.get('slm-eval-report') === undefined)
    customElements.define('slm-eval-report', EvalReportView);
  if (customElements.get('slm-review-queue') === undefined)
    customElements.define('slm-review-queue', ReviewQueueView);
}
