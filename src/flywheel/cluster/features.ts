/**
 * What an item is known by: what was asked, as a sentence vector, and what the agent did about it, as tools with the shape
 * of their arguments. Both become one vector whose cosine is the weighted mean of the two cosines. Names are hashed into a
 * fixed number of places (K. Weinberger and others, "Feature hashing", ICML 2009), so that tools to come need no new
 * columns. Knows calls and vectors; embeds no text.
 */
import type { Json } from '../../protocol/json.ts';
import { isObject } from '../../protocol/json.ts';
import { hashText } from '../seeded-random.ts';
import { addRow, makeVectors, rowOf, scaleToUnit, unitRows } from './vectors.ts';
import type { Vectors } from './vectors.ts';

/** A call that the agent made. */
export interface Action {
  readonly tool: string;
  readonly arguments: Json;
}

/** Share of what was done in the cosine of two items; the rest is what was asked. A fifth: it joins, and does not rule. */
export const actionShare = 0.2;
const actionPlaces = 128;
/** Of a call's own weight: its tool counts 1. */
const argumentWeight = 0.5;

function shapeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

/** Place and sign of a name. */
function hashName(name: string): number {
  // The last letters reach the low bits only: mixed once more.
  let hash = hashText(name);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0;
  return (hash ^ (hash >>> 13)) >>> 0;
}

function addName(row: Float32Array, name: string, weight: number): void {
  const hash = hashName(name);
  const place = (hash >>> 1) % actionPlaces;
  row[place] = (row[place] ?? 0) + (hash % 2 === 0 ? weight : -weight);
}

/** (n, 128): tools and shapes of arguments of each item; zeros where nothing was done. Values of arguments are not looked at. */
export function describeActions(items: readonly (readonly Action[])[]): Vectors {
  const vectors = makeVectors(items.length, actionPlaces);
  for (const [item, actions] of items.entries()) {
    const row = rowOf(vectors, item);
    for (const { tool, arguments: given } of actions) {
      addName(row, `tool ${tool}`, 1);
      if (!isObject(given)) continue;
      for (const [name, value] of Object.entries(given)) {
        addName(row, `argument ${name} ${shapeOf(value)}`, argumentWeight);
      }
    }
    scaleToUnit(row);
  }
  return vectors;
}

/**
 * Text vectors (n, d) joined with what was done, (n, d + 128), rows of length 1. An item without actions has its text
 * alone. Throws RangeError where there are not as many lists of actions as vectors.
 */
export function joinFeatures(
  texts: Vectors,
  items: readonly (readonly Action[])[],
  share: number = actionShare,
): Vectors {
  if (items.length !== texts.count) {
    throw new RangeError(
      `There are ${String(texts.count)} texts and ${String(items.length)} lists of actions.`,
    );
  }
  const unit = unitRows(texts);
  const actions = describeActions(items);
  const joined = makeVectors(texts.count, texts.dimensions + actionPlaces);
  for (const [item, done] of items.entries()) {
    const row = rowOf(joined, item);
    const used = done.length === 0 ? 0 : share;
    addRow(row.subarray(0, texts.dimensions), rowOf(unit, item), Math.sqrt(1 - used));
    addRow(row.subarray(texts.dimensions), rowOf(actions, item), Math.sqrt(used));
  }
  return joined;
}
