/**
 * Whom the runs of a session trust: the user's settings, kept in this browser, and what was learned from the log of how
 * often the small model is right. Joins settings, log and flywheel to the agent; knows no element.
 */
import { defaultHelp } from '../agent/help/test-time-help.ts';
import type { RunTaskOptions } from '../agent/run.ts';
import type { LargerModel } from '../agent/trust/router.ts';
import { fitInWorker } from '../bridge/router-fit-client.ts';
import { routerExamples } from '../flywheel/route/router-examples.ts';
import { judgeBy } from '../flywheel/route/router-fit.ts';
import { leastExamples } from '../flywheel/route/router-limits.ts';
import type { RouterExample, RouterFit } from '../protocol/decision-facts.ts';
import type { EscalationTarget, TrustSettings } from '../protocol/routing.ts';
import { defaultTrust } from '../ui/trust-view.ts';
import type { LearnedTrust, TrustView } from '../ui/trust-view.ts';
import type { LogHolder } from './log-holder.ts';
import { SmallStore } from './small-store.ts';

export interface TrustOptions {
  readonly log: Pick<LogHolder, 'get'>;
  readonly larger: readonly LargerModel[];
  /** Where settings and fit are kept; undefined: in a database of their own. */
  readonly databaseName: string | undefined;
  readonly onChange: (view: TrustView) => void;
  readonly onError: (error: unknown) => void;
}

type Kept =
  | { readonly id: 'settings'; readonly v: 1; readonly settings: TrustSettings }
  | { readonly id: 'fit'; readonly v: 1; readonly fit: RouterFit; readonly at: number };

/** The newest runs are learned from. */
const readAtMost = 500;
/** Runs after which is learned anew. */
const runsBetween = 20;

export class TrustDesk {
  readonly #options: TrustOptions;
  readonly #store: SmallStore<Kept>;
  #view: TrustView | undefined;
  #fit: RouterFit | undefined;
  #runsSince = 0;

  constructor(options: TrustOptions) {
    this.#options = options;
    this.#store = new SmallStore({
      databaseName: options.databaseName ?? 'smallworks-trust',
      isItem: isKept,
    });
  }

  async open(): Promise<void> {
    await this.#read();
    this.#show({ isOpen: true });
  }

  async change(settings: TrustSettings): Promise<void> {
    await this.#read();
    // What is shown as chosen is kept.
    await this.#store.put([{ id: 'settings', v: 1, settings }]);
    this.#show({ settings });
  }

  /** Learns from the newest runs; what was learned before stays where they are too few. */
  async learn(): Promise<void> {
    await this.#read();
    this.#show({ isLearning: true });
    try {
      const examples = await this.#examples();
      const fit = await fitInWorker(examples);
      this.#runsSince = 0;
      if (fit === undefined) {
        const { all, ofEach } = leastExamples;
        this.#show({ shortage: { found: examples.length, needed: all, neededOfEach: ofEach } });
        return;
      }
      this.#fit = fit;
      const at = Date.now();
      this.#show({ learned: learnedOf(fit, at), shortage: undefined });
      await this.#store.put([{ id: 'fit', v: 1, fit, at }]);
    } finally {
      this.#show({ isLearning: false });
    }
  }

  /** Nothing where it is switched off. */
  async forRun(): Promise<Pick<RunTaskOptions, 'help' | 'router'>> {
    const { settings } = await this.#read();
    if (!settings.isOn) return {};
    const fit = this.#fit;
    return {
      help: { ...defaultHelp, samples: settings.samples },
      router: {
        judge: (facts) => (fit === undefined ? undefined : judgeBy(fit, facts)),
        policy: settings.policy,
        models: this.#options.larger,
      },
    };
  }

  /** Learns anew after so many runs, where it is switched on and the log may be read. */
  async review(): Promise<void> {
    const { settings } = await this.#read();
    this.#runsSince += 1;
    if (!settings.isOn || this.#runsSince < runsBetween) return;
    if ((await this.#options.log.get()).vault.may('read')) await this.learn();
  }

  async #examples(): Promise<readonly RouterExample[]> {
    const examples: RouterExample[] = [];
    let runs = 0;
    for await (const episode of (await this.#options.log.get()).episodes({ order: 'newest' })) {
      examples.push(...routerExamples(episode));
      runs += 1;
      if (runs >= readAtMost) break;
    }
    return examples;
  }

  async #read(): Promise<TrustView> {
    if (this.#view !== undefined) return this.#view;
    const kept = await this.#store.list();
    const settings = kept.find((item) => item.id === 'settings')?.settings ?? defaultTrust;
    const known = kept.find((item) => item.id === 'fit');
    this.#fit = known?.fit;
    const view: TrustView = {
      settings,
      targets: ['user', ...this.#options.larger.map(({ place }): EscalationTarget => place)],
      learned: known === undefined ? undefined : learnedOf(known.fit, known.at),
      isOpen: false,
      isLearning: false,
      shortage: undefined,
    };
    this.#view = view;
    return view;
  }

  #show(change: Partial<TrustView>): void {
    if (this.#view === undefined) return;
    this.#view = { ...this.#view, ...change };
    this.#options.onChange(this.#view);
  }
}

function learnedOf({ n, successes, calibrationError }: RouterFit, at: number): LearnedTrust {
  return { n, successes, calibrationError, at };
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { id, v, settings, fit } = value as Readonly<Record<string, unknown>>;
  if (v !== 1) return false;
  return (id === 'settings' && typeof settings === 'object') || (id === 'fit' && typeof fit === 'object');
}
