/**
 * Rows -> contexts: several requests that share one list of tools. A small model meets many lists in many spellings,
 * and a trainer reads each list once for all of its requests. Deterministic for a seed.
 * Knows which rows may share a list; nothing of prompts (lesson).
 */
import { noToolReply } from '../../src/decode/prompt.ts';
import type { ToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import type { ToolSpec } from '../../src/protocol/tool.ts';
import { nameStyles, restyleRow } from './restyle.ts';
import type { Styles } from './restyle.ts';
import type { SeededRandom } from '../../src/flywheel/seeded-random.ts';
import type { SourceRow } from './source-row.ts';

export interface Context {
  /** All with the same tools in the same order. */
  readonly rows: readonly Omit<ToolCallRow, 'id' | 'category'>[];
}

export interface ContextOptions {
  readonly rows: readonly SourceRow[];
  /** Tools that may stand beside those of the rows. */
  readonly shelf: readonly ToolSpec[];
  readonly random: SeededRandom;
  /** Requests that share a list, at most. */
  readonly size: number;
  /** Share of contexts whose names are spelled in another style. */
  readonly restyled: number;
  /** Share of contexts with one more request, for which no tool is there. */
  readonly foreign: number;
}

/** Tools of a context beside those that its requests need, at most, and of all of them. */
const shortList = { mostDistractors: 5, mostTools: 9 };
/** A list that is read by few: an agent that is not helped to a shortlist offers all that it has. */
const longList = { mostDistractors: 16, mostTools: 24 };
const longLists = 0.25;

/** All tools of these rows, each wording once. */
export function toolShelf(rows: readonly SourceRow[]): ToolSpec[] {
  return [...new Map(rows.flatMap(({ row }) => row.tools).map((tool) => [textOf(tool), tool])).values()];
}

/** Every row stands in exactly one context; requests for which no tool is there come on top. */
export function makeContexts({ rows, shelf, random, size, restyled, foreign }: ContextOptions): Context[] {
  return random.shuffle(chunksOf(rows, random, size)).map((chunk) => {
    const shared = chunk[0]?.family === chunk[0]?.row.id ? [] : chunk;
    const tools = shared.length === 0 ? (chunk[0]?.row.tools ?? []) : sharedTools(chunk, shelf, random);
    const requests = chunk.map(({ row }) => ({ ...row, tools: random.shuffle(tools) }));
    const order = random.shuffle(tools);
    const strangers = random.next() < foreign ? [foreignRow(rows, order, random)] : [];
    const styles: Styles =
      random.next() < restyled
        ? { tool: random.pick(nameStyles), parameter: random.pick(nameStyles) }
        : { tool: 'as it is', parameter: 'as it is' };
    return {
      rows: [...requests, ...strangers.flatMap((row) => row ?? [])].map((row) =>
        restyleRow({ ...row, tools: order }, styles),
      ),
    };
  });
}

/**
 * Rows that were made for one list of tools, as they are: what is not on their list is a part of their meaning. Those with a call get
 * a long list now and then, of tools that have nothing to do with theirs.
 */
export function keepContexts({
  rows,
  shelf,
  random,
}: Pick<ContextOptions, 'rows' | 'shelf' | 'random'>): Context[] {
  const contexts = new Map<string, ToolCallRow[]>();
  for (const { context = '', row } of rows) contexts.set(context, [...(contexts.get(context) ?? []), row]);
  return [...contexts.values()].map((own) => {
    const calls = own.filter(({ expected }) => expected.length > 0);
    if (calls.length === 0 || random.next() >= longLists) return { rows: own };
    const list = new ToolList(calls[0]?.tools ?? []);
    list.fill(shelf, list.tools.length + random.below(longList.mostDistractors + 1), random);
    const tools = random.shuffle(list.tools);
    return { rows: calls.map(({ turns, expected }) => ({ turns, expected, tools })) };
  });
}

/** Rows of one family, or of two families whose names do not meet. */
function chunksOf(rows: readonly SourceRow[], random: SeededRandom, size: number): SourceRow[][] {
  const families = new Map<string, SourceRow[]>();
  for (const row of random.shuffle(rows))
    families.set(row.family, [...(families.get(row.family) ?? []), row]);
  const half = Math.ceil(size / 2);
  const whole: SourceRow[][] = [];
  const halves: SourceRow[][] = [];
  for (const family of families.values()) {
    if (family[0]?.service === '') {
      whole.push(...chunksByTools(family, 2 * size));
      continue;
    }
    for (let at = 0; at < family.length;) {
      // Some contexts are about one API only.
      const isWhole = random.next() < 0.2;
      const length = isWhole ? size : half;
      (isWhole ? whole : halves).push(family.slice(at, at + length));
      at += length;
    }
  }
  const waiting = random.shuffle(halves);
  const joined: SourceRow[][] = [];
  for (let chunk = waiting.pop(); chunk !== undefined; chunk = waiting.pop()) {
    const partner = waiting.at(-1);
    if (partner !== undefined && canShare([...chunk, ...partner])) {
      waiting.pop();
      joined.push([...chunk, ...partner]);
    } else {
      joined.push(chunk);
    }
  }
  return [...whole, ...joined];
}

/** Rows of a family without an API: those that a row's own list of tools can serve go with it. */
function chunksByTools(family: readonly SourceRow[], size: number): SourceRow[][] {
  const chunks: SourceRow[][] = [];
  for (let left = family; left[0] !== undefined;) {
    const [first, ...others] = left;
    const there = new Set(first.row.tools.map(({ name }) => name));
    const served = others.filter(({ row }) => row.expected.every(({ name }) => there.has(name)));
    const chunk = new Set([first, ...served.slice(0, size - 1)]);
    chunks.push([...chunk]);
    left = others.filter((row) => !chunk.has(row));
  }
  return chunks;
}

/** One name means one thing, and one API is there in one wording. */
function canShare(chunk: readonly SourceRow[]): boolean {
  const apis = new Map(chunk.map(({ service, family }) => [service.replace(/_\d+$/, ''), family]));
  return chunk.every(({ service, family }) => apis.get(service.replace(/_\d+$/, '')) === family);
}

/** What the requests need, and some that they do not: of their own API, then of others. */
function sharedTools(
  chunk: readonly SourceRow[],
  shelf: readonly ToolSpec[],
  random: SeededRandom,
): readonly ToolSpec[] {
  const needed = new Set(chunk.flatMap(({ row }) => row.expected.map(({ name }) => name)));
  const list = new ToolList([]);
  for (const { row } of chunk) for (const tool of row.tools) if (needed.has(tool.name)) list.add(tool);
  // A row without a call is about its first tool: it stays.
  for (const { row } of chunk)
    if (row.expected.length === 0 && row.tools[0] !== undefined) list.add(row.tools[0]);
  const { mostDistractors, mostTools } = random.next() < longLists ? longList : shortList;
  const room = Math.min(list.tools.length + random.below(mostDistractors + 1), mostTools);
  for (const tool of random.shuffle(chunk.flatMap(({ row }) => row.tools)))
    if (list.tools.length < room) list.add(tool);
  list.fill(shelf, room, random);
  return list.tools;
}

/** Tools with different names. */
class ToolList {
  readonly tools: ToolSpec[] = [];
  readonly #names = new Set<string>();

  constructor(tools: readonly ToolSpec[]) {
    for (const tool of tools) this.add(tool);
  }

  add(tool: ToolSpec): void {
    if (this.#names.has(tool.name)) return;
    this.#names.add(tool.name);
    this.tools.push(tool);
  }

  /** Adds tools of a shelf until there are `room`, none of which sounds like one that is there. */
  fill(shelf: readonly ToolSpec[], room: number, random: SeededRandom): void {
    const topics = new Set(this.tools.flatMap(({ name }) => wordsOf(name)));
    // Many on a shelf sound alike, so more are drawn than there is room for.
    for (let draws = 8 * room; draws > 0 && this.tools.length < room && shelf.length > 0; draws -= 1) {
      const tool = random.pick(shelf);
      if (wordsOf(tool.name).every((word) => !topics.has(word))) this.add(tool);
    }
  }
}

/** A request of another API, for which none of the tools is there. */
function foreignRow(
  rows: readonly SourceRow[],
  tools: readonly ToolSpec[],
  random: SeededRandom,
): Omit<ToolCallRow, 'id' | 'category'> | undefined {
  const names = new Set(tools.map(({ name }) => name));
  const topics = new Set(tools.flatMap(({ name }) => wordsOf(name)));
  for (let tries = 0; tries < 8; tries += 1) {
    const { row } = random.pick(rows);
    const isOther = row.expected.every(
      ({ name }) => !names.has(name) && wordsOf(name).every((word) => !topics.has(word)),
    );
    if (row.expected.length > 0 && isOther) {
      return { turns: row.turns, tools, expected: [], reply: noToolReply };
    }
  }
  return undefined;
}

const commonWords = new Set(['get', 'find', 'search', 'book', 'buy', 'the', 'for', 'a', 'by', 'reserve']);

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '' && !commonWords.has(word));
}

function textOf(tool: ToolSpec): string {
  return JSON.stringify([tool.name, tool.parameters]);
}
