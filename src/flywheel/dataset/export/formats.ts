/**
 * The formats that a data set is exported in: what a row of each looks like and which trainers read it. The shapes' reasons:
 * docs/decisions, "dataset formats" and "datasets from logs". Knows rows; nothing of folders.
 */
import type { ExportFormat } from '../../../protocol/dataset.ts';
import { formatRow, weighed } from '../../format-row.ts';
import { recordLine } from '../canonical.ts';
import type { DatasetRecord } from '../record.ts';
import { chatMessages, countCalls, jsonLine, outputMessage, toolDefinitionsText } from './chat-json.ts';
import { flywheelLine } from './flywheel-row.ts';
import { hermesRow } from './hermes.ts';
import { conversationLesson, promptLesson } from './lesson.ts';
import type { PromptForm } from './lesson.ts';

/** `records` holds the canonical records; it is part of every export, so that it can be read back. */
export type FileFormat = ExportFormat | 'records';

export interface RowOptions {
  /** Rows of the same file before this one. */
  readonly index: number;
  /** Of the data set; the client of a flywheel record. */
  readonly name: string;
  readonly prompts: PromptForm;
}

/** What each format is for, one line in the card. */
export const formatPurposes: Readonly<Record<FileFormat, string>> = {
  records: 'the canonical records with their lineage, from which every other file is made',
  trl: 'TRL `SFTTrainer`: conversational prompt-completion with `tools`',
  preference: 'TRL `DPOTrainer`: pairs of what was corrected and what had been said',
  openai: 'OpenAI fine-tuning: chat messages, arguments as text',
  hermes: 'ShareGPT conversations with Hermes function calling',
  'data-flywheel': 'NVIDIA data flywheel: requests with their responses',
  parquet: 'Parquet for pandas, DuckDB and `datasets`: constant columns, arguments as text',
  rendered: 'prompt and completion as plain text, exactly as this runtime prompts its model',
};

/** The row as one line; undefined where the record has none in this format. */
export function rowLine(
  record: DatasetRecord,
  format: Exclude<FileFormat, 'parquet'>,
  { index, name, prompts }: RowOptions,
): string | undefined {
  switch (format) {
    case 'records':
      return recordLine(record);
    case 'trl':
    case 'openai':
      return formatRow({ row: conversationLesson(record), format, index, template: 'chatml' });
    case 'rendered':
      return formatRow({ row: promptLesson(record, prompts), format, index, template: 'chatml' });
    case 'preference':
      return preferenceLine(record, index);
    case 'hermes':
      return jsonLine(hermesRow(record));
    case 'data-flywheel':
      return flywheelLine(record, name);
    default:
      return format satisfies never;
  }
}

function preferenceLine(record: DatasetRecord, index: number): string | undefined {
  const { messages, tools, expected, rejected } = record;
  if (rejected === undefined) return undefined;
  const calls = countCalls(messages);
  return jsonLine({
    prompt: chatMessages(messages, 'object'),
    chosen: [weighed(outputMessage(expected, 'object', calls), index)],
    rejected: [weighed(outputMessage(rejected, 'object', calls), index + 1)],
    tools: toolDefinitionsText(tools),
  });
}
