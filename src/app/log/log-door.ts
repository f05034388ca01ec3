/**
 * A session's way to its log as it is browsed, and to its keys. What does it comes into the page when somebody asks.
 * Knows the desk by name; decides nothing.
 */
import type { LogRequest } from '../../ui/log/log-view.ts';
import type { LogDesk, LogDeskOptions } from './log-desk.ts';

/** The log of a session as it is browsed: filters, records, roles, keeping, backups. */
export class LogDoor {
  readonly #options: LogDeskOptions;
  #desk: Promise<LogDesk> | undefined;

  constructor(options: LogDeskOptions) {
    this.#options = options;
  }

  /** Does what was asked; what becomes of it shows in the view. Rejects where the log or the script cannot be had. */
  async handle(request: LogRequest): Promise<void> {
    await (await this.#get()).handle(request);
  }

  /** A failed fetch is tried again next time. */
  async #get(): Promise<LogDesk> {
    this.#desk ??= this.#load();
    try {
      return await this.#desk;
    } catch (error) {
      this.#desk = undefined;
      throw error;
    }
  }

  async #load(): Promise<LogDesk> {
    const [{ LogDesk: Desk }, { defineLogBrowser }] = await Promise.all([
      import('./log-desk.ts'),
      import('../../ui/define-log-browser.ts'),
    ]);
    await defineLogBrowser();
    return new Desk(this.#options);
  }
}
