/**
 * Variants of a record that stay true: values are changed in what was said and, by the same mapping, in the calls and their
 * results, and the request is put into other words. A variant that cannot be shown to be right is dropped, with its reason.
 * Numbers stay where results are part of the conversation: what was computed from them would be false.
 */
import { isObject } from '../../../protocol/json.ts';
import type { Json } from '../../../protocol/json.ts';
import type { StepOutput } from '../../../protocol/task-event.ts';
import type { ToolCall } from '../../../protocol/tool.ts';
import { compileSchema } from '../../../tools/validate.ts';
import { seededRandom } from '../../seeded-random.ts';
import type { SeededRandom } from '../../seeded-random.ts';
import { requestOf } from '../record.ts';
import type { DatasetMessage, DatasetRecord } from '../record.ts';
import { findValues, leavesOf, literalOf, standsIn } from './find-values.ts';
import { newValue } from './new-values.ts';
import type { ValuePool } from './new-values.ts';
import { newSurface } from './surface.ts';

/** The record, and how many variants are tried of it. */
export interface ParaphraseOptions {
  readonly record: DatasetRecord;
  readonly seed: string;
  /** Variants to try. */
  readonly variants: number;
  /** `add`: beside the record, for learning only. `replace`: in its place, on every side, so that nobody's values are kept. */
  readonly mode: 'add' | 'replace';
  /** `en`: other words around the request too. Absent: only values change. */
  readonly surface?: 'en';
  readonly pool?: ValuePool;
}

/** A variant of a record, or why there is none. */
export type Variant =
  | { readonly type: 'made'; readonly record: DatasetRecord }
  /** One sentence without a word of the record. */
  | { readonly type: 'dropped'; readonly reason: string };

/** How many variants came about, and why others were dropped. */
export interface ParaphraseTally {
  readonly made: number;
  readonly dropped: { readonly [reason: string]: number };
}

/** The variants of a record; the same seed gives the same. */
export function paraphrase(options: ParaphraseOptions): Variant[] {
  const { record, seed, variants, surface } = options;
  const seen = new Set<string>([JSON.stringify([record.messages, record.expected])]);
  return Array.from({ length: variants }, (_, number): Variant => {
    const random = seededRandom(`paraphrase ${seed} ${record.id} ${number}`);
    const mapping = newMapping(options, random);
    const changed = replaceValues(record, mapping);
    const varied = surface === 'en' ? withSurface(changed, random) : changed;
    const mistake = findMistake(record, varied, mapping);
    if (mistake !== undefined) return { type: 'dropped', reason: mistake };
    const key = JSON.stringify([varied.messages, varied.expected]);
    if (seen.has(key)) return { type: 'dropped', reason: 'Nothing about it is new.' };
    seen.add(key);
    return { type: 'made', record: asVariant(varied, record, number) };
  });
}

function asVariant(varied: DatasetRecord, { id, lineage }: DatasetRecord, number: number): DatasetRecord {
  const { feedback, ...rest } = varied;
  void feedback;
  return {
    ...rest,
    id: `${id}~${number + 1}`,
    // Nobody has run it.
    ran: 'unknown',
    outcome: 'unknown',
    lineage: { ...lineage, parent: id },
  };
}

/** From the text of each value to its new one. */
type Mapping = ReadonlyMap<string, string | number>;

function newMapping({ record, pool }: ParaphraseOptions, random: SeededRandom): Mapping {
  const hasResults = record.messages.some(({ role }) => role === 'tool');
  const mapping = new Map<string, string | number>();
  const taken = new Set<string>();
  const all = JSON.stringify(record.messages);
  for (const found of findValues(record)) {
    if (hasResults && (typeof found.value === 'number' || /^[\d.,\s]+$/.test(found.value))) continue;
    const value = newValue(found, random, pool);
    // A value that is there already would make two different ones the same.
    if (value === undefined || taken.has(String(value)) || standsIn(all, String(value))) continue;
    taken.add(String(value));
    mapping.set(String(found.value), value);
  }
  return mapping;
}

function replaceValues(record: DatasetRecord, mapping: Mapping): DatasetRecord {
  if (mapping.size === 0) return record;
  const literal = literalOf([...mapping.keys()], 'gu');
  const inText = (text: string) => text.replaceAll(literal, (old) => String(mapping.get(old) ?? old));
  const inValue = (value: Json): Json => {
    if (typeof value === 'string') return inText(value);
    if (typeof value === 'number') {
      const other = mapping.get(String(value));
      return typeof other === 'number' ? other : value;
    }
    if (Array.isArray(value)) return (value as readonly Json[]).map(inValue);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inValue(item)]));
  };
  const inCall = (call: ToolCall): ToolCall => ({
    name: call.name,
    arguments: inValue(call.arguments) as ToolCall['arguments'],
  });
  const inOutput = (output: StepOutput): StepOutput =>
    output.type === 'calls'
      ? { type: 'calls', calls: output.calls.map(inCall) }
      : { type: output.type, text: inText(output.text) };
  const inMessage = (message: DatasetMessage): DatasetMessage => {
    if (message.role === 'system') return message;
    const content = inText(message.content);
    return message.role === 'assistant' && message.calls !== undefined
      ? { ...message, content, calls: message.calls.map(inCall) }
      : { ...message, content };
  };
  return {
    ...record,
    messages: record.messages.map(inMessage),
    ...(record.prompt === undefined
      ? {}
      : {
          prompt: record.prompt.map(({ role, content }) => ({
            role,
            content: role === 'system' ? content : inText(content),
          })),
        }),
    expected: inOutput(record.expected),
    ...(record.rejected === undefined ? {} : { rejected: inOutput(record.rejected) }),
  };
}

/** The last request in other words, also where the runtime sent it. */
function withSurface(record: DatasetRecord, random: SeededRandom): DatasetRecord {
  const place = record.messages.findLastIndex(({ role }) => role === 'user');
  const before = requestOf(record);
  const after = newSurface(before, random);
  const messages = record.messages.map((message, index) =>
    index === place && message.role === 'user' ? { ...message, content: after } : message,
  );
  const { prompt, ...rest } = record;
  const asked =
    prompt?.findLastIndex(({ role, content }) => role === 'user' && content.includes(before)) ?? -1;
  if (prompt === undefined || asked < 0) return { ...rest, messages };
  return {
    ...record,
    messages,
    prompt: prompt.map(({ role, content }, index) => ({
      role,
      content: index === asked ? content.replace(before, () => after) : content,
    })),
  };
}

function findMistake(before: DatasetRecord, after: DatasetRecord, mapping: Mapping): string | undefined {
  const said = userText(after);
  for (const [old, value] of mapping) {
    if (!standsIn(said, String(value))) return 'A new value does not stand in what the user says.';
    const everywhere = JSON.stringify([after.messages, after.expected]);
    if (standsIn(everywhere, old)) return 'A value that was changed still stands somewhere.';
  }
  if (after.expected.type !== 'calls' || before.expected.type !== 'calls') return undefined;
  for (const [index, call] of after.expected.calls.entries()) {
    const tool = after.tools.find(({ name }) => name === call.name);
    if (tool === undefined) return 'It calls a tool that is not at hand.';
    if (!fits(tool.parameters, call)) return 'The new arguments break the schema.';
    const old = before.expected.calls[index];
    if (old === undefined) return 'A call is gone.';
    const leaves = leavesOf(call, tool.parameters);
    const lost = leavesOf(old, tool.parameters).some(
      ({ value }, place) =>
        standsIn(userText(before), String(value)) && !standsIn(said, String(leaves[place]?.value ?? '')),
    );
    if (lost) return 'A value of the call no longer stands in what the user says.';
  }
  return undefined;
}

function fits(
  schema: DatasetRecord['tools'][number]['parameters'],
  { arguments: values }: ToolCall,
): boolean {
  try {
    return compileSchema(schema)(values).length === 0;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

function userText({ messages }: DatasetRecord): string {
  return messages.flatMap(({ role, content }) => (role === 'user' ? [content] : [])).join('\n');
}
