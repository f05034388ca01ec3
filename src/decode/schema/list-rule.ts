/**
 * Facts of a list -> its rule: fixed places first (tuples, items that must be contained), then any number of others. Knows
 * lists; nothing of other types.
 */
import type { Json } from '../../protocol/json.ts';
import { literal } from '../gbnf.ts';
import { defaultLimits, sequence } from '../json-rules.ts';
import type { Part } from './document.ts';
import { expand } from './expand.ts';
import type { Containing, Facts } from './facts.ts';
import type { RuleWriter, ValueOptions } from './rule-writer.ts';
import { NoValue, SchemaGrammarError } from './schema-grammar-error.ts';
import { distinctItems } from './distinct-items.ts';

/** llama.cpp copies a repeated rule as often as its upper bound says. */
const mostItems = 1000;
/** Values of which a list of different ones is written in order. */
const mostValues = 40;
/** Places at the beginning of a list that are tried for what it must contain. */
const mostTries = 16;

export function listRule(writer: RuleWriter, facts: Facts, { hint, copying }: ValueOptions): string {
  const { minItems: minimum } = facts;
  const place = { keyword: 'minItems', path: facts.last.path };
  const wanted = facts.maxItems === Infinity ? Math.max(defaultLimits.listItems, minimum) : facts.maxItems;
  const maximum = Math.floor(Math.min(wanted, Math.max(mostItems, minimum)));
  if (minimum > wanted) throw new NoValue(place.keyword, place.path, 'is above maxItems');
  if (minimum > mostItems) throw new NoValue(place.keyword, place.path, `is above ${mostItems}`);
  const contains = facts.contains.filter(({ low, high }) => low > 0 || high < Infinity);
  if (facts.unique !== undefined && maximum > 1) {
    const distinct =
      contains.length === 0 ? distinctRule(writer, facts, { hint, minimum, maximum }) : undefined;
    if (distinct !== undefined) return distinct;
    writer.note(facts.unique);
  }
  const bound = { ...facts, minItems: Math.ceil(minimum), maxItems: maximum };
  const tuple = Math.max(0, ...facts.lists.map(({ prefix }) => prefix.length));
  const needed = contains.reduce((sum, { low }) => sum + low, 0);
  // After the tuple first; where there is no room or the items there may not be contained, further to the front.
  const starts =
    needed === 0 ? [0] : Array.from({ length: Math.min(tuple, mostTries) + 1 }, (_, step) => tuple - step);
  let last: NoValue | undefined;
  for (const start of starts) {
    try {
      return new ListWriter(writer, bound, contains, { hint, copying }).from(start, tuple);
    } catch (error) {
      if (!(error instanceof NoValue)) throw error;
      last ??= error;
    }
  }
  throw last ?? new NoValue(place.keyword, place.path);
}

class ListWriter {
  readonly #writer: RuleWriter;
  readonly #facts: Facts;
  readonly #contains: readonly Containing[];
  readonly #hint: string;
  readonly #copying: ValueOptions['copying'];

  constructor(
    writer: RuleWriter,
    facts: Facts,
    contains: readonly Containing[],
    { hint, copying }: ValueOptions,
  ) {
    this.#writer = writer;
    this.#facts = facts;
    this.#contains = contains;
    this.#hint = hint;
    this.#copying = copying;
  }

  /** With what must be contained at this index and after it. */
  from(start: number, tuple: number): string {
    const { minItems, maxItems } = this.#facts;
    const held = this.#contains.flatMap((containing) =>
      Array.from({ length: containing.low }, () => containing),
    );
    if (held.length > mostItems) {
      const [{ path }] = this.#contains as readonly [Containing];
      throw new NoValue('minContains', path, `is above ${mostItems}`);
    }
    const needed = Math.max(minItems, held.length === 0 ? 0 : start + held.length);
    const fixed: string[] = [];
    for (let index = 0; index < Math.min(Math.max(tuple, start + held.length), maxItems); index += 1) {
      try {
        fixed.push(this.#item(index, held[index - start]));
      } catch (error) {
        if (!(error instanceof NoValue) || index < needed) throw error;
        break;
      }
    }
    const isWhole = fixed.length >= Math.max(tuple, start + held.length);
    if (fixed.length < needed && !isWhole) {
      throw new NoValue('maxItems', this.#facts.last.path, 'leaves no room for the items that are wanted');
    }
    const items = this.#withRest(
      fixed,
      isWhole && this.#hasRest(tuple) ? maxItems - fixed.length : 0,
      needed,
    );
    return this.#writer.grammar.rule(`${this.#hint}-list`, `"[" ${items} "]"`);
  }

  /** A tuple is written whole; whether more follows is what a schema says of it. */
  #hasRest(tuple: number): boolean {
    const { lists, minItems } = this.#facts;
    return tuple === 0 || minItems > tuple || lists.some(({ rest }) => rest !== undefined);
  }

  #withRest(fixed: readonly string[], room: number, needed: number): string {
    const least = Math.max(needed - fixed.length, 0);
    let rest = '';
    if (room > 0) {
      try {
        rest = this.#item(fixed.length, undefined);
      } catch (error) {
        if (!(error instanceof NoValue) || least > 0) throw error;
      }
    }
    if (rest === '' && least > 0) throw new NoValue('minItems', this.#facts.last.path);
    if (fixed.length === 0) return rest === '' ? '' : sequence(rest, least, room);
    const tuple = fixed.join(' "," ');
    return rest === '' ? tuple : `${tuple} ("," ${rest}){${least},${room}}`;
  }

  /** The rule of the item at an index; `held`: it is one that the list must contain. */
  #item(index: number, held: Containing | undefined): string {
    const parts = itemParts(this.#facts, index, held);
    for (const containing of this.#contains) {
      if (containing === held) parts.push(containing.part);
      else if (containing.high < Infinity) parts.push({ ...containing.part, negated: true });
    }
    return this.#writer.value(parts, { hint: `${this.#hint}-item`, copying: this.#copying });
  }
}

/** What the schemas say of the item at an index. */
function itemParts(facts: Facts, index: number, held?: Containing): Part[] {
  const parts = facts.lists.flatMap(({ prefix, rest }) => {
    const part = prefix[index] ?? (index < prefix.length ? undefined : rest);
    return part === undefined ? [] : [part];
  });
  for (const { part, owner } of facts.unevaluatedItems) {
    const isSeen =
      facts.lists.some(
        ({ prefix, rest, owners }) => owners.includes(owner) && (index < prefix.length || rest !== undefined),
      ) ||
      facts.unevaluatedItems.some((other) => other.owner !== owner && other.owners.includes(owner)) ||
      (held?.owners.includes(owner) ?? false);
    if (!isSeen) parts.push(part);
  }
  return parts;
}

/** Different items out of few values, in the values' order; undefined where the values are not few. */
function distinctRule(
  writer: RuleWriter,
  facts: Facts,
  { hint, minimum, maximum }: { readonly hint: string; readonly minimum: number; readonly maximum: number },
): string | undefined {
  if (facts.lists.some(({ prefix }) => prefix.length > 0)) return undefined;
  const values = fewValues(writer, itemParts(facts, 0));
  if (values === undefined) return undefined;
  if (values.length < minimum) {
    throw new NoValue(
      'uniqueItems',
      facts.unique?.path ?? '',
      'there are fewer values than minItems asks for',
    );
  }
  const items = distinctItems(writer.grammar, {
    hint: `${hint}-some`,
    items: values.map((value) => literal(JSON.stringify(value))),
    minimum,
    maximum,
  });
  return writer.grammar.rule(`${hint}-list`, `"[" ${items} "]"`);
}

/** All values that fit, where they are listed and few. */
function fewValues(writer: RuleWriter, parts: readonly Part[]): readonly Json[] | undefined {
  const { document } = writer.shared;
  if (parts.length === 0) return undefined;
  try {
    const alternatives = expand(parts, { document, isEmpty: (both) => writer.isEmpty(both) });
    const listed = alternatives.map(listedValues);
    if (listed.some((values) => values === undefined)) return undefined;
    const byText = new Map(
      listed.flatMap((values) => values ?? []).map((value) => [JSON.stringify(value), value]),
    );
    const fitting = [...byText.values()].filter((value) => parts.every((part) => document.fits(value, part)));
    return fitting.length <= mostValues ? fitting : undefined;
  } catch (error) {
    if (error instanceof SchemaGrammarError) return error instanceof NoValue ? [] : undefined;
    throw error;
  }
}

/** The values that are listed, or few by their types; undefined where there are many. */
function listedValues({ values, types }: Facts): readonly Json[] | undefined {
  const [listed] = values;
  if (listed !== undefined) return listed;
  const isSmall = [...types].every((type) => type === 'boolean' || type === 'null');
  if (!isSmall) return undefined;
  return [true, false, null].filter((value) => types.has(value === null ? 'null' : 'boolean'));
}
