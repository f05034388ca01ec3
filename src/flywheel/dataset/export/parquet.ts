/**
 * Records as a Parquet file, row group by row group: the same columns whatever the rows hold, messages as lists of structs
 * with constant keys, arguments as JSON text, so that Arrow keeps one type. Knows columns; nothing of folders.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { taskOf } from '../record.ts';
import type { DatasetRecord } from '../record.ts';
import { chatMessages, countCalls, outputMessage, toolDefinitionsText } from './chat-json.ts';
import type { ChatJson } from './chat-json.ts';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const rowsOfGroup = 2000;

/** Bytes of texts, beyond which a row group is written though it has fewer rows. */
const groupBytes = 8 * 1024 * 1024;

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'OPTIONAL',
});

const list = (name: string, children: number): SchemaElement[] => [
  { name, converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'OPTIONAL', num_children: children },
];

const messageColumn = (name: string): SchemaElement[] => [
  ...list(name, 5),
  text('role'),
  text('content'),
  text('name'),
  text('tool_call_id'),
  ...list('tool_calls', 3),
  text('id'),
  text('type'),
  { name: 'function', repetition_type: 'OPTIONAL', num_children: 2 },
  text('name'),
  text('arguments'),
];

const schema: SchemaElement[] = [
  { name: 'root', num_children: 6 },
  text('id'),
  text('task'),
  text('class'),
  ...messageColumn('prompt'),
  ...messageColumn('completion'),
  text('tools'),
];

interface ParquetRow {
  readonly id: string;
  readonly task: string;
  readonly class: string;
  readonly prompt: readonly object[];
  readonly completion: readonly object[];
  readonly tools: string;
}

/** Takes records and gives the file's bytes as they become ready. */
export class ParquetFile {
  readonly #bytes = new ByteWriter();
  readonly #writer = new ParquetWriter({ writer: this.#bytes, schema, createdBy: 'smallworks' });
  #rows: ParquetRow[] = [];
  #size = 0;

  /** The bytes of a row group where it is full; else none. */
  add(record: DatasetRecord): Uint8Array<ArrayBuffer> {
    const { id, messages, expected, tools } = record;
    const row: ParquetRow = {
      id,
      task: taskOf(record),
      class: expected.type,
      prompt: chatMessages(messages, 'text').map(constantKeys),
      completion: [constantKeys(outputMessage(expected, 'text', countCalls(messages)))],
      tools: toolDefinitionsText(tools),
    };
    this.#rows.push(row);
    this.#size += row.tools.length + messages.reduce((sum, { content }) => sum + content.length + 64, 0);
    return this.#rows.length >= rowsOfGroup || this.#size >= groupBytes
      ? this.#writeGroup()
      : new Uint8Array();
  }

  /** What is left, and the file's footer. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.#rows.length > 0) this.#writeInto();
    void this.#writer.finish();
    return this.#take();
  }

  #writeGroup(): Uint8Array<ArrayBuffer> {
    this.#writeInto();
    return this.#take();
  }

  #writeInto(): void {
    const rows = this.#rows;
    this.#rows = [];
    this.#size = 0;
    const column = (name: keyof ParquetRow) => ({ name, data: rows.map((row) => row[name]) });
    // Without a flush of its own the writer has written when this returns.
    void this.#writer.write({
      columnData: (['id', 'task', 'class', 'prompt', 'completion', 'tools'] as const).map(column),
      rowGroupSize: rows.length,
    });
  }

  #take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return bytes;
  }
}

/** Every key in every message, null where it has no value. */
function constantKeys(message: ChatJson): object {
  return {
    role: message.role,
    content: message.content ?? null,
    name: message.name ?? null,
    tool_call_id: message.tool_call_id ?? null,
    tool_calls:
      message.tool_calls?.map(({ id, type, function: called }) => ({ id, type, function: called })) ?? null,
  };
}
