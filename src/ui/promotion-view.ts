/** What the screen knows of adapters on their way into use. Data only. */
import type { Interval } from '../protocol/evaluation.ts';
import type { PromotionAction, PromotionDecision, PromotionStage, Tally } from '../protocol/promotion.ts';

/** A share of something, with how sure it is. */
export interface PromotionFigure {
  readonly label: string;
  readonly tally: Tally;
  /** 95 %. */
  readonly interval: Interval;
}

/** One adapter on its way into use as the screen shows it. */
export interface PromotedAdapter {
  readonly id: string;
  readonly title: string;
  readonly stage: PromotionStage;
  readonly figures: readonly PromotionFigure[];
  /** What else there is to know before a decision, in a sentence. */
  readonly note?: string;
  /** Newest first. */
  readonly decisions: readonly PromotionDecision[];
  /** What can be asked for now. */
  readonly actions: readonly PromotionAction[];
}

/** The adapters on their way into use as the screen shows them. */
export interface PromotionView {
  readonly adapters: readonly PromotedAdapter[];
}

export const emptyPromotionView: PromotionView = { adapters: [] };
