/**
 * The join of agent, engine, tools, log and screen. One session is one page's worth of work: a model, a log, at most one
 * run at a time. It holds the only loop over a run's events: each is on disk before the next is asked for, so a tool's
 * call is written down before the tool runs. Knows every room's entry and no element; whoever shows it subscribes to its state.
 */
import type { ApprovalAnswer } from '../agent/run-call.ts';
import { ModelFilesClient } from '../bridge/model-files-client.ts';
import type { LoadedModel, RankedChoice } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import type { CatalogueEntry, ModelCatalogue } from '../protocol/model.ts';
import type { Feedback } from '../protocol/record.ts';
import type { RunOutcome, TaskEvent } from '../protocol/task-event.ts';
import { builtinTools } from '../tools/builtin/index.ts';
import type { Tool } from '../tools/tool.ts';
import type { ExportFormat, FeedbackDraft } from '../ui/events.ts';
import type { LogStatus } from '../ui/log/log-status.ts';
import { emptyTaskView, reduceTask } from '../ui/task-view.ts';
import type { TaskView } from '../ui/task-view.ts';
import { Adapters } from './adapters.ts';
import { addFiles, countDocuments } from './documents.ts';
import { ApprovalDesk } from './approval-desk.ts';
import { EngineHolder } from './engine-holder.ts';
import { LogHolder } from './log-holder.ts';
import { LogDoor } from './log/log-door.ts';
import { loadSettings } from './load-settings.ts';
import { ModelLoader } from './model-loader.ts';
import { ModelShelf } from './model-shelf.ts';
import { readCatalogue } from './read-catalogue.ts';
import { goalRun, goesOnAlready, runBounds } from './run-start.ts';
import type { RunOptions, RunStart } from './run-start.ts';
import { RunWays } from './run-ways.ts';
import { emptySessionState, shownRuns, viewOf } from './session-state.ts';
import type { SessionOptions, SessionState } from './session-state.ts';
import { siteRoot } from './site-root.ts';
import { Spending } from './spending.ts';
import { findGaps } from './support.ts';
import { Workflows } from './workflows.ts';

/** One page's worth of work: a model, a log, and at most one run at a time. `createSession` makes one. */
export class Session {
  /** The adapters of the model: bring, choose, take away, delete. */
  readonly adapters: Adapters;
  /** Adapters on their way into use, and how far the model is trusted: what was decided, and what is next. */
  readonly promotion: RunWays['promotion'];
  readonly trust: RunWays['trust'];
  /** Servers, documents and page tools that the user added: add, choose, take away. */
  readonly outside: RunWays['outside'];
  /** The log as it is browsed, and its keys. */
  readonly logDoor: LogDoor;
  /** What runs spend day by day, and the bounds on it. */
  readonly spending = new Spending({ onChange: (spending) => this.#set({ spending }) });
  /** Workflows, runs that go on after they were cut off, and what a person is asked in between. */
  readonly workflows: Workflows;
  readonly #tools: readonly Tool[];
  readonly #options: SessionOptions;
  readonly #listeners = new Set<(state: SessionState) => void>();
  readonly #desk = new ApprovalDesk();
  readonly #engine: EngineHolder;
  readonly #loader: ModelLoader;
  readonly #shelf: ModelShelf;
  readonly #ways: RunWays;
  readonly #files = new ModelFilesClient();
  readonly #log: LogHolder;
  readonly #readModels: () => Promise<readonly CatalogueEntry[]>;
  #state: SessionState;
  /** The run that goes on, also while another is on the screen. */
  #current: TaskView = emptyTaskView;
  #controller: AbortController | undefined;

  constructor(options: SessionOptions = {}) {
    const catalogueUrl = new URL(options.catalogueUrl ?? 'models.json', siteRoot());
    const catalogue = (): Promise<ModelCatalogue> => readCatalogue({ url: catalogueUrl });
    this.#options = options;
    this.#log = new LogHolder({ ...options, onStatus: (log, isNew) => this.#showLog(log, isNew) });
    this.logDoor = new LogDoor({ log: this.#log, onChange: (logView) => this.#set({ logView }) });
    this.#engine = new EngineHolder(options);
    this.#readModels = async () => (await catalogue()).models;
    const { workflows = [] } = options;
    this.#tools = [...(options.tools ?? builtinTools()), ...workflows.map(({ tool }) => tool)];
    this.workflows = new Workflows({
      workflows,
      run: (start) => this.#begin(start),
      journal: () => this.#log.get(),
      isTransformed: options.transform !== undefined,
    });
    const tools = this.#tools.map(({ spec }) => spec);
    const outside = options.outside === 'none' ? undefined : emptySessionState.outside;
    this.#state = { ...emptySessionState, tools, outside, workflows: workflows.map(viewOf) };
    this.adapters = new Adapters({
      files: this.#files,
      catalogue,
      filesUrl: new URL('./', catalogueUrl),
      model: () => this.#loader.entry(),
      toolNames: () => this.#tools.map(({ spec }) => spec.name),
      isBusy: () => this.#controller !== undefined,
      reload: () => this.#reload(),
      onChange: (adapters) => this.#set({ adapters }),
    });
    this.#loader = new ModelLoader({
      engine: () => this.#engine.get(),
      dropEngine: () => this.#engine.drop(),
      ...loadSettings(options, catalogueUrl),
      // An engine of the caller's own gets what the caller gives it.
      ...(options.createEngine === undefined ? { adapters: this.adapters } : {}),
      onChange: (model) => this.#set({ model }),
    });
    this.#shelf = new ModelShelf({
      files: this.#files,
      catalogue: this.#readModels,
      onChange: (shelf) => this.#set({ shelf }),
    });
    this.#ways = new RunWays({
      log: this.#log,
      state: () => this.#state,
      adapters: this.adapters,
      tools: this.#tools,
      ask: (callId, signal) => this.#desk.ask(callId, signal),
      wishes: options,
      onChange: (change) => this.#set(change),
      onError: (error) => this.report(error),
    });
    ({ promotion: this.promotion, trust: this.trust, outside: this.outside } = this.#ways);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Calls `listener` at once and after every change. Returns the function that ends it. */
  subscribe(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at the browser, the catalogue and the log. What is wrong shows in the state; never rejects. */
  async start(): Promise<void> {
    await Promise.all([
      findGaps().then((gaps) => this.#set({ gaps })),
      this.#loader.describe(),
      // A catalogue that cannot be read is the model's failure, and shown there.
      this.adapters.describe().catch(() => undefined),
      this.#guard(async () => {
        if (await this.#log.mayExist()) await this.#listRuns();
      }),
      this.#guard(() => this.#countDocuments()),
      this.#guard(() => this.spending.open()),
      this.#guard(() => this.outside.start()),
    ]);
  }

  /** Loads the model where it is not loaded. Rejects with the load's Fault; the state shows it too. */
  async load(): Promise<LoadedModel> {
    // The files are wanted again: the browser is asked to keep them, and the load does not wait for its word.
    void this.#guard(() => this.#shelf.askToKeep());
    const model = await this.#loader.load();
    void this.#guard(() => this.#shelf.refreshIfOpen());
    return model;
  }

  /** Makes another model the one that is loaded next, e.g. one that was imported. Not while a run goes on. */
  useModel(entry: CatalogueEntry): void {
    if (this.#controller !== undefined) return;
    this.#loader.use(entry);
    void this.#guard(() => this.adapters.describe());
  }

  /** Judges every way to run the catalogue's models on this device; the state shows them. */
  async openChoices(): Promise<void> {
    await this.#guard(async () => this.#set({ choices: await this.#shelf.rank() }));
  }

  /** Makes one of those ways the one that is loaded next. Not while a run goes on. Rejects with a Fault. */
  async useChoice({ modelId, engine, plan }: RankedChoice): Promise<void> {
    const entry = (await this.#readModels()).find(({ id }) => id === modelId);
    if (this.#controller !== undefined || entry === undefined) return;
    this.#loader.use(entry, { engine, ...(plan === undefined ? {} : { backend: plan.backend }) });
    await this.adapters.describe();
  }

  /** Looks at the model files in this browser; the state shows them. */
  async openShelf(): Promise<void> {
    await this.#guard(() => this.#shelf.refresh());
  }

  /**
   * Takes files of the user's into this browser: a GGUF model; or a LoRA adapter for the selected model, as GGUF or as
   * PEFT's two files. The state shows what it is; an adapter can be chosen at once. Rejects with a Fault.
   */
  async importFiles(files: readonly File[]): Promise<void> {
    const adapter = await this.#shelf.importFiles(files, () => this.adapters.context());
    if (adapter !== undefined) await this.adapters.take(adapter);
  }

  cancelImport(): void {
    this.#shelf.cancelImport();
  }

  /** Deletes a kept model file. Rejects with Fault `unsupported` for one in use. */
  async removeModel(name: string): Promise<void> {
    await this.#shelf.remove(name);
    await this.#guard(() => this.adapters.describe());
  }

  /** Stops a load under way. */
  cancelLoad(): void {
    this.#loader.cancel();
  }

  /**
   * Runs one goal to its end: loads the model, writes every event to the log, shows each. Failures are outcomes.
   * Throws Fault `unexpected` where a run goes on already.
   */
  async run(goal: string, options: RunOptions = {}): Promise<RunOutcome> {
    return await this.#begin(goalRun(goal), options);
  }

  async #begin(start: RunStart, options: RunOptions = {}): Promise<RunOutcome> {
    if (this.#controller !== undefined) throw goesOnAlready();
    const controller = new AbortController();
    this.#controller = controller;
    this.#current = emptyTaskView;
    this.#set({ running: true, fault: undefined });
    try {
      return await this.#run(start, { ...options, signal: controller.signal });
    } catch (error) {
      return this.#failed(error);
    } finally {
      this.#controller = undefined;
      this.#desk.clear();
      this.workflows.release(this.#current.runId ?? '');
      this.#set({ running: false });
      await this.#guard(() => this.#listRuns());
      await this.#guard(() => this.#ways.review());
    }
  }

  /** Stops the run that goes on, or the load it waits for. */
  stop(): void {
    if (this.#controller === undefined) return;
    this.#controller.abort();
    this.#loader.cancel();
  }

  /** The user's word on a call that asked: yes, no, or yes with other arguments. */
  decide(callId: Id, answer: ApprovalAnswer): void {
    this.#desk.decide(callId, answer);
  }

  /** Shows a run: the one that goes on, or one of the log. */
  async openRun(runId: Id): Promise<void> {
    await this.#guard(async () => {
      if (runId === this.#current.runId) return this.#set({ task: this.#current, verdict: undefined });
      const { events, feedback } = await this.#log.readRun(runId);
      // oxlint-disable-next-line unicorn/no-array-reduce -- a reducer is what it is
      const task = events.reduce<TaskView>(reduceTask, emptyTaskView);
      return this.#set({ task, verdict: feedback.at(-1)?.verdict, fault: undefined });
    });
  }

  /** Stores what a person said of a run. */
  async giveFeedback(draft: FeedbackDraft): Promise<void> {
    await this.#guard(async () => {
      const feedback: Feedback = { ...draft, id: newId(), at: Date.now() };
      await this.#log.addFeedback(feedback);
      if (draft.runId === this.#state.task.runId) this.#set({ verdict: draft.verdict });
    });
  }

  /** The whole log as lines of one format; read as it is asked for, never held whole. */
  exportLog(format: ExportFormat): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#log.exportLines(format);
  }

  /** Deletes every run and all feedback of this browser. */
  async clearLog(): Promise<void> {
    await this.#guard(async () => {
      await (await this.#log.get()).clear();
      if (!this.#state.running) this.#set({ task: emptyTaskView, verdict: undefined });
      await this.#listRuns();
    });
  }

  /** Gives text files to the search tool. */
  async addDocuments(files: readonly File[]): Promise<void> {
    try {
      await addFiles(files);
    } finally {
      await this.#guard(() => this.#countDocuments());
    }
  }

  /** Shows a fault that arose around the session, e.g. while a file was saved. A stop is not one. */
  report(error: unknown): void {
    const fault = toFault(error);
    if (fault.code !== faultCodes.aborted) this.#set({ fault: fault.toData() });
  }

  /** Stops all work and frees the model and the log. The session cannot be used again. */
  async dispose(): Promise<void> {
    this.stop();
    this.#loader.cancel();
    this.#listeners.clear();
    this.#ways.close();
    this.#engine.drop();
    this.#shelf.dispose();
    this.#files.dispose();
    await this.#log.close();
  }

  async #run(
    { begin, events: before = [] }: RunStart,
    { signal, onEvent, adapter }: RunOptions & { readonly signal: AbortSignal },
  ): Promise<RunOutcome> {
    // A log that cannot be opened, or has no room, stops the run before a model is loaded.
    await this.#log.prepareRun();
    const model = await this.load();
    const engine = this.#engine.get();
    const way = await this.#ways.forRun({ engine, model, adapter });
    const events = await begin({
      engine,
      model,
      signal,
      ...way,
      approve: ({ callId }) => this.#desk.ask(callId, signal),
      askHuman: (question) => this.workflows.ask(question, signal),
      ...runBounds(this.#options),
      ...(await this.spending.forRun()),
    });
    for (const event of before) this.#show(event);
    for await (const event of events) {
      if (event.type === 'run-started') await this.workflows.hold(event.runId);
      await this.#log.record(event);
      await this.spending.note(event);
      this.#show(event);
      onEvent?.(event);
      if (event.type === 'run-started') await this.#guard(() => this.#listRuns());
      if (event.type === 'run-finished') return event.outcome;
    }
    throw new Fault({ code: faultCodes.unexpected, message: 'The run ended without an outcome.' });
  }

  #failed(error: unknown): RunOutcome {
    const fault = toFault(error);
    // A run that broke off has no outcome of its own: the screen must not wait for one.
    this.#set({ liveRunId: '' });
    if (fault.code === faultCodes.aborted) return { type: 'stopped' };
    if (this.#state.model.stage.type !== 'failed') this.report(fault);
    return { type: 'failed', fault: fault.toData() };
  }

  #show(event: TaskEvent): void {
    const onScreen = event.type === 'run-started' || this.#state.task.runId === event.runId;
    this.#current = reduceTask(this.#current, event);
    if (event.type === 'run-started') this.#set({ liveRunId: event.runId, verdict: undefined });
    if (onScreen) this.#set({ task: this.#current });
  }

  async #listRuns(): Promise<void> {
    this.#set({ runs: await this.#log.runs(shownRuns) });
  }

  /** Another role, or none: what it may not see goes from the screen. */
  #showLog(log: LogStatus, isNew: boolean): void {
    const hides = log.access !== this.#state.log.access && isNew && !this.#state.running;
    this.#set({ log, ...(hides ? { task: emptyTaskView, verdict: undefined } : {}) });
    if (isNew) void this.#guard(() => this.#listRuns());
  }

  async #countDocuments(): Promise<void> {
    this.#set({ documentCount: await countDocuments(this.#tools) });
  }

  /** Loads again what is loaded, with the adapters as they are now; a run that goes on keeps what it has. */
  async #reload(): Promise<void> {
    this.#loader.expire();
    if (this.#loader.isReady && this.#controller === undefined) await this.load();
  }

  async #guard(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.report(error);
    }
  }

  #set(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** A session; call `start()` on it, or give it to `attachAgent`, which does. */
export function createSession(options: SessionOptions = {}): Session {
  return new Session(options);
}
