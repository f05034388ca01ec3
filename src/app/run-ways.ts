/**
 * What a run is given beside its engine: its tools and what watches their calls, the adapter that the rules of promotion
 * name, and whom it trusts. Joins them for a session; decides nothing.
 */
import type { ApprovalAnswer } from '../agent/run-call.ts';
import type { RunTaskOptions } from '../agent/run.ts';
import type { Engine } from '../bridge/engine.ts';
import type { LoadedModel } from '../protocol/engine.ts';
import type { Id } from '../protocol/id.ts';
import { Guard } from '../tools/guard/guard.ts';
import type { Tool } from '../tools/tool.ts';
import type { Adapters } from './adapters.ts';
import type { LogHolder } from './log-holder.ts';
import { Outside } from './outside/outside.ts';
import { Promotion, shelfOf } from './promotion.ts';
import type { SessionOptions, SessionState } from './session-state.ts';
import { Trust } from './trust.ts';

interface RunWaysOptions {
  readonly log: LogHolder;
  readonly state: () => SessionState;
  readonly adapters: Adapters;
  /** The session's own. */
  readonly tools: readonly Tool[];
  /** The user's word on a call that no run makes. */
  readonly ask: (callId: Id, signal: AbortSignal) => Promise<ApprovalAnswer>;
  readonly wishes: Pick<
    SessionOptions,
    'guard' | 'larger' | 'outside' | 'outsideName' | 'shadowTailMs' | 'trustName'
  >;
  readonly onChange: (
    change: Partial<Pick<SessionState, 'outside' | 'promotion' | 'tools' | 'trust'>>,
  ) => void;
  /** What went wrong and stops no run. */
  readonly onError: (error: unknown) => void;
}

export class RunWays {
  readonly promotion: Promotion;
  readonly trust: Trust;
  readonly outside: Outside;
  readonly #tools: readonly Tool[];
  /** Lives as long as the session: its rates count across runs. */
  readonly #guard: Guard;
  readonly #ended = new AbortController();

  constructor({ log, state, adapters, tools, ask, wishes, onChange, onError }: RunWaysOptions) {
    this.#tools = tools;
    this.#guard = new Guard({
      ...(wishes.guard === undefined ? {} : { policy: wishes.guard }),
      userRules: () => this.outside.rules(),
    });
    this.outside = new Outside({
      isOff: wishes.outside === 'none',
      ownTools: tools,
      guard: this.#guard,
      ask: (callId) => ask(callId, this.#ended.signal),
      databaseName: wishes.outsideName ?? 'smallworks-outside',
      onChange: (outside, added) =>
        onChange({ outside, tools: [...tools, ...added].map(({ spec }) => spec) }),
      onError,
    });
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
  }): Promise<
    Pick<RunTaskOptions, 'adapter' | 'chooseAdapter' | 'guard' | 'help' | 'router' | 'shadow' | 'tools'>
  > {
    const way = adapter === undefined ? await this.promotion.forRun({ engine, model }) : { adapter };
    const tools = [...this.#tools, ...(await this.outside.forRun())];
    return { ...way, ...(await this.trust.forRun()), tools, guard: this.#guard };
  }

  /** After a run: what the rules say of it, and what is to be learned. */
  async review(): Promise<void> {
    await this.promotion.review();
    await this.trust.review();
  }

  close(): void {
    this.#ended.abort();
    this.promotion.close();
    this.outside.close();
  }
}
