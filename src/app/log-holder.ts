/**
 * The log of one session: opened when first needed, written through one seam, closed with the session. What is recorded of
 * an event may be another than what is shown, and is decided here. Knows the journal; knows no run and no screen.
 */
import type { Journal } from '../log/journal.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import type { SessionOptions } from './session-state.ts';

export class LogHolder {
  readonly #options: Pick<SessionOptions, 'journalName' | 'unlockLog' | 'onErased' | 'transform'>;
  #journal: Promise<Journal> | undefined;

  constructor(options: Pick<SessionOptions, 'journalName' | 'unlockLog' | 'onErased' | 'transform'>) {
    this.#options = options;
  }

  /** The log; a failed opening is tried again next time. Throws what `openJournal` throws. */
  async get(): Promise<Journal> {
    this.#journal ??= this.#open();
    try {
      return await this.#journal;
    } catch (error) {
      this.#journal = undefined;
      throw error;
    }
  }

  /** The one way of an event to the log. Settles when it is on disk. */
  async record(journal: Journal, event: TaskEvent): Promise<void> {
    const { transform } = this.#options;
    if (transform === undefined || event.type === 'step-streamed') return journal.append(event);
    const { event: recorded, originals } = await transform(event);
    return journal.append(recorded, { originals });
  }

  async close(): Promise<void> {
    await this.#journal?.then((journal) => journal.close()).catch(() => undefined);
  }

  /** With what seals and checks, which the first paint does not need. Runs that are past their time go. */
  async #open(): Promise<Journal> {
    const { journalName, unlockLog, onErased } = this.#options;
    const { openJournal } = await import('../log/journal.ts');
    const journal = await openJournal({
      ...(journalName === undefined ? {} : { name: journalName }),
      ...(unlockLog === undefined ? {} : { unlock: unlockLog }),
      ...(onErased === undefined ? {} : { onErased }),
    });
    if (journal.vault.canSeal) await journal.applyRetention();
    return journal;
  }
}
