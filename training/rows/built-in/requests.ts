/**
 * What a user says to the built-in tools, and what is right to do then: a call or several, one that builds on an earlier
 * result, one that mends a call which failed, or none. Calls are run before they are handed out.
 * Knows kinds of requests; nothing of which tools a row offers.
 */
import { noToolReply } from '../../../src/decode/prompt.ts';
import type { DataMessage, RightCall } from '../data-row.ts';
import { phrasingsOf } from '../draw.ts';
import type { Draw, Split } from '../draw.ts';
import { capital, dress, join } from '../wording.ts';
import { calculatorGroups } from './calculator-groups.ts';
import { calendarGroups } from './calendar-groups.ts';
import { dateGroups } from './date-groups.ts';
import { deskGroups } from './desk-groups.ts';
import { earlierResults } from './earlier-results.ts';
import type { Case, Group } from './group.ts';
import { pickPhrasing } from './pick-phrasing.ts';
import { beyondTools, lackingValue } from './refusal-rows.ts';
import { spoil } from './spoil.ts';
import { unitGroups } from './unit-groups.ts';
import type { Verifier } from './verifier.ts';

export const groups: readonly Group[] = [
  ...calculatorGroups,
  ...unitGroups,
  ...dateGroups,
  ...deskGroups,
  ...calendarGroups,
];

export type Kind = 'single' | 'parallel' | 'earlier' | 'mended' | 'beyond' | 'not_offered' | 'missing';

/**
 * Kinds by how often they are drawn, in per cent: for a test as often as people might ask so, to learn from more of those
 * that are hard.
 */
export const kinds = {
  test: { single: 72, parallel: 6, earlier: 5, mended: 2, beyond: 6, not_offered: 3, missing: 6 },
  train: { single: 57, parallel: 11, earlier: 6, mended: 2, beyond: 8, not_offered: 8, missing: 8 },
} as const satisfies Record<Split, Record<Kind, number>>;

export interface Dialogue {
  readonly messages: readonly DataMessage[];
  readonly calls: readonly RightCall[];
  readonly reply?: string;
  /** The tools it is about: to be offered, but for `not_offered`. */
  readonly about: readonly string[];
}

export interface ConverseOptions {
  readonly draw: Draw;
  readonly verifier: Verifier;
  /** Tools that may be asked for. */
  readonly isOpen: (tool: string) => boolean;
}

/** A dialogue of this kind, or a sentence why there is none. */
export async function converse(kind: Kind, options: ConverseOptions): Promise<Dialogue | string> {
  const { draw, verifier, isOpen } = options;
  switch (kind) {
    case 'single': {
      const asked = await ask(options);
      return typeof asked === 'string' ? asked : calling(dress(asked.text, draw), [asked.call]);
    }
    case 'parallel':
      return askSeveral(options);
    case 'earlier': {
      const asked = await earlierResults(draw, verifier, isOpen);
      return typeof asked === 'string' ? asked : calling(asked.text, [asked.call]);
    }
    case 'mended':
      return mend(options);
    case 'beyond': {
      const { text, reply } = beyondTools(draw);
      return { messages: [user(dress(text, draw))], calls: [], reply, about: [] };
    }
    case 'not_offered': {
      const asked = await ask(options);
      if (typeof asked === 'string') return asked;
      const messages = [user(dress(asked.text, draw))];
      return { messages, calls: [], reply: noToolReply, about: [asked.call.name] };
    }
    case 'missing': {
      const lacking = lackingValue(draw, isOpen);
      if (lacking === undefined) return 'No tool here needs a value.';
      const { text, reply, tool } = lacking;
      return { messages: [user(dress(text, draw))], calls: [], reply, about: [tool] };
    }
    default:
      return kind satisfies never;
  }
}

interface Asked {
  readonly text: string;
  readonly call: RightCall;
  readonly made: Case;
}

function pickGroup({ draw, isOpen }: ConverseOptions): Group {
  return draw.weighted(
    groups
      .filter(({ tool, phrasings }) => isOpen(tool) && phrasingsOf(phrasings, draw.split).length > 0)
      .map((group) => [group, group.weight] as const),
  );
}

/** One request with its call, which was run. A text: why it does not hold. */
async function ask(options: ConverseOptions, group = pickGroup(options)): Promise<Asked | string> {
  const { draw, verifier } = options;
  const made = group.make(draw);
  const phrasing = pickPhrasing({ draw, ...group });
  const filled = phrasing.replaceAll(/\{(\w+)\}/g, (_, key: string) => made.said[key] ?? `{${key}}`);
  // A to-do such as "buy milk" at the beginning is no command.
  const text = phrasing.startsWith('{t}') ? capital(filled) : filled;
  const call = { name: group.tool, arguments: made.arguments };
  const verdict = await verifier.run(call, made);
  if (verdict.type !== 'right') return verdict.reason;
  return { text, call: { ...call, ...acceptableOf(made) }, made };
}

function acceptableOf({ acceptable = {}, arguments: values }: Case): Pick<RightCall, 'acceptable'> {
  const others = Object.entries(acceptable)
    .map(([key, list]) => [key, [...new Set(list)].filter((value) => value !== values[key])] as const)
    .filter(([, list]) => list.length > 0);
  return others.length === 0 ? {} : { acceptable: Object.fromEntries(others) };
}

async function askSeveral(options: ConverseOptions): Promise<Dialogue | string> {
  const { draw } = options;
  const same = draw.chance(0.5) ? pickGroup(options) : undefined;
  const parts: Asked[] = [];
  for (let left = draw.chance(0.8) ? 2 : 3; left > 0; left -= 1) {
    const part = await ask(options, same ?? pickGroup(options));
    if (typeof part === 'string') return part;
    parts.push(part);
  }
  const calls = parts.map(({ call }) => call);
  if (new Set(calls.map((call) => JSON.stringify([call.name, call.arguments]))).size < calls.length)
    return 'A call stands twice in one request.';
  const texts = parts.map(({ text }) => text);
  return calling(join(texts, draw), calls);
}

/** A call that failed, with what the tool said; the right one is still to be made. */
async function mend(options: ConverseOptions): Promise<Dialogue | string> {
  const { draw, verifier } = options;
  const asked = await ask(options);
  if (typeof asked === 'string') return asked;
  const { text, call, made } = asked;
  const bad = spoil(call, made, draw);
  if (bad === undefined) return 'This call does not go wrong.';
  const verdict = await verifier.run({ name: call.name, arguments: bad }, made);
  if (verdict.type !== 'failed') return 'The spoiled call does not fail.';
  const id = 'call_1';
  const messages: readonly DataMessage[] = [
    user(dress(text, draw)),
    {
      role: 'assistant',
      content: '',
      tool_calls: [{ id, type: 'function', function: { name: call.name, arguments: bad } }],
    },
    { role: 'tool', tool_call_id: id, content: JSON.stringify({ error: verdict.reason }) },
  ];
  return { messages, calls: [call], about: [call.name] };
}

function calling(text: string, calls: readonly RightCall[]): Dialogue {
  return { messages: [user(text)], calls, about: calls.map(({ name }) => name) };
}

function user(content: string): DataMessage {
  return { role: 'user', content };
}
