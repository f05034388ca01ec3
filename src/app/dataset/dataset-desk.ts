/**
 * The making of a data set on a page: sources are gathered, looked through, grouped into tasks, planned and written, one step after
 * the other, and each change shows in the view. Joins the worker (bridge), the sentence encoder, the own log and the rules for
 * groups; shows nothing itself.
 */
import { DatasetClient } from '../../bridge/dataset-client.ts';
import type { DatasetClientOptions } from '../../bridge/dataset-client.ts';
import type { ChatModel } from '../../facade/chat-model.ts';
import { groupsOf, taskNames } from '../../flywheel/workbench/task-groups.ts';
import type { TaskGroups } from '../../flywheel/workbench/task-groups.ts';
import type { DatasetInput, PlanSettings, RecordVectors, TaskSample } from '../../protocol/dataset.ts';
import { faultCodes, toFault } from '../../protocol/fault.ts';
import type { Journal } from '../../log/journal.ts';
import { emptyDatasetView } from '../../ui/dataset/dataset-view.ts';
import type {
  DatasetView,
  DatasetWork,
  ExportSettings,
  ReadSettings,
  SplitSettings,
  TaskEdit,
} from '../../ui/dataset/dataset-view.ts';
import { later } from '../../ui/translate.ts';
import { dropDatasetTraces } from './drop-traces.ts';
import { embedSample } from './embed-sample.ts';
import type { SampleVectors } from './embed-sample.ts';
import { LogRuns } from './log-runs.ts';
import { maskingAbout } from './masking-about.ts';
import { jobOf, sourceViewOf } from './sources.ts';
import type { Source } from './sources.ts';
import { applyEdit, showGroups } from './show-groups.ts';
import { suggestNames } from './suggest-names.ts';

/** What a `DatasetDesk` draws on; each part is opened when it is first needed. */
export interface DatasetDeskOptions extends Pick<DatasetClientOptions, 'start'> {
  /** Opens the own log; absent: there is none. */
  readonly openLog?: () => Promise<Journal>;
  /** The model that names tasks, opened when it is first asked; absent: none does. */
  readonly openModel?: () => NamingModel;
}

type NamingModel = Pick<ChatModel, 'load' | 'generate'>;

interface Found {
  readonly sample: TaskSample;
  readonly vectors: SampleVectors;
  readonly map: Parameters<typeof showGroups>[0]['map'];
  readonly groups: TaskGroups;
}

/** Makes a data set step by step on a page. `subscribe` tells the view; every step is a method. */
export class DatasetDesk {
  readonly #options: DatasetDeskOptions;
  readonly #client: DatasetClient;
  readonly #listeners = new Set<(view: DatasetView) => void>();
  #view = emptyDatasetView;
  #sources: readonly Source[] = [];
  #runs: LogRuns | undefined;
  #input: DatasetInput | undefined;
  #found: Found | undefined;
  #model: NamingModel | undefined;
  #stop: AbortController | undefined;

  constructor(options: DatasetDeskOptions = {}) {
    this.#options = options;
    this.#client = new DatasetClient({
      ...(options.start === undefined ? {} : { start: options.start }),
      readRuns: async (runIds) => (await this.#runs?.read(runIds)) ?? [],
    });
  }

  get view(): DatasetView {
    return this.#view;
  }

  /** Calls back with every view from now on, and at once. Returns what ends it. */
  subscribe(listener: (view: DatasetView) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#view);
    return () => this.#listeners.delete(listener);
  }

  /** Files to make a data set of, beside those that are there; one of the same name takes its place. */
  addFiles(files: readonly File[]): void {
    const names = new Set(files.map(({ name }) => name));
    const rest = this.#sources.filter(({ name }) => !names.has(name));
    this.#setSources([...rest, ...files.map((file) => ({ type: 'file' as const, name: file.name, file }))]);
  }

  /** The own log as a source. Shows the fault where it cannot be opened. */
  async addLog(): Promise<void> {
    await this.#guard(async () => {
      const journal = await this.#options.openLog?.();
      if (journal === undefined) return;
      const runIds = await journal.runIds();
      this.#runs = new LogRuns(journal, runIds);
      const rest = this.#sources.filter(({ type }) => type !== 'log');
      this.#setSources([...rest, { type: 'log', name: later('own log'), runIds }]);
    });
  }

  removeSource(name: string): void {
    this.#setSources(this.#sources.filter((source) => source.name !== name));
  }

  /** Looks the sources through, and plans. */
  async read(settings: ReadSettings): Promise<void> {
    await this.#work('reading', async (signal, onProgress) => {
      this.#found = undefined;
      this.#set({ read: settings, survey: undefined, tasks: undefined, plan: undefined, written: undefined });
      this.#input = { job: await jobOf(this.#sources, settings), sources: this.#sources, ...settings };
      const survey = await this.#client.survey(this.#input, { signal, onProgress });
      this.#set({ survey });
      await this.#plan();
    });
  }

  /** Looks for tasks in a sample of the records; `k` tasks, or as many as fit. */
  async discover({ size, k }: { readonly size: number; readonly k: number | 'auto' }): Promise<void> {
    await this.#work('sampling', async (signal, onProgress) => {
      const input = this.#input;
      if (input === undefined) return;
      const { seed } = this.#view.split;
      const sample = await this.#client.sample(input, { size, seed }, { signal, onProgress });
      const total = sample.items.length;
      const vectors = await embedSample({
        texts: sample.items.map(({ text }) => text),
        signal,
        onProgress: (done) => this.#set({ work: { stage: 'embedding', done, share: done / total } }),
      });
      const { values, dimensions } = vectors;
      const request = { sample, vectors: values, dimensions, k, seed };
      const map = await this.#client.discover(request, { signal, onProgress });
      this.#found = { sample, vectors, map, groups: groupsOf(map) };
      this.#set({ tasks: showGroups(this.#found) });
      await this.#plan();
    });
  }

  /** Changes the tasks that were found, and plans anew. */
  async edit(edit: TaskEdit): Promise<void> {
    await this.#work('planning', async () => {
      const found = this.#found;
      if (found === undefined) return;
      if (edit.type === 'drop') {
        this.#found = undefined;
        this.#set({ tasks: undefined });
      } else {
        this.#found = { ...found, groups: applyEdit(found.groups, edit, found.vectors) };
        this.#set({ tasks: showGroups(this.#found) });
      }
      await this.#plan();
    });
  }

  /** Has a small model name the tasks that were found, and plans anew. Loads the model where it is not loaded. */
  async nameTasks(): Promise<void> {
    await this.#work('loading', async (signal, onProgress) => {
      const found = this.#found;
      const model = (this.#model ??= this.#options.openModel?.());
      if (found === undefined || model === undefined) return;
      await model.load();
      const total = found.groups.tasks.length;
      const groups = await suggestNames({
        ...found,
        model,
        signal,
        onProgress: (done) => onProgress({ stage: 'naming', done, share: done / total }),
      });
      this.#found = { ...found, groups };
      this.#set({ tasks: showGroups(this.#found) });
      await this.#plan();
    });
  }

  /** Splits by these settings. */
  async plan(settings: SplitSettings): Promise<void> {
    await this.#work('planning', async () => {
      this.#set({ split: settings });
      await this.#plan();
    });
  }

  /** Writes into the folder, or hands back an archive. Undefined: it failed or was stopped, as the view says. */
  async write(settings: ExportSettings, folder?: FileSystemDirectoryHandle): Promise<File | undefined> {
    return await this.#work('records', async (signal, onProgress) => {
      if (this.#input === undefined) return undefined;
      const { name, licence, formats, variants } = settings;
      const masking = maskingAbout(this.#sources);
      this.#set({ written: undefined });
      const request = {
        plan: this.#settings(),
        about: {
          name,
          licence,
          languages: this.#view.read.languages,
          ...(masking === undefined ? {} : { masking }),
        },
        formats,
        ...(variants === undefined ? {} : { variants }),
        target: folder === undefined ? ({ type: 'archive' } as const) : ({ type: 'folder', folder } as const),
      };
      const { archive, ...written } = await this.#client.write(this.#input, request, { signal, onProgress });
      this.#set({ written });
      return archive;
    });
  }

  /** Stops what goes on. What was done is gone on from next time. */
  stop(): void {
    this.#stop?.abort();
  }

  /** Drops what this browser keeps of all data sets: checkpoints, vectors, files. */
  async forget(): Promise<void> {
    await this.#guard(async () => {
      this.stop();
      await this.#client.forget();
      await dropDatasetTraces();
      this.#found = undefined;
      this.#set({ survey: undefined, tasks: undefined, plan: undefined, written: undefined });
    });
  }

  dispose(): void {
    this.stop();
    this.#listeners.clear();
    this.#client.dispose();
  }

  async #plan(): Promise<void> {
    if (this.#input === undefined) return;
    const plan = await this.#client.plan(this.#input.job, this.#settings());
    this.#set({ plan, written: undefined });
  }

  #settings(): PlanSettings {
    const { seed, cap, validation, test, twinsByMeaning } = this.#view.split;
    const found = this.#found;
    return {
      seed,
      shares: { validation, test },
      twinsByMeaning,
      ...(cap === undefined ? {} : { cap }),
      ...(found === undefined
        ? {}
        : { tasks: taskNames(found.groups, found.sample), vectors: vectorsOf(found) }),
    };
  }

  #setSources(sources: readonly Source[]): void {
    this.#sources = sources;
    this.#set({ sources: sources.map(sourceViewOf), masking: maskingAbout(sources) });
  }

  /** One piece of work at a time; a second one asked for meanwhile is left. */
  async #work<Result>(
    stage: DatasetWork['stage'],
    task: (signal: AbortSignal, onProgress: (work: DatasetWork) => void) => Promise<Result>,
  ): Promise<Result | undefined> {
    if (this.#stop !== undefined) return undefined;
    const stop = new AbortController();
    this.#stop = stop;
    this.#set({ work: { stage, done: 0, share: undefined }, fault: undefined });
    try {
      return await this.#guard(() => task(stop.signal, (work) => this.#set({ work })));
    } finally {
      this.#stop = undefined;
      this.#set({ work: undefined });
    }
  }

  async #guard<Result>(task: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await task();
    } catch (error) {
      const fault = toFault(error);
      if (fault.code !== faultCodes.aborted) this.#set({ fault: fault.toData() });
      return undefined;
    }
  }

  #set(change: Partial<DatasetView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener(this.#view);
  }
}

function vectorsOf({ sample, vectors: { values, dimensions } }: Found): RecordVectors {
  return { ids: sample.items.map(({ id }) => id), values, dimensions };
}
