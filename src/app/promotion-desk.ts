/**
 * Adapters on their way into use, for one session: reads the decisions and the runs from the log, tells each run which
 * adapter it gets, writes down what people and the rule decide, and takes an adapter back where the rule says so.
 * Knows the log, the rules and the choice of adapters; passes engines on and knows no element.
 */
import type { RunTaskOptions } from '../agent/run.ts';
import { ShadowDesk } from '../agent/shadow-desk.ts';
import type { Engine } from '../bridge/engine.ts';
import { judgeRun, tallyRuns } from '../flywheel/judge-run.ts';
import type { JudgedRun } from '../flywheel/judge-run.ts';
import {
  assignAdapter,
  promotionMoves,
  promotionRules,
  rollbackReason,
  stageOf,
  standingsOf,
  tallyTrials,
} from '../flywheel/promote.ts';
import type { Standing } from '../flywheel/promote.ts';
import { wilsonInterval } from '../flywheel/wilson.ts';
import type { LoadedModel } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type {
  PromotionAction,
  PromotionDecision,
  PromotionStage,
  ShadowTrial,
  Tally,
} from '../protocol/promotion.ts';
import type { Adapters } from './adapters.ts';
import type { LogHolder } from './log-holder.ts';
import type { PromotedAdapter, PromotionFigure, PromotionView } from '../ui/promotion-view.ts';

/** What the adapters of a session are to this file. */
export interface AdapterShelf {
  /** Of the model that is selected, SHA-256; empty where none is. */
  readonly baseSha256: string;
  readonly adapters: readonly { readonly id: string; readonly title: string }[];
  /** The adapter that runs use; undefined: the base model. */
  readonly chosen: string | undefined;
}

export interface PromotionOptions {
  readonly log: Pick<LogHolder, 'get' | 'addTrial'>;
  readonly shelf: () => AdapterShelf;
  /** Fetches one that is not here yet; makes one what runs use. */
  readonly adapters: Pick<Adapters, 'bring' | 'choose'>;
  /** What is left of a run may be compared after its end for so many milliseconds. */
  readonly shadowTailMs: number;
  readonly onChange: (view: PromotionView) => void;
  /** A trial that could not be written down. */
  readonly onError: (error: unknown) => void;
}

/** Runs of the log that are looked at, and trials: enough for two arms of the newest runs. */
const readAtMost = 200;

/** What is known before something is decided. */
interface Evidence {
  readonly challenger: Tally;
  readonly incumbent: Tally;
}

export class PromotionDesk {
  readonly #options: PromotionOptions;
  /** Somebody has looked: what is shown is kept up to date. */
  #isShown = false;
  #desk: { readonly engine: Engine; readonly shadow: ShadowDesk } | undefined;

  constructor(options: PromotionOptions) {
    this.#options = options;
  }

  /** Reads the log anew and shows where every adapter stands. */
  async open(): Promise<void> {
    this.#isShown = true;
    const { adapters, chosen } = this.#options.shelf();
    const decisions = await this.#settle();
    const standings = standingsOf(decisions);
    const runs = await this.#runs();
    const views: PromotedAdapter[] = [];
    for (const { id, title } of adapters) {
      const stage = stageOf(standings, id);
      const isByHand = id === chosen && stage !== 'default';
      views.push({
        id,
        title,
        stage,
        ...(await this.#figures(id, standings, runs)),
        ...(isByHand ? { note: 'It is what runs use, because you chose it.' } : {}),
        decisions: decisions.filter(({ adapter }) => adapter === id).toReversed(),
        actions: isByHand ? [] : (Object.keys(promotionMoves[stage]) as PromotionAction[]),
      });
    }
    this.#options.onChange({ adapters: views });
  }

  /** How a run comes by its adapters, by the decisions as they are now. */
  async forRun({
    engine,
    model,
  }: {
    readonly engine: Engine;
    readonly model: LoadedModel;
  }): Promise<Pick<RunTaskOptions, 'chooseAdapter' | 'shadow'>> {
    const { adapters: loaded = [] } = model;
    const standings = standingsOf(await this.#settle());
    const { chosen } = this.#options.shelf();
    const incumbent = chosen !== undefined && loaded.includes(chosen) ? chosen : undefined;
    return {
      chooseAdapter: ({ runId }) => assignAdapter({ standings, incumbent, loaded, runId }),
      shadow: this.#deskOf(engine),
    };
  }

  /** Ends what goes on in the shadow. */
  close(): void {
    this.#desk?.shadow.close();
    this.#desk = undefined;
  }

  /** Does what a person asked for and writes it down. Throws Fault `unsupported` where the stage does not allow it. */
  async decide(adapter: string, action: PromotionAction): Promise<void> {
    const standings = standingsOf(await this.#settle());
    const from = stageOf(standings, adapter);
    const to = promotionMoves[from][action];
    if (to === undefined) throw notFromHere(adapter, action, from);
    if (to !== 'rolled-back') await this.#options.adapters.bring(adapter);
    const evidence = await this.#evidence(adapter, standings);
    await this.#move({ adapter, from, to, by: 'person', reason: personReasons[to], ...evidence }, standings);
    await this.open();
  }

  /** After a run: takes back what has fallen below what it is measured against. */
  async review(): Promise<void> {
    const standings = standingsOf(await this.#settle());
    const trials = [...standings.values()].filter(({ stage }) => stage === 'canary' || stage === 'default');
    let isChanged = false;
    for (const { adapter, stage } of trials) {
      const evidence = await this.#evidence(adapter, standings);
      const reason = rollbackReason({ adapter, ...evidence });
      if (reason === undefined) continue;
      await this.#move(
        { adapter, from: stage, to: 'rolled-back', by: 'rule', reason, ...evidence },
        standings,
      );
      isChanged = true;
    }
    if (isChanged || this.#isShown) await this.open();
  }

  #deskOf(engine: Engine): ShadowDesk {
    if (this.#desk?.engine === engine) return this.#desk.shadow;
    this.#desk?.shadow.close();
    const { shadowTailMs: tailMs, onError } = this.#options;
    const shadow = new ShadowDesk({
      engine,
      tailMs,
      onTrial: (trial) => void this.#keep(trial).catch(onError),
    });
    this.#desk = { engine, shadow };
    return shadow;
  }

  async #keep(trial: ShadowTrial): Promise<void> {
    await this.#options.log.addTrial(trial);
  }

  /** Writes a decision down, then acts on it: a tab that dies between the two is put right by `#settle`. */
  async #move(
    made: Omit<PromotionDecision, 'id' | 'at' | 'baseSha256'>,
    standings: ReadonlyMap<string, Standing>,
  ): Promise<void> {
    const { adapter, from, to } = made;
    const { chosen } = this.#options.shelf();
    const replaces =
      to === 'default' && chosen !== undefined && chosen !== adapter ? { replaces: chosen } : {};
    await this.#write({ ...made, ...replaces });
    if (to === 'default') {
      if (chosen !== undefined && stageOf(standings, chosen) === 'default') {
        const reason = `${adapter} took its place.`;
        await this.#write({ adapter: chosen, from: 'default', to: 'candidate', by: made.by, reason });
      }
      await this.#options.adapters.choose(adapter);
    }
    if (from !== 'default' || to === 'default') return;
    // What it took the place of comes back, where it is still there.
    const before = standings.get(adapter)?.decision.replaces;
    const isThere = this.#options.shelf().adapters.some(({ id }) => id === before);
    await this.#options.adapters.choose(isThere ? before : undefined);
  }

  async #write(made: Omit<PromotionDecision, 'id' | 'at' | 'baseSha256'>): Promise<void> {
    const { baseSha256 } = this.#options.shelf();
    await (await this.#options.log.get()).addDecision({ ...made, id: newId(), at: Date.now(), baseSha256 });
  }

  /**
   * The decisions on the model's adapters. An adapter that stands as `default` while runs use another was put aside by
   * hand: that is written down too, so that it is not judged by runs it does not get.
   */
  async #settle(): Promise<readonly PromotionDecision[]> {
    const { chosen, baseSha256, adapters } = this.#options.shelf();
    const journal = await this.#options.log.get();
    const own = async (): Promise<PromotionDecision[]> =>
      (await journal.decisions()).filter((decision) => decision.baseSha256 === baseSha256);
    const decisions = await own();
    const aside = [...standingsOf(decisions).values()].filter(
      ({ adapter, stage }) =>
        stage === 'default' && adapter !== chosen && adapters.some(({ id }) => id === adapter),
    );
    if (aside.length === 0) return decisions;
    for (const { adapter } of aside) {
      const reason = `${chosen ?? 'The base model'} was chosen in its place.`;
      await this.#write({ adapter, from: 'default', to: 'candidate', by: 'person', reason });
    }
    return await own();
  }

  /** Runs of the model's weights, newest first. */
  async #runs(): Promise<readonly JudgedRun[]> {
    const { baseSha256 } = this.#options.shelf();
    const runs: JudgedRun[] = [];
    let read = 0;
    for await (const episode of (await this.#options.log.get()).episodes({ order: 'newest' })) {
      const judged = judgeRun(episode);
      if (judged?.weightsHash === baseSha256) runs.push(judged);
      read += 1;
      if (read === readAtMost) break;
    }
    return runs;
  }

  async #evidence(adapter: string, standings: ReadonlyMap<string, Standing>): Promise<Evidence> {
    return evidenceOf({ adapter, standings, runs: await this.#runs(), chosen: this.#options.shelf().chosen });
  }

  async #figures(
    adapter: string,
    standings: ReadonlyMap<string, Standing>,
    runs: readonly JudgedRun[],
  ): Promise<Pick<PromotedAdapter, 'figures' | 'note'>> {
    const stage = stageOf(standings, adapter);
    if (stage === 'candidate') return { figures: [] };
    if (stage === 'shadow') {
      const limit = readAtMost;
      const trials = await (await this.#options.log.get()).trials({ adapter, limit });
      const { valid, agreed, failed, skipped } = tallyTrials(trials);
      return {
        figures: [figureOf('Could be run', valid), figureOf('Decided the same', agreed)],
        note: `Compared on ${valid.n} steps; ${failed} failed, ${skipped} were left out to keep out of the way.`,
      };
    }
    const { chosen } = this.#options.shelf();
    const evidence =
      stage === 'rolled-back'
        ? standings.get(adapter)?.decision
        : evidenceOf({ adapter, standings, runs, chosen });
    const { challenger, incumbent } = evidence ?? {};
    if (challenger === undefined || incumbent === undefined) return { figures: [] };
    const least = promotionRules.leastRuns;
    return {
      figures: [figureOf('Runs that went well', challenger), figureOf('Measured against', incumbent)],
      ...(challenger.n < least ? { note: `It is judged by the rule from ${least} runs on.` } : {}),
    };
  }
}

/**
 * An adapter's last runs since it came to its stage, and those it is measured against: a canary by what runs use
 * meanwhile, the default by what it replaced, as that stood when it was replaced.
 */
function evidenceOf({
  adapter,
  standings,
  runs,
  chosen,
}: {
  readonly adapter: string;
  readonly standings: ReadonlyMap<string, Standing>;
  readonly runs: readonly JudgedRun[];
  readonly chosen: string | undefined;
}): Evidence {
  const standing = standings.get(adapter);
  const since = standing?.decision.at ?? 0;
  const last = promotionRules.lastRuns;
  const own = runs.filter(({ at }) => at >= since);
  const incumbent =
    standing?.stage === 'default'
      ? (standing.decision.incumbent ?? { n: 0, successes: 0 })
      : tallyRuns({ runs, adapter: chosen, last });
  return { challenger: tallyRuns({ runs: own, adapter, last }), incumbent };
}

function figureOf(label: string, tally: Tally): PromotionFigure {
  return { label, tally, interval: wilsonInterval(tally) };
}

const personReasons: Readonly<Record<PromotionStage, string>> = {
  candidate: 'Put aside by hand.',
  shadow: 'Asked beside what runs use, to be compared.',
  canary: `Tried in ${(promotionRules.canaryShare * 100).toFixed(0)} % of the runs.`,
  default: 'Made what runs use.',
  'rolled-back': 'Taken out of use by hand.',
};

function notFromHere(adapter: string, action: PromotionAction, from: PromotionStage): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `The adapter ${adapter} cannot do this now.`,
    reason: `It is ${from}, and from there "${action}" leads nowhere.`,
    remedy: `Ask for: ${Object.keys(promotionMoves[from]).join(', ')}.`,
    details: { feature: 'promotion' },
  });
}
