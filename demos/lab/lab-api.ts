/**
 * What the lab can do, without its looks: load a model, score rows of tool calls, run one goal. The page's form uses
 * it, and so do the command lines, as `window.lab`. Plain data goes in and comes out.
 * Knows the public API only.
 */
import {
  createSession,
  evaluateToolCallRow,
  parseToolCallRow,
  readCatalogueEntry,
  siteRoot,
  spawnEngine,
} from '../../src/index.ts';
import type {
  EngineHandle,
  GenerateUsage,
  Grade,
  LoadedModel,
  LoadProgress,
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
  /** The model's output, as it wrote it. */
  readonly text: string;
  readonly grade: Grade;
  readonly usage: GenerateUsage;
}

/** Absent fields mean the default: the catalogue's model, its first engine, no adapter. */
export interface ModelChoice {
  readonly model: string | undefined;
  readonly engine: string | undefined;
  readonly adapter: string | undefined;
}

/** Tokens of context reserved: rows bring their tools with them. */
const contextTokens = 4096;

export class Lab {
  #engine: EngineHandle | undefined;
  #adapter: string | undefined;

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
    if (choice.engine !== undefined && !entry.engines.includes(choice.engine)) {
      throw new Error(
        `${entry.id} does not run on the engine "${choice.engine}". It runs on: ${entry.engines.join(', ')}.`,
      );
    }
    if (choice.adapter !== undefined) {
      throw new Error(`${entry.id} has no adapter "${choice.adapter}": the catalogue lists none for it.`);
    }
    this.#engine ??= spawnEngine();
    this.#adapter = choice.adapter;
    return await this.#engine.load(
      { model: entry, modelsUrl: new URL('models/', siteRoot()).href, contextTokens, slots: 1 },
      options,
    );
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
    const engine = this.#engine;
    if (engine === undefined) throw new Error('Load a model first.');
    const scored: ScoredRow[] = [];
    for (const { number, text } of lines) {
      const parsed = parseToolCallRow(text, number);
      if (parsed.type === 'unreadable') throw new Error(parsed.reason);
      const row = await this.#score(parsed.row, engine, options.signal);
      options.onRow?.(row);
      scored.push(row);
    }
    return scored;
  }

  async #score(row: ToolCallRow, engine: EngineHandle, signal: AbortSignal | undefined): Promise<ScoredRow> {
    const { grade, text, usage } = await evaluateToolCallRow({
      row,
      engine,
      ...(this.#adapter === undefined ? {} : { adapter: this.#adapter }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { id: row.id, category: row.category, text, grade, usage };
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

declare global {
  interface Window {
    readonly lab: Lab;
    /** Put there by a command line. */
    readonly onLabEvent?: (event: TaskEvent) => Promise<void>;
  }
}
