/**
 * Rows for made-up tools: one request or several, among tools that do not fit; an answer to a question; and requests
 * that none of the tools serves or that lack a value. Knows how a row is put together; what is asked stands in the families.
 */
import type { DataMessage, DataRow } from '../data-row.ts';
import { problemOf } from '../data-row.ts';
import { Draw, phrasingsOf } from '../draw.ts';
import type { Split } from '../draw.ts';
import { capital, dress, join } from '../wording.ts';
import { answeredRequest, drawTool, offer, requestTo, wordsFor } from './drawn-tool.ts';
import type { DrawnTool, Request } from './drawn-tool.ts';
import { families } from './families.ts';
import type { Family } from './family.ts';
import { farTools, isLike, nearFamilies, unused, wrongTools } from './wrong-tools.ts';

type Kind =
  'single' | 'spread' | 'same_tool' | 'other_tools' | 'answered' | 'no_tool_near' | 'no_tool_far' | 'missing';

// Each on its line, as a table.
const kinds: readonly (readonly [Kind, number])[] = Object.entries({
  single: 63,
  spread: 4,
  same_tool: 8,
  other_tools: 9,
  answered: 3,
  no_tool_near: 4,
  no_tool_far: 4,
  missing: 5,
} satisfies Record<Kind, number>) as [Kind, number][];

const cannot = 'No tool here can do that.';

type Body = Omit<DataRow, 'id' | 'category'>;

/** Yields rows without end; `dropped` is told of each that did not hold. */
export function* madeRows(options: {
  readonly seed: number;
  readonly split: Split;
  readonly dropped: (reason: string) => void;
}): Generator<DataRow, never> {
  const draw = new Draw(options);
  for (let number = 1; ; number += 1) {
    const kind = draw.weighted(kinds);
    const made = makers[kind](draw);
    if (typeof made === 'string') {
      options.dropped(made);
      continue;
    }
    const id = `made-${options.split}-${options.seed}-${number}`;
    const row: DataRow = { ...made, id, category: `made_${kind}` };
    const problem = problemOf(row);
    if (problem === undefined) yield row;
    else options.dropped(problem);
  }
}

/** Each makes a row, or says why this one does not hold. */
const makers: Readonly<Record<Kind, (draw: Draw) => Body | string>> = {
  single: (draw) => {
    const tool = drawTool(askable(draw), draw);
    const request = requestTo(tool, draw.pick(singlesOf(tool.family, draw.split)), draw);
    return calling(dress(request.text, draw), [[tool, request]], draw);
  },
  spread: (draw) => {
    // Too few a family to part them: a family's belong to one split.
    const spreading = families.filter(({ requests }) => requests.some(isSpread));
    const tool = drawTool(draw.pick(phrasingsOf(spreading, draw.split)), draw);
    const request = requestTo(tool, draw.pick(tool.family.requests.filter(isSpread)), draw);
    return calling(dress(request.text, draw), [[tool, request]], draw);
  },
  same_tool: (draw) => {
    const tool = drawTool(askable(draw), draw);
    const templates = singlesOf(tool.family, draw.split);
    const template = draw.pick(templates);
    const parts = Array.from({ length: manyOf(draw) }, () =>
      requestTo(tool, draw.chance(0.7) ? template : draw.pick(templates), draw),
    );
    return callingAll(
      parts.map((part) => [tool, part]),
      draw,
    );
  },
  other_tools: (draw) => {
    const chosen: Family[] = [];
    for (let left = manyOf(draw); left > 0; left -= 1) {
      const next = askable(draw);
      if (chosen.every((family) => family !== next && !isLike(family, next))) chosen.push(next);
    }
    if (chosen.length < 2) return 'The tools that were drawn are alike.';
    const parts = chosen.map((family): readonly [DrawnTool, Request] => {
      const tool = drawTool(family, draw);
      return [tool, requestTo(tool, draw.pick(singlesOf(family, draw.split)), draw)];
    });
    return callingAll(parts, draw);
  },
  answered: (draw) => {
    const tool = drawTool(asking(draw), draw);
    const [template, question] = draw.pick(tool.family.asks ?? []);
    const request = answeredRequest(tool, template, draw);
    if (request === undefined) return 'More than one value is missing.';
    const { answer } = request;
    const said = draw.pick([
      answer,
      capital(answer),
      `${capital(answer)}.`,
      `${answer} please`,
      `${capital(answer)}, please`,
    ]);
    const body = calling(dress(request.text, draw), [[tool, request]], draw);
    if (typeof body === 'string') return body;
    const more: readonly DataMessage[] = [
      { role: 'assistant', content: question },
      { role: 'user', content: said },
    ];
    return { ...body, messages: [...body.messages, ...more] };
  },
  no_tool_near: (draw) => {
    const family = askable(draw);
    const near = draw.sample(nearFamilies(family), draw.integer(1, 2));
    if (near.length === 0) return 'There is no tool near this one.';
    const tools = [
      ...near.map((other) => unused(other, draw)),
      ...farTools(draw, [family, ...near], draw.integer(0, 4)),
    ];
    return refusing(family, draw, tools);
  },
  no_tool_far: (draw) => {
    const family = askable(draw);
    return refusing(family, draw, farTools(draw, [family], draw.integer(1, 4)));
  },
  missing: (draw) => {
    const family = asking(draw);
    const [template, reply] = draw.pick(family.asks ?? []);
    const content = dress(wordsFor(family, template, draw), draw);
    const tools = [unused(family, draw), ...wrongTools(draw, [family], wrongCount(draw))];
    return { messages: [{ role: 'user', content }], tools: draw.shuffle(tools), expected: [], reply };
  },
};

/** A family with requests for this split. */
function askable(draw: Draw): Family {
  return draw.pick(families.filter((family) => singlesOf(family, draw.split).length > 0));
}

/** A family with questions: a family's questions belong to one split. */
function asking(draw: Draw): Family {
  return draw.pick(
    phrasingsOf(
      families.filter(({ asks = [] }) => asks.length > 0),
      draw.split,
    ),
  );
}

function singlesOf({ requests }: Family, split: Split): readonly string[] {
  return phrasingsOf(
    requests.filter((template) => !isSpread(template)),
    split,
  );
}

function isSpread(template: string): boolean {
  return template.includes('+}');
}

function manyOf(draw: Draw): number {
  return draw.pick([2, 2, 2, 2, 2, 2, 2, 3, 3, 4]);
}

function wrongCount(draw: Draw): number {
  return draw.pick([0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6, 7]);
}

function refusing(family: Family, draw: Draw, tools: Body['tools']): Body {
  const content = dress(wordsFor(family, draw.pick(singlesOf(family, draw.split)), draw), draw);
  return { messages: [{ role: 'user', content }], tools: draw.shuffle(tools), expected: [], reply: cannot };
}

function callingAll(parts: readonly (readonly [DrawnTool, Request])[], draw: Draw): Body | string {
  const texts = parts.map(([, { text }]) => text);
  return calling(join(texts, draw), parts, draw);
}

function calling(
  content: string,
  parts: readonly (readonly [DrawnTool, Request])[],
  draw: Draw,
): Body | string {
  const usedBy = new Map<DrawnTool, Set<string>>();
  for (const [tool, { used }] of parts) usedBy.set(tool, new Set([...(usedBy.get(tool) ?? []), ...used]));
  const expected = parts.flatMap(([, request]) => request.calls);
  if (new Set(expected.map((call) => JSON.stringify(call))).size < expected.length)
    return 'A call stands twice in one request.';
  const asked = [...usedBy].map(([tool, used]) => offer(tool, used, draw));
  const others = wrongTools(
    draw,
    [...usedBy.keys()].map(({ family }) => family),
    Math.min(wrongCount(draw), 8 - asked.length),
  );
  return { messages: [{ role: 'user', content }], tools: draw.shuffle([...asked, ...others]), expected };
}
