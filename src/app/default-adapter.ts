/** Which adapter a session's tools get where nobody chose. Pure. */
import type { AdapterEntry } from '../protocol/model.ts';

/** Below this share of a session's tools, an adapter that was made for them is made for others. */
const ownShare = 0.5;

/**
 * Of the adapters that the catalogue wants used: one that was made for at least half of these tools, else one that was made
 * for no tools in particular. Undefined: none is for them.
 */
export function defaultAdapter(
  adapters: readonly AdapterEntry[],
  toolNames: readonly string[],
): AdapterEntry | undefined {
  const wanted = adapters.filter(({ byDefault }) => byDefault === true);
  return (
    wanted.find(({ tools }) => tools !== undefined && shareOf(toolNames, tools) >= ownShare) ??
    wanted.find(({ tools }) => tools === undefined)
  );
}

function shareOf(toolNames: readonly string[], known: readonly string[]): number {
  const count = toolNames.filter((name) => known.includes(name)).length;
  return toolNames.length === 0 ? 0 : count / toolNames.length;
}
