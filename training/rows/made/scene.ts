/**
 * The tools of a row, or of several rows that share them: none can stand in for another, and some are of one domain.
 * Knows which families stand in for each other; makes no requests.
 */
import type { DataTool } from '../data-row.ts';
import type { Draw } from '../draw.ts';
import { drawTool, offer } from './drawn-tool.ts';
import type { DrawnTool } from './drawn-tool.ts';
import { families } from './families.ts';
import type { Family } from './family.ts';

export interface Scene {
  readonly tools: readonly DrawnTool[];
}

/** A scene of `count` tools, or more where `needs` asks for more: each of these is met by one of its families. */
export function drawScene(needs: readonly ((family: Family) => boolean)[], count: number, draw: Draw): Scene {
  const chosen: Family[] = [];
  const siblings = draw.pick([0, 0.5, 0.5, 1]);
  for (const need of needs) {
    if (chosen.some(need)) continue;
    const isNear = chosen.length > 0 && draw.chance(siblings);
    const next = absentFamily({ families: chosen, draw, isNear, suits: need });
    if (next !== undefined) chosen.push(next);
  }
  while (chosen.length < count) {
    const next = absentFamily({ families: chosen, draw, isNear: draw.chance(siblings) });
    if (next === undefined) break;
    chosen.push(next);
  }
  return { tools: chosen.map((family) => drawTool(family, draw)) };
}

/**
 * A family that none of these can stand in for: of one of their domains, as far as there is one, or of another domain.
 * Undefined where there is none.
 */
export function absentFamily(input: {
  readonly families: readonly Family[];
  readonly draw: Draw;
  readonly isNear: boolean;
  readonly suits?: (family: Family) => boolean;
}): Family | undefined {
  const { families: present, draw, isNear, suits = () => true } = input;
  const domains = new Set(present.map(({ domain }) => domain));
  const free = families.filter(
    (other) => suits(other) && present.every((family) => family !== other && !isLike(family, other)),
  );
  const near = free.filter(({ domain }) => domains.has(domain));
  const pool = isNear && near.length > 0 ? near : free.filter(({ domain }) => !domains.has(domain));
  return pool.length === 0 ? undefined : draw.pick(pool);
}

/** The scene's tools as they are offered to requests that use these parameters. */
export function offerScene(
  { tools }: Scene,
  used: ReadonlyMap<DrawnTool, ReadonlySet<string>>,
  draw: Draw,
): readonly DataTool[] {
  return draw.shuffle(tools).map((tool) => offer(tool, used.get(tool) ?? new Set(), draw));
}

/** Whether a request for one could be served by the other, well or badly. */
function isLike(one: Family, other: Family): boolean {
  return one.like?.includes(other.id) === true || other.like?.includes(one.id) === true;
}
