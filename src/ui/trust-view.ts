/** What the screen knows of how far the small model is trusted. Data only. */
import type { EscalationTarget, TrustSettings } from '../protocol/routing.ts';

/** What was learned from the log. */
export interface LearnedTrust {
  /** Decisions it was learned from, and those of them that were right. */
  readonly n: number;
  readonly successes: number;
  /** How far the chances were off on decisions that were left out, on average, 0 to 1. */
  readonly calibrationError: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface TrustShortage {
  /** Decisions that say something. */
  readonly found: number;
  readonly needed: number;
  /** Right ones, and wrong ones. */
  readonly neededOfEach: number;
}

export interface TrustView {
  readonly settings: TrustSettings;
  /** Who can be asked here. */
  readonly targets: readonly EscalationTarget[];
  /** Undefined: nothing yet. */
  readonly learned: LearnedTrust | undefined;
  /** Somebody has looked: the settings are those that are kept. */
  readonly isOpen: boolean;
  readonly isLearning: boolean;
  /** Too few decisions were found to learn from; undefined: there were enough, or nobody has looked. */
  readonly shortage: TrustShortage | undefined;
}

/** Off: a run that nobody has set up asks nobody anything new. */
export const defaultTrust: TrustSettings = {
  isOn: false,
  policy: { leastChance: 0.5, leastAgreement: 0.5, to: ['larger', 'user'] },
  samples: 1,
};

export const emptyTrustView: TrustView = {
  settings: defaultTrust,
  targets: ['user'],
  learned: undefined,
  isOpen: false,
  isLearning: false,
  shortage: undefined,
};
