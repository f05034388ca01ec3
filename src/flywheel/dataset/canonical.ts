/**
 * Records and values as texts that are equal exactly where they mean the same: the line a record is stored as, and keys to
 * tell duplicates by. Knows form; nothing of what is a duplicate (split/record-keys).
 */
import { createXXHash64 } from 'hash-wasm';
import type { ToolSpec } from '../../protocol/tool.ts';
import type { DatasetMessage, DatasetRecord } from './record.ts';

/** The record as one line of JSON, line feed included; the same record always gives the same line. */
export function recordLine(record: DatasetRecord): string {
  return `${JSON.stringify(inOrder(record))}\n`;
}

/** Every field in the order of its type, so that a record that was read is written as it was. */
function inOrder(record: DatasetRecord): DatasetRecord {
  const { v, id, messages, prompt, tools, expected, rejected, outcome, ran, feedback, at, source } = record;
  const { lineage, task, split } = record;
  return {
    v,
    id,
    messages: messages.map(messageInOrder),
    ...(prompt === undefined ? {} : { prompt: prompt.map(({ role, content }) => ({ role, content })) }),
    tools: tools.map(toolInOrder),
    expected: outputInOrder(expected),
    ...(rejected === undefined ? {} : { rejected: outputInOrder(rejected) }),
    outcome,
    ran,
    ...(feedback === undefined ? {} : { feedback }),
    ...(at === undefined ? {} : { at }),
    source: {
      format: source.format,
      name: source.name,
      ...(source.model === undefined ? {} : { model: source.model }),
    },
    lineage: {
      episode: lineage.episode,
      records: lineage.records,
      ...(lineage.parent === undefined ? {} : { parent: lineage.parent }),
    },
    ...(task === undefined ? {} : { task }),
    ...(split === undefined ? {} : { split }),
  };
}

function messageInOrder(message: DatasetMessage): DatasetMessage {
  const { role, content } = message;
  if (role === 'tool') return { role, content, name: message.name };
  if (role !== 'assistant' || message.calls === undefined) return { role, content };
  return { role, content, calls: message.calls.map(callInOrder) };
}

function callInOrder({ name, arguments: values }: { name: string; arguments: DatasetCallValues }) {
  return { name, arguments: values };
}

type DatasetCallValues = Extract<DatasetRecord['expected'], { type: 'calls' }>['calls'][number]['arguments'];

function toolInOrder({ name, description, parameters, permission, examples }: ToolSpec): ToolSpec {
  return { name, description, parameters, permission, ...(examples === undefined ? {} : { examples }) };
}

function outputInOrder(output: DatasetRecord['expected']): DatasetRecord['expected'] {
  return output.type === 'calls'
    ? { type: 'calls', calls: output.calls.map(callInOrder) }
    : { type: output.type, text: output.text };
}

/** A short key for a text: the same text always gives the same, and 100,000 texts meet by chance once in 4 billion times. */
export type KeyOf = (text: string) => string;

/** XXH64 by Yann Collet, in hexadecimal. The key is good against chance, not against somebody who wants two to be equal. */
export async function makeKeyOf(): Promise<KeyOf> {
  const hash = await createXXHash64();
  return (text) => hash.init().update(text).digest('hex');
}
