/**
 * The beginning of a prompt to come, being read while nothing else is: one at a time, and in nobody's way. A request
 * that begins with it waits for its end, because it would read the same; any other ends it.
 * Knows texts and who goes first; nothing of models.
 */
import { untilAborted } from './until-aborted.ts';

/** Equal for two requests whose keys and values can be shared. */
interface Beginning {
  readonly prompt: string;
  readonly adapter: string | undefined;
}

interface Reading extends Beginning {
  readonly stop: () => void;
  /** Never rejects. */
  readonly ended: Promise<unknown>;
}

export class ReadAhead {
  #reading: Reading | undefined;

  /** Reads a beginning, unless one is being read already. Rejects with what `read` rejects with. */
  async start(
    beginning: Beginning & { readonly signal: AbortSignal },
    read: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    if (this.#reading !== undefined) return;
    const { prompt, adapter, signal } = beginning;
    const stopping = new AbortController();
    const work = read(AbortSignal.any([signal, stopping.signal]));
    const ended = work.catch(() => undefined);
    const reading = { prompt, adapter, ended, stop: (): void => stopping.abort() };
    this.#reading = reading;
    try {
      await work;
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }

  /** What a request has to wait for: the reading that it begins with, or nothing. Rejects with `aborted`. */
  meet({
    prompt,
    adapter,
    signal,
  }: Beginning & { readonly signal: AbortSignal }): Promise<unknown> | undefined {
    const reading = this.#reading;
    if (reading === undefined) return undefined;
    if (reading.adapter === adapter && prompt.startsWith(reading.prompt)) {
      return untilAborted(reading.ended, signal);
    }
    reading.stop();
    this.#reading = undefined;
    return undefined;
  }
}
