/**
 * The training of an adapter on a page: rows are gathered, a training runs, is paused and goes on, and the adapter comes
 * onto the shelf of its model, from where it is measured and promoted. Joins the training worker, the own log and the
 * files worker; shows nothing itself.
 */
import { ModelFilesClient } from '../../bridge/model-files-client.ts';
import { TrainingClient } from '../../bridge/training-client.ts';
import type { ToolCallRow } from '../../flywheel/tool-call-row.ts';
import { wilsonInterval } from '../../flywheel/wilson.ts';
import { canaryCount } from '../../flywheel/train/canaries.ts';
import type { Journal } from '../../log/journal.ts';
import { isObject, parseJson } from '../../protocol/json.ts';
import { Fault, faultCodes, toFault } from '../../protocol/fault.ts';
import type { AdapterEntry, CatalogueEntry } from '../../protocol/model.ts';
import type {
  AdapterMemory,
  TrainedAdapter,
  TrainingEvent,
  TrainingRecipe,
  TrainingText,
  TrainingTrial,
  TrialJudge,
  TrialPlan,
} from '../../protocol/training.ts';
import { emptyTrainingView } from '../../ui/train/training-view.ts';
import type { ShownTrial, TrainingSettings, TrainingView } from '../../ui/train/training-view.ts';
import { readCatalogue } from '../read-catalogue.ts';
import { siteRoot } from '../site-root.ts';
import { later } from '../../ui/translate.ts';
import type { LogRows } from './log-rows.ts';
import { openMainsPower } from './mains-power.ts';
import type { MainsPower } from './mains-power.ts';

export interface TrainingDeskOptions {
  /** Opens the own log. */
  readonly openLog: () => Promise<Journal>;
}

/** What the page does not ask for: as in the Python recipe where it has the same. */
function recipeOf({ layers, steps }: TrainingSettings): TrainingRecipe {
  return {
    rank: 8,
    alpha: 16,
    ...(layers === 'all' ? {} : { lastLayers: layers }),
    steps,
    rate: 1e-3,
    warmup: Math.min(50, Math.ceil(steps / 10)),
    packTokens: 512,
    packsPerStep: 1,
    clip: 1,
    longestRow: 512,
    seed: 1,
  };
}

/** A sixth of the steps, or what comes of it; two trials that are no better than one before them are enough. */
function trialPlan(steps: number): TrialPlan {
  return { every: Math.max(10, Math.ceil(steps / 6)), patience: 2 };
}

/** A line of the format `rendered`; undefined: it is none. */
function readLine(line: string): TrainingText | undefined {
  const row = parseJson(line);
  if (!isObject(row)) return undefined;
  const { prompt, completion } = row;
  return typeof prompt === 'string' && typeof completion === 'string' ? { prompt, completion } : undefined;
}

function noRows(name: string): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `${name} has no rows to train on.`,
    reason: 'No line of it is an object with the texts prompt and completion.',
    remedy: 'Export in the format "rendered", or let the agent do a few tasks well first.',
    details: { feature: 'training rows' },
  });
}

/** The model that is trained, and what the site knows beside it. */
interface Shelf {
  readonly model: CatalogueEntry;
  readonly models: readonly CatalogueEntry[];
  readonly adapters: readonly AdapterEntry[];
}

/** Trains an adapter on a page, step by step. `onChange` tells the view; every step is a method. */
export class TrainingDesk {
  readonly #options: TrainingDeskOptions;
  readonly #client = new TrainingClient();
  readonly #listeners = new Set<(view: TrainingView) => void>();
  #view = emptyTrainingView;
  #rows: readonly TrainingText[] = [];
  /** Runs that the rows came from. */
  #lineage: readonly string[] = [];
  /** What candidates are tried on. */
  #trials: readonly ToolCallRow[] = [];
  #stop: AbortController | undefined;
  #adapter: TrainedAdapter | undefined;

  constructor(options: TrainingDeskOptions) {
    this.#options = options;
  }

  get view(): TrainingView {
    return this.#view;
  }

  /** Calls `listener` at each change. */
  onChange(listener: (view: TrainingView) => void): void {
    this.#listeners.add(listener);
  }

  /** Rows of a file of the format `rendered`, also gzipped. */
  async takeFile(file: File): Promise<void> {
    await this.#attempt(async () => {
      const gzipped = file.name.endsWith('.gz');
      const bytes = gzipped ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
      const lines = (await new Response(bytes).text()).split('\n').filter((line) => line.trim() !== '');
      this.#take(file.name, { lines, lineage: [], trials: [] });
    });
  }

  /**
   * Rows of the runs of the own log that went well, but for those that are kept to judge by and, in a log of some size, those
   * that candidates are tried on.
   */
  async takeLog(): Promise<void> {
    await this.#attempt(async () => {
      const { readLogRows } = await import('./log-rows.ts');
      const journal = await this.#options.openLog();
      try {
        this.#take(later('Your own log'), await readLogRows(journal));
      } finally {
        journal.close();
      }
    });
  }

  /** Trains, or goes on where the same rows and settings were paused. Resolves when it has ended, however. */
  async train(settings: TrainingSettings): Promise<void> {
    this.#stop?.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.#adapter = undefined;
    const { source } = this.#view;
    this.#show({
      ...emptyTrainingView,
      ...(source === undefined ? {} : { source }),
      stage: 'loading',
      steps: settings.steps,
    });
    try {
      const power = settings.onMains === true ? await openMainsPower() : undefined;
      this.#adapter = await this.#trainPlugged(settings, power, stop.signal);
      const { memory, steps } = this.#adapter;
      this.#show({
        ...this.#view,
        stage: 'done',
        madeBy: steps,
        ...(memory === undefined ? {} : { remembered: rememberedOf(memory) }),
      });
    } catch (error) {
      const fault = toFault(error);
      const paused = this.#view.losses.length > 0 && this.#view.isKept;
      this.#show({
        ...this.#view,
        stage: paused ? 'paused' : 'ready',
        ...(fault.code === faultCodes.aborted ? {} : { trouble: wordsOf(fault) }),
      });
    } finally {
      // What listens for it is let go.
      stop.abort();
    }
  }

  /** Trains, in as many stretches as the device is plugged in; without `power` in one. */
  async #trainPlugged(
    settings: TrainingSettings,
    power: MainsPower | undefined,
    signal: AbortSignal,
  ): Promise<TrainedAdapter> {
    for (;;) {
      if (power?.isPlugged === false) {
        this.#show({ ...this.#view, stage: 'waiting' });
        await power.plugged(signal);
        this.#show({ ...this.#view, stage: 'loading' });
      }
      const stretch = power?.whilePlugged(signal) ?? signal;
      try {
        return await this.#trainOn(settings, stretch);
      } catch (error) {
        // Unplugged, and not stopped: what was done is kept, and goes on when there is power.
        if (signal.aborted || !stretch.aborted) throw error;
      }
    }
  }

  async #trainOn(settings: TrainingSettings, signal: AbortSignal): Promise<TrainedAdapter> {
    signal.throwIfAborted();
    const catalogue = await this.#catalogue();
    const isTried = this.#trials.length > 0;
    return await this.#client.train(
      {
        model: catalogue.model,
        modelsUrl: new URL('models/', siteRoot()).href,
        rows: this.#rows,
        recipe: recipeOf(settings),
        title: `Trained here on ${this.#view.source?.name ?? 'rows'}`,
        lineage: this.#lineage,
        canaries: canaryCount(this.#rows.length),
        ...(isTried ? { trials: trialPlan(settings.steps) } : {}),
      },
      {
        signal,
        onProgress: (event) => this.#hear(event),
        ...(isTried ? { judge: this.#judge(catalogue, signal) } : {}),
      },
    );
  }

  /** Stops at the end of the step; what was done is kept. */
  pause(): void {
    this.#stop?.abort();
  }

  /** Drops what this browser keeps of trainings. */
  async forget(): Promise<void> {
    await this.#attempt(async () => {
      await this.#client.forget();
      const { source } = this.#view;
      if (source !== undefined) this.#show({ ...emptyTrainingView, source, stage: 'ready' });
    });
  }

  /** The adapter as a file; undefined before a training has ended. */
  adapterFile(): File | undefined {
    const bytes = this.#adapter?.file;
    return bytes === undefined ? undefined : new File([bytes], 'trained-here.gguf');
  }

  /** Puts the adapter onto the shelf of its model: there it is a candidate, measured and promoted like any other. */
  async shelve(): Promise<void> {
    await this.#attempt(async () => {
      const file = this.adapterFile();
      if (file === undefined) return;
      const { model, models, adapters } = await this.#catalogue();
      const files = new ModelFilesClient();
      try {
        await files.importAdapter({ files: [file], base: model, models, adapters });
      } finally {
        files.dispose();
      }
      this.#show({ ...this.#view, shelved: true });
    });
  }

  /** Tries candidates on rows of the log. One that cannot be tried is told of; the training goes on. */
  #judge({ model, models, adapters }: Shelf, signal: AbortSignal): TrialJudge {
    const modelsUrl = new URL('models/', siteRoot()).href;
    return async (file) => {
      try {
        const { tryCandidate } = await import('./try-candidate.ts');
        return await tryCandidate({ file, rows: this.#trials, model, models, adapters, modelsUrl, signal });
      } catch (error) {
        if (!signal.aborted) this.#show({ ...this.#view, trouble: wordsOf(toFault(error)) });
        return undefined;
      }
    };
  }

  async #catalogue(): Promise<Shelf> {
    const catalogue = await readCatalogue({ url: new URL('models.json', siteRoot()) });
    const { models, adapters = [] } = catalogue;
    const model = models.find(({ id }) => id === catalogue.default);
    if (model !== undefined) return { model, models, adapters };
    throw new Fault({
      code: faultCodes.modelUnavailable,
      message: 'The catalogue has no model to train.',
      reason: `Its default, ${catalogue.default}, is not among its models.`,
      remedy: 'Correct models.json.',
    });
  }

  #take(name: string, { lines, lineage, trials }: LogRows): void {
    const rows = lines.flatMap((line) => readLine(line) ?? []);
    if (rows.length === 0) throw noRows(name);
    this.#rows = rows;
    this.#lineage = lineage;
    this.#trials = trials;
    const source = { name, rows: rows.length, trialRows: trials.length };
    this.#show({ ...emptyTrainingView, stage: 'ready', source });
  }

  #hear(event: TrainingEvent): void {
    const view = this.#view;
    switch (event.type) {
      case 'load-progressed': {
        const { progress } = event;
        if (progress.type !== 'download-progressed' || progress.totalBytes === 0) return;
        this.#show({ ...view, loaded: progress.receivedBytes / progress.totalBytes });
        return;
      }
      case 'training-started':
        this.#show({
          ...view,
          stage: 'training',
          leftOut: event.leftOut,
          losses: event.losses,
          trials: event.trials.map(shownTrial),
        });
        return;
      case 'step-finished':
        this.#show({ ...view, losses: [...view.losses, event.loss], secondsLeft: event.secondsLeft });
        return;
      case 'trial-finished':
        this.#show({ ...view, trials: [...view.trials, shownTrial(event.trial)] });
        return;
      case 'checkpoint-saved':
        this.#show({ ...view, isKept: event.kept });
        return;
      default:
        event satisfies never;
    }
  }

  /** Does something outside a training; what goes wrong is shown. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#show({ ...this.#view, trouble: wordsOf(toFault(error)) });
    }
  }

  #show(view: TrainingView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener(view);
  }
}

function shownTrial(trial: TrainingTrial): ShownTrial {
  return { ...trial, interval: wilsonInterval({ n: trial.n, successes: trial.exact }) };
}

/** Shares of what could be given away of the hidden codes. A rank by chance comes to log2 e bits in the mean. */
function rememberedOf({ exposures, mostBits }: AdapterMemory): NonNullable<TrainingView['remembered']> {
  const bits = exposures.reduce((sum, one) => sum + one, 0) / exposures.length;
  return { share: bits / mostBits, byChance: Math.LOG2E / mostBits };
}

function wordsOf({ message, reason, remedy }: Fault): string {
  return [message, reason, remedy].filter((text) => text !== undefined && text !== '').join('\n');
}
