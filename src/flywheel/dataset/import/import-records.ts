/**
 * A log from elsewhere -> records, one value of the file at a time. The format is told by the values unless it is named. What
 * cannot be read, is poisoned or holds nothing to learn is handed out as quarantined, with its line and the reason; nothing
 * else is lost by it. Knows the driver's part; each format stands in a file of its own.
 */
import type { Json } from '../../../protocol/json.ts';
import { RowError } from '../../read-fields.ts';
import { findPoison } from '../check-value.ts';
import { parseRecord } from '../parse-record.ts';
import type { DatasetRecord, ImportFormat, ImportItem, SourceFormat } from '../record.ts';
import { dataFlywheel } from './data-flywheel.ts';
import type { LogFormat, RowRecord } from './format.ts';
import { langfuse } from './langfuse.ts';
import { openAi } from './open-ai.ts';
import { excerptOf, readDocuments } from './read-documents.ts';
import { spans } from './spans.ts';
import { toolCallRows } from './tool-call-rows.ts';

/** In the order in which they are tried: the more particular first. */
const formats: readonly LogFormat[] = [spans, dataFlywheel, langfuse, toolCallRows, openAi];

/** A file from elsewhere: its name, its bytes, and its form where that is known. */
export interface ImportOptions {
  /** Of the file; part of the records' ids. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Absent: each value's own look decides. */
  readonly format?: ImportFormat;
  readonly signal?: AbortSignal;
}

/** The items of one file in their order. Throws the signal's reason when it is aborted. */
export async function* importRecords(options: ImportOptions): AsyncGenerator<ImportItem, void> {
  const { name, bytes, format, signal } = options;
  for await (const document of readDocuments(bytes)) {
    signal?.throwIfAborted();
    const { line } = document;
    if (document.type === 'unreadable') {
      yield { type: 'quarantined', source: name, line, reason: document.reason, excerpt: document.excerpt };
      continue;
    }
    yield* itemsOf(document.value, { name, line, format });
  }
}

interface Place {
  readonly name: string;
  readonly line: number;
  readonly format: ImportFormat | undefined;
}

function itemsOf(value: Json, place: Place): ImportItem[] {
  if (place.format === 'canonical' || (place.format === undefined && isCanonical(value))) {
    return guarded(value, place, () => [parseRecord(value)]);
  }
  const reader = readerFor(value, place.format);
  if (reader === undefined) {
    const reason = 'It has the form of none of the logs that are read.';
    return [quarantined(value, place, reason)];
  }
  const rows = reader.rowsOf?.(value) ?? [value];
  return rows.flatMap((row, index) =>
    guarded(row, place, () =>
      reader.read(row).map((read, position, all) =>
        recordOf(read, {
          format: read.format ?? reader.format,
          name: place.name,
          id: `${place.name}:${place.line}${rows.length > 1 ? `.${index + 1}` : ''}`,
          position: all.length > 1 ? `#${position + 1}` : '',
        }),
      ),
    ),
  );
}

function isCanonical(value: Json): boolean {
  return (
    typeof value === 'object' && value !== null && 'v' in value && 'lineage' in value && 'expected' in value
  );
}

function readerFor(value: Json, format: ImportFormat | undefined): LogFormat | undefined {
  const named = format === 'ai-sdk' ? 'otel-genai' : format;
  if (named !== undefined) return formats.find((one) => one.format === named);
  return formats.find((one) => one.recognises(value));
}

function guarded(row: Json, place: Place, read: () => DatasetRecord[]): ImportItem[] {
  const poison = findPoison(row);
  if (poison !== undefined) return [quarantined(row, place, poison)];
  try {
    return read().map((record) => ({ type: 'record', record }));
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    return [quarantined(row, place, error.message)];
  }
}

function quarantined(row: Json, { name, line }: Place, reason: string): ImportItem {
  return { type: 'quarantined', source: name, line, reason: capitalised(reason), excerpt: beginningOf(row) };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The first characters of a value, without writing out all of a large one. */
function beginningOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return excerptOf(String(value).slice(0, 320));
  if (Array.isArray(value)) return excerptOf(`[${value.length} items]`);
  return excerptOf(`{${Object.keys(value).slice(0, 12).join(', ')}}`);
}

interface RecordName {
  readonly format: SourceFormat;
  readonly name: string;
  readonly id: string;
  readonly position: string;
}

function recordOf(read: RowRecord, { format, name, id, position }: RecordName): DatasetRecord {
  const { recordId, episode, model, format: own, ...rest } = read;
  void own;
  return {
    v: 1,
    id: `${id}${position}`,
    ...rest,
    source: { format, name, ...(model === undefined ? {} : { model }) },
    lineage: { episode: episode ?? id, records: [recordId ?? id] },
  };
}
