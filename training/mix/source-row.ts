/**
 * Rows of tool-call data sets as a mix needs them: which set and which family of schemas they come from, and which
 * conversation, so that a split never cuts through one. Reads files; knows nothing of what becomes of the rows.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import type { ToolCallRow } from '../../src/flywheel/tool-call-row.ts';

export interface SourceRow {
  /** The file's name up to its first dot, e.g. `sgd_train`. */
  readonly set: string;
  /** Rows of one conversation stay on one side of a split. */
  readonly conversation: string;
  /** The API that the row calls, where its set names one. */
  readonly service: string;
  /** Rows of one family call tools of the same schemas, so they may share one list of tools. */
  readonly family: string;
  /** Rows of one context were made for one list of tools; absent where a row's set does not say so. */
  readonly context?: string;
  readonly row: ToolCallRow;
  /** The line as it was. */
  readonly line: string;
}

/** Reads a `.jsonl` or `.jsonl.gz` file. Throws an Error that names the line which cannot be read. */
export function readSourceRows(path: string): SourceRow[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const set = basename(path).split('.')[0] ?? '';
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = parseToolCallRow(line, index + 1);
    if (parsed.type === 'unreadable') throw new Error(`${path}: ${parsed.reason}`);
    return [sourceRow(set, parsed.row, line)];
  });
}

function sourceRow(set: string, row: ToolCallRow, line: string): SourceRow {
  const fields = JSON.parse(line) as {
    readonly service?: string;
    readonly schema_variant?: number;
    readonly context?: string;
  };
  const service = fields.service ?? '';
  const shared = service === '' ? '' : `${service} v${fields.schema_variant ?? 0}`;
  return {
    set,
    // An id ends with the turn, and with the variant of the schema: `sgd_train_51_00075_11_v4`.
    conversation: fields.context ?? (service === '' ? row.id : row.id.replace(/_\d+(_v\d+)?$/, '')),
    service,
    family: shared === '' ? (set.startsWith('snips') ? 'snips' : row.id) : shared,
    ...(fields.context === undefined ? {} : { context: fields.context }),
    row,
    line,
  };
}
