/**
 * What the reader of one log format has to know. Adding a format is adding one of these to import-records.
 */
import type { Json } from '../../../protocol/json.ts';
import type { DatasetRecord, SourceFormat } from '../record.ts';

/** A row before it has an id, and the name of what it came from. */
export type RowRecord = Omit<DatasetRecord, 'v' | 'id' | 'source' | 'lineage'> & {
  /** Id in the log, where it has one. */
  readonly recordId?: string;
  /** What keeps its records on one side; absent: the row. */
  readonly episode?: string;
  readonly model?: string;
  /** Where it is not the reader's. */
  readonly format?: SourceFormat;
};

export interface LogFormat {
  readonly format: SourceFormat;
  /** Whether a value of a file looks like one of this format. */
  readonly recognises: (value: Json) => boolean;
  /** The rows that a value of the file holds; one that is poisoned costs only itself. Absent: the value is the row. */
  readonly rowsOf?: (value: Json) => readonly Json[];
  /** The records of a row, none where it holds nothing to learn. Throws RowError. */
  readonly read: (row: Json) => readonly RowRecord[];
}
