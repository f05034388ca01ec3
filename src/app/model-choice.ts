/**
 * Everything that a choice of a model rests on, gathered: the site's catalogue, the models in this browser, the known
 * ones, what was measured here, and the facts of the device. The choice itself is flywheel/select's.
 */
import { ModelFilesClient } from '../bridge/model-files-client.ts';
import type { DeviceFacts } from '../engine/choose-backend.ts';
import { probeDevice } from '../engine/probe-device.ts';
import { selectModels } from '../flywheel/select/select-models.ts';
import { Fault } from '../protocol/fault.ts';
import type { KnownModel } from '../protocol/known-model.ts';
import type { CatalogueEntry } from '../protocol/model.ts';
import type { Measurement, Selection, SelectionFilters, SelectionTask } from '../protocol/selection.ts';
import { MeasurementStore } from './measurement-store.ts';
import { readCatalogue } from './read-catalogue.ts';
import { readKnownModels } from './read-known-models.ts';
import { siteRoot } from './site-root.ts';

interface Gathered {
  readonly catalogue: readonly CatalogueEntry[];
  readonly imported: readonly CatalogueEntry[];
  readonly known: readonly KnownModel[];
  readonly device: DeviceFacts;
}

/** Gathers what a choice of a model rests on, and gives the ranked list. */
export class ModelChoice {
  readonly #store: MeasurementStore;
  #gathered: Gathered | undefined;
  #measurements: readonly Measurement[] = [];

  constructor(options: { readonly databaseName?: string } = {}) {
    this.#store = new MeasurementStore(options);
  }

  /** Gathers all of it anew. Rejects with Fault `model-unavailable` where a list cannot be read. */
  async open(): Promise<void> {
    const root = siteRoot();
    const [{ models: catalogue }, known, imported, device, measurements] = await Promise.all([
      readCatalogue({ url: new URL('models.json', root) }),
      readKnownModels(new URL('known-models.json', root)),
      importedModels(),
      probeDevice(),
      this.#store.list(),
    ]);
    this.#gathered = { catalogue, imported, known, device };
    this.#measurements = measurements;
  }

  /** The device that is chosen for; undefined before `open`. */
  get device(): DeviceFacts | undefined {
    return this.#gathered?.device;
  }

  /** The sets of rows that something was scored on, newest first. */
  get tasks(): readonly SelectionTask[] {
    const newestFirst = this.#measurements.toSorted((one, other) => other.at - one.at);
    return [...new Set(newestFirst.map(({ taskId }) => taskId))].flatMap((id) => {
      const own = newestFirst.filter(({ taskId }) => taskId === id);
      const [first] = own;
      if (first === undefined) return [];
      const subjects = new Set(own.map(({ subject }) => JSON.stringify([subject.modelId, subject.adapter])));
      return [{ id, source: first.source, rows: first.rows, measured: subjects.size }];
    });
  }

  /** Ranks for a task; undefined before `open`. */
  select(taskId: string | undefined, filters: SelectionFilters): Selection | undefined {
    if (this.#gathered === undefined) return undefined;
    return selectModels({ ...this.#gathered, taskId, measurements: this.#measurements, filters });
  }

  /** Forgets what was measured on a task's rows. */
  async forget(taskId: string): Promise<void> {
    await this.#store.forget(taskId);
    this.#measurements = await this.#store.list();
  }
}

/** Models that the user brought into this browser; none where it keeps no files. */
export async function importedModels(): Promise<readonly CatalogueEntry[]> {
  const files = new ModelFilesClient();
  try {
    const { models } = await files.list();
    return models.flatMap(({ imported, state }) =>
      imported !== undefined && state === 'whole' ? imported : [],
    );
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  } finally {
    files.dispose();
  }
}
