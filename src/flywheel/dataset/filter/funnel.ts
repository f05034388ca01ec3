/**
 * How many records each filter let through and why it kept the others: what a person sees of a selection. The counts add up:
 * what goes into a filter is what the one before let out. Knows counts only.
 */
import type { FunnelStep } from '../../../protocol/dataset.ts';
export interface FunnelCounts {
  readonly filter: string;
  readonly out: number;
  readonly reasons: readonly (readonly [reason: string, count: number])[];
}

/** Counts while records pass. Filters stand in the order they were named. */
export class Funnel {
  readonly #steps: { readonly filter: string; out: number; readonly reasons: Map<string, number> }[];

  constructor(filters: readonly string[], before: readonly FunnelCounts[] = []) {
    this.#steps = filters.map((filter) => {
      const known = before.find((step) => step.filter === filter);
      return { filter, out: known?.out ?? 0, reasons: new Map(known?.reasons) };
    });
  }

  pass(filter: string, count = 1): void {
    this.#step(filter).out += count;
  }

  drop(filter: string, reason: string, count = 1): void {
    const { reasons } = this.#step(filter);
    reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  }

  /** What to begin again with. */
  counts(): FunnelCounts[] {
    return this.#steps.map(({ filter, out, reasons }) => ({ filter, out, reasons: [...reasons] }));
  }

  steps(): FunnelStep[] {
    return this.#steps.map(({ filter, out, reasons }) => {
      const sorted = [...reasons].toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
      const dropped = sorted.reduce((sum, [, count]) => sum + count, 0);
      return { filter, in: out + dropped, out, reasons: Object.fromEntries(sorted) };
    });
  }

  #step(filter: string) {
    const step = this.#steps.find((one) => one.filter === filter);
    if (step === undefined) throw new RangeError(`The funnel has no filter ${filter}.`);
    return step;
  }
}
