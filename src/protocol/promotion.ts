/**
 * The way of an adapter from a file to what runs use, as records: decisions, and what it did beside others.
 * Knows nothing of the rules (flywheel/promote) and of who keeps the records (log/journal).
 */
import type { GenerateUsage } from './engine.ts';
import type { FaultData } from './fault.ts';
import type { Id } from './id.ts';
import type { StepOutput } from './task-event.ts';

/**
 * - `candidate`: here, and used by nobody who did not choose it.
 * - `shadow`: asked beside what runs use, on the same steps; its output is graded, never shown and never run.
 * - `canary`: a share of the runs use it.
 * - `default`: all runs use it.
 * - `rolled-back`: was taken out of use.
 */
export type PromotionStage = 'candidate' | 'shadow' | 'canary' | 'default' | 'rolled-back';

/** What a person can ask for. */
export type PromotionAction = 'start-shadow' | 'promote' | 'roll-back';

/** Tries, and how many of them went well. */
export interface Tally {
  readonly n: number;
  readonly successes: number;
}

/** An adapter comes to another stage. Decisions are only ever added; the last one of an adapter rules. */
export interface PromotionDecision {
  readonly id: Id;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The weights that the adapter is for, SHA-256. */
  readonly baseSha256: string;
  readonly adapter: string;
  readonly from: PromotionStage;
  readonly to: PromotionStage;
  readonly by: 'person' | 'rule';
  /** Why, in sentences. */
  readonly reason: string;
  /** To `default`: the adapter that runs used until then; absent: the base model. */
  readonly replaces?: string;
  /** What was known of the adapter's runs, and of those of what it is measured against. */
  readonly challenger?: Tally;
  readonly incumbent?: Tally;
}

/** How a trial beside a shown step came out. */
export type ShadowOutcome =
  | {
      readonly type: 'compared';
      /** It could be read, and its calls fit their tools. */
      readonly valid: boolean;
      /** It decided as the shown step did. */
      readonly agreed: boolean;
      readonly output?: StepOutput;
      readonly usage: GenerateUsage;
    }
  | { readonly type: 'failed'; readonly fault: FaultData }
  /** `busy`: the engine had other work; `cut-off`: the run was over. */
  | { readonly type: 'skipped'; readonly why: 'busy' | 'cut-off' };

/** What an adapter in the shadow did at one step. */
export interface ShadowTrial {
  readonly id: Id;
  readonly runId: Id;
  readonly stepId: Id;
  readonly at: number;
  readonly adapter: string;
  readonly outcome: ShadowOutcome;
}
