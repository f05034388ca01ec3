/**
 * What the screen knows of the model: which one, and how far loading has come. Pure.
 * Knows protocol types; knows nothing of workers or of where the file comes from.
 */
import type { LoadedModel, LoadProgress } from '../protocol/engine.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { CatalogueEntry } from '../protocol/model.ts';

export type ModelStage =
  | { readonly type: 'absent' }
  | { readonly type: 'requested' }
  | {
      readonly type: 'downloading';
      readonly receivedBytes: number;
      readonly totalBytes: number;
      /** The file lies in this browser; bytes are read, not fetched. */
      readonly fromCache: boolean;
      /** Where and when this load began to count, for the rate: a resumed download does not begin at 0. */
      readonly firstBytes: number;
      readonly firstAt: number;
      /** Absent until there is enough to tell. */
      readonly bytesPerSecond?: number;
    }
  | { readonly type: 'verifying' }
  | { readonly type: 'starting' }
  | { readonly type: 'ready'; readonly model: LoadedModel }
  | { readonly type: 'failed'; readonly fault: FaultData };

export interface ModelView {
  /** Absent until the catalogue was read. */
  readonly entry?: CatalogueEntry;
  readonly stage: ModelStage;
}

export const emptyModelView: ModelView = { stage: { type: 'absent' } };

/** Less time than this says nothing of a rate. Milliseconds. */
const shortestMeasure = 250;

/** The stage after one more report of the engine. `now` in milliseconds, from any fixed origin. */
export function progressModel(stage: ModelStage, progress: LoadProgress, now: number): ModelStage {
  switch (progress.type) {
    case 'verify-started':
      return { type: 'verifying' };
    case 'initialise-started':
      return { type: 'starting' };
    case 'download-progressed': {
      const { receivedBytes, totalBytes, fromCache } = progress;
      const before = stage.type === 'downloading' ? stage : { firstBytes: receivedBytes, firstAt: now };
      const { firstBytes, firstAt } = before;
      const passed = now - firstAt;
      const rate = passed < shortestMeasure ? undefined : ((receivedBytes - firstBytes) * 1000) / passed;
      const counted = {
        type: 'downloading',
        receivedBytes,
        totalBytes,
        fromCache,
        firstBytes,
        firstAt,
      } as const;
      return rate === undefined || rate <= 0 ? counted : { ...counted, bytesPerSecond: rate };
    }
    default:
      progress satisfies never;
      return stage;
  }
}

/** True while a load is under way and can be cancelled. */
export function isLoading(stage: ModelStage): boolean {
  return stage.type !== 'absent' && stage.type !== 'ready' && stage.type !== 'failed';
}
