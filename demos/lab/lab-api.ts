/**
 * What the lab can do, without its looks: load a model, score rows of tool calls, run one goal. The page's form uses
 * it, and so do the command lines, as `window.lab`. Plain data goes in and comes out.
 * Knows the public API only.
 */
import {
  createSession,
  evaluateToolCallRow,
  Fault,
  faultCodes,
  parseToolCallRow,
  readCatalogue,
  readCatalogueEntry,
  siteRoot,
  spawnEngine,
} from '../../src/index.ts';
import type {
  CatalogueEntry,
  EngineHandle,
  LoadedModel,
  LoadProgress,
  LoadRequest,
  RowEvaluation,
  RunOutcome,
  TaskEvent,
  ToolCallRow,
} from '../../src/index.ts';

/** One line of a file of rows; `number` counts from 1. */
export interface RowLine {
  readonly number: number;
  readonly text: string;
}

export interface ScoredRow {
  readonly id: string;
  readonly category: string;
  /** What the model wrote last, or why it could not be asked. */
  readonly text: string;
  readonly grade: RowEvaluation['grade'];
  /** Sums over the row's attempts. */
  readonly usage: Pick<RowEvaluation['usage'], 'promptTokens' | 'cachedTokens' | 'decodeTokens' | 'decodeMs'>;
  /** Milliseconds from the row to its decision. */
  readonly durationMs: number;
}

/** Absent fields mean the default: the catalogue's model, its first engine, no adapter. */
export interface ModelChoice {
  readonly model: string | undefined;
  readonly engine: string | undefined;
  /** Id of one in the catalogue, or one that the catalogue does not know. */
  readonly adapter: string | AdapterChoice | undefined;
}

export type AdapterChoice = NonNullable<LoadRequest['adapters']>[number];

/** Tokens of context reserved: rows bring their tools with them. */
const contextTokens = 4096;

interface Loaded {
  readonly engine: EngineHandle;
  readonly model: LoadedModel;
  readonly adapter: string | undefined;
}

export class Lab {
  #engine: EngineHandle | undefined;
  #loaded: Loaded | undefined;

  /** Loads a model, in place of the one before. Rejects with a Fault, or an Error that names what the catalogue lacks. */
  async load(
    choice: ModelChoice,
    options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: LoadProgress) => void } = {},
  ): Promise<LoadedModel> {
    const entry = await readCatalogueEntry({
      url: new URL('models.json', siteRoot()),
      modelId: choice.model,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const wanted = entry.engines.find((name) => name === choice.engine);
    if (choice.engine !== undefined && wanted === undefined) {
      throw new Error(
        `${entry.id} does not run on the engine "${choice.engine}". It runs on: ${entry.engines.join(', ')}.`,
      );
    }
    const adapter = await this.#adapter(choice.adapter, entry, options.signal);
    this.#loaded = undefined;
    const engine = (this.#engine ??= spawnEngine());
    const model = await engine.load(
      {
        model: entry,
        modelsUrl: new URL('models/', siteRoot()).href,
        contextTokens,
        slots: 1,
        ...(wanted === undefined ? {} : { engine: wanted }),
        ...(adapter === undefined ? {} : { adapters: [adapter] }),
      },
      options,
    );
    this.#loaded = { engine, model, adapter: adapter?.id };
    return model;
  }

  async #adapter(
    choice: string | AdapterChoice | undefined,
    model: CatalogueEntry,
    signal: AbortSignal | undefined,
  ): Promise<AdapterChoice | undefined> {
    if (typeof choice !== 'string') return choice;
    const { adapters = [] } = await readCatalogue({
      url: new URL('models.json', siteRoot()),
      ...(signal === undefined ? {} : { signal }),
    });
    const own = adapters.filter(({ baseSha256 }) => baseSha256 === model.file.sha256);
    const entry = own.find(({ id }) => id === choice);
    if (entry !== undefined) return { id: entry.id, file: entry.file, filesUrl: siteRoot().href };
    const known = own.map(({ id }) => id).join(', ') || 'none';
    throw new Error(`${model.id} has no adapter "${choice}". The catalogue lists for it: ${known}.`);
  }

  /** Why lines cannot be read as rows, one sentence each; empty where all can. */
  check(lines: readonly RowLine[]): string[] {
    return lines.flatMap(({ number, text }) => {
      const parsed = parseToolCallRow(text, number);
      return parsed.type === 'unreadable' ? [parsed.reason] : [];
    });
  }

  /** Scores rows one after the other. Rejects where a line is no row (see `check`) or the engine fails. */
  async evaluate(
    lines: readonly RowLine[],
    options: { readonly signal?: AbortSignal; readonly onRow?: (row: ScoredRow) => void } = {},
  ): Promise<ScoredRow[]> {
    const loaded = this.#loaded;
    if (loaded === undefined) throw new Error('Load a model first.');
    const scored: ScoredRow[] = [];
    for (const { number, text } of lines) {
      const parsed = parseToolCallRow(text, number);
      if (parsed.type === 'unreadable') throw new Error(parsed.reason);
      const row = await scoreRow(parsed.row, loaded, options.signal);
      options.onRow?.(row);
      scored.push(row);
    }
    return scored;
  }

  /**
   * Runs one goal with the built-in tools and the log, as the home page does. Calls that change something are all
   * approved, or all denied. Every event goes to `window.onLabEvent`, where a command line listens.
   */
  async run({
    goal,
    approve,
    model,
  }: {
    readonly goal: string;
    readonly approve: boolean;
    readonly model: string | undefined;
  }): Promise<RunOutcome> {
    const session = createSession(model === undefined ? {} : { modelId: model });
    const delivered: Promise<void>[] = [];
    const outcome = await session.run(goal, {
      onEvent: (event) => {
        if (event.type === 'approval-requested') session.decide(event.callId, approve);
        const arrival = event.type === 'step-streamed' ? undefined : window.onLabEvent?.(event);
        if (arrival !== undefined) delivered.push(arrival);
      },
    });
    await Promise.all(delivered);
    return outcome;
  }
}

async function scoreRow(
  row: ToolCallRow,
  { engine, model, adapter }: Loaded,
  signal: AbortSignal | undefined,
): Promise<ScoredRow> {
  const { id, category } = row;
  const startedAt = performance.now();
  try {
    const { grade, texts, usage, durationMs } = await evaluateToolCallRow({
      row,
      engine,
      model,
      ...(adapter === undefined ? {} : { adapter }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { id, category, text: texts.at(-1) ?? '', grade, usage, durationMs };
  } catch (error) {
    // A row that is too long for the model is a row it got wrong; anything else ends the evaluation.
    if (!(error instanceof Fault) || error.code !== faultCodes.contextOverflow) throw error;
    return {
      id,
      category,
      text: error.message,
      grade: { valid: false, name: false, exact: false, refused: false },
      usage: { promptTokens: 0, cachedTokens: 0, decodeTokens: 0, decodeMs: 0 },
      durationMs: performance.now() - startedAt,
    };
  }
}

declare global {
  interface Window {
    readonly lab: Lab;
    /** Put there by a command line. */
    readonly onLabEvent?: (event: TaskEvent) => Promise<void>;
  }
}
