/**
 * A session's way to the adapters on their way into use. The rules come into the page when they are first needed: who only
 * looks at it does not wait for them. Knows the desk by name; decides nothing.
 */
import type { RunTaskOptions } from '../agent/run.ts';
import type { Engine } from '../bridge/engine.ts';
import type { LoadedModel } from '../protocol/engine.ts';
import type { PromotionAction } from '../protocol/promotion.ts';
import type { AdapterShelf, PromotionDesk, PromotionOptions } from './promotion-desk.ts';
import type { SessionState } from './session-state.ts';

/** The adapters of a session on their way into use: look at their figures, and decide. */
export class Promotion {
  readonly #options: PromotionOptions;
  #desk: Promise<PromotionDesk> | undefined;

  constructor(options: PromotionOptions) {
    this.#options = options;
  }

  /** Reads the log anew and shows where every adapter stands. */
  async open(): Promise<void> {
    await (await this.#get()).open();
  }

  /**
   * How a run comes by its adapters, by the decisions as they are now. Where the rules cannot be fetched, as after the
   * site has changed under an open page, or the log is not to be read, a run uses what was chosen, and nothing is tried.
   */
  async forRun(run: {
    readonly engine: Engine;
    readonly model: LoadedModel;
  }): Promise<Pick<RunTaskOptions, 'adapter' | 'chooseAdapter' | 'shadow'>> {
    const { adapters: loaded = [] } = run.model;
    if (loaded.length === 0) return {};
    const desk = await this.#get().catch(this.#options.onError);
    if (desk !== undefined && (await this.#mayRead())) return await desk.forRun(run);
    const { chosen } = this.#options.shelf();
    return chosen !== undefined && loaded.includes(chosen) ? { adapter: chosen } : {};
  }

  /** Does what a person asked for and writes it down. Rejects with Fault `unsupported` where the stage does not allow it. */
  async decide(adapter: string, action: PromotionAction): Promise<void> {
    await (await this.#get()).decide(adapter, action);
  }

  /** After a run: takes back what has fallen below what it is measured against, where the log may be read. */
  async review(): Promise<void> {
    const desk = await this.#desk;
    if (desk !== undefined && (await this.#mayRead())) await desk.review();
  }

  /** Ends what goes on in the shadow. */
  close(): void {
    void this.#desk?.then((desk) => desk.close()).catch(() => undefined);
  }

  /** A contributor writes a log and does not read it; a locked one is read by nobody. */
  async #mayRead(): Promise<boolean> {
    return (await this.#options.log.get()).vault.may('read');
  }

  /** A failed fetch is tried again next time. */
  async #get(): Promise<PromotionDesk> {
    this.#desk ??= import('./promotion-desk.ts').then(({ PromotionDesk: Desk }) => new Desk(this.#options));
    try {
      return await this.#desk;
    } catch (error) {
      this.#desk = undefined;
      throw error;
    }
  }
}

/** What a session's state says of its adapters. */
export function shelfOf({ model, adapters }: Pick<SessionState, 'model' | 'adapters'>): AdapterShelf {
  return {
    baseSha256: model.entry?.file.sha256 ?? '',
    adapters: adapters.adapters.map(({ entry }) => entry),
    chosen: adapters.chosen,
  };
}
