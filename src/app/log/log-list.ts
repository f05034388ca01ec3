/**
 * The list of runs as it is scrolled and filtered: ids of all, rows of those in view. What a filter cannot tell from the
 * index is opened, newest first, and what was found shows as it is found.
 * Knows the journal; knows nothing of who looks.
 */
import type { Journal } from '../../log/journal.ts';
import type { Id } from '../../protocol/id.ts';
import type { RunSummary } from '../../protocol/record.ts';
import type { LogFilter, LogView } from '../../ui/log/log-view.ts';
import { emptyLogFilter } from '../../ui/log/log-view.ts';
import { withOriginalGoals } from '../read-log.ts';
import { judgeSummary, matchesEpisode, needsOpening, spanOf } from './matches-filter.ts';

type ListView = Pick<LogView, 'runIds' | 'rows' | 'filter' | 'search' | 'tools'>;

/** Runs that are opened at a time. */
const runsPerStep = 48;
/** Rows that are kept open; more than any window shows. */
const mostRows = 400;

export class LogList {
  readonly #journal: () => Promise<Journal>;
  readonly #onChange: (view: Partial<ListView>) => void;
  #filter: LogFilter = emptyLogFilter;
  #showsOriginals = false;
  #rows = new Map<Id, RunSummary>();
  readonly #tools = new Set<string>();
  /** Rows in view that are not open yet. */
  #wanted: readonly Id[] = [];
  #isOpening = false;
  /** Counts the searches: one that is not the newest ends. */
  #search = 0;

  constructor(options: {
    readonly journal: () => Promise<Journal>;
    readonly onChange: (view: Partial<ListView>) => void;
  }) {
    this.#journal = options.journal;
    this.#onChange = options.onChange;
  }

  /** Forgets what was opened, and ends a search. */
  clear(): void {
    this.#search += 1;
    this.#rows = new Map();
    this.#onChange({ runIds: [], rows: this.#rows, search: undefined });
  }

  /** Lists what this filter lets through. */
  async find(filter: LogFilter): Promise<void> {
    this.#filter = filter;
    this.#onChange({ filter });
    await this.refresh();
  }

  /** Lists anew; goals as they were where `showsOriginals`. Settles when the search is through or another began. */
  async refresh({ showsOriginals = this.#showsOriginals } = {}): Promise<void> {
    this.#showsOriginals = showsOriginals;
    this.#search += 1;
    this.#rows = new Map();
    const search = this.#search;
    const journal = await this.#journal();
    const ids = await journal.runIds(spanOf(this.#filter));
    if (search !== this.#search) return;
    if (needsOpening(this.#filter)) await this.#searchIn(ids, search);
    else this.#onChange({ runIds: ids, rows: this.#rows, search: undefined });
  }

  /** Opens the rows in view. What scrolled away before its turn came is not opened. */
  async show(runIds: readonly Id[]): Promise<void> {
    this.#wanted = runIds;
    if (this.#isOpening) return;
    this.#isOpening = true;
    try {
      for (let ids = this.#take(); ids.length > 0; ids = this.#take()) await this.#showNow(ids);
    } finally {
      this.#isOpening = false;
    }
  }

  #take(): readonly Id[] {
    const missing = this.#wanted.filter((runId) => !this.#rows.has(runId));
    this.#wanted = [];
    return missing;
  }

  async #showNow(runIds: readonly Id[]): Promise<void> {
    const search = this.#search;
    const opened = await this.#open(runIds);
    if (search !== this.#search) return;
    const kept = this.#rows.size > mostRows ? [] : this.#rows;
    this.#rows = new Map([...kept, ...opened.map((run) => [run.runId, run] as const)]);
    this.#onChange({ rows: this.#rows, tools: [...this.#tools].toSorted() });
  }

  async #searchIn(ids: readonly Id[], search: number): Promise<void> {
    const found: Id[] = [];
    const total = ids.length;
    this.#onChange({ runIds: [], rows: this.#rows, search: { searched: 0, total } });
    for (let start = 0; start < total; start += runsPerStep) {
      const step = ids.slice(start, start + runsPerStep);
      const matches = await this.#matchesIn(step);
      if (search !== this.#search) return;
      found.push(...matches);
      const searched = Math.min(total, start + runsPerStep);
      this.#onChange({ runIds: [...found], search: { searched, total }, tools: [...this.#tools].toSorted() });
    }
    this.#onChange({ runIds: found, search: undefined });
  }

  async #matchesIn(ids: readonly Id[]): Promise<Id[]> {
    const filter = this.#filter;
    const found = new Set<Id>();
    const unknown = new Map<Id, RunSummary>();
    for (const run of await this.#open(ids)) {
      const judged = judgeSummary(run, filter);
      if (judged === 'fits') found.add(run.runId);
      if (judged === 'unknown') unknown.set(run.runId, run);
    }
    const journal = await this.#journal();
    if (unknown.size > 0) {
      for await (const episode of journal.episodes({ runIds: [...unknown.keys()] })) {
        const run = unknown.get(episode.runId);
        if (run !== undefined && matchesEpisode(episode, run, filter)) found.add(episode.runId);
      }
    }
    return ids.filter((runId) => found.has(runId));
  }

  async #open(ids: readonly Id[]): Promise<readonly RunSummary[]> {
    const journal = await this.#journal();
    const runs = await journal.summaries(ids);
    for (const { tools = [] } of runs) for (const tool of tools) this.#tools.add(tool);
    return this.#showsOriginals ? withOriginalGoals(journal, runs) : runs;
  }
}
