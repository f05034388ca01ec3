/**
 * What is known of a decision before anybody knows whether it is right, and what can be learned from many of them. Crosses
 * to the flywheel's worker. Data only.
 */
import type { Certainty } from './engine.ts';
import type { Agreement } from './routing.ts';
import type { StepOutput } from './task-event.ts';

/** What is known of a decision before anybody knows whether it is right. */
export interface DecisionFacts {
  /** Of the attempt that was accepted; absent: the engine does not tell, or none was. */
  readonly certainty?: Certainty;
  /** Absent: no attempt gave a usable output. */
  readonly output?: StepOutput;
  /** How often the model was asked. */
  readonly attempts: number;
  readonly toolsOffered: number;
  /** What the user asked for. */
  readonly request: string;
  /** How many of the decisions that were asked for say the same, this one included; absent: no other was asked for. */
  readonly agreement?: Agreement;
  /** How likely the model finds its own calls wrong, 0 to 1; absent: it was not asked. */
  readonly objection?: number;
}

/** A decision, and whether it was right. */
export interface RouterExample {
  readonly facts: DecisionFacts;
  readonly success: boolean;
}

/** The chance of success as a logistic function of features. */
export interface LogisticFit {
  /** What is taken from each feature, and what it is then divided by. */
  readonly means: readonly number[];
  readonly scales: readonly number[];
  /** One for each feature; then one by itself. */
  readonly weights: readonly number[];
  readonly intercept: number;
}

/** What a router has learned. */
export interface RouterFit {
  readonly v: 1;
  /** Features by name: what a later version does not know is not judged by. */
  readonly features: readonly string[];
  readonly fit: LogisticFit;
  /** Examples it was learned from, and those of them that were right. */
  readonly n: number;
  readonly successes: number;
  /** Expected calibration error on examples that were left out, 0 to 1. */
  readonly calibrationError: number;
}

/** What the flywheel's thread does for a router. */
export interface RouterFitApi {
  /** Undefined: the examples are too few, or nearly all of one kind. */
  fitRouter(examples: readonly RouterExample[]): Promise<RouterFit | undefined>;
}
