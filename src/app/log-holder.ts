/**
 * The log of one session: opened when first needed, written through one seam, closed with the session. Knows the journal;
 * knows no run and no screen, and not what is recorded of an event (recorder).
 */
import { defaultJournalName } from '../log/journal-name.ts';
import type { Journal } from '../log/journal.ts';
import type { ShadowTrial } from '../protocol/promotion.ts';
import type { Feedback } from '../protocol/record.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import type { Recorder } from './recorder.ts';
import type { SessionOptions } from './session-state.ts';

type LogOptions = Pick<SessionOptions, 'journalName' | 'unlockLog' | 'onErased' | 'transform'>;

interface OpenLog {
  readonly journal: Journal;
  readonly recorder: Recorder;
}

export class LogHolder {
  readonly #options: LogOptions;
  #opening: Promise<OpenLog> | undefined;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /**
   * Whether there can be anything to read: a page that nobody has used yet need not fetch what opens a log. True where the
   * browser does not tell, and where a look at the databases fails: opening then says why.
   */
  async mayExist(): Promise<boolean> {
    if (this.#opening !== undefined || typeof indexedDB === 'undefined' || !('databases' in indexedDB))
      return true;
    const { journalName = defaultJournalName } = this.#options;
    try {
      return (await indexedDB.databases()).some(({ name }) => name === journalName);
    } catch {
      return true;
    }
  }

  /** The log; a failed opening is tried again next time. Throws what `openJournal` throws. */
  async get(): Promise<Journal> {
    return (await this.#opened()).journal;
  }

  /** Opens the log, and sees that a run fits. Throws what `openJournal` throws; Fault `storage-full` where none does. */
  async prepareRun(): Promise<void> {
    await this.#opened();
    const { requireLogRoom } = await import('../log/log-room.ts');
    await requireLogRoom();
  }

  /** The ways into the log; each settles when it is on disk. See `Recorder`. */
  async record(event: TaskEvent): Promise<void> {
    await (await this.#opened()).recorder.record(event);
  }

  async addFeedback(feedback: Feedback): Promise<void> {
    await (await this.#opened()).recorder.addFeedback(feedback);
  }

  async addTrial(trial: ShadowTrial): Promise<void> {
    await (await this.#opened()).recorder.addTrial(trial);
  }

  async close(): Promise<void> {
    try {
      const { journal, recorder } = (await this.#opening) ?? {};
      recorder?.dispose();
      journal?.close();
    } catch {
      // What was never opened needs no closing; whoever opened it was told why.
    }
  }

  async #opened(): Promise<OpenLog> {
    this.#opening ??= this.#open();
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  /** With what seals and checks, which the first paint does not need. Runs that are past their time go. */
  async #open(): Promise<OpenLog> {
    const { journalName, unlockLog, onErased, transform } = this.#options;
    const [{ openJournal }, { Recorder: Recording }] = await Promise.all([
      import('../log/journal.ts'),
      import('./recorder.ts'),
    ]);
    const journal = await openJournal({
      ...(journalName === undefined ? {} : { name: journalName }),
      ...(unlockLog === undefined ? {} : { unlock: unlockLog }),
      ...(onErased === undefined ? {} : { onErased }),
    });
    if (journal.vault.canSeal) await journal.applyRetention();
    return { journal, recorder: new Recording({ journal, transform }) };
  }
}
