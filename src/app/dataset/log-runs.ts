/**
 * The own log for the worker that makes data sets: its runs in batches, read as an export, so that the audit chain tells of each walk
 * and not of each batch. Knows the journal, which stays in this thread with its keys.
 */
import type { Journal } from '../../log/journal.ts';
import type { Id } from '../../protocol/id.ts';
import type { Episode } from '../../protocol/record.ts';

export class LogRuns {
  readonly #journal: Journal;
  readonly #runIds: readonly Id[];
  #walk: AsyncGenerator<Episode, void> | undefined;
  /** The place that the walk is at, and an episode that belongs to a later batch. */
  #place = 0;
  #ahead: Episode | undefined;

  constructor(journal: Journal, runIds: readonly Id[]) {
    this.#journal = journal;
    this.#runIds = runIds;
  }

  /** The episodes of a batch, the next in order or the first of a new walk. Throws what `Journal.episodes` throws. */
  async read(batch: readonly Id[]): Promise<readonly Episode[]> {
    const place = this.#runIds.indexOf(batch[0] ?? '');
    if (this.#walk === undefined || place !== this.#place) {
      await this.#walk?.return();
      this.#walk = this.#journal.episodes({
        purpose: 'export',
        runIds: this.#runIds.slice(Math.max(0, place)),
      });
      this.#ahead = undefined;
    }
    this.#place = place + batch.length;
    const wanted = new Set(batch);
    const episodes: Episode[] = [];
    for (;;) {
      const episode = this.#ahead ?? (await this.#next());
      this.#ahead = undefined;
      // Runs that were deleted since leave a gap: what comes then is of a later batch.
      if (episode === undefined || !wanted.has(episode.runId)) {
        this.#ahead = episode;
        return episodes;
      }
      episodes.push(episode);
      if (episode.runId === batch.at(-1)) return episodes;
    }
  }

  async #next(): Promise<Episode | undefined> {
    const next = await this.#walk?.next();
    return next?.done === false ? next.value : undefined;
  }
}
