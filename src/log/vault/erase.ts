/**
 * Which runs are erased: by id, by subject, by query, by age and by size. A subject is found by what identifies it, in what
 * was recorded and in what was masked out of it. Knows selections; how a run is taken away is sealed-runs' matter.
 */
import type { Id } from '../../protocol/id.ts';
import type { Episode } from '../../protocol/record.ts';
import type { Erasure, Retention } from '../../protocol/vault.ts';
import type { RunPosition, SealedRuns } from './sealed-runs.ts';

/** Which runs are erased: by their ids, by a person they are about, or by a test of the caller's. */
export type EraseSelection =
  | { readonly type: 'runs'; readonly runIds: readonly Id[] }
  /** Names, addresses, or the surrogates that stand for them: a run with any of them goes. Case does not matter. */
  | { readonly type: 'subject'; readonly terms: readonly string[] }
  | { readonly type: 'query'; readonly matches: (episode: Episode) => boolean };

/** Runs that are read at a time. */
const runsPerPage = 64;

/** Erases what is selected. Runs that are damaged cannot be searched; their ids come back. */
export async function eraseSelected(runs: SealedRuns, selection: EraseSelection): Promise<Erasure> {
  if (selection.type === 'runs') {
    const there = new Set(await runs.ids());
    const runIds = selection.runIds.filter((runId) => there.has(runId));
    await runs.erase(runIds, 'runs');
    return { runIds, unsearched: [] };
  }
  const found: Id[] = [];
  const unsearched: Id[] = [];
  for (const runId of await runs.ids()) {
    const judged = await judge(runs, runId, selection);
    if (judged === 'matches') found.push(runId);
    else if (judged === 'unknown') unsearched.push(runId);
  }
  await runs.erase(found, selection.type);
  return { runIds: found, unsearched };
}

/** Erases what is older than it may be, then the oldest runs until the rest fits. `now`: milliseconds since the epoch. */
export async function applyRetention(
  runs: SealedRuns,
  { maxAgeMs = Infinity, maxBytes = Infinity }: Retention,
  now: number = Date.now(),
): Promise<Erasure> {
  const erased: Id[] = [];
  if (maxAgeMs === Infinity && maxBytes === Infinity) return { runIds: erased, unsearched: [] };
  let bytes = 0;
  let after: RunPosition | undefined;
  for (;;) {
    const page = await runs.page({ order: 'newest', after, limit: runsPerPage });
    for (const run of page) {
      bytes += run.bytes;
      if (now - run.startedAt > maxAgeMs || bytes > maxBytes) erased.push(run.runId);
    }
    after = page.at(-1);
    if (after === undefined) break;
  }
  if (erased.length > 0) await runs.erase(erased, 'retention');
  return { runIds: erased, unsearched: [] };
}

async function judge(
  runs: SealedRuns,
  runId: Id,
  selection: Exclude<EraseSelection, { type: 'runs' }>,
): Promise<'matches' | 'differs' | 'unknown'> {
  const { events, feedback, trials, damage } = await runs.read(runId);
  const otherwise = damage.length > 0 ? 'unknown' : 'differs';
  if (selection.type === 'query')
    return selection.matches({ runId, events, feedback }) ? 'matches' : otherwise;
  const originals = [...(await runs.originals(runId)).values()];
  const terms = selection.terms.map(normalised).filter((term) => term !== '');
  const isNamed = textsOf([events, feedback, trials, originals]).some((text) =>
    terms.some((term) => text.includes(term)),
  );
  return isNamed ? 'matches' : originals.includes(undefined) ? 'unknown' : otherwise;
}

/** Every text in a value, also the names of fields: arguments may be keyed by what a person wrote. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [normalised(value)];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner).concat(normalised(name)));
}

function normalised(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}
