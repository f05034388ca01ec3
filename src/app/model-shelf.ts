/**
 * The model files in this browser, as the session shows them: looked at when asked, files added and deleted.
 * Asks the browser, once in its life, to keep the site's data. Knows the files worker and the catalogue; no element.
 */
import type { ModelFilesClient } from '../bridge/model-files-client.ts';
import type { RankedChoice } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { AdapterContext, ImportProgress } from '../protocol/model-files.ts';
import type { AdapterEntry, CatalogueEntry } from '../protocol/model.ts';
import { emptyShelfView } from '../ui/shelf-view.ts';
import type { ShelfView } from '../ui/shelf-view.ts';

export interface ModelShelfOptions {
  readonly files: ModelFilesClient;
  /** Models whose files are known by their hashes. */
  readonly catalogue: () => Promise<readonly CatalogueEntry[]>;
  readonly onChange: (view: ShelfView) => void;
}

/** Set in the browser's storage once it was asked: some browsers ask the user, who should not be asked twice. */
const askedKey = 'smallworks-persistence-asked';

function wasAsked(): boolean {
  try {
    const asked = localStorage.getItem(askedKey) !== null;
    localStorage.setItem(askedKey, 'yes');
    return asked;
  } catch (error) {
    // A browser that stores nothing would keep no model either.
    if (error instanceof DOMException) return true;
    throw error;
  }
}

export class ModelShelf {
  readonly #options: ModelShelfOptions;
  readonly #files: ModelFilesClient;
  #view: ShelfView = emptyShelfView;
  #importing: AbortController | undefined;

  constructor(options: ModelShelfOptions) {
    this.#options = options;
    this.#files = options.files;
  }

  /** Looks at what is kept. Rejects with a Fault. */
  async refresh(): Promise<void> {
    const { models, usedBytes, quotaBytes, persistent } = await this.#files.list();
    this.#show({ models, usedBytes, quotaBytes, persistence: persistent ? 'kept' : 'may-be-cleared' });
  }

  /** Every way to run the catalogue's models on this device, best first. Rejects with a Fault. */
  async rank(): Promise<readonly RankedChoice[]> {
    return await this.#files.rank(await this.#options.catalogue());
  }

  /** Looks again, where somebody has looked before. */
  async refreshIfOpen(): Promise<void> {
    if (this.#view.models !== undefined) await this.refresh();
  }

  /** Asks the browser to keep what is stored, where that was never asked. */
  async askToKeep(): Promise<void> {
    if (!('storage' in navigator) || typeof navigator.storage.persist !== 'function') return;
    const kept =
      (await navigator.storage.persisted()) || (!wasAsked() && (await navigator.storage.persist()));
    this.#show({ persistence: kept ? 'kept' : 'may-be-cleared' });
  }

  /**
   * Copies a model or an adapter into the store. Resolves with the adapter where it is one. Rejects with a Fault that
   * says why files are refused.
   */
  async importFiles(
    files: readonly File[],
    context: () => Promise<AdapterContext>,
  ): Promise<AdapterEntry | undefined> {
    const [file] = files;
    if (this.#importing !== undefined || file === undefined) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    this.#importing = controller;
    const fileName = file.name;
    const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
    const empty = { imported: undefined, importedAdapter: undefined };
    this.#show({ ...empty, importing: { fileName, copiedBytes: 0, totalBytes } });
    const onProgress = (progress: ImportProgress): void => {
      if (this.#importing === controller) this.#show({ importing: { fileName, ...progress } });
    };
    try {
      const kind = await this.#files.recognise(files);
      await this.askToKeep();
      if (kind === 'adapter') {
        const watch = { signal, onProgress };
        const importedAdapter = await this.#files.importAdapter({ files, ...(await context()), ...watch });
        this.#show({ importedAdapter });
        return importedAdapter;
      }
      const catalogue = await this.#options.catalogue();
      const imported = await this.#files.importFile({ file, catalogue, signal, onProgress });
      this.#show({ imported });
      return undefined;
    } finally {
      this.#importing = undefined;
      this.#show({ importing: undefined });
      await this.refresh();
    }
  }

  cancelImport(): void {
    this.#importing?.abort();
  }

  /** Deletes a kept file. Throws Fault `unsupported` for one that is in use. */
  async remove(name: string): Promise<void> {
    const outcome = await this.#files.remove(name);
    if (this.#view.imported?.file.name === name) this.#show({ imported: undefined });
    if (this.#view.importedAdapter?.file.name === name) this.#show({ importedAdapter: undefined });
    await this.refresh();
    if (outcome === 'removed') return;
    throw new Fault({
      code: faultCodes.unsupported,
      message: `The file ${name} is in use.`,
      reason: 'A tab of this site has the model in memory, or is fetching it.',
      remedy: 'Close the other tabs, or reload this one, then delete it.',
      details: { feature: 'deleting a file in use', file: name },
    });
  }

  dispose(): void {
    this.cancelImport();
  }

  #show(change: Partial<ShelfView>): void {
    this.#view = { ...this.#view, ...change };
    this.#options.onChange(this.#view);
  }
}
