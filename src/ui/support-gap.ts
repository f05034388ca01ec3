/**
 * One thing that this browser, or the way this page is served, lacks. Data only; the check is app/support.
 */
export interface SupportGap {
  /** What is missing, e.g. `WebAssembly SIMD`. */
  readonly feature: string;
  /** `blocking`: no model can run here. `limiting`: it runs, slower or forgetting more. */
  readonly severity: 'blocking' | 'limiting';
  /** What that means for the reader, one sentence. */
  readonly effect: string;
  /** What the reader can do, one sentence. */
  readonly remedy: string;
}
