/**
 * A file that is still growing: its bytes, and beside them a list of the spans that are there. The list is only ever
 * added to, and each line is written after its bytes: a worker that is killed at any moment leaves a list that
 * claims nothing too much. Knows nothing of where bytes come from.
 */
import { parseJson } from '../protocol/json.ts';
import { openSyncAccess } from './opfs-handles.ts';
import type { SyncAccessHandle } from './opfs-handles.ts';
import { addSpan, countBytes, removeSpan } from './spans.ts';
import type { Span } from './spans.ts';
import { partEnding, spansEnding } from './stored-name.ts';

/** Which file of which server the bytes are of. */
export interface PartOrigin {
  readonly url: string;
  /** What the server calls this version of the file (ETag, else Last-Modified); empty where it does not say. */
  readonly validator: string;
}

const encoder = new TextEncoder();

interface PartRecord {
  readonly spans: readonly Span[];
  readonly origin: PartOrigin | undefined;
}

function readOrigin(text: string): PartOrigin | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { url, validator } = value as Partial<Record<keyof PartOrigin, unknown>>;
  return typeof url === 'string' && typeof validator === 'string' ? { url, validator } : undefined;
}

/**
 * Reads the list. One entry a line: `+ start end` has arrived, `- start end` was wrong, `@ {…}` the origin.
 * A line that was cut off, or is none, is passed over; spans past the end of the file are cut to it.
 */
export function parseRecord(text: string, fileBytes: number): PartRecord {
  let spans: readonly Span[] = [];
  let origin: PartOrigin | undefined;
  for (const line of text.split('\n').slice(0, -1)) {
    const match = /^([+-]) (\d+) (\d+)$/.exec(line);
    if (match !== null) {
      const span = { start: Number(match[2]), end: Math.min(Number(match[3]), fileBytes) };
      spans = match[1] === '+' ? addSpan(spans, span) : removeSpan(spans, span);
    } else if (line.startsWith('@ ')) {
      origin = readOrigin(line.slice(2)) ?? origin;
    }
  }
  return { spans, origin };
}

export class PartFile {
  readonly #data: SyncAccessHandle;
  readonly #list: SyncAccessHandle;
  #listBytes: number;
  #spans: readonly Span[];
  #origin: PartOrigin | undefined;

  private constructor(data: SyncAccessHandle, list: SyncAccessHandle) {
    this.#data = data;
    this.#list = list;
    this.#listBytes = list.getSize();
    const bytes = new Uint8Array(this.#listBytes);
    list.read(bytes, { at: 0 });
    const record = parseRecord(new TextDecoder().decode(bytes), data.getSize());
    this.#spans = record.spans;
    this.#origin = record.origin;
  }

  /** Opens, or begins, the part of the file stored as `name`. One holder at a time; `close` it. */
  static async open(folder: FileSystemDirectoryHandle, name: string): Promise<PartFile> {
    const data = await openSyncAccess(await folder.getFileHandle(name + partEnding, { create: true }));
    try {
      const list = await folder.getFileHandle(name + spansEnding, { create: true });
      return new PartFile(data, await openSyncAccess(list));
    } catch (error) {
      data.close();
      throw error;
    }
  }

  /** What is there: sorted, none touching another. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  get receivedBytes(): number {
    return countBytes(this.#spans);
  }

  get origin(): PartOrigin | undefined {
    return this.#origin;
  }

  /** Names where the bytes come from, from now on. */
  setOrigin(origin: PartOrigin): void {
    this.#origin = origin;
    this.#note(`@ ${JSON.stringify(origin)}`);
  }

  /** Stores bytes at a position. Throws the browser's `QuotaExceededError`. */
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void {
    let done = 0;
    while (done < bytes.length) {
      const written = this.#data.write(done === 0 ? bytes : bytes.subarray(done), { at: at + done });
      // Some browsers write nothing instead of throwing.
      if (written === 0) throw new DOMException('Nothing more can be stored.', 'QuotaExceededError');
      done += written;
    }
    const span = { start: at, end: at + bytes.length };
    this.#spans = addSpan(this.#spans, span);
    this.#note(`+ ${String(span.start)} ${String(span.end)}`);
  }

  /** Bytes that turned out to be wrong are missing again. */
  forget(span: Span): void {
    this.#spans = removeSpan(this.#spans, span);
    this.#note(`- ${String(span.start)} ${String(span.end)}`);
  }

  /** Counts bytes that stand in the file already as arrived. */
  adopt(span: Span): void {
    this.#spans = addSpan(this.#spans, span);
    this.#note(`+ ${String(span.start)} ${String(span.end)}`);
  }

  /** Begins again: nothing is there. */
  reset(): void {
    this.#list.truncate(0);
    this.#data.truncate(0);
    this.#listBytes = 0;
    this.#spans = [];
    this.#origin = undefined;
  }

  /** Cuts what lies past the end of the file. */
  cutTo(fileBytes: number): void {
    if (this.#data.getSize() > fileBytes) this.#data.truncate(fileBytes);
    this.#spans = removeSpan(this.#spans, { start: fileBytes, end: Infinity });
  }

  close(): void {
    for (const handle of [this.#data, this.#list]) {
      handle.flush();
      handle.close();
    }
  }

  #note(line: string): void {
    this.#listBytes += this.#list.write(encoder.encode(`${line}\n`), { at: this.#listBytes });
  }
}
