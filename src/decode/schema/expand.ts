/**
 * Schemas that hold together -> the facts of each alternative: references are followed, `anyOf`, `oneOf`, `if`, `not` and
 * dependencies are chosen among, and what leaves no value is dropped. Knows keywords; nothing of how rules are written.
 */
import { isObject } from '../../protocol/json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { applyKeyword } from './apply-keyword.ts';
import type { Part, SchemaDocument } from './document.ts';
import { copyFacts, noFacts } from './facts.ts';
import type { Facts, Place, TypeName } from './facts.ts';
import { waysToBreak } from './negate.ts';
import type { Way } from './negate.ts';
import { NoValue, SchemaGrammarError } from './schema-grammar-error.ts';
import { textOf } from './text-of.ts';

/** A part that is still to be read. */
interface Item {
  readonly part: Part;
  /** Schemas it stands in at the same place of the value. */
  readonly owners: readonly number[];
  readonly above: readonly string[];
  /** Named instead of the part's own keywords where no value is left. */
  readonly blame?: Place;
}

interface Fork {
  readonly ways: readonly (readonly Item[])[];
  readonly place: Place;
  /** One alternative that has a value is as good as all. */
  readonly anyWay?: boolean;
}

interface Walk {
  readonly facts: Facts;
  readonly items: Item[];
  readonly forks: Fork[];
  readonly done: Set<string>;
}

export interface ExpandOptions {
  readonly document: SchemaDocument;
  /** True where it is known that no value fits all parts. */
  readonly isEmpty: (parts: readonly Part[]) => boolean;
}

/** Alternatives of one place at most: each becomes rules of its own. */
const mostAlternatives = 256;
/** Ways to break a schema that are offered: they need not all be. */
const mostWays = 6;

/** At least one; throws NoValue where there is none. */
export function expand(parts: readonly Part[], options: ExpandOptions): readonly Facts[] {
  return new Expansion(options).of(parts);
}

class Expansion {
  readonly #document: SchemaDocument;
  readonly #isEmpty: ExpandOptions['isEmpty'];
  readonly #found: Facts[] = [];
  #owner = 0;

  constructor({ document, isEmpty }: ExpandOptions) {
    this.#document = document;
    this.#isEmpty = isEmpty;
  }

  of(parts: readonly Part[]): readonly Facts[] {
    const items = parts.map((part) => ({ part, owners: [], above: [] }));
    this.#walk({ facts: noFacts(), items, forks: [], done: new Set() });
    return this.#found;
  }

  #walk(walk: Walk): void {
    for (let item = walk.items.shift(); item !== undefined; item = walk.items.shift()) {
      try {
        this.#read(walk, item);
      } catch (error) {
        if (!(error instanceof NoValue) || item.blame === undefined) throw error;
        throw new NoValue(item.blame.keyword, item.blame.path);
      }
    }
    const fork = walk.forks.shift();
    if (fork === undefined) {
      this.#found.push(walk.facts);
      if (this.#found.length <= mostAlternatives) return;
      throw new SchemaGrammarError({
        ...walk.facts.last,
        reason: `more than ${mostAlternatives} combinations of alternatives`,
        remedy: 'Use fewer alternatives at one place.',
      });
    }
    this.#choose(walk, fork);
  }

  #choose(walk: Walk, { ways, place, anyWay = false }: Fork): void {
    let last: NoValue | undefined;
    const before = this.#found.length;
    for (const way of ways) {
      if (anyWay && this.#found.length - before >= mostWays) break;
      try {
        this.#walk({
          facts: copyFacts(walk.facts),
          items: [...way],
          forks: [...walk.forks],
          done: new Set(walk.done),
        });
      } catch (error) {
        if (!(error instanceof NoValue)) throw error;
        last = error;
      }
    }
    if (this.#found.length > before) return;
    throw last !== undefined && ways.length === 1 ? last : new NoValue(place.keyword, place.path);
  }

  #read(walk: Walk, item: Item): void {
    const { part, owners, above } = item;
    const { schema, path, negated = false } = part;
    const key = this.#document.keyOf(part);
    if (above.includes(key)) {
      throw new NoValue('$ref', path, 'it leads back to itself without a value in between');
    }
    if (walk.done.has(key)) return;
    walk.done.add(key);
    if (negated) {
      this.#readNegated(walk, item, [...above, key]);
      return;
    }
    if (schema === true) return;
    if (schema === false) throw new NoValue('false', path, 'the schema false allows no value');
    if (!isObject(schema)) {
      throw new SchemaGrammarError({
        keyword: path.split('/').at(-1) ?? '',
        path,
        reason: 'holds what is no schema',
        remedy: 'A schema is an object, true or false.',
      });
    }
    this.#owner += 1;
    const inner = { owners: [...owners, this.#owner], above: [...above, key] };
    for (const [keyword, value] of Object.entries(schema)) {
      applyKeyword({ facts: walk.facts, keyword, value, schema, path, owners: inner.owners });
      this.#readInPlace(walk, { ...item, ...inner }, keyword, value);
    }
  }

  /** Keywords whose schemas hold for the same value. */
  #readInPlace(walk: Walk, item: Item, keyword: string, value: Json): void {
    const { path } = item.part;
    const schema = item.part.schema as JsonObject;
    const place = { keyword, path };
    const at = (step: string, inner: Json, negated = false): Item => ({
      ...item,
      part: { schema: inner, path: `${path}/${step}`, negated },
      ...(negated ? { blame: item.blame ?? place } : {}),
    });
    const list = Array.isArray(value) ? (value as readonly Json[]) : [];
    // What is made here tells nothing of which properties a schema speaks of.
    const ours = (made: JsonObject): Item => ({ ...item, owners: [], part: { schema: made, path } });
    switch (keyword) {
      case '$ref':
        walk.items.push({ ...item, part: this.#document.target(schema, path) });
        walk.facts.shared = true;
        return;
      case 'allOf':
        walk.items.push(...list.map((inner, index) => at(`allOf/${index}`, inner)));
        return;
      case 'anyOf':
        walk.forks.push({ place, ways: list.map((inner, index) => [at(`anyOf/${index}`, inner)]) });
        return;
      case 'oneOf':
        walk.forks.push({ place, ways: this.#exactlyOne(item, list) });
        return;
      case 'not':
        walk.items.push(at('not', value, true));
        return;
      case 'if': {
        const { then = true, else: otherwise = true } = schema;
        if (schema['then'] === undefined && schema['else'] === undefined) return;
        walk.forks.push({
          place,
          ways: [
            [at('if', value), at('then', then)],
            [at('if', value, true), at('else', otherwise)],
          ],
        });
        return;
      }
      case 'dependentRequired':
      case 'dependentSchemas':
      case 'dependencies':
        for (const [name, needed] of Object.entries(isObject(value) ? value : {})) {
          const then = Array.isArray(needed)
            ? ours({ required: [name, ...(needed as readonly Json[])] })
            : at(`${keyword}/${name}`, needed);
          walk.forks.push({
            place,
            ways: [[ours({ properties: { [name]: false } })], [ours({ required: [name] }), then]],
          });
        }
        return;
      default:
    }
  }

  /** Each alternative, with those broken that it does not exclude by itself. */
  #exactlyOne(item: Item, list: readonly Json[]): readonly (readonly Item[])[] {
    const { schema, path } = item.part;
    const place = { keyword: 'oneOf', path };
    const beside: Part = { schema: this.#document.without(schema as JsonObject, 'oneOf'), path };
    const at = (index: number): Part => ({ schema: list[index] ?? true, path: `${path}/oneOf/${index}` });
    return list.map((_, index) => [
      { ...item, part: at(index) },
      ...list.flatMap((_other, other) =>
        other === index || this.#isEmpty([beside, at(index), at(other)])
          ? []
          : [{ ...item, part: { ...at(other), negated: true }, blame: place }],
      ),
    ]);
  }

  #readNegated(walk: Walk, item: Item, above: readonly string[]): void {
    const { schema, path } = item.part;
    const place = item.blame ?? { keyword: 'not', path };
    const { facts } = walk;
    facts.last = place;
    if (isObject(schema)) {
      const [only, ...others] = Object.entries(schema);
      if (only !== undefined && others.length === 0 && excludes(facts, only, path)) return;
    }
    const { ways, complete } = this.#waysToBreak(item.part);
    if (ways.length === 0 && !complete) {
      facts.checked.push(place);
      return;
    }
    walk.forks.push({
      place,
      anyWay: true,
      ways: ways.map((way) => way.map((part) => ({ part, owners: [], above, blame: place }))),
    });
  }

  #waysToBreak(part: Part): { readonly ways: readonly Way[]; readonly complete: boolean } {
    if (!isObject(part.schema)) return waysToBreak(part, () => part);
    const known = waysKnown.get(part.schema);
    if (known !== undefined) return known;
    const found = waysToBreak(part, (schema) => this.#document.target(schema, part.path));
    waysKnown.set(part.schema, found);
    return found;
  }
}

/** Ways by schema: the same ones each time, so that a schema within itself is known again. */
const waysKnown = new WeakMap<object, ReturnType<typeof waysToBreak>>();

function isOnly({ types }: Facts, type: TypeName): boolean {
  return types.size === 1 && types.has(type);
}

/** Notes what one broken keyword excludes; false where it excludes nothing that plainly. */
function excludes(facts: Facts, [keyword, value]: readonly [string, Json], path: string): boolean {
  switch (keyword) {
    case 'const':
      facts.excluded.push(value);
      return true;
    case 'enum':
      facts.excluded.push(...(Array.isArray(value) ? (value as readonly Json[]) : []));
      return true;
    case 'multipleOf':
      if (!isOnly(facts, 'number')) return false;
      facts.notMultiples.push(Number(value));
      return true;
    case 'pattern':
      if (!isOnly(facts, 'string')) return false;
      facts.patterns.push({ source: textOf(value), path, negated: true });
      return true;
    default:
      return false;
  }
}
