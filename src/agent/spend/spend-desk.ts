/**
 * What a run may spend, looked at before each model call: a call that might pass a bound is refused, or a person is asked, in a
 * step of the run that the log has like any other. Knows bounds, prices and the question; nothing of what a call is for.
 */
import type { PriceList, Spend, SpendLimits } from '../../protocol/economics.ts';
import type { GenerateUsage, LoadedModel } from '../../protocol/engine.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { newId } from '../../protocol/id.ts';
import { addSpend, isLocalStep, nothingSpent, spendOf } from '../../protocol/price.ts';
import type { StoredEvent } from '../../protocol/record.ts';
import type { TaskEvent, TaskEventBody } from '../../protocol/task-event.ts';
import type { HumanQuestion } from '../human-question.ts';
import type { RecordedSpan } from '../recording.ts';

/** What the caller says of money. */
export interface SpendOptions {
  readonly limits: SpendLimits;
  /** Needed where money is bounded. */
  readonly prices?: PriceList;
  /** What was spent today before now, by this and all other runs; absent: nothing. */
  readonly today?: Spend;
}

interface SpendDeskOptions extends SpendOptions {
  readonly model: LoadedModel;
  readonly event: (body: TaskEventBody) => TaskEvent;
  /** Absent: nobody can be asked, and the call is refused. */
  readonly ask?: (question: HumanQuestion) => Promise<string>;
  /** What the run did before it was cut off. */
  readonly before?: readonly StoredEvent[];
  /** The question that was asked at a place before it was cut off. */
  readonly asked?: (path: string) => RecordedSpan | undefined;
}

/** A model call that is about to be made. */
interface NextCall {
  readonly modelId: string;
  /** Characters of its prompt. */
  readonly characters: number;
  /** Tokens that it may write. */
  readonly maxTokens: number;
}

type Bound = Exclude<keyof SpendLimits, 'beyond'>;

const bounds: readonly Bound[] = ['runMoney', 'dayMoney', 'runTokens', 'dayTokens'];
const choices = ['Go on', 'Stop'] as const;
/** Fewer than in nearly all texts, so that a call is taken for rather too large. */
const charactersPerToken = 3;

export class SpendDesk {
  readonly #options: SpendDeskOptions;
  /** Bounds that a person lifted for this run. */
  readonly #lifted = new Set<Bound>();
  /** What calls under way may come to. */
  readonly #reserved = new Map<NextCall, Spend>();
  #run: Spend;
  #today: Spend;

  /** Throws Fault `unsupported` where money is bounded and nobody said what anything costs. */
  constructor(options: SpendDeskOptions) {
    const { limits, prices, today = nothingSpent, before = [] } = options;
    if (prices === undefined && (limits.runMoney !== undefined || limits.dayMoney !== undefined)) {
      throw new Fault({
        code: faultCodes.unsupported,
        message: 'Money is bounded, and there are no prices to reckon with.',
        remedy: 'Give the prices of the server, or bound tokens.',
      });
    }
    this.#options = options;
    this.#run = spentBefore(before, prices);
    this.#today = today;
  }

  /** Leave for one call, which holds until `settle`. Throws Fault `budget-exhausted` where there is none. */
  async *leave(next: NextCall): AsyncGenerator<TaskEvent, void> {
    const most = this.#most(next);
    for (const bound of bounds) {
      if (this.#lifted.has(bound) || !this.#passes(bound, most)) continue;
      const answer = this.#options.limits.beyond === 'ask' ? yield* this.#ask(bound) : undefined;
      if (answer !== choices[0]) throw this.#refused(bound);
      this.#lifted.add(bound);
    }
    this.#reserved.set(next, most);
  }

  /** Counts what a call came to; without a usage it told nothing, and counts as nothing. */
  settle(next: NextCall, usage?: GenerateUsage): void {
    this.#reserved.delete(next);
    if (usage !== undefined) this.count(next.modelId, usage);
  }

  /** Counts what was generated without asking, such as a summary that made a prompt fit. */
  count(modelId: string, usage: GenerateUsage): void {
    const { model, prices } = this.#options;
    const spent = spendOf(usage, { prices, isLocal: isLocalStep(model, modelId) });
    this.#run = addSpend(this.#run, spent);
    this.#today = addSpend(this.#today, spent);
  }

  /** What a call may come to at most, by its characters. */
  #most({ modelId, characters, maxTokens }: NextCall): Spend {
    const { model, prices } = this.#options;
    const usage = {
      promptTokens: Math.ceil(characters / charactersPerToken),
      cachedTokens: 0,
      decodeTokens: maxTokens,
    };
    return spendOf(usage, { prices, isLocal: isLocalStep(model, modelId) });
  }

  #passes(bound: Bound, most: Spend): boolean {
    const limit = this.#options.limits[bound];
    if (limit === undefined) return false;
    const what = bound.endsWith('Money') ? 'money' : 'tokens';
    // A step that costs nothing is no reason to stop for money that is spent.
    if (most[what] === 0) return false;
    const used = bound.startsWith('run') ? this.#run : this.#today;
    const reserved = [...this.#reserved.values()].reduce(addSpend, nothingSpent);
    return used[what] + reserved[what] + most[what] > limit;
  }

  /** A person's answer; undefined where nobody can be asked. */
  async *#ask(bound: Bound): AsyncGenerator<TaskEvent, string | undefined> {
    const { ask, asked, event } = this.#options;
    if (ask === undefined) return undefined;
    const path = `spend.${bound}`;
    const known = asked?.(path);
    if (known?.outcome?.type === 'done') {
      const { value } = known.outcome;
      return typeof value === 'string' ? value : undefined;
    }
    const spanId = known?.started.spanId ?? newId();
    const question = `The next model call may pass ${this.#described(bound)}. Go on with this run?`;
    if (known === undefined) {
      const input = { question, choices };
      yield event({ type: 'span-started', spanId, path, kind: 'human', name: question, input });
    }
    const answer = await ask({ spanId, question, choices });
    yield event({ type: 'span-finished', spanId, outcome: { type: 'done', value: answer } });
    return answer;
  }

  #described(bound: Bound): string {
    const { limits, prices } = this.#options;
    const unit = bound.endsWith('Money') ? (prices?.currency ?? '') : 'tokens';
    const amount = (limits[bound] ?? 0).toLocaleString('en', { maximumFractionDigits: 6 });
    return `the limit of ${amount} ${unit} ${bound.startsWith('run') ? 'a run' : 'a day'}`;
  }

  #refused(bound: Bound): Fault {
    return new Fault({
      code: faultCodes.budgetExhausted,
      message: `A model call was not made: it might have passed ${this.#described(bound)}.`,
      reason: 'What may be spent is bounded.',
      remedy: 'Raise the limit, or make the goal smaller.',
      details: { bound, limit: this.#options.limits[bound] ?? 0 },
    });
  }
}

/** What the log knows that a run spent. */
function spentBefore(events: readonly StoredEvent[], prices: PriceList | undefined): Spend {
  const models = new Map<string, string>();
  let model: LoadedModel | undefined;
  let spent = nothingSpent;
  for (const event of events) {
    if (event.type === 'run-started' || event.type === 'run-resumed') model = event.model;
    else if (event.type === 'step-started') models.set(event.stepId, event.route.modelId);
    else if (event.type === 'step-finished') {
      const isLocal = isLocalStep(model, models.get(event.stepId) ?? '');
      spent = addSpend(spent, spendOf(event.usage, { prices, isLocal }));
    }
  }
  return spent;
}
