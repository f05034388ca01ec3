/**
 * Whom a run trusts: the chance of a decision as somebody reckons it, from where on that is not enough, and who is asked
 * then. Small first, and up from there in the order that the user allows. Knows the rules; asks nobody.
 */
import type { Engine } from '../../bridge/engine.ts';
import type { LoadedModel } from '../../protocol/engine.ts';
import type { DecisionFacts } from '../../protocol/decision-facts.ts';
import type { Agreement, EscalationPolicy, Judgement } from '../../protocol/routing.ts';
import { leastObjection, objectionReason } from '../help/objection.ts';

/** A larger model that the user has set up. */
export interface LargerModel {
  /** `remote`: the words of the run leave this device. */
  readonly place: 'larger' | 'remote';
  readonly engine: Engine;
  readonly model: LoadedModel;
}

/** Who judges a decision, from where on it is not trusted, and which models are asked then. */
export interface Router {
  /** Undefined where nothing was learned yet: then a decision is judged by what is wrong with it, and by agreement. */
  readonly judge: (facts: DecisionFacts) => Judgement | undefined;
  readonly policy: EscalationPolicy;
  readonly models: readonly LargerModel[];
}

/** Why a decision is not trusted, as a sentence; undefined: it is. */
export function doubtOf(
  { leastChance, leastAgreement }: EscalationPolicy,
  {
    isDecided,
    judgement,
    agreement,
    objection,
  }: {
    readonly isDecided: boolean;
    readonly judgement?: Judgement | undefined;
    readonly agreement?: Agreement | undefined;
    readonly objection?: number | undefined;
  },
): string | undefined {
  if (!isDecided) return 'What the small model wrote could not be used.';
  if (agreement !== undefined && agreement.same / agreement.asked < leastAgreement) {
    return `Asked ${agreement.asked} times, the small model said the same ${agreement.same === 1 ? 'once' : `${agreement.same} times`}.`;
  }
  if (objection !== undefined && objection >= leastObjection) return objectionReason;
  if (judgement !== undefined && judgement.chance < leastChance) {
    return `Decisions like this one are right in ${percent(judgement.chance)} of cases, and at least ${percent(leastChance)} were asked for.`;
  }
  return undefined;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
