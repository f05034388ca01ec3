/**
 * The adapters of a session's model: those the site brings along and those the user brought, which of them runs use,
 * and what is loaded beside the model. One that cannot be had or is refused never keeps the model from being used.
 * Knows the files worker, the catalogue and the user's choice; no engine and no element.
 */
import type { ModelFilesClient } from '../bridge/model-files-client.ts';
import { promptVersion } from '../decode/prompt.ts';
import type { LoadRequest } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import type { AdapterContext } from '../protocol/model-files.ts';
import type {
  AdapterEntry,
  AdapterFormat,
  CatalogueEntry,
  ModelCatalogue,
  WorkerEngine,
} from '../protocol/model.ts';
import type { AdaptersView, AdapterView } from '../ui/adapters-view.ts';
import { emptyAdaptersView } from '../ui/adapters-view.ts';
import { readChoice, writeChoice } from './adapter-choice.ts';

export interface AdaptersOptions {
  readonly files: ModelFilesClient;
  readonly catalogue: () => Promise<ModelCatalogue>;
  /** The folder that files of the catalogue's adapters are named from. */
  readonly filesUrl: URL;
  /** The model that is selected. */
  readonly model: () => Promise<CatalogueEntry>;
  /** Names of the tools that runs offer. */
  readonly toolNames: () => readonly string[];
  /** True while a run goes on: what is loaded must stay. */
  readonly isBusy: () => boolean;
  /** What is to be loaded beside the model has changed. Resolves once it is loaded, where the model was. */
  readonly reload: () => Promise<void>;
  readonly onChange: (view: AdaptersView) => void;
}

type AdapterFiles = NonNullable<LoadRequest['adapters']>;

/** Whether an engine takes adapters for a model: builds of its own, and web-llm, do not. */
function takesAdapters(model: CatalogueEntry, engine: WorkerEngine | undefined): boolean {
  const used = engine ?? model.engines[0];
  return used !== 'web-llm' && model.builds?.some((build) => build.engine === used) !== true;
}

function promptWarning(entry: AdapterEntry): string | undefined {
  if (entry.promptVersion === undefined || entry.promptVersion === promptVersion) return undefined;
  return `It was trained on version ${String(entry.promptVersion)} of the prompts; this page writes version ${String(promptVersion)}. It may do worse than its scores say.`;
}

function lessonWarning({ taughtBy = [] }: AdapterEntry, erased = 0): string | undefined {
  if (erased === 0) return undefined;
  return `${String(erased)} of the ${String(taughtBy.length)} runs that taught it were erased since, and it may still know what was said there. Train it anew without them, or remove it.`;
}

/** The adapters of a session's model: choose, bring, take away, export. */
export class Adapters {
  readonly #options: AdaptersOptions;
  #model: CatalogueEntry | undefined;
  #entries: readonly AdapterEntry[] = [];
  /** Names of the files that are in this browser; undefined until somebody looked. */
  #kept: ReadonlySet<string> | undefined;
  /** How many of the runs that taught one are erased, by id. */
  #erased: ReadonlyMap<string, number> = new Map();
  /** Those that were refused or could not be had, with the sentence that says why. */
  readonly #troubles = new Map<string, string>();
  /** Being deleted: not to be loaded again. */
  readonly #leaving = new Set<string>();
  #view: AdaptersView = emptyAdaptersView;

  constructor(options: AdaptersOptions) {
    this.#options = options;
  }

  /** Shows the catalogue's adapters for the selected model. Starts no worker. Rejects with the catalogue's Fault. */
  async describe(): Promise<void> {
    const model = await this.#options.model();
    if (this.#kept !== undefined) return await this.open();
    const { adapters = [] } = await this.#options.catalogue();
    this.#show(model, adapters);
  }

  /** Looks which adapters are in this browser, also the user's own; the session's state shows them. */
  async open(): Promise<void> {
    const model = await this.#options.model();
    const { adapters = [] } = await this.#options.catalogue();
    const { models: stored } = await this.#options.files.list();
    this.#kept = new Set(stored.flatMap(({ name, state }) => (state === 'whole' ? [name] : [])));
    const known = new Set(adapters.map(({ file }) => file.sha256));
    const own = stored.flatMap(({ adapter, state }) =>
      adapter === undefined || state === 'partial' || known.has(adapter.file.sha256) ? [] : [adapter],
    );
    if (own.some(({ taughtBy }) => taughtBy !== undefined)) {
      const { erasedLessons } = await import('./erased-lessons.ts');
      this.#erased = await erasedLessons();
    }
    this.#show(model, [...adapters, ...own]);
  }

  /** What is loaded beside a model: every adapter that is here, and the chosen one, fetched where it is not. */
  async beside(model: CatalogueEntry, engine: WorkerEngine | undefined): Promise<AdapterFiles> {
    if (!takesAdapters(model, engine)) return [];
    try {
      await this.open();
    } catch (error) {
      // Without a place for files there are no adapters; whether a model can be had, its load will tell.
      if (error instanceof Fault) return [];
      throw error;
    }
    const chosen = this.#entries.find(({ id }) => id === this.#view.chosen);
    if (chosen !== undefined && !this.#isKept(chosen)) await this.#tryFetch(chosen);
    return this.#entries
      .filter((entry) => this.#isKept(entry) && !this.#troubles.has(entry.id) && !this.#leaving.has(entry.id))
      .map(({ id, file }) => ({ id, file, filesUrl: this.#options.filesUrl.href }));
  }

  /** After a load failed: true where an adapter is to blame, which is then left out of the next. */
  refuse({ details, message, reason }: Fault, tried: AdapterFiles): boolean {
    const blamed =
      details['feature'] === 'adapters'
        ? tried
        : tried.filter(
            ({ id, file, filesUrl }) =>
              id === details['adapter'] ||
              file.name === details['file'] ||
              new URL(file.name, filesUrl).href === details['url'],
          );
    for (const { id } of blamed) this.#troubles.set(id, [message, reason ?? ''].join(' ').trim());
    this.#show(this.#model, this.#entries);
    return blamed.length > 0;
  }

  /**
   * Makes an adapter the one that runs use from now on; undefined: the base model alone. One that is not in this
   * browser is fetched. Rejects with a Fault: unsupported for an unknown id, and as a download.
   */
  async choose(id: string | undefined): Promise<void> {
    const model = await this.#options.model();
    const entry = id === undefined ? undefined : await this.#find(id);
    writeChoice(model.file.sha256, id);
    if (id !== undefined) this.#troubles.delete(id);
    this.#show(model, this.#entries, id);
    if (entry !== undefined) await this.#bring(entry);
  }

  /** Fetches an adapter that is not in this browser and loads it beside the model. Rejects with a Fault, as `choose` does. */
  async bring(id: string): Promise<void> {
    await this.#bring(await this.#find(id));
  }

  /** What an adapter that the user brings is checked against. */
  async context(): Promise<AdapterContext> {
    const { models, adapters = [] } = await this.#options.catalogue();
    const { models: stored } = await this.#options.files.list();
    const own = stored.flatMap(({ imported }) => imported ?? []);
    return { base: await this.#options.model(), models: [...models, ...own], adapters };
  }

  /** Makes an adapter that has just come into this browser usable, without the page being loaded again. */
  async take({ id }: AdapterEntry): Promise<void> {
    this.#troubles.delete(id);
    await this.open();
    await this.#options.reload();
  }

  /**
   * The files of an adapter: one GGUF file, or PEFT's two. Rejects with a Fault: unsupported for an unknown id,
   * model-not-loaded, model-rejected (see `ModelFilesApi.exportAdapter`).
   */
  async export(id: string, format: AdapterFormat): Promise<readonly File[]> {
    const adapter = await this.#find(id);
    const { files, filesUrl, model } = this.#options;
    return await files.exportAdapter({ adapter, filesUrl: filesUrl.href }, await model(), format);
  }

  /** Deletes an adapter's file; the model is loaded again without it. Rejects with Fault `unsupported` while it is used. */
  async remove(id: string): Promise<void> {
    const { file, title } = await this.#find(id);
    const inUse = (reason: string): Fault =>
      new Fault({
        code: faultCodes.unsupported,
        message: `The adapter ${title} is in use.`,
        reason,
        remedy: 'Wait for the run, or close the other tabs, then remove it.',
        details: { feature: 'deleting a file in use', file: file.name },
      });
    if (this.#options.isBusy()) throw inUse('A run goes on.');
    this.#leaving.add(id);
    try {
      if (this.#view.chosen === id) await this.choose(undefined);
      await this.#options.reload();
      if (!(await this.#options.files.removeOnceFree(file.name)))
        throw inUse('A tab of this site has it in memory.');
    } finally {
      this.#leaving.delete(id);
      await this.open();
    }
  }

  async #find(id: string): Promise<AdapterEntry> {
    if (this.#kept === undefined) await this.open();
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (entry !== undefined) return entry;
    throw new Fault({
      code: faultCodes.unsupported,
      message: `There is no adapter ${id} for ${this.#model?.title ?? 'this model'}.`,
      reason: `There are: ${this.#entries.map((known) => known.id).join(', ') || 'none'}.`,
      remedy: 'Bring it first, or choose one of these.',
      details: { feature: 'adapters' },
    });
  }

  #isKept({ file }: AdapterEntry): boolean {
    return this.#kept?.has(file.name) === true;
  }

  async #bring(entry: AdapterEntry): Promise<void> {
    if (this.#isKept(entry)) return;
    await this.#fetch(entry);
    await this.#options.reload();
  }

  async #fetch(entry: AdapterEntry): Promise<void> {
    const { id, file } = entry;
    const { files, filesUrl } = this.#options;
    try {
      await files.fetchAdapter({
        adapter: entry,
        filesUrl: filesUrl.href,
        onProgress: ({ copiedBytes, totalBytes }) =>
          this.#tell({ fetching: { id, receivedBytes: copiedBytes, totalBytes } }),
      });
      this.#kept = new Set([...(this.#kept ?? []), file.name]);
    } finally {
      this.#tell({ fetching: undefined });
      this.#show(this.#model, this.#entries);
    }
  }

  async #tryFetch(entry: AdapterEntry): Promise<void> {
    try {
      await this.#fetch(entry);
      this.#troubles.delete(entry.id);
    } catch (error) {
      const { message } = toFault(error);
      this.#troubles.set(entry.id, `It could not be fetched, so the base model is used alone. ${message}`);
      this.#show(this.#model, this.#entries);
    }
  }

  #show(model: CatalogueEntry | undefined, entries: readonly AdapterEntry[], chosen?: string): void {
    const baseSha256 = model?.file.sha256 ?? '';
    this.#model = model;
    this.#entries = entries.filter((entry) => entry.baseSha256 === baseSha256);
    const adapters = this.#entries.map((entry): AdapterView => {
      const warning =
        this.#troubles.get(entry.id) ??
        lessonWarning(entry, this.#erased.get(entry.id)) ??
        promptWarning(entry);
      return { entry, kept: this.#isKept(entry), ...(warning === undefined ? {} : { warning }) };
    });
    const { toolNames } = this.#options;
    this.#tell({ adapters, chosen: chosen ?? readChoice(baseSha256, this.#entries, toolNames()) });
  }

  #tell(change: Partial<AdaptersView>): void {
    this.#view = { ...this.#view, ...change };
    this.#options.onChange(this.#view);
  }
}
