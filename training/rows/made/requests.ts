/**
 * What a user says to a scene's tools, and what is right to do then: one call or several, an answer to a question, or
 * none because nothing fits or a value is missing. Knows kinds of requests; nothing of rows.
 */
import { noToolReply } from '../../../src/decode/prompt.ts';
import type { DataMessage, RightCall } from '../data-row.ts';
import { phrasingsOf } from '../draw.ts';
import type { Draw, Split } from '../draw.ts';
import { capital, dress, join } from '../wording.ts';
import { answeredRequest, requestTo, wordsFor } from './drawn-tool.ts';
import type { DrawnTool, Request } from './drawn-tool.ts';
import { families } from './families.ts';
import type { Family } from './family.ts';
import { absentFamily } from './scene.ts';
import type { Scene } from './scene.ts';

export type Kind =
  'single' | 'spread' | 'same_tool' | 'other_tools' | 'answered' | 'no_tool_near' | 'no_tool_far' | 'missing';

/** Kinds by how often they are drawn, in per cent. */
export const kinds = {
  single: 63,
  spread: 4,
  same_tool: 8,
  other_tools: 9,
  answered: 3,
  no_tool_near: 4,
  no_tool_far: 4,
  missing: 5,
} as const satisfies Record<Kind, number>;

export interface Dialogue {
  readonly messages: readonly DataMessage[];
  readonly calls: readonly RightCall[];
  readonly reply?: string;
  /** Parameters that the calls give, so that the tools offered have them. */
  readonly used: ReadonlyMap<DrawnTool, ReadonlySet<string>>;
}

/** Whether a family's tool can be asked for in this way. */
export function suits(family: Family, kind: Kind, split: Split): boolean {
  switch (kind) {
    case 'spread':
      return spreading.get(split)?.has(family) === true;
    case 'answered':
    case 'missing':
      return asking.get(split)?.has(family) === true;
    default:
      return singlesOf(family, split).length > 0;
  }
}

/** A dialogue of this kind, or a sentence why there is none. */
export function converse(kind: Kind, scene: Scene, draw: Draw): Dialogue | string {
  const able = scene.tools.filter(({ family }) => suits(family, kind, draw.split));
  const first = able[0] === undefined ? undefined : draw.pick(able);
  switch (kind) {
    case 'single':
    case 'spread': {
      if (first === undefined) return 'No tool can be asked for so.';
      const request = requestTo(first, draw.pick(templatesOf(first, kind, draw)), draw);
      return calling([user(dress(request.text, draw))], [[first, request]]);
    }
    case 'same_tool': {
      if (first === undefined) return 'No tool can be asked for so.';
      const templates = singlesOf(first.family, draw.split);
      const template = draw.pick(templates);
      const requests = Array.from({ length: manyOf(draw) }, () =>
        requestTo(first, draw.chance(0.7) ? template : draw.pick(templates), draw),
      );
      return together(
        requests.map((request) => [first, request]),
        draw,
      );
    }
    case 'other_tools': {
      const chosen = draw.sample(able, manyOf(draw));
      if (chosen.length < 2) return 'There are not two tools to ask for.';
      return together(
        chosen.map((tool) => [tool, requestTo(tool, draw.pick(singlesOf(tool.family, draw.split)), draw)]),
        draw,
      );
    }
    case 'answered': {
      if (first === undefined) return 'No tool can be asked for so.';
      const [template, question] = draw.pick(first.family.asks ?? []);
      const request = answeredRequest(first, template, draw);
      if (request === undefined) return 'More than one value is missing.';
      const messages = [
        user(dress(request.text, draw)),
        { role: 'assistant', content: question } as const,
        user(answerWith(request.answer, draw)),
      ];
      return calling(messages, [[first, request]]);
    }
    case 'missing': {
      if (first === undefined) return 'No tool can be asked for so.';
      const [template, reply] = draw.pick(first.family.asks ?? []);
      return refusing(dress(wordsFor(first.family, template, draw), draw), reply);
    }
    case 'no_tool_near':
    case 'no_tool_far': {
      const absent = absentFamily({
        families: scene.tools.map(({ family }) => family),
        draw,
        isNear: kind === 'no_tool_near',
        suits: (family) => suits(family, kind, draw.split),
      });
      if (absent === undefined) return 'Every family is there.';
      const template = draw.pick(singlesOf(absent, draw.split));
      return refusing(dress(wordsFor(absent, template, draw), draw), noToolReply);
    }
    default:
      return kind satisfies never;
  }
}

function isSpread(template: string): boolean {
  return template.includes('+}');
}

/** Too few a family to part them: one family's belong to one split, of spread requests as of questions. */
function parted(all: readonly Family[]): ReadonlyMap<Split, ReadonlySet<Family>> {
  return new Map((['train', 'test'] as const).map((split) => [split, new Set(phrasingsOf(all, split))]));
}

const spreading = parted(families.filter(({ requests }) => requests.some(isSpread)));
const asking = parted(families.filter(({ asks = [] }) => asks.length > 0));

function singlesOf({ requests }: Family, split: Split): readonly string[] {
  return phrasingsOf(
    requests.filter((template) => !isSpread(template)),
    split,
  );
}

function templatesOf({ family }: DrawnTool, kind: 'single' | 'spread', draw: Draw): readonly string[] {
  return kind === 'single' ? singlesOf(family, draw.split) : family.requests.filter(isSpread);
}

function manyOf(draw: Draw): number {
  return draw.pick([2, 2, 2, 2, 2, 2, 2, 3, 3, 4]);
}

/** Names of files and codes are not written larger, nor followed by a full stop. */
function answerWith(answer: string, draw: Draw): string {
  if (!/^[\p{L} ]+$/u.test(answer)) return draw.pick([answer, answer, `${answer}, please`]);
  return draw.pick([answer, answer, `${answer}.`, `${answer} please`, `${capital(answer)}, please`]);
}

function user(content: string): DataMessage {
  return { role: 'user', content };
}

function refusing(content: string, reply: string): Dialogue {
  return { messages: [user(content)], calls: [], reply, used: new Map() };
}

function together(parts: readonly (readonly [DrawnTool, Request])[], draw: Draw): Dialogue | string {
  const texts = parts.map(([, { text }]) => text);
  return calling([user(join(texts, draw))], parts);
}

function calling(
  messages: readonly DataMessage[],
  parts: readonly (readonly [DrawnTool, Request])[],
): Dialogue | string {
  const used = new Map<DrawnTool, Set<string>>();
  for (const [tool, request] of parts) used.set(tool, new Set([...(used.get(tool) ?? []), ...request.used]));
  const calls = parts.flatMap(([, request]) => request.calls);
  if (new Set(calls.map((call) => JSON.stringify(call))).size < calls.length)
    return 'A call stands twice in one request.';
  if (calls.some(repeatsItself)) return 'Two values of a call are the same.';
  return { messages, calls, used };
}

/** "From Oslo to Oslo". */
function repeatsItself({ arguments: values }: RightCall): boolean {
  const texts = Object.values(values).filter((value) => typeof value === 'string');
  return new Set(texts).size < texts.length;
}
