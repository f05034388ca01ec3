/**
 * What a run is given beside its engine and its tools: the adapter that the rules of promotion name, and whom it trusts.
 * Joins the two for a session; decides nothing.
 */
import type { RunTaskOptions } from '../agent/run.ts';
import type { Engine } from '../bridge/engine.ts';
import type { LoadedModel } from '../protocol/engine.ts';
import type { Adapters } from './adapters.ts';
import type { LogHolder } from './log-holder.ts';
import { Promotion, shelfOf } from './promotion.ts';
import type { SessionOptions, SessionState } from './session-state.ts';
import { Trust } from './trust.ts';

interface RunWaysOptions {
  readonly log: LogHolder;
  readonly state: () => SessionState;
  readonly adapters: Adapters;
  readonly wishes: Pick<SessionOptions, 'larger' | 'shadowTailMs' | 'trustName'>;
  readonly onChange: (change: Partial<Pick<SessionState, 'promotion' | 'trust'>>) => void;
  /** What went wrong and stops no run. */
  readonly onError: (error: unknown) => void;
}

export class RunWays {
  readonly promotion: Promotion;
  readonly trust: Trust;

  constructor({ log, state, adapters, wishes, onChange, onError }: RunWaysOptions) {
    this.promotion = new Promotion({
      log,
      shelf: () => shelfOf(state()),
      adapters,
      shadowTailMs: wishes.shadowTailMs ?? 10_000,
      onChange: (promotion) => onChange({ promotion }),
      onError,
    });
    this.trust = new Trust({
      log,
      larger: wishes.larger ?? [],
      databaseName: wishes.trustName,
      onChange: (trust) => onChange({ trust }),
      onError,
    });
  }

  /** `adapter`: what the run is to use, whatever the rules say. */
  async forRun({
    engine,
    model,
    adapter,
  }: {
    readonly engine: Engine;
    readonly model: LoadedModel;
    readonly adapter: string | undefined;
  }): Promise<Pick<RunTaskOptions, 'adapter' | 'chooseAdapter' | 'help' | 'router' | 'shadow'>> {
    const way = adapter === undefined ? await this.promotion.forRun({ engine, model }) : { adapter };
    return { ...way, ...(await this.trust.forRun()) };
  }

  /** After a run: what the rules say of it, and what is to be learned. */
  async review(): Promise<void> {
    await this.promotion.review();
    await this.trust.review();
  }

  close(): void {
    this.promotion.close();
  }
}
