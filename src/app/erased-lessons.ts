/**
 * Adapters that were taught by runs which were erased since: what a run said may still be in their numbers. Erasing marks them,
 * and the shelf says so. Knows ids; nothing of what is in a run or in an adapter.
 */
import { ModelFilesClient } from '../bridge/model-files-client.ts';
import type { Id } from '../protocol/id.ts';
import { SmallStore } from './small-store.ts';

interface Mark {
  /** The adapter's. */
  readonly id: string;
  /** Runs that taught it and are erased. */
  readonly erased: readonly Id[];
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('erased' in value)) return false;
  return typeof value.id === 'string' && Array.isArray(value.erased);
}

const store = new SmallStore<Mark>({ databaseName: 'smallworks-erased-lessons', isItem: isMark });

/** Marks every adapter of this browser that one of these runs taught. */
export async function markTaught(runIds: readonly Id[]): Promise<void> {
  const files = new ModelFilesClient();
  try {
    const gone = new Set(runIds);
    const before = new Map((await store.list()).map(({ id, erased }) => [id, erased]));
    const { models } = await files.list();
    const marks = models.flatMap(({ adapter }): Mark[] => {
      const erased = adapter?.taughtBy?.filter((id) => gone.has(id)) ?? [];
      if (adapter === undefined || erased.length === 0) return [];
      return [{ id: adapter.id, erased: [...new Set([...(before.get(adapter.id) ?? []), ...erased])] }];
    });
    if (marks.length > 0) await store.put(marks);
  } finally {
    files.dispose();
  }
}

/** Of adapters that are marked, how many of the runs that taught them are erased; by id. */
export async function erasedLessons(): Promise<ReadonlyMap<string, number>> {
  return new Map((await store.list()).map(({ id, erased }) => [id, erased.length]));
}
