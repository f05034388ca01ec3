/**
 * Whether a value from outside is fit to be worked on and written down again: what would break a trainer's reader, fill the
 * memory, or reach for an object's prototype is found here. Knows JSON values only.
 */

const valueLimits = {
  /** Characters of one text. */
  text: 1_000_000,
  depth: 64,
} as const;

/** Why the value is not fit, one sentence with the place; undefined where it is. */
export function findPoison(value: unknown, path = 'the row', depth = 0): string | undefined {
  if (typeof value === 'string') return findTextPoison(value, path);
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : `${path} is a number beyond what JSON can hold.`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= valueLimits.depth) return `${path} is nested deeper than ${valueLimits.depth} levels.`;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const poison = findPoison(item, `${path}[${index}]`, depth + 1);
      if (poison !== undefined) return poison;
    }
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__' || (key === 'constructor' && holdsPrototype(item))) {
      return `${path} has the key "${key}", which reaches for an object's prototype.`;
    }
    const poison =
      findTextPoison(key, `A key of ${path}`) ?? findPoison(item, `${path}.${key.slice(0, 40)}`, depth + 1);
    if (poison !== undefined) return poison;
  }
  return undefined;
}

function findTextPoison(text: string, path: string): string | undefined {
  if (text.length > valueLimits.text) {
    return `${path} has ${text.length.toLocaleString('en')} characters; ${valueLimits.text.toLocaleString('en')} are allowed.`;
  }
  return text.isWellFormed() ? undefined : `${path} holds half a surrogate pair, which is no Unicode text.`;
}

function holdsPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
