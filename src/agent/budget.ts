/**
 * The bounds of a run, counted as it goes. What is over budget is refused with a fault that says which bound and how
 * to raise it. Knows numbers; nothing of models or tools.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { GenerateUsage } from '../protocol/engine.ts';
import type { RunTotals } from '../protocol/task-event.ts';

export interface Budget {
  /** Model calls of a run. */
  readonly modelSteps: number;
  /** Tool calls of a run. */
  readonly toolCalls: number;
  /** Tokens that the run's model calls may generate, all together. */
  readonly decodeTokens: number;
  /** Milliseconds of a run, time waited for approvals left out. */
  readonly durationMs: number;
  /** Tries of one model step whose output was rejected, the first included. */
  readonly attempts: number;
  /** Times that one subtask may call tools, see the results and decide again. */
  readonly rounds: number;
  /** Characters of a goal. */
  readonly goalCharacters: number;
}

export const defaultBudget: Budget = {
  modelSteps: 32,
  toolCalls: 24,
  decodeTokens: 4000,
  durationMs: 300_000,
  attempts: 2,
  // A model of some hundred million weights calls a second tool after every first one; a plan does better.
  rounds: 1,
  goalCharacters: 4000,
};

type Counted = 'modelSteps' | 'toolCalls' | 'decodeTokens';

const names: Readonly<Record<Counted | 'durationMs', string>> = {
  modelSteps: 'model steps',
  toolCalls: 'tool calls',
  decodeTokens: 'generated tokens',
  durationMs: 'milliseconds',
};

/** What was used, but for the time. */
export type Used = Omit<RunTotals, 'durationMs'>;

export const nothingUsed: Used = {
  modelSteps: 0,
  toolCalls: 0,
  promptTokens: 0,
  cachedTokens: 0,
  decodeTokens: 0,
};

interface MeterOptions {
  /** What is counted here counts there too. */
  readonly parent?: Meter;
  /** What was used before; the parent knows of it. */
  readonly used?: Used;
  /** Milliseconds that passed before. */
  readonly elapsedMs?: number;
}

/** Counts what a run, or a part of it with bounds of its own, has used. */
export class Meter {
  readonly #budget: Budget;
  readonly #parent: Meter | undefined;
  readonly #startedAt: number;
  #used: Used;

  constructor(budget: Budget, { parent, used = nothingUsed, elapsedMs = 0 }: MeterOptions = {}) {
    this.#budget = budget;
    this.#parent = parent;
    this.#used = used;
    this.#startedAt = performance.now() - elapsedMs;
  }

  /** Counts one model step or tool call. Throws Fault `budget-exhausted` where there is none left. */
  take(what: 'modelSteps' | 'toolCalls'): void {
    const bound = this.#exhausted(what);
    if (bound !== undefined) throw budgetFault(bound, this.#budget[bound]);
    this.#parent?.take(what);
    this.#used = { ...this.#used, [what]: this.#used[what] + 1 };
  }

  /** Whether `take` would count one more. */
  hasRoom(what: 'modelSteps' | 'toolCalls'): boolean {
    return this.#exhausted(what) === undefined && this.#parent?.hasRoom(what) !== false;
  }

  /** Adds what a finished generation used. */
  add(usage: GenerateUsage): void {
    this.#parent?.add(usage);
    this.#used = {
      ...this.#used,
      promptTokens: this.#used.promptTokens + usage.promptTokens,
      cachedTokens: this.#used.cachedTokens + usage.cachedTokens,
      decodeTokens: this.#used.decodeTokens + usage.decodeTokens,
    };
  }

  totals(): RunTotals {
    return { ...this.#used, durationMs: performance.now() - this.#startedAt };
  }

  #exhausted(what: 'modelSteps' | 'toolCalls'): Counted | undefined {
    return ([what, 'decodeTokens'] as const).find((bound) => this.#used[bound] >= this.#budget[bound]);
  }
}

/** The fault of a used-up bound. details: bound, limit. */
export function budgetFault(bound: keyof typeof names, limit: number): Fault {
  return new Fault({
    code: faultCodes.budgetExhausted,
    message: `The run used up its ${limit.toLocaleString('en')} ${names[bound]}.`,
    reason: 'A run is bounded so that it cannot go on for ever.',
    remedy: `Make the goal smaller, or raise budget.${bound}.`,
    details: { bound, limit },
  });
}
