/**
 * The way into the log: what a run, a person or an adapter in the shadow leaves behind is masked before it is sealed, and
 * what was taken out goes beside it for the log's owner alone. What cannot be masked is kept without its content.
 * Knows the masking thread and the journal's door; decides nothing of what is personal.
 */
import { MaskingClient } from '../bridge/masking-client.ts';
import type { Journal } from '../log/journal.ts';
import { reduceEvent, reduceFeedback, reduceTrial } from '../log/vault/reduce-event.ts';
import { toFault } from '../protocol/fault.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { Masking } from '../protocol/masking.ts';
import type { ShadowTrial } from '../protocol/promotion.ts';
import type { Feedback, StoredEvent } from '../protocol/record.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import type { SessionOptions } from './session-state.ts';

export interface RecorderOptions {
  readonly journal: Journal;
  /** Instead of masking; see `SessionOptions.transform`. */
  readonly transform?: SessionOptions['transform'] | undefined;
}

export class Recorder {
  readonly #journal: Journal;
  readonly #transform: RecorderOptions['transform'];
  readonly #masking: MaskingClient;

  constructor({ journal, transform }: RecorderOptions) {
    this.#journal = journal;
    this.#transform = transform;
    this.#masking = new MaskingClient({ key: () => journal.vault.maskingKey() });
  }

  /** Records an event; settles when it is on disk. Rejects as `Journal.append` does, and with what `transform` throws. */
  async record(event: TaskEvent): Promise<void> {
    if (event.type === 'step-streamed') return;
    const journal = this.#journal;
    if (this.#transform !== undefined) {
      const { event: recorded, originals } = await this.#transform(event);
      return journal.append(recorded, { originals });
    }
    if (!keepsContent(journal)) return journal.append(event);
    const made = await quarantining(this.#masking.maskEvent(event));
    if (made.type === 'masked') {
      const { replacements } = made;
      return journal.append(made.item, {
        originals: replacements.length === 0 ? undefined : asJson({ replacements }),
      });
    }
    return journal.append(reduceEvent(event), {
      originals: asJson({ quarantined: made.reasons, event: event satisfies StoredEvent }),
    });
  }

  /** Records what a person said. Rejects as `Journal.addFeedback` does. */
  async addFeedback(feedback: Feedback): Promise<void> {
    const mask = async (): Promise<Masking<Feedback>> => this.#masking.maskFeedback(feedback);
    await this.#journal.addFeedback(await this.#asKept(feedback, mask, reduceFeedback));
  }

  /** Records what an adapter in the shadow did. Rejects as `Journal.addTrial` does. */
  async addTrial(trial: ShadowTrial): Promise<void> {
    const mask = async (): Promise<Masking<ShadowTrial>> => this.#masking.maskTrial(trial);
    await this.#journal.addTrial(await this.#asKept(trial, mask, reduceTrial));
  }

  /** What stands beside a run, as it is kept: it has no originals of its own. */
  async #asKept<Item>(
    item: Item,
    mask: () => Promise<Masking<Item>>,
    reduce: (item: Item) => Item,
  ): Promise<Item> {
    if (this.#transform !== undefined || !keepsContent(this.#journal)) return item;
    const made = await quarantining(mask());
    return made.type === 'masked' ? made.item : reduce(item);
  }

  /** Ends the masking thread. */
  dispose(): void {
    this.#masking.dispose();
  }
}

function keepsContent({ vault }: Journal): boolean {
  return vault.settings.recording === 'full';
}

/** A thread that fails has masked nothing: what it was given counts as quarantined. */
async function quarantining<Item>(masking: Promise<Masking<Item>>): Promise<Masking<Item>> {
  try {
    return await masking;
  } catch (error) {
    const { code, message } = toFault(error);
    return { type: 'quarantined', reasons: [`${code}: ${message}`] };
  }
}

/** Records are JSON by their types; readonly lists are not, by the name of theirs. */
function asJson(value: object): JsonObject {
  return value as JsonObject;
}
