/**
 * Where the making of a data set stands, kept in this browser by job: chunks of a survey, its newest head, files that are whole.
 * Keys, counts and signatures lie there, and the beginnings of rows that were left out; no other text of a log. Knows
 * IndexedDB; what cannot be kept is done again.
 */
import { useDatabase } from '../../engine/use-database.ts';
import type { FunnelStep } from '../../protocol/dataset.ts';
import type { ExportedFile } from '../dataset/export/manifest.ts';
import type { SurveyChunk, SurveyHead, SurveyState } from '../dataset/survey.ts';

interface StoredHead {
  readonly head: SurveyHead;
  /** Chunks that belong to it. */
  readonly chunks: number;
}

/** Files of an export that was not finished. */
export interface StoredFiles {
  /** What was asked for, as one text: files of another export are of no use. */
  readonly words: string;
  readonly files: readonly ExportedFile[];
  /** Of the walk that wrote the records. */
  readonly variants?: FunnelStep;
}

const storeName = 'checkpoints';

export class Checkpoints {
  readonly #place: Parameters<typeof useDatabase>[0];

  constructor({ databaseName = 'smallworks-datasets' }: { readonly databaseName?: string } = {}) {
    this.#place = { databaseName, storeName };
  }

  /** What to go on from; undefined: nothing. */
  async read(job: string): Promise<SurveyState | undefined> {
    return await useDatabase(this.#place, async (database) => {
      const stored = (await database.get(storeName, headKey(job))) as StoredHead | undefined;
      if (stored?.head.v !== 2) return undefined;
      const chunks: SurveyChunk[] = [];
      for (let number = 0; number < stored.chunks; number += 1) {
        const chunk = (await database.get(storeName, chunkKey(job, number))) as SurveyChunk | undefined;
        if (chunk === undefined) return undefined;
        chunks.push(chunk);
      }
      return { head: stored.head, chunks };
    });
  }

  /** Adds a chunk and replaces the head, both or neither. False: this browser keeps nothing. */
  async add(job: string, { head, chunk, number }: NumberedChunk): Promise<boolean> {
    const kept = await useDatabase(this.#place, async (database) => {
      const work = database.transaction(storeName, 'readwrite');
      const stored: StoredHead = { head, chunks: number + 1 };
      await Promise.all([
        work.store.put(chunk, chunkKey(job, number)),
        work.store.put(stored, headKey(job)),
        work.done,
      ]);
      return true;
    });
    return kept === true;
  }

  async readFiles(job: string): Promise<StoredFiles | undefined> {
    return await useDatabase(
      this.#place,
      async (database) => (await database.get(storeName, filesKey(job))) as StoredFiles | undefined,
    );
  }

  async putFiles(job: string, stored: StoredFiles | undefined): Promise<void> {
    await useDatabase(this.#place, async (database) => {
      if (stored === undefined) await database.delete(storeName, filesKey(job));
      else await database.put(storeName, stored, filesKey(job));
    });
  }

  /** Drops what is kept of all jobs. */
  async clear(): Promise<void> {
    await useDatabase(this.#place, async (database) => database.clear(storeName));
  }
}

interface NumberedChunk {
  readonly head: SurveyHead;
  readonly chunk: SurveyChunk;
  /** From 0; chunks before it are there. */
  readonly number: number;
}

function headKey(job: string): string {
  return `${job}/head`;
}

function chunkKey(job: string, number: number): string {
  return `${job}/chunk/${number}`;
}

function filesKey(job: string): string {
  return `${job}/files`;
}
