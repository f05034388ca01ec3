/**
 * The log of one session: opened when first needed, written through one seam, closed with the session. Knows the journal;
 * knows no run and no screen, and not what is recorded of an event (recorder).
 */
import { defaultJournalName } from '../log/journal-name.ts';
import { rememberedLog } from '../log/lost-log.ts';
import type { DatasetFormat } from '../flywheel/format-row.ts';
import type { Journal } from '../log/journal.ts';
import type { Id } from '../protocol/id.ts';
import type { ShadowTrial } from '../protocol/promotion.ts';
import type { Episode, Feedback, RunSummary } from '../protocol/record.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import type { Recorder } from './recorder.ts';
import type { LogStatus } from '../ui/log/log-status.ts';
import type { SessionOptions } from './session-state.ts';

interface LogOptions extends Pick<SessionOptions, 'journalName' | 'unlockLog' | 'onErased' | 'transform'> {
  /** The log was opened, or another role, or its settings changed. `isNew`: what was shown of it may be out of date. */
  readonly onStatus: (status: LogStatus, isNew: boolean) => void;
}

interface OpenLog {
  readonly journal: Journal;
  readonly recorder: Recorder;
  readonly unsubscribe: () => void;
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
    try {
      const databases = await indexedDB.databases();
      // One that was here and is not any more is opened anew, so that its loss is told of.
      return databases.some(({ name }) => name === this.name) || rememberedLog(this.name) !== undefined;
    } catch {
      return true;
    }
  }

  /** The log; a failed opening is tried again next time. Throws what `openJournal` throws. */
  async get(): Promise<Journal> {
    return (await this.#opened()).journal;
  }

  /**
   * Opens the log, and sees that a run may be written and fits. Throws what `openJournal` throws; Fault `vault-locked` or
   * `vault-refused` where it may not be, `storage-full` where it does not fit.
   */
  async prepareRun(): Promise<void> {
    await (await this.#opened()).journal.vault.require('write');
    const { requireLogRoom } = await import('../log/log-room.ts');
    await requireLogRoom();
  }

  /** Runs, newest first, as the open role sees them; none where it reads nothing. */
  async runs(limit: number): Promise<readonly RunSummary[]> {
    const journal = await this.get();
    if (!journal.vault.may('read')) return [];
    const { readRuns } = await import('./read-log.ts');
    return readRuns(journal, limit);
  }

  /** One run, as the open role sees it. Throws what `Journal.episode` throws. */
  async readRun(runId: Id): Promise<Episode> {
    const journal = await this.get();
    const { readRun } = await import('./read-log.ts');
    return readRun(journal, runId);
  }

  /**
   * Every run as lines of one format, as it leaves this browser; read as it is asked for. The stream fails with what
   * `Journal.episodes` throws.
   */
  exportLines(format: DatasetFormat): ReadableStream<Uint8Array<ArrayBuffer>> {
    const lines = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
    const write = async (): Promise<void> => {
      const { exportToStream } = await import('../flywheel/export-dataset.ts');
      await exportToStream({ episodes: this.#exported(), format }).pipeTo(lines.writable);
    };
    // Who reads is told by the stream itself.
    write().catch((error: unknown) => lines.writable.abort(error).catch(() => undefined));
    return lines.readable;
  }

  async *#exported(): AsyncGenerator<Episode, void> {
    yield* (await this.get()).episodes({ purpose: 'export' });
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

  /** The database's name. */
  get name(): string {
    return this.#options.journalName ?? defaultJournalName;
  }

  /** Ends this log and opens what is there then, e.g. after a restore. Throws what `openJournal` throws. */
  async reopen(unlock: SessionOptions['unlockLog']): Promise<Journal> {
    await this.close();
    this.#opening = this.#open(unlock);
    return this.get();
  }

  async close(): Promise<void> {
    try {
      const { journal, recorder, unsubscribe } = (await this.#opening) ?? {};
      unsubscribe?.();
      recorder?.dispose();
      journal?.close();
    } catch {
      // What was never opened needs no closing; whoever opened it was told why.
    }
  }

  async #opened(): Promise<OpenLog> {
    this.#opening ??= this.#open(this.#options.unlockLog);
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  /** With what seals and checks, which the first paint does not need. Runs that are past their time go. */
  async #open(unlock: SessionOptions['unlockLog']): Promise<OpenLog> {
    const { transform, onStatus } = this.#options;
    const [{ openJournal }, { Recorder: Recording }] = await Promise.all([
      import('../log/journal.ts'),
      import('./recorder.ts'),
    ]);
    const journal = await openJournal({
      name: this.name,
      ...(unlock === undefined ? {} : { unlock }),
      onErased: async (runIds) => this.#dropDerived(runIds),
    });
    if (journal.vault.canSeal) await journal.applyRetention();
    const unsubscribe = journal.vault.subscribe(() => {
      lockWhenIdle(journal);
      onStatus(statusOf(journal), true);
    });
    lockWhenIdle(journal);
    onStatus(statusOf(journal), false);
    return { journal, recorder: new Recording({ journal, transform }), unsubscribe };
  }

  /** Rows, keys, vectors and half-trained adapters that were made from runs that are gone; finished ones are marked. */
  async #dropDerived(runIds: readonly Id[]): Promise<void> {
    const { ReviewQueue } = await import('./review-queue.ts');
    await new ReviewQueue().dropRuns(runIds);
    const { dropDatasetTraces } = await import('./dataset/drop-traces.ts');
    await dropDatasetTraces();
    const { RunStore } = await import('../flywheel/train/run-store.ts');
    await new RunStore().clear();
    const { markTaught } = await import('./erased-lessons.ts');
    await markTaught(runIds);
    await this.#options.onErased?.(runIds);
  }
}

function lockWhenIdle({ vault }: Journal): void {
  vault.lockAfter(vault.settings.lockAfterMs ?? 0);
}

function statusOf({ vault, loss }: Journal): LogStatus {
  const { recording, isChosen = false } = vault.settings;
  return {
    access: vault.role ?? 'locked',
    recording,
    asksRecording: vault.may('manage') && !isChosen,
    needsProof: !vault.opensByDevice,
    isAnew: loss !== undefined,
  };
}
