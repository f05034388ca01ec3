/**
 * A session's way to whom its runs trust. What judges and learns comes into the page when somebody looks at it, or has
 * switched it on: who does neither does not wait for it. Knows the desk by name; decides nothing.
 */
import type { RunTaskOptions } from '../agent/run.ts';
import type { TrustSettings } from '../protocol/routing.ts';
import type { TrustDesk, TrustOptions } from './trust-desk.ts';

export class Trust {
  readonly #options: TrustOptions;
  #desk: Promise<TrustDesk> | undefined;

  constructor(options: TrustOptions) {
    this.#options = options;
  }

  /** Shows the settings, and what was learned. */
  async open(): Promise<void> {
    await (await this.#get()).open();
  }

  /** Takes the user's settings for the runs to come, and keeps them in this browser. */
  async change(settings: TrustSettings): Promise<void> {
    await (await this.#get()).change(settings);
  }

  /** Learns from the log as it is now. Rejects with what the log and the flywheel's worker reject with. */
  async learn(): Promise<void> {
    await (await this.#get()).learn();
  }

  /** Whom a run trusts. Where that cannot be told, as after the site has changed under an open page, it trusts its model. */
  async forRun(): Promise<Pick<RunTaskOptions, 'help' | 'router'>> {
    try {
      return await (await this.#get()).forRun();
    } catch (error) {
      this.#options.onError(error);
      return {};
    }
  }

  /** After a run: learns anew where it is time to. */
  async review(): Promise<void> {
    await (await this.#desk)?.review();
  }

  /** A failed fetch is tried again next time. */
  async #get(): Promise<TrustDesk> {
    this.#desk ??= import('./trust-desk.ts').then(({ TrustDesk: Desk }) => new Desk(this.#options));
    try {
      return await this.#desk;
    } catch (error) {
      this.#desk = undefined;
      throw error;
    }
  }
}
