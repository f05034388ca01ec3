/**
 * The failures that a person looks at, kept in this browser, and what was decided on each. Joins the store to the rules
 * (flywheel/review); shows nothing.
 */
import { correctItem, reviewedLines, reviewItemOf, setState } from '../flywheel/review.ts';
import type { TakeOptions } from '../flywheel/review.ts';
import type { Id } from '../protocol/id.ts';
import type { ReviewItem } from '../protocol/review.ts';
import type { ToolCall } from '../protocol/tool.ts';
import { SmallStore } from './small-store.ts';

/** Failures that a person took for a second look, kept in this browser with what was decided on each. */
export class ReviewQueue {
  readonly #store: SmallStore<ReviewItem>;
  #items: readonly ReviewItem[] = [];

  constructor({ databaseName = 'smallworks-review' }: { readonly databaseName?: string } = {}) {
    this.#store = new SmallStore({ databaseName, isItem: isReviewItem });
  }

  /** Newest first. */
  get items(): readonly ReviewItem[] {
    return this.#items;
  }

  /** Reads what is kept. */
  async open(): Promise<void> {
    this.#show(await this.#store.list());
  }

  /** Takes a failure in, where it is not there yet. False: this browser does not keep it beyond this page. */
  async take(options: TakeOptions): Promise<boolean> {
    const item = reviewItemOf(options);
    return this.#items.some(({ id }) => id === item.id) || (await this.#put(item));
  }

  /** Why calls are no correction, one sentence; undefined: they are, and the item is corrected. */
  async correct(id: string, calls: readonly ToolCall[]): Promise<string | undefined> {
    const item = this.#find(id);
    if (item === undefined) return 'It is not in the list any more.';
    const result = correctItem(item, calls);
    if (result.type === 'refused') return result.reason;
    await this.#put(result.item);
    return undefined;
  }

  async setState(id: string, state: 'open' | 'dismissed'): Promise<void> {
    const item = this.#find(id);
    if (item !== undefined) await this.#put(setState(item, state));
  }

  async setNote(id: string, note: string): Promise<void> {
    const item = this.#find(id);
    if (item !== undefined) await this.#put({ ...item, note });
  }

  async remove(id: string): Promise<void> {
    await this.#store.remove([id]);
    this.#show(this.#items.filter((item) => item.id !== id));
  }

  /** Drops what was made from runs that were erased. */
  async dropRuns(runIds: readonly Id[]): Promise<void> {
    const erased = new Set(runIds);
    const kept = await this.#store.list();
    const ids = kept.flatMap(({ id, runId }) => (runId !== undefined && erased.has(runId) ? [id] : []));
    if (ids.length > 0) await this.#store.remove(ids);
    this.#show(kept.filter(({ id }) => !ids.includes(id)));
  }

  /** The corrected rows as a file that `npm run eval` and `npm run mix` read; undefined: there are none. */
  file(): File | undefined {
    const lines = reviewedLines(this.#items);
    if (lines.length === 0) return undefined;
    return new File([`${lines.join('\n')}\n`], 'reviewed.jsonl', { type: 'application/jsonl' });
  }

  #find(id: string): ReviewItem | undefined {
    return this.#items.find((item) => item.id === id);
  }

  async #put(item: ReviewItem): Promise<boolean> {
    const kept = await this.#store.put([item]);
    this.#show([...this.#items.filter(({ id }) => id !== item.id), item]);
    return kept;
  }

  #show(items: readonly ReviewItem[]): void {
    this.#items = items.toSorted((one, other) => other.at - one.at || (one.id < other.id ? -1 : 1));
  }
}

const states: ReadonlySet<unknown> = new Set(['open', 'corrected', 'dismissed']);

function isReviewItem(value: unknown): value is ReviewItem {
  if (typeof value !== 'object' || value === null) return false;
  const { v, id, line, state, tools, expected, note } = value as Partial<Record<keyof ReviewItem, unknown>>;
  return (
    v === 1 &&
    typeof id === 'string' &&
    typeof line === 'string' &&
    typeof note === 'string' &&
    states.has(state) &&
    Array.isArray(tools) &&
    Array.isArray(expected)
  );
}
