/**
 * The chance that a decision is right, and what is done where that is too low. Data only.
 */

export interface Agreement {
  /** Decisions asked for, the first included. */
  readonly asked: number;
  /** Those that say what most say. */
  readonly same: number;
}

/** What one feature did to a chance. */
export interface FeatureEffect {
  readonly feature: string;
  readonly value: number;
  /** Added to the log of the odds, beside a decision whose features are all average. */
  readonly effect: number;
}

/** The chance that a decision is right, and what spoke for it. */
export interface Judgement {
  /** That the decision is right, 0 to 1. */
  readonly chance: number;
  /** What spoke most for it or against it, strongest first. */
  readonly effects: readonly FeatureEffect[];
}

/** Where a decision may go that the small model is not trusted with. */
export type EscalationTarget = 'larger' | 'remote' | 'user';

/** From where on a decision is not trusted, and who is asked then. */
export interface EscalationPolicy {
  /** A decision with a lower chance is not trusted; 0: all are. */
  readonly leastChance: number;
  /** Share of the decisions asked for that have to say the same; counts where more than one was. 0: any. */
  readonly leastAgreement: number;
  /** Who is asked, one after the other, until somebody decides; empty: nobody. */
  readonly to: readonly EscalationTarget[];
}

/** How far the user trusts the small model, and what it gets to do better. */
export interface TrustSettings {
  /** Decisions are judged, and handed on where they are not trusted. */
  readonly isOn: boolean;
  readonly policy: EscalationPolicy;
  /** Decisions asked for a step; 1: one. */
  readonly samples: number;
}

/** What was done with a decision: trusted, handed on, or left as it was. */
export type Ruling =
  | { readonly type: 'trusted' }
  /** The model finds its own calls wrong, and is asked for others. */
  | { readonly type: 'returned'; readonly reason: string }
  /** `modelId` is there where another model is asked. */
  | {
      readonly type: 'escalated';
      readonly to: EscalationTarget;
      readonly modelId?: string;
      /** Whole sentences. */
      readonly reason: string;
    }
  /** Not trusted, and nobody is left to ask: the decision stands, or there is none. */
  | { readonly type: 'unanswered'; readonly reason: string };
