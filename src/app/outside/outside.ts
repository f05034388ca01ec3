/**
 * A session's way to tools from elsewhere. What connects and lists comes into the page when somebody opens the panel, or
 * has added something before: who does neither does not wait for it. Knows the desk by name; decides nothing.
 */
import type { GuardRule } from '../../tools/guard/policy.ts';
import type { Tool } from '../../tools/tool.ts';
import type { OutsideRequest } from '../../ui/outside/outside-view.ts';
import { SmallStore } from '../small-store.ts';
import type { OutsideDesk, OutsideOptions } from './outside-desk.ts';

interface OutsideWish extends OutsideOptions {
  /** Nothing may be added, and nothing that was is used. */
  readonly isOff: boolean;
}

export class Outside {
  readonly #options: OutsideWish;
  #started: Promise<void> | undefined;
  #desk: Promise<OutsideDesk> | undefined;
  #rules: () => readonly GuardRule[] = () => [];

  constructor(options: OutsideWish) {
    this.#options = options;
  }

  /** Opens again what was added before. */
  start(): Promise<void> {
    this.#started ??= this.#options.isOff ? Promise.resolve() : this.#restore();
    return this.#started;
  }

  /** Does what the user asked for; what cannot be done is shown. */
  async handle(request: OutsideRequest): Promise<void> {
    if (this.#options.isOff) return;
    await (await this.#get()).handle(request);
  }

  /** The tools that a run may use. Where they cannot be had, it has those of the page. */
  async forRun(): Promise<readonly Tool[]> {
    try {
      await this.#started;
      return (await (await this.#desk)?.forRun()) ?? [];
    } catch (error) {
      this.#options.onError(error);
      return [];
    }
  }

  /** What the user lets run without asking. */
  rules(): readonly GuardRule[] {
    return this.#rules();
  }

  /** Ends every connection. */
  close(): void {
    void this.#desk?.then((desk) => desk.close()).catch(() => undefined);
  }

  async #restore(): Promise<void> {
    const kept = await new SmallStore({ databaseName: this.#options.databaseName, isItem }).list();
    if (kept.length > 0) await (await this.#get()).restore();
  }

  /** A failed fetch is tried again next time. */
  async #get(): Promise<OutsideDesk> {
    this.#desk ??= import('./outside-desk.ts').then(({ OutsideDesk: Desk }) => new Desk(this.#options));
    try {
      const desk = await this.#desk;
      this.#rules = () => desk.rules();
      return desk;
    } catch (error) {
      this.#desk = undefined;
      throw error;
    }
  }
}

/** Whether it is one that can be read, the desk says, once there is any. */
function isItem(value: unknown): value is { readonly id: string } {
  return value !== null;
}
