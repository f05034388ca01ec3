/**
 * The sources of a data set, one after the other, as items; and how far the walk is. Files are read piece by piece, runs of the
 * own log are asked for in small batches. Knows blobs and runs; what an item is stands in dataset.
 */
import type { DatasetInput, DatasetSource, ReadRuns } from '../../protocol/dataset.ts';
import type { Episode } from '../../protocol/record.ts';
import { importEpisodes } from '../dataset/import/from-episode.ts';
import { importRecords } from '../dataset/import/import-records.ts';
import type { ImportItem } from '../dataset/record.ts';

/** Runs that are asked for at once: each may hold many prompts. */
const runsOfBatch = 16;

/** What a run weighs in bytes of a file, to tell how far a walk over both is. */
const weightOfRun = 20_000;

export interface SourceWalkOptions {
  readonly input: DatasetInput;
  readonly readRuns: ReadRuns;
  readonly signal: AbortSignal;
}

/** One walk. The same input gives the same items as long as its files and runs are the same. */
export class SourceWalk {
  readonly #options: SourceWalkOptions;
  readonly #total: number;
  #done = 0;

  constructor(options: SourceWalkOptions) {
    this.#options = options;
    this.#total = options.input.sources.reduce((sum, source) => sum + weightOf(source), 0);
  }

  /** How much was read, 0 to 1; undefined where there is nothing. */
  get share(): number | undefined {
    return this.#total === 0 ? undefined : Math.min(1, this.#done / this.#total);
  }

  async *items(): AsyncGenerator<ImportItem, void> {
    const { input, signal } = this.#options;
    for (const source of input.sources) {
      const { name } = source;
      yield* source.type === 'file'
        ? importRecords({ name, bytes: await this.#bytesOf(source.file), signal })
        : importEpisodes({ name, episodes: this.#episodesOf(source.runIds), signal });
    }
  }

  /** What is gzipped is unpacked, which its first bytes tell. */
  async #bytesOf(file: Blob): Promise<AsyncIterable<Uint8Array>> {
    const magic = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    const counted = file.stream().pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (bytes, controller) => {
          this.#done += bytes.length;
          controller.enqueue(bytes);
        },
      }),
    );
    return magic[0] === 0x1f && magic[1] === 0x8b
      ? counted.pipeThrough(new DecompressionStream('gzip'))
      : counted;
  }

  async *#episodesOf(runIds: readonly string[]): AsyncGenerator<Episode, void> {
    for (let at = 0; at < runIds.length; at += runsOfBatch) {
      const batch = runIds.slice(at, at + runsOfBatch);
      yield* await this.#options.readRuns(batch);
      this.#done += batch.length * weightOfRun;
    }
  }
}

function weightOf(source: DatasetSource): number {
  return source.type === 'file' ? source.file.size : source.runIds.length * weightOfRun;
}
