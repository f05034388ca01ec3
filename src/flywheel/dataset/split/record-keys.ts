/**
 * By what a record is known again: its whole content, what was said before, what is to be said, its templates, its episode.
 * Knows what makes two records the same; nothing of what is done about it.
 */
import { sortedJson } from '../../../protocol/json.ts';
import type { Json } from '../../../protocol/json.ts';
import type { KeyOf } from '../canonical.ts';
import type { DatasetMessage, DatasetRecord } from '../record.ts';
import { templatesOf } from './template.ts';

export interface RecordKeys {
  /** Conversation, names of the tools, and what is to be said: equal for an exact duplicate. */
  readonly exact: string;
  /** The conversation alone. */
  readonly said: string;
  readonly output: string;
  readonly templates: readonly string[];
  readonly episode: string;
}

export function recordKeys(record: DatasetRecord, keyOf: KeyOf): RecordKeys {
  const conversation = sortedJson(conversationOf(record) as unknown as Json);
  const output = sortedJson(record.expected as unknown as Json);
  const tools = record.tools.map(({ name }) => name).toSorted();
  const { episode } = record.lineage;
  return {
    exact: keyOf(`${conversation}\n${JSON.stringify(tools)}\n${output}`),
    said: keyOf(conversation),
    output: keyOf(output),
    templates: templatesOf(record).map((template) => keyOf(`template ${template}`)),
    // The same name of a run in two logs is not the same run.
    episode: keyOf(`episode ${record.source.name}\n${episode}`),
  };
}

/** What signatures are made of: all that was said, but for what is the same in every row. */
export function comparedText(record: DatasetRecord): string {
  return conversationOf(record)
    .map((message) =>
      message.role === 'assistant' && message.calls !== undefined
        ? `${message.content} ${JSON.stringify(message.calls)}`
        : message.content,
    )
    .join('\n');
}

/** System texts name tools and manners, which rows of one application share. */
function conversationOf({ messages }: DatasetRecord): readonly DatasetMessage[] {
  return messages.filter(({ role }) => role !== 'system');
}
