/**
 * Tools beside the right ones: none of them can serve what is asked, and some are of the same domain.
 * Knows which families stand in for each other.
 */
import type { DataTool } from '../data-row.ts';
import type { Draw } from '../draw.ts';
import { drawTool, offer } from './drawn-tool.ts';
import { families } from './families.ts';
import type { Family } from './family.ts';

/** Whether a request for one could be served by the other, well or badly. */
export function isLike(one: Family, other: Family): boolean {
  return one.like?.includes(other.id) === true || other.like?.includes(one.id) === true;
}

/** Families of the same domain that cannot serve the request. */
export function nearFamilies(family: Family): readonly Family[] {
  return families.filter(
    (other) => other !== family && other.domain === family.domain && !isLike(family, other),
  );
}

/** `count` tools that cannot serve `asked`; none, half or all of them of the same domain, as far as there are such. */
export function wrongTools(draw: Draw, asked: readonly Family[], count: number): readonly DataTool[] {
  const free = families.filter((other) =>
    asked.every((family) => family !== other && !isLike(family, other)),
  );
  const domains = new Set(asked.map(({ domain }) => domain));
  const siblings = free.filter(({ domain }) => domains.has(domain));
  const near = draw.sample(siblings, Math.round(count * draw.pick([0, 0.5, 0.5, 1])));
  const strangers = free.filter(({ domain }) => !domains.has(domain));
  return [...near, ...draw.sample(strangers, count - near.length)].map((family) => unused(family, draw));
}

/** `count` tools of other domains. */
export function farTools(draw: Draw, asked: readonly Family[], count: number): readonly DataTool[] {
  const domains = new Set(asked.map(({ domain }) => domain));
  const strangers = families.filter(
    (other) => !domains.has(other.domain) && asked.every((family) => !isLike(family, other)),
  );
  return draw.sample(strangers, count).map((family) => unused(family, draw));
}

/** A family as a tool that no request of the row is for. */
export function unused(family: Family, draw: Draw): DataTool {
  return offer(drawTool(family, draw), new Set(), draw);
}
