/**
 * Rows of prompt and completion as packs: passes in which rows with the same beginning share it. Rows of tool calls
 * repeat one long list of tools; a pack reads it once, then one branch a row, each of which sees the beginning and
 * itself. Positions go on from the beginning in every branch, so a row's loss is the one it has alone.
 * The counterpart of the Python recipe's `packs`. Knows tokens; nothing of models.
 */
import { unseen } from '../../engine/train/trainable-model.ts';
import type { TokenPack } from '../../engine/train/trainable-model.ts';
import { seededRandom } from '../seeded-random.ts';

/** Token ids of one example; the loss is on the completion only. */
export interface TokenRow {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
}

/** How many tokens all prompts have in common; the last token of a prompt is never shared. */
export function sharedPrefix(rows: readonly TokenRow[]): number {
  const [first, ...others] = rows;
  if (first === undefined) return 0;
  const shortest = Math.min(...rows.map(({ prompt }) => prompt.length)) - 1;
  for (let at = 0; at < shortest; at += 1) {
    if (others.some(({ prompt }) => prompt[at] !== first.prompt[at])) return at;
  }
  return shortest;
}

/** Tokens that a group takes in a pack. */
function groupLength(rows: readonly TokenRow[]): number {
  const prefix = sharedPrefix(rows);
  return rows.reduce((sum, row) => sum + branchOf(row, prefix).length, prefix);
}

/** The last token of a completion predicts nothing. */
function branchOf({ prompt, completion }: TokenRow, prefix: number): readonly number[] {
  return [...prompt.slice(prefix), ...completion.slice(0, -1)];
}

/** One pass of these groups of rows. */
export function makePack(groups: readonly (readonly TokenRow[])[]): TokenPack {
  const ids: number[] = [];
  const positions: number[] = [];
  const predictedAt: number[] = [];
  const targets: number[] = [];
  /** For each token, the stretches it sees: of the group's beginning, and of its own branch up to itself. */
  const spans: (readonly (readonly [start: number, end: number])[])[] = [];
  for (const rows of groups) {
    const prefix = sharedPrefix(rows);
    const start = ids.length;
    for (const [at, id] of (rows[0]?.prompt.slice(0, prefix) ?? []).entries()) {
      ids.push(id);
      positions.push(at);
      spans.push([[start, start + at + 1]]);
    }
    for (const row of rows) {
      const begin = ids.length;
      for (const [at, id] of branchOf(row, prefix).entries()) {
        ids.push(id);
        positions.push(prefix + at);
        spans.push([
          [start, start + prefix],
          [begin, begin + at + 1],
        ]);
      }
      const first = begin + row.prompt.length - prefix - 1;
      for (const [at, target] of row.completion.entries()) {
        predictedAt.push(first + at);
        targets.push(target);
      }
    }
  }
  const mask = new Float32Array(ids.length ** 2).fill(unseen);
  for (const [token, seen] of spans.entries()) {
    for (const [from, to] of seen) mask.fill(0, token * ids.length + from, token * ids.length + to);
  }
  return { ids, positions, mask, predictedAt, targets };
}

/** Neighbours whose prompts share at least half of the shorter one form a group, of at most `tokens`. */
function groupNeighbours(rows: readonly TokenRow[], tokens: number): TokenRow[][] {
  const groups: TokenRow[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group !== undefined && first !== undefined) {
      const common = sharedPrefix([first, row]);
      const isNear = common * 2 >= Math.min(first.prompt.length, row.prompt.length);
      if (isNear && groupLength([...group, row]) <= tokens) {
        group.push(row);
        continue;
      }
    }
    groups.push([row]);
  }
  return groups;
}

/** The rows of a pass: groups of rows that begin alike. */
export type PackRows = readonly (readonly TokenRow[])[];

/**
 * All rows as passes of at most `tokens` tokens, but for a single row that is longer, in an order that the seed decides.
 * Rows that begin alike stand together.
 */
export function packRows(
  rows: readonly TokenRow[],
  { tokens, seed }: { readonly tokens: number; readonly seed: number },
): readonly PackRows[] {
  const chance = seededRandom(`packs ${String(seed)}`);
  // Alike prompts next to each other; within them the seed's order stays, because the sort is stable.
  const sorted = chance.shuffle(rows).toSorted((left, right) => comparePrompts(left.prompt, right.prompt));
  const packs: (readonly TokenRow[])[][] = [];
  let length = Infinity;
  for (const group of chance.shuffle(groupNeighbours(sorted, tokens))) {
    const size = groupLength(group);
    if (length + size > tokens) {
      packs.push([]);
      length = 0;
    }
    packs.at(-1)?.push(group);
    length += size;
  }
  return packs;
}

/** Which pack is read at a place of the whole run: each once an epoch, in an order of the epoch's own. */
export function packAt(
  place: number,
  { packs, seed }: { readonly packs: number; readonly seed: number },
): number {
  const epoch = Math.floor(place / packs);
  const order = seededRandom(`order ${String(seed)} ${String(epoch)}`).shuffle(
    Array.from({ length: packs }, (_, index) => index),
  );
  return order[place % packs] ?? 0;
}

/** By the tokens of a prompt's beginning: what follows differs from row to row anyway. */
function comparePrompts(left: readonly number[], right: readonly number[]): number {
  const beginning = 64;
  for (let at = 0; at < beginning; at += 1) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
