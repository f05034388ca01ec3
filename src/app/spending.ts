/**
 * What runs spend in this browser, day by day, and the bounds that the user set. Each run has a row of its own for each day, so
 * that tabs do not write over one another. Knows events, prices and the small store; the bounds are kept to by the agent.
 */
import type { SpendOptions } from '../agent/spend/spend-desk.ts';
import type { PriceList, Spend, SpendLimits } from '../protocol/economics.ts';
import type { LoadedModel } from '../protocol/engine.ts';
import type { Id } from '../protocol/id.ts';
import { addSpend, isLocalStep, nothingSpent, spendOf } from '../protocol/price.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import { emptySpendingView } from '../ui/spending-view.ts';
import type { SpendingView } from '../ui/spending-view.ts';
import { PriceStore } from './price-store.ts';
import { SmallStore } from './small-store.ts';

interface StoredLimits {
  readonly id: 'limits';
  readonly version: 1;
  readonly limits: SpendLimits;
}

/** `id`: the day and the run. */
interface StoredSpend extends Spend {
  readonly id: string;
  readonly version: 1;
  /** Local, `YYYY-MM-DD`. */
  readonly day: string;
}

interface SpendingOptions {
  readonly onChange: (view: SpendingView) => void;
  readonly databaseName?: string;
  readonly prices?: Pick<PriceStore, 'read'>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const amounts = ['runTokens', 'dayTokens', 'runMoney', 'dayMoney'] as const;

export class Spending {
  readonly #options: SpendingOptions;
  readonly #store: SmallStore<StoredLimits | StoredSpend>;
  readonly #prices: Pick<PriceStore, 'read'>;
  /** Models of the steps that go on. */
  readonly #steps = new Map<Id, string>();
  #model: LoadedModel | undefined;
  #list: PriceList | undefined;

  constructor(options: SpendingOptions) {
    const { databaseName = 'smallworks-spending', prices = new PriceStore() } = options;
    this.#options = options;
    this.#store = new SmallStore({ databaseName, isItem });
    this.#prices = prices;
  }

  /** Reads what is kept, and shows it. */
  async open(): Promise<void> {
    this.#options.onChange(await this.#read());
  }

  /** Sets the bounds. They count from the next run on. */
  async setLimits(limits: SpendLimits): Promise<void> {
    await this.#store.put([{ id: 'limits', version: 1, limits }]);
    await this.open();
  }

  /** What a run that begins is told; nothing where nothing is bounded. */
  async forRun(): Promise<{ readonly spend?: SpendOptions }> {
    this.#list = await this.#prices.read();
    const { limits, today } = await this.#read();
    if (amounts.every((name) => limits[name] === undefined)) return {};
    return { spend: { limits, today, ...(this.#list === undefined ? {} : { prices: this.#list }) } };
  }

  /** Counts what a step of a run spent. */
  async note(event: TaskEvent): Promise<void> {
    if (event.type === 'run-started' || event.type === 'run-resumed') this.#model = event.model;
    else if (event.type === 'step-started') this.#steps.set(event.stepId, event.route.modelId);
    else if (event.type === 'step-finished') {
      const isLocal = isLocalStep(this.#model, this.#steps.get(event.stepId) ?? '');
      this.#steps.delete(event.stepId);
      await this.#add(event.runId, spendOf(event.usage, { prices: this.#list, isLocal }));
    }
  }

  async #add(runId: Id, spent: Spend): Promise<void> {
    const day = this.#today();
    const id = `${day} ${runId}`;
    const rows = await this.#rows();
    const before = rows.find((row) => row.id === id) ?? nothingSpent;
    const { tokens, money } = addSpend(before, spent);
    await this.#store.put([{ id, version: 1, day, tokens, money }]);
    const past = rows.filter((row) => row.day !== day).map((row) => row.id);
    if (past.length > 0) await this.#store.remove(past);
    await this.open();
  }

  async #read(): Promise<SpendingView> {
    const items = await this.#store.list();
    const kept = items.find((item) => item.id === 'limits');
    const day = this.#today();
    let today = nothingSpent;
    for (const row of items) if ('day' in row && row.day === day) today = addSpend(today, row);
    return { limits: kept !== undefined && 'limits' in kept ? kept.limits : emptySpendingView.limits, today };
  }

  async #rows(): Promise<readonly StoredSpend[]> {
    return (await this.#store.list()).filter((item) => 'day' in item);
  }

  #today(): string {
    const now = new Date(this.#options.now?.() ?? Date.now());
    return `${String(now.getFullYear())}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function isItem(value: unknown): value is StoredLimits | StoredSpend {
  if (typeof value !== 'object' || value === null) return false;
  const item = value as Readonly<Record<string, unknown>>;
  if (item['version'] !== 1 || typeof item['id'] !== 'string') return false;
  if (item['id'] === 'limits') return isLimits(item['limits']);
  return typeof item['day'] === 'string' && isAmount(item['tokens']) && isAmount(item['money']);
}

function isLimits(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const limits = value as Readonly<Record<string, unknown>>;
  const { beyond } = limits;
  return (
    (beyond === 'ask' || beyond === 'refuse') &&
    amounts.every((name) => limits[name] === undefined || isAmount(limits[name]))
  );
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
