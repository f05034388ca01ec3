/**
 * Rows for the demo's own tools: what an `act` step of a run sees, with calls that were run for real.
 * Knows what a run shows (shortlist, a result that an earlier subtask reported); the wordings stand in the groups.
 */
import { shortlist } from '../../../src/agent/shortlist.ts';
import type { ToolSpec } from '../../../src/protocol/tool.ts';
import type { DataRow, DataTool, RightCall } from '../data-row.ts';
import { problemOf } from '../data-row.ts';
import { Draw, phrasingsOf } from '../draw.ts';
import type { Split } from '../draw.ts';
import { capital, dress, join } from '../wording.ts';
import { calculatorGroups } from './calculator-groups.ts';
import { calendarGroups } from './calendar-groups.ts';
import { dateGroups } from './date-groups.ts';
import { deskGroups } from './desk-groups.ts';
import { earlierResults } from './earlier-results.ts';
import type { Group } from './group.ts';
import { beyondTools, cannot, couldServe, lackingValue } from './refusal-rows.ts';
import { unitGroups } from './unit-groups.ts';
import type { Verifier } from './verifier.ts';

export const groups: readonly Group[] = [
  ...calculatorGroups,
  ...unitGroups,
  ...dateGroups,
  ...deskGroups,
  ...calendarGroups,
];

interface Asked {
  readonly text: string;
  readonly calls: readonly RightCall[];
}

type Kind = 'single' | 'parallel' | 'earlier' | 'beyond' | 'not-offered' | 'missing';

const kinds: readonly (readonly [Kind, number])[] = [
  ['single', 74],
  ['parallel', 6],
  ['earlier', 5],
  ['beyond', 6],
  ['not-offered', 3],
  ['missing', 6],
];

/** Yields rows without end; `dropped` is told of each that did not hold. */
export async function* builtInRows(options: {
  readonly seed: number;
  readonly split: Split;
  readonly verifier: Verifier;
  readonly dropped: (reason: string) => void;
}): AsyncGenerator<DataRow, never> {
  const { verifier, dropped } = options;
  const draw = new Draw(options);
  for (let number = 1; ; number += 1) {
    const kind = draw.weighted(kinds);
    const made = await makeRow(kind, draw, verifier);
    if (typeof made === 'string') {
      dropped(made);
      continue;
    }
    const row: DataRow = {
      ...made,
      id: `built-in-${options.split}-${options.seed}-${number}`,
      category: `built_in_${kind}`,
    };
    const problem = problemOf(row);
    if (problem === undefined) yield row;
    else dropped(problem);
  }
}

async function makeRow(
  kind: Kind,
  draw: Draw,
  verifier: Verifier,
): Promise<Omit<DataRow, 'id' | 'category'> | string> {
  const { specs } = verifier;
  const phrasings = (all: readonly string[]): readonly string[] => phrasingsOf(all, draw.split);
  switch (kind) {
    case 'single':
    case 'parallel':
    case 'earlier': {
      const asked =
        kind === 'single'
          ? await ask(draw, verifier)
          : kind === 'parallel'
            ? await askSeveral(draw, verifier)
            : await earlierResults(draw, verifier);
      if (typeof asked === 'string') return asked;
      const text = kind === 'single' ? dress(asked.text, draw) : asked.text;
      const tools = toolsFor({ draw, request: text, specs, needed: asked.calls.map(({ name }) => name) });
      return { messages: [{ role: 'user', content: text }], tools, expected: asked.calls };
    }
    case 'beyond': {
      const { text, reply } = beyondTools(draw, phrasings);
      const request = dress(text, draw);
      return {
        messages: [{ role: 'user', content: request }],
        tools: toolsFor({ draw, request, specs, needed: [] }),
        expected: [],
        reply,
      };
    }
    case 'not-offered': {
      const group = pickGroup(draw);
      const asked = await ask(draw, verifier, group);
      if (typeof asked === 'string') return asked;
      const request = dress(asked.text, draw);
      const others = specs.filter(({ name }) => !couldServe(group.tool, name));
      return {
        messages: [{ role: 'user', content: request }],
        tools: toolsFor({ draw, request, specs: others, needed: [] }),
        expected: [],
        reply: cannot,
      };
    }
    case 'missing': {
      const { text, reply, tool } = lackingValue(draw, phrasings);
      const request = dress(text, draw);
      return {
        messages: [{ role: 'user', content: request }],
        tools: toolsFor({ draw, request, specs, needed: [tool] }),
        expected: [],
        reply,
      };
    }
    default:
      return kind satisfies never;
  }
}

function pickGroup(draw: Draw): Group {
  return draw.weighted(
    groups
      .filter(({ phrasings }) => phrasingsOf(phrasings, draw.split).length > 0)
      .map((group) => [group, group.weight] as const),
  );
}

/** One request with its call, which was run. A text: why it does not hold. */
async function ask(draw: Draw, verifier: Verifier, group = pickGroup(draw)): Promise<Asked | string> {
  const made = group.make(draw);
  const phrasing = draw.pick(phrasingsOf(group.phrasings, draw.split));
  const filled = phrasing.replaceAll(/\{(\w+)\}/g, (_, key: string) => made.said[key] ?? `{${key}}`);
  // A to-do such as "buy milk" at the beginning is no command.
  const text = phrasing.startsWith('{t}') ? capital(filled) : filled;
  const call = { name: group.tool, arguments: made.arguments };
  const verdict = await verifier.run(call, made);
  if (verdict.type === 'wrong') return verdict.reason;
  const acceptable = Object.fromEntries(
    Object.entries(made.acceptable ?? {})
      .map(
        ([key, values]) =>
          [key, [...new Set(values)].filter((value) => value !== made.arguments[key])] as const,
      )
      .filter(([, values]) => values.length > 0),
  );
  return { text, calls: [{ ...call, ...(Object.keys(acceptable).length === 0 ? {} : { acceptable }) }] };
}

async function askSeveral(draw: Draw, verifier: Verifier): Promise<Asked | string> {
  const group = pickGroup(draw);
  const parts: Asked[] = [];
  const same = draw.chance(0.5) ? group : undefined;
  for (
    let count = draw.weighted([
      [2, 8],
      [3, 2],
    ]);
    count > 0;
    count -= 1
  ) {
    const part = await ask(draw, verifier, same ?? pickGroup(draw));
    if (typeof part === 'string') return part;
    parts.push(part);
  }
  const calls = parts.flatMap((part) => part.calls);
  if (new Set(calls.map((call) => JSON.stringify([call.name, call.arguments]))).size < calls.length)
    return 'A call stands twice in one request.';
  return {
    text: join(
      parts.map(({ text }) => text),
      draw,
    ),
    calls,
  };
}

/** The tools a row offers: as a run's shortlist shows them, or any set in any order, so that place tells nothing. */
function toolsFor(options: {
  readonly draw: Draw;
  readonly request: string;
  readonly specs: readonly ToolSpec[];
  readonly needed: readonly string[];
}): readonly DataTool[] {
  const { draw, request, specs, needed } = options;
  if (draw.chance(0.6)) {
    const { tools } = shortlist({
      request,
      tools: specs,
      maxTools: draw.weighted([
        [4, 8],
        [2, 1],
        [3, 1],
        [6, 1],
      ]),
      maxExamples: 0,
    });
    const missing = specs.filter(
      ({ name }) => needed.includes(name) && !tools.some((tool) => tool.name === name),
    );
    if (missing.length === 0) return tools.map(plain);
  }
  const wanted = specs.filter(({ name }) => needed.includes(name));
  const rest = draw.sample(
    specs.filter(({ name }) => !needed.includes(name)),
    draw.weighted([
      [draw.integer(0, 5), 8],
      [specs.length, 0.6],
    ]),
  );
  const all = draw.shuffle([...wanted, ...rest]);
  return (all.length === 0 ? draw.sample(specs, 1) : all).map(plain);
}

function plain({ name, description, parameters }: ToolSpec): DataTool {
  return { name, description, parameters };
}
