/**
 * What a run used, what that would have cost elsewhere, and what both are reckoned from. docs/economics has every figure's
 * definition. Data only.
 */

/** Prices that the user gives, and what is assumed of the device. */
export interface PriceList {
  /** A currency's sign or code, e.g. `USD`. */
  readonly currency: string;
  /** Price of a million tokens that the large model reads, and has not read before. */
  readonly inputPerMillion: number;
  /** Price of a million tokens that it finds in its prompt cache. */
  readonly cachedPerMillion: number;
  /** Price of a million tokens that it writes. */
  readonly outputPerMillion: number;
  /** Price of a kilowatt hour here. */
  readonly perKilowattHour: number;
  /** Watts that this device draws beyond idling while the model works. */
  readonly watts: number;
}

/** What may be spent; a bound that is left out does not hold. See docs/economics. */
export interface SpendLimits {
  /** Tokens that a run may read, cache left out, and write, on any model. */
  readonly runTokens?: number;
  /** The same for all runs of one day in this browser. */
  readonly dayTokens?: number;
  /** What a run's steps on servers may cost by the price list, in its currency. */
  readonly runMoney?: number;
  readonly dayMoney?: number;
  /** What becomes of a model call that might pass a bound. */
  readonly beyond: 'ask' | 'refuse';
}

export interface Spend {
  readonly tokens: number;
  /** In the price list's currency. */
  readonly money: number;
}

/** What a run would have cost elsewhere, what it cost here, and the difference. */
export interface RunMoney {
  readonly currency: string;
  /** What the same tokens would have cost at the large model's prices. */
  readonly large: number;
  /** What steps that ran on a server cost at those prices. */
  readonly spent: number;
  /** What the energy costs. */
  readonly energy: number;
  /** `large - spent - energy`; below zero where the run was dearer here. */
  readonly saved: number;
}

/** What a run used: steps, tokens, time, calls. */
export interface RunCost {
  readonly modelSteps: number;
  /** Tokens read and computed: those of the prompts without those from the cache. */
  readonly readTokens: number;
  readonly cachedTokens: number;
  readonly writtenTokens: number;
  /** Milliseconds that models worked, all steps added up. */
  readonly modelMs: number;
  /** Milliseconds of the run, approvals included. */
  readonly durationMs: number;
  /** Tool calls that were made. */
  readonly calls: number;
  /** Of these, those that the model the run was begun with decided, on this device. */
  readonly smallCalls: number;
  /** Decisions that the local model was not trusted with. */
  readonly handedOn: number;
  /** Watt hours that local steps took, by `watts`. */
  readonly wattHours: number;
  /** Absent: no price list was given. */
  readonly money?: RunMoney;
}
