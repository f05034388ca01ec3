/**
 * The rules by which an adapter comes into use and out of it again: stages and moves as data, the standing of each
 * adapter from its decisions, who gets which run, and when the rule takes an adapter back. Pure: records in, records out.
 * Knows nothing of engines, runs in progress, and storage.
 */
import type { Id } from '../protocol/id.ts';
import type {
  PromotionAction,
  PromotionDecision,
  PromotionStage,
  ShadowTrial,
  Tally,
} from '../protocol/promotion.ts';
import { seededRandom } from './seeded-random.ts';
import { wilsonInterval } from './wilson.ts';

/** The numbers of the rule by which an adapter on trial is judged. */
export const promotionRules = {
  /** Of the runs, those that an adapter on trial gets. */
  canaryShare: 0.2,
  /** The newest runs that an adapter is judged by. */
  lastRuns: 30,
  /** With fewer the rule takes nothing back. */
  leastRuns: 10,
} as const;

/** Where each action leads from each stage; one that is missing cannot be asked for there. */
export const promotionMoves: Readonly<
  Record<PromotionStage, Readonly<Partial<Record<PromotionAction, PromotionStage>>>>
> = {
  candidate: { 'start-shadow': 'shadow' },
  shadow: { promote: 'canary', 'roll-back': 'rolled-back' },
  canary: { promote: 'default', 'roll-back': 'rolled-back' },
  default: { 'roll-back': 'rolled-back' },
  'rolled-back': { 'start-shadow': 'shadow' },
};

/** Where an adapter stands. */
export interface Standing {
  readonly adapter: string;
  readonly stage: PromotionStage;
  /** The decision that brought it here. */
  readonly decision: PromotionDecision;
}

/** The standing of every adapter that was ever decided on, by its id. `decisions` are in their order. */
export function standingsOf(decisions: readonly PromotionDecision[]): ReadonlyMap<string, Standing> {
  return new Map(
    decisions.map((decision) => [
      decision.adapter,
      { adapter: decision.adapter, stage: decision.to, decision },
    ]),
  );
}

/** The stage of an adapter; of one that nobody decided on, `candidate`. */
export function stageOf(standings: ReadonlyMap<string, Standing>, adapter: string): PromotionStage {
  return standings.get(adapter)?.stage ?? 'candidate';
}

/** What runs use where no trial says otherwise, and why. */
export interface AdapterAssignment {
  /** Absent: the base model. */
  readonly adapter?: string;
  /** An adapter that is asked beside, and never shown. */
  readonly shadow?: string;
  /** For the log; a sentence without its full stop. */
  readonly reason: string;
}

export interface AssignOptions {
  readonly standings: ReadonlyMap<string, Standing>;
  /** What runs use; undefined: the base model. */
  readonly incumbent: string | undefined;
  /** Those that are in memory: no other can be used. */
  readonly loaded: readonly string[];
  readonly runId: Id;
}

/** The adapter of a run. Every subtask of a run gets the same, so that a run speaks for one adapter. */
export function assignAdapter({ standings, incumbent, loaded, runId }: AssignOptions): AdapterAssignment {
  const usable = [...standings.values()].filter(
    ({ adapter }) => adapter !== incumbent && loaded.includes(adapter),
  );
  const canary = usable.find(
    ({ adapter, stage }) => stage === 'canary' && isInCanary({ adapter, runId }),
  )?.adapter;
  const shadow = usable.find(({ stage }) => stage === 'shadow')?.adapter;
  if (canary !== undefined) {
    return {
      adapter: canary,
      reason: `the adapter ${canary} is on trial in ${percent(promotionRules.canaryShare)} of the runs, and this is one of them`,
    };
  }
  return {
    ...(incumbent === undefined ? {} : { adapter: incumbent }),
    ...(shadow === undefined ? {} : { shadow }),
    reason:
      incumbent === undefined ? 'no adapter is in use' : `the adapter ${incumbent} is the one that runs use`,
  };
}

/** Whether an adapter on trial gets a run: its id decides, so it is the same whenever it is asked. */
export function isInCanary({ adapter, runId }: { readonly adapter: string; readonly runId: Id }): boolean {
  return seededRandom(`canary ${adapter} ${runId}`).next() < promotionRules.canaryShare;
}

export interface JudgeOptions {
  readonly adapter: string;
  /** The adapter's last runs. */
  readonly challenger: Tally;
  /** Those of what it is measured against. */
  readonly incumbent: Tally;
}

/**
 * Why an adapter is to be taken back, or undefined. It is where its share of good runs lies below the incumbent's
 * 95 % interval (Wilson 1927), once there are enough runs to speak of. An incumbent without runs sets no bound.
 */
export function rollbackReason({ adapter, challenger, incumbent }: JudgeOptions): string | undefined {
  if (challenger.n < promotionRules.leastRuns) return undefined;
  const { low, high } = wilsonInterval(incumbent);
  const share = challenger.successes / challenger.n;
  if (share >= low) return undefined;
  return (
    `${challenger.successes} of the last ${challenger.n} runs with ${adapter} went well (${percent(share)}), ` +
    `which is below the 95 % interval of what it is measured against: ` +
    `${incumbent.successes} of ${incumbent.n} (${percent(low)} to ${percent(high)}).`
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** What an adapter in the shadow has shown. */
export interface ShadowTally {
  /** Outputs that could be read, and whose calls fit their tools. */
  readonly valid: Tally;
  /** Of all compared, those that decided as the shown step did. */
  readonly agreed: Tally;
  /** It threw, or never ended. */
  readonly failed: number;
  /** The engine had other work, or the run was over. */
  readonly skipped: number;
}

/** Counts trials. A failure counts as neither valid nor agreed; what was skipped does not count. */
export function tallyTrials(trials: readonly ShadowTrial[]): ShadowTally {
  const outcomes = trials.map(({ outcome }) => outcome);
  const compared = outcomes.filter((outcome) => outcome.type === 'compared');
  const failed = outcomes.filter(({ type }) => type === 'failed').length;
  const n = compared.length + failed;
  return {
    valid: { n, successes: compared.filter(({ valid }) => valid).length },
    agreed: { n, successes: compared.filter(({ agreed }) => agreed).length },
    failed,
    skipped: outcomes.length - n,
  };
}
