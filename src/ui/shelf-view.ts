/**
 * What the screen knows of the model files in this browser. Data only; knows nothing of where they lie.
 */
import type { ImportProgress, StoredModel } from '../protocol/model-files.ts';
import type { AdapterEntry, CatalogueEntry } from '../protocol/model.ts';

export interface ShelfView {
  /** Undefined until the shelf was looked at. */
  readonly models: readonly StoredModel[] | undefined;
  /** Bytes that this site keeps in all, and may keep, where the browser tells. */
  readonly usedBytes?: number | undefined;
  readonly quotaBytes?: number | undefined;
  /** Whether the browser has promised not to clear this site's data by itself. */
  readonly persistence: 'unknown' | 'kept' | 'may-be-cleared';
  /** A file that is being copied. */
  readonly importing?: (ImportProgress & { readonly fileName: string }) | undefined;
  /** What the last copied file was found to be. */
  readonly imported?: CatalogueEntry | undefined;
  /** The same for an adapter. */
  readonly importedAdapter?: AdapterEntry | undefined;
}

export const emptyShelfView: ShelfView = { models: undefined, persistence: 'unknown' };
