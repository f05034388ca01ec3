/**
 * What the lab can do, without its looks: load a model with adapters, score rows of tool calls, run one goal. The page's form uses
 * it, and so do the command lines, as `window.lab`. Plain data goes in and comes out.
 * Knows the public API only.
 */
import {
  bootstrapInterval,
  createSession,
  exportToStream,
  importedModels,
  measurementOf,
  MeasurementStore,
  nearestExamples,
  openJournal,
  ownRows,
  parseToolCallRow,
  readCatalogue,
  readCatalogueEntry,
  siteRoot,
  spawnEngine,
  taskIdOf,
} from '../../src/index.ts';
import type {
  AdapterEntry,
  CatalogueEntry,
  EvalSubject,
  Example,
  EngineHandle,
  FindExamples,
  LoadedModel,
  LoadProgress,
  Interval,
  LoadRequest,
  RunOutcome,
  TaskEvent,
  ToolCallRow,
} from '../../src/index.ts';
import { askArithmetic, readArithmeticRow } from './arithmetic-row.ts';
import type { AskedArithmetic } from './arithmetic-row.ts';
import { helpNames, helpRow } from './help-row.ts';
import type { HelpedRow, HelpName } from './help-row.ts';
import { scoreRow } from './score-row.ts';
import type { ScoredRow, ScoreSide } from './score-row.ts';

/** One line of a file of rows; `number` counts from 1. */
export interface RowLine {
  readonly number: number;
  readonly text: string;
}

interface Watch<Item> {
  readonly signal?: AbortSignal;
  readonly onRow?: (row: Item) => void;
}

interface LoadWatch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** More adapters to load, by their ids, so that one can be compared with the other. */
  readonly besides?: readonly string[];
}

/** Absent fields mean the default: the catalogue's model, its first engine, no adapter. */
export interface ModelChoice {
  readonly model: string | undefined;
  readonly engine: string | undefined;
  /** One of `backends`. */
  readonly backend?: string | undefined;
  /** Id of one in the catalogue, or one that the catalogue does not know. */
  readonly adapter: string | AdapterChoice | undefined;
}

export type AdapterChoice = NonNullable<LoadRequest['adapters']>[number];

/** Where an engine can be told to run; it chooses by itself where nothing is said. */
const backends = ['webgpu', 'wasm-threads', 'wasm-single'] as const;

function catalogueUrl(): URL {
  return new URL('models.json', siteRoot());
}

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

  #needLoaded(): Loaded {
    if (this.#loaded === undefined) throw new Error('Load a model first.');
    return this.#loaded;
  }

  /** Loads a model, in place of the one before. Rejects with a Fault, or an Error that names what the catalogue lacks. */
  async load(choice: ModelChoice, { besides = [], ...options }: LoadWatch = {}): Promise<LoadedModel> {
    const brought = choice.model === undefined ? [] : await importedModels();
    const entry =
      brought.find(({ id }) => id === choice.model) ??
      (await readCatalogueEntry({
        url: catalogueUrl(),
        modelId: choice.model,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      }));
    const wanted = entry.engines.find((name) => name === choice.engine);
    if (choice.engine !== undefined && wanted === undefined) {
      throw new Error(
        `${entry.id} does not run on the engine "${choice.engine}". It runs on: ${entry.engines.join(', ')}.`,
      );
    }
    const backend = backends.find((name) => name === choice.backend);
    if (choice.backend !== undefined && backend === undefined) {
      throw new Error(`There is no backend "${choice.backend}". There is: ${backends.join(', ')}.`);
    }
    const wishes = new Set([...(choice.adapter === undefined ? [] : [choice.adapter]), ...besides]);
    const known = wishes.size === 0 ? [] : await this.adapters(choice.model);
    const adapters = [...wishes].map((wish) => findAdapter(wish, known, entry.id));
    this.#loaded = undefined;
    const engine = (this.#engine ??= spawnEngine());
    const model = await engine.load(
      {
        model: entry,
        modelsUrl: new URL('models/', siteRoot()).href,
        contextTokens,
        slots: 1,
        ...(wanted === undefined ? {} : { engine: wanted }),
        ...(backend === undefined ? {} : { prefer: { backend } }),
        ...(adapters.length === 0 ? {} : { adapters }),
      },
      options,
    );
    this.#loaded = { engine, model, adapter: choice.adapter === undefined ? undefined : adapters[0]?.id };
    return model;
  }

  /** The adapters of a model: the site's, and those that the user brought into this browser. */
  async adapters(modelId?: string): Promise<readonly AdapterEntry[]> {
    const { models } = await readCatalogue({ url: catalogueUrl() });
    // What the user brought has none: an adapter belongs to the weights of a model that the catalogue names.
    if (modelId !== undefined && !models.some(({ id }) => id === modelId)) return [];
    const session = createSession({ sharing: 'none', ...(modelId === undefined ? {} : { modelId }) });
    try {
      await session.adapters.open();
      return session.state.adapters.adapters.map(({ entry }) => entry);
    } finally {
      await session.dispose();
    }
  }

  /** Lines as rows, or why they cannot be read, one sentence each. */
  read(lines: readonly RowLine[]): {
    readonly rows: readonly ToolCallRow[];
    readonly problems: readonly string[];
  } {
    const parsed = lines.map(({ number, text }) => parseToolCallRow(text, number));
    return {
      rows: parsed.flatMap((line) => (line.type === 'read' ? line.row : [])),
      problems: parsed.flatMap((line) => (line.type === 'unreadable' ? line.reason : [])),
    };
  }

  /** Why lines cannot be read as rows, one sentence each; empty where all can. */
  check(lines: readonly RowLine[]): readonly string[] {
    return this.read(lines).problems;
  }

  /** Rows of the user's own log, of the runs that are kept to judge by, newest runs first. */
  async ownRows({
    limit,
    confirmed,
  }: {
    readonly limit: number;
    readonly confirmed: 'said' | 'all';
  }): Promise<readonly ToolCallRow[]> {
    const journal = await openJournal();
    try {
      const rows: ToolCallRow[] = [];
      const episodes = journal.episodes({ order: 'newest' });
      for await (const row of ownRows({ episodes, side: 'evaluation', confirmed })) {
        if (rows.push(row) >= limit) break;
      }
      return rows;
    } finally {
      journal.close();
    }
  }

  /** The rows of all other runs, as the training recipe reads them and as an adapter is asked. */
  async teachingFile(): Promise<File> {
    const journal = await openJournal();
    try {
      const stream = exportToStream({
        episodes: journal.episodes({ purpose: 'export' }),
        format: 'rendered',
        side: 'training',
        examples: 'none',
      });
      const blob = await new Response(stream).blob();
      return new File([blob], 'teaching.rendered.jsonl', { type: 'application/jsonl' });
    } finally {
      journal.close();
    }
  }

  /** Scores lines one after the other, with the adapter of `load`. Rejects where one is no row, or the engine fails. */
  async evaluate(
    lines: readonly RowLine[],
    watch: Watch<ScoredRow> & Pick<ScoreSide, 'copy' | 'toolGiven' | 'help'> = {},
  ): Promise<ScoredRow[]> {
    const { rows, problems } = this.read(lines);
    const [problem] = problems;
    if (problem !== undefined) throw new Error(problem);
    return await this.score(rows, { adapter: this.#needLoaded().adapter, grammar: true, ...watch });
  }

  /** Scores rows one after the other. Rejects where the engine fails. */
  async score(rows: readonly ToolCallRow[], options: ScoreSide & Watch<ScoredRow>): Promise<ScoredRow[]> {
    const loaded = this.#needLoaded();
    const { adapter, grammar, copy = true, toolGiven = false, help, signal, onRow } = options;
    const scored: ScoredRow[] = [];
    for (const row of rows) {
      const result = await scoreRow(
        row,
        { ...loaded, adapter, grammar, copy, toolGiven, ...(help === undefined ? {} : { help }) },
        signal,
      );
      onRow?.(result);
      scored.push(result);
    }
    return scored;
  }

  /** Names of the helps that `help` measures. */
  readonly helpNames: readonly HelpName[] = helpNames;
  #findExamples: FindExamples | undefined;

  /** Takes rows whose calls are right as what is learned from: `examples` looks for the nearest among them. */
  async teach(lines: readonly RowLine[]): Promise<void> {
    const { rows, problems } = this.read(lines);
    const [problem] = problems;
    if (problem !== undefined) throw new Error(problem);
    this.#findExamples = (await nearestExamples(examplesOf(rows))).find;
  }

  /** Asks a line without any help and with each of these. Rejects where it is no row, or the engine fails. */
  async help(line: RowLine, helps: readonly HelpName[]): Promise<HelpedRow> {
    const { rows, problems } = this.read([line]);
    const [row] = rows;
    if (row === undefined) throw new Error(problems[0] ?? 'There is no row.');
    const loaded = this.#needLoaded();
    const findExamples = this.#findExamples;
    return await helpRow(
      row,
      { ...loaded, grammar: true, copy: true, toolGiven: false },
      { helps, ...(findExamples === undefined ? {} : { findExamples }) },
    );
  }

  /** Why lines cannot be read as questions about numbers, one sentence each; empty where all can. */
  checkArithmetic(lines: readonly RowLine[]): readonly string[] {
    return lines.flatMap((line) => {
      const read = readArithmeticRow(line);
      return read.type === 'unreadable' ? read.reason : [];
    });
  }

  /** Asks a question with the calculator and without. Rejects where the line is none, or the engine fails. */
  async arithmetic(line: RowLine): Promise<AskedArithmetic> {
    const read = readArithmeticRow(line);
    if (read.type === 'unreadable') throw new Error(read.reason);
    return await askArithmetic(read.row, this.#needLoaded());
  }

  /** What a report calls a side. */
  subject({ adapter, grammar }: ScoreSide): EvalSubject {
    const { modelId } = this.#needLoaded().model;
    return { modelId, ...(adapter === undefined ? {} : { adapter }), grammar };
  }

  /**
   * Keeps in this browser what a side has shown, so that the page that chooses models can go by it. False: this browser
   * stores nothing, or there was no row.
   */
  async keep({
    rows,
    scored,
    side,
    source,
  }: {
    readonly rows: readonly ToolCallRow[];
    readonly scored: readonly ScoredRow[];
    readonly side: ScoreSide;
    readonly source: string;
  }): Promise<boolean> {
    if (scored.length === 0) return false;
    const measurement = measurementOf({
      id: crypto.randomUUID(),
      taskId: await taskIdOf(rows),
      source,
      at: Date.now(),
      subject: this.subject(side),
      model: this.#needLoaded().model,
      rows: scored.map(({ grade, usage, longestTokens, durationMs }) => ({
        ...usage,
        exact: grade.exact,
        longestTokens,
        durationMs,
      })),
    });
    return await new MeasurementStore().keep([measurement]);
  }

  /** What can be scored beside the site's default model: its others, and those that the user brought into this browser. */
  async models(): Promise<readonly CatalogueEntry[]> {
    const { models, default: usual } = await readCatalogue({ url: catalogueUrl() });
    const imported = await importedModels();
    const brought = imported.filter(({ id }) => !models.some((model) => model.id === id));
    return [...models.filter(({ id }) => id !== usual), ...brought];
  }

  /** The 95 % bootstrap interval of a share; one value a row. */
  interval(values: readonly boolean[]): Interval {
    return bootstrapInterval({ values: values.map(Number) });
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

/** Rows of one request with the calls that are right. */
function examplesOf(rows: readonly ToolCallRow[]): readonly Example[] {
  return rows.flatMap(({ turns, expected }) => {
    const [turn] = turns;
    if (turn === undefined || turns.length > 1 || expected.length === 0) return [];
    const calls = expected.map(({ name, arguments: values }) => ({ name, arguments: values }));
    return { request: turn.content, output: { type: 'calls' as const, calls } };
  });
}

/** Throws an Error that names what there is. */
function findAdapter(
  wish: string | AdapterChoice,
  known: readonly AdapterEntry[],
  modelId: string,
): AdapterChoice {
  if (typeof wish !== 'string') return wish;
  const entry = known.find(({ id }) => id === wish);
  if (entry !== undefined) return { id: entry.id, file: entry.file, filesUrl: siteRoot().href };
  const ids = known.map(({ id }) => id).join(', ') || 'none';
  throw new Error(`${modelId} has no adapter "${wish}". There are for it: ${ids}.`);
}

declare global {
  interface Window {
    readonly lab: Lab;
    /** Put there by a command line. */
    readonly onLabEvent?: (event: TaskEvent) => Promise<void>;
  }
}
