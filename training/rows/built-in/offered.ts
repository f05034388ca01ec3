/**
 * The built-in tools that a row offers: as a run's shortlist shows them, or any set in any order, so that place tells
 * nothing. Knows the shortlist; nothing of what is asked.
 */
import { shortlist } from '../../../src/agent/shortlist.ts';
import type { ToolSpec } from '../../../src/protocol/tool.ts';
import type { DataTool } from '../data-row.ts';
import type { Draw } from '../draw.ts';

/** Tools for one request; those in `needed` are among them. */
export function offerTools(options: {
  readonly draw: Draw;
  readonly request: string;
  readonly specs: readonly ToolSpec[];
  readonly needed: readonly string[];
}): readonly DataTool[] {
  const { draw, request, specs, needed } = options;
  if (draw.chance(0.6)) {
    const maxTools = draw.pick([4, 4, 4, 4, 4, 4, 4, 4, 2, 3, 6]);
    const { tools } = shortlist({ request, tools: specs, maxTools, maxExamples: 0 });
    if (needed.every((name) => tools.some((tool) => tool.name === name))) return tools.map(plain);
  }
  const count = draw.chance(0.07) ? specs.length : draw.integer(0, 5);
  return offerSome({ draw, specs, needed, more: count });
}

/** The needed tools and `more` others, in any order; one at least. */
export function offerSome(options: {
  readonly draw: Draw;
  readonly specs: readonly ToolSpec[];
  readonly needed: readonly string[];
  readonly more: number;
}): readonly DataTool[] {
  const { draw, specs, needed, more } = options;
  const wanted = specs.filter(({ name }) => needed.includes(name));
  const others = specs.filter(({ name }) => !needed.includes(name));
  const rest = draw.sample(others, wanted.length === 0 ? Math.max(1, more) : more);
  return draw.shuffle([...wanted, ...rest]).map(plain);
}

function plain({ name, description, parameters }: ToolSpec): DataTool {
  return { name, description, parameters };
}
