/**
 * Bytes of a log -> JSON values, one after the other: one a line, a list of them, or objects over several lines. Only one
 * value is held at a time, and one that cannot be read costs nothing but itself. Knows JSON; nothing of what it says.
 */
import type { Json } from '../../../protocol/json.ts';

/** Bytes of one value at most. What is longer is passed over without being kept. */
const longestDocument = 32 * 1024 * 1024;

export type ReadDocument =
  | { readonly type: 'value'; readonly value: Json; readonly line: number }
  | { readonly type: 'unreadable'; readonly reason: string; readonly line: number; readonly excerpt: string };

const lineFeed = 10;

/** The values in their order, each with the line that it begins in. */
export async function* readDocuments(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ReadDocument, void> {
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    const first = await firstBytes(chunks);
    const all = followedBy(first, chunks);
    yield* isList(first) ? readNested(all) : readLines(all);
  } finally {
    await chunks.return?.();
  }
}

/** As many chunks as it takes to see how the file begins, joined. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let joined = new Uint8Array();
  while (joined.length < 1024 * 1024 && (joined.length < 64 || joined.every(isSpace))) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    const longer = new Uint8Array(joined.length + value.length);
    longer.set(joined);
    longer.set(value, joined.length);
    joined = longer;
  }
  return joined;
}

async function* followedBy(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** A file is a list, or an object written over several lines, where it begins like one. */
function isList(first: Uint8Array): boolean {
  const start = new TextDecoder().decode(first.subarray(0, 4096)).trimStart();
  return start.startsWith('[') || /^\{[ \t]*\r?\n/.test(start);
}

async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ReadDocument, void> {
  const held = new Holder();
  let line = 1;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      held.add(chunk.subarray(from, end));
      const document = held.take(line);
      if (document !== undefined) yield document;
      line += 1;
      from = end + 1;
    }
    held.add(chunk.subarray(from));
  }
  const last = held.take(line);
  if (last !== undefined) yield last;
}

const [quote, backslash, comma] = [34, 92, 44];
const opening = new Set([91, 123]);
const closing = new Set([93, 125]);

/**
 * Elements of the outer list, or objects behind each other. A bracket too many in one of them ends the list early: the rest
 * is then told as one thing that cannot be read.
 */
async function* readNested(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ReadDocument, void> {
  const held = new Holder();
  let line = 1;
  let depth = 0;
  let base: number | undefined;
  let begunAt = 1;
  let inText = false;
  let escaped = false;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte === lineFeed) line += 1;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inText = false;
        continue;
      }
      if (byte === quote) inText = true;
      else if (opening.has(byte)) {
        base ??= byte === 91 ? 1 : 0;
        if (depth === base) begunAt = line;
        depth += 1;
        // The outer list's own bracket is no part of its elements.
        if (depth === base) from = at + 1;
      } else if (closing.has(byte)) {
        depth -= 1;
        if (base === 1 && depth === 0) {
          held.add(chunk.subarray(from, at));
          const document = held.take(begunAt);
          if (document !== undefined) yield document;
          from = at + 1;
        } else if (depth === base && base === 0) {
          held.add(chunk.subarray(from, at + 1));
          const document = held.take(begunAt);
          if (document !== undefined) yield document;
          from = at + 1;
        }
      } else if (byte === comma && depth === base && base === 1) {
        held.add(chunk.subarray(from, at));
        const document = held.take(begunAt);
        if (document !== undefined) yield document;
        from = at + 1;
      }
    }
    held.add(chunk.subarray(from));
  }
  const last = held.take(begunAt);
  if (last !== undefined) yield last;
}

/** The bytes of one value, until it is whole. */
class Holder {
  #parts: Uint8Array[] = [];
  #length = 0;

  /** Bytes are copied: whoever reads a file may use its buffer again. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    if (this.#length <= longestDocument) this.#parts.push(bytes.slice());
    else if (this.#parts.length > 1) this.#parts = this.#parts.slice(0, 1);
  }

  /** The value that has come together, and a new beginning; undefined where there is nothing but white space. */
  take(line: number): ReadDocument | undefined {
    const [parts, length] = [this.#parts, this.#length];
    this.#parts = [];
    this.#length = 0;
    if (parts.every((part) => part.every(isSpace))) return undefined;
    const excerpt = () => excerptOf(new TextDecoder().decode(parts[0]?.subarray(0, 320)));
    if (length > longestDocument) {
      const reason = `It has ${length.toLocaleString('en')} bytes; ${longestDocument.toLocaleString('en')} are allowed.`;
      return { type: 'unreadable', reason, line, excerpt: excerpt() };
    }
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true });
      const text = parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
      return { type: 'value', value: JSON.parse(text) as Json, line };
    } catch (error) {
      // TextDecoder throws a TypeError for bytes that are no UTF-8; a value nested without end exceeds the stack.
      const reason =
        error instanceof SyntaxError
          ? `It is not JSON (${error.message}).`
          : error instanceof TypeError
            ? 'It is not UTF-8.'
            : error instanceof RangeError
              ? 'It is nested too deeply.'
              : undefined;
      if (reason === undefined) throw error;
      return { type: 'unreadable', reason, line, excerpt: excerpt() };
    }
  }
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

/** The first characters of a text, on one line. */
export function excerptOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').toWellFormed();
  return line.length <= 80 ? line : `${line.slice(0, 77).toWellFormed()}...`;
}
