/**
 * The scratch memory of one run: results that are too long for a prompt, and notes that the model takes, each under a short
 * name. Bounded. It is a function of the run's finished calls in their order, which the log has: a run that goes on has the
 * memory that it had.
 * Knows calls, texts and bounds; nothing of prompts, tools and models.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { Id } from '../../protocol/id.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ToolCall, ToolOutcome } from '../../protocol/tool.ts';
import { passagesFor } from './find-passages.ts';
import type { Passage } from './find-passages.ts';

/** The names of the tools by which a model uses it. */
export const memoryToolNames = { read: 'memory_read', write: 'memory_write' } as const;

export interface MemoryLimits {
  /** Results and notes, together; beyond it the oldest result is forgotten, and a note is refused. */
  readonly entries: number;
  /** Characters of all of them; bounded in the same way. */
  readonly characters: number;
  /** A result longer than this, in characters of its JSON, stands in prompts by its name. */
  readonly promptCharacters: number;
  /** Characters of its beginning that stand beside the name. */
  readonly extractCharacters: number;
}

const defaultMemoryLimits: MemoryLimits = {
  entries: 32,
  characters: 262_144,
  promptCharacters: 1000,
  extractCharacters: 240,
};

interface EntryBase {
  readonly name: string;
  readonly text: string;
  /** The part of the goal that left it; absent: no call did. */
  readonly subtaskId?: Id;
}

type MemoryEntry =
  (EntryBase & { readonly type: 'result'; readonly tool: string }) | (EntryBase & { readonly type: 'note' });

export interface FinishedCall {
  readonly callId: Id;
  readonly subtaskId: Id;
  readonly call: ToolCall;
  readonly outcome: ToolOutcome;
}

/** Characters that one reading gives. */
const pieceCharacters = 600;

export class ScratchMemory {
  readonly #limits: MemoryLimits;
  /** Oldest first. */
  readonly #entries = new Map<string, MemoryEntry>();
  readonly #names = new Map<Id, string>();
  #count = 0;

  constructor(limits: Partial<MemoryLimits> = {}) {
    this.#limits = { ...defaultMemoryLimits, ...limits };
  }

  /** Takes in what a finished call leaves: a note that was written, or a result that is long. */
  settle({ callId, subtaskId, call, outcome }: FinishedCall): void {
    if (outcome.type === 'error' || call.name === memoryToolNames.read) return;
    if (call.name === memoryToolNames.write) {
      const { name, text } = noteOf(call.arguments);
      this.#entries.delete(name);
      this.#entries.set(name, { type: 'note', name, text, subtaskId });
    } else if (this.isLong(outcome.value)) {
      this.#names.set(callId, this.#keep(call.name, outcome.value, subtaskId));
    }
    this.#forget();
  }

  /** Whether a value is too long for a prompt. */
  isLong(value: Json): boolean {
    return JSON.stringify(value).length > this.#limits.promptCharacters;
  }

  /** What stands in a prompt for the result of a call: the value, or its name and beginning where it is kept. */
  shown(callId: Id, value: Json): Json {
    const name = this.#names.get(callId);
    return name === undefined ? value : this.#extract(name, textOf(value));
  }

  /** The same for a text that no call gave, e.g. what an earlier part of the goal came to. */
  shownText(source: string, text: string): Json {
    if (!this.isLong(text)) return text;
    const known = [...this.#entries.values()].find((entry) => entry.type === 'result' && entry.text === text);
    const name = known?.name ?? this.#keep(source, text);
    this.#forget();
    return this.#extract(name, text);
  }

  /** What others than this part of the goal left, oldest first: names and sizes, and no words of strangers. */
  listFor(subtaskId: Id): readonly JsonObject[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.subtaskId !== subtaskId)
      .map((entry) => ({
        name: entry.name,
        characters: entry.text.length,
        from: entry.type === 'note' ? 'a note' : entry.tool,
      }));
  }

  /**
   * A piece of an entry: the passages that have most of the words of `find`, or what begins at `from`. Throws Fault
   * `tool-failed` where nothing has this name.
   */
  read({
    name,
    find,
    from = 0,
  }: {
    readonly name: string;
    readonly find?: string;
    readonly from?: number;
  }): JsonObject {
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      const names = [...this.#entries.keys()];
      throw new Fault({
        code: faultCodes.toolFailed,
        message: `Nothing is kept as "${name}".`,
        remedy: names.length === 0 ? 'Nothing is kept yet.' : `Kept are: ${names.join(', ')}.`,
        details: { name, names },
      });
    }
    const { text } = entry;
    if (find !== undefined && find.trim() !== '') {
      const found = passagesFor(text, find, pieceCharacters);
      return { name, passages: found.map((passage): JsonObject => asJson(passage)) };
    }
    const piece = text.slice(from, from + pieceCharacters).toWellFormed();
    return { name, from, text: piece, left: Math.max(0, text.length - from - pieceCharacters) };
  }

  /** Throws Fault `tool-failed` where a note of this name would not fit. */
  checkNote(name: string, text: string): void {
    const others = [...this.#entries.values()].filter(
      (entry) => entry.type === 'note' && entry.name !== name,
    );
    const used = others.reduce((sum, entry) => sum + entry.text.length, text.length);
    const { entries, characters } = this.#limits;
    const isResult = this.#entries.get(name)?.type === 'result' || /^r\d+$/.test(name);
    if (!isResult && others.length < entries && used <= characters) return;
    throw new Fault({
      code: faultCodes.toolFailed,
      message: isResult ? `"${name}" is the name of a result.` : 'The memory is full of notes.',
      remedy: isResult ? 'Choose another name.' : 'Write over a note that is not needed.',
      details: { name },
    });
  }

  #keep(tool: string, value: Json, subtaskId?: Id): string {
    this.#count += 1;
    const name = `r${String(this.#count)}`;
    const place = subtaskId === undefined ? {} : { subtaskId };
    this.#entries.set(name, { type: 'result', name, tool, text: textOf(value), ...place });
    return name;
  }

  #extract(name: string, text: string): JsonObject {
    if (!this.#entries.has(name)) return { characters: text.length, start: this.#start(text) };
    return { kept_as: name, characters: text.length, start: this.#start(text) };
  }

  #start(text: string): string {
    return text.slice(0, this.#limits.extractCharacters).toWellFormed();
  }

  /** Forgets the oldest results until the bounds hold. */
  #forget(): void {
    const { entries, characters } = this.#limits;
    const size = (): number => [...this.#entries.values()].reduce((sum, { text }) => sum + text.length, 0);
    while (this.#entries.size > entries || size() > characters) {
      const oldest = [...this.#entries.values()].find(({ type }) => type === 'result');
      if (oldest === undefined) return;
      this.#entries.delete(oldest.name);
    }
  }
}

function noteOf(values: JsonObject): { readonly name: string; readonly text: string } {
  return values as { readonly name: string; readonly text: string };
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function asJson({ from, text }: Passage): JsonObject {
  return { from, text };
}
