/** Gives the report of an evaluation its name. Apart from the others: pages that score nothing need not carry it. */
import { EvalReportView } from './eval-report-view.ts';

declare global {
  interface HTMLElementTagNameMap {
    'slm-eval-report': EvalReportView;
  }
}

/** Registers `slm-eval-report`. Idempotent. */
export function defineReport(): void {
  if (customElements.get('slm-eval-report') === undefined)
    customElements.define('slm-eval-report', EvalReportView);
}
