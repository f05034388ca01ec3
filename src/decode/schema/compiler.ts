/**
 * Schemas that hold together -> the rule of their values: one alternative after the other, one type after the other.
 * Knows facts and the rules of each type; nothing of tools and engines.
 */
import type { Json } from '../../protocol/json.ts';
import { isObject } from '../../protocol/json.ts';
import { GrammarBuilder, literal, oneOf } from '../gbnf.ts';
import { anyValueRule, booleanRule } from '../json-rules.ts';
import type { Part } from './document.ts';
import { expand } from './expand.ts';
import { everyType } from './facts.ts';
import type { Facts, Place, TypeName } from './facts.ts';
import { listRule } from './list-rule.ts';
import { numberRuleOf } from './number-rule.ts';
import { objectRule } from './object-rule.ts';
import type { RuleWriter, Shared, ValueOptions } from './rule-writer.ts';
import { NoValue, SchemaGrammarError } from './schema-grammar-error.ts';
import { stringRule } from './string-rule.ts';

/** Places of a schema that are looked at: one that refers to itself in many ways has no end of them. */
const mostWork = 50_000;

export class Compiler implements RuleWriter {
  readonly grammar: GrammarBuilder;
  readonly shared: Shared;
  /** Keywords that the rules written so far do not enforce. */
  readonly checked = new Map<string, Place>();
  /** Looks only whether there is a value: a place within itself has none. */
  readonly #probing: boolean;
  /** By parts: the rule, or what stands for it while it is being written. */
  readonly #rules = new Map<string, string | { name?: string }>();

  constructor(shared: Shared, grammar?: GrammarBuilder) {
    this.shared = shared;
    this.grammar = grammar ?? new GrammarBuilder();
    this.#probing = grammar === undefined;
  }

  /** The rule's name, or an expression. Throws NoValue where no value fits all parts. */
  value(parts: readonly Part[], { hint, copying }: ValueOptions): string {
    this.shared.work += 1;
    if (this.shared.work > mostWork) {
      throw new SchemaGrammarError({
        keyword: '$ref',
        path: parts[0]?.path ?? '',
        reason: 'the schema has too many places within each other',
        remedy: 'Use fewer levels, or fewer alternatives that refer back.',
      });
    }
    const plain = parts.map((part) => this.#followed(part));
    const wanted = plain.filter(({ schema, negated }) => schema !== true || negated === true);
    const isShared = plain.some((part, index) => part !== parts[index]);
    const scope = isShared ? 'never' : copying;
    const key = `${this.#keyOf(wanted)} ${scope}`;
    const known = this.#rules.get(key);
    if (typeof known === 'string') return known;
    if (known !== undefined) return this.#within(known, wanted, hint);
    const entry: { name?: string } = {};
    this.#rules.set(key, entry);
    try {
      const rule = this.#write(wanted, { hint, copying: scope });
      if (entry.name !== undefined) this.grammar.define(entry.name, rule);
      const whole = entry.name ?? rule;
      this.#rules.set(key, whole);
      return whole;
    } catch (error) {
      this.#rules.delete(key);
      throw error;
    }
  }

  /** True where no value fits all parts; false also where that is not known. */
  isEmpty(parts: readonly Part[]): boolean {
    const key = this.#keyOf(parts);
    const known = this.shared.empty.get(key);
    if (known !== undefined) return known === true;
    this.shared.empty.set(key, 'open');
    let empty = false;
    try {
      new Compiler(this.shared).value(parts, { hint: 'probe', copying: 'never' });
    } catch (error) {
      if (!(error instanceof NoValue)) throw error;
      empty = true;
    }
    this.shared.empty.set(key, empty);
    return empty;
  }

  note(place: Place): void {
    this.checked.set(`${place.path} ${place.keyword}`, place);
  }

  #keyOf(parts: readonly Part[]): string {
    return [...new Set(parts.map((part) => this.shared.document.keyOf(part)))].toSorted().join(' ');
  }

  /** A part that is a reference and nothing else is what it refers to. */
  #followed(part: Part): Part {
    let at = part;
    const seen = new Set<Json>();
    while (isObject(at.schema) && at.negated !== true && !seen.has(at.schema)) {
      seen.add(at.schema);
      const says = Object.keys(at.schema).filter((keyword) => !silentBesideReference.has(keyword));
      if (says.length !== 1 || says[0] !== '$ref') break;
      at = this.shared.document.target(at.schema, at.path);
    }
    return at;
  }

  /** A place within itself: the smallest value holds no other one of it, so one without decides whether there is any. */
  #within(entry: { name?: string }, parts: readonly Part[], hint: string): string {
    const path = parts[0]?.path ?? '';
    const why = 'every value that fits would have to hold another one, without end';
    if (this.#probing || this.isEmpty(parts)) throw new NoValue('$ref', path, why);
    entry.name ??= this.grammar.reserve(hint);
    return entry.name;
  }

  #write(parts: readonly Part[], { hint, copying }: ValueOptions): string {
    if (parts.length === 0) return anyValueRule(this.grammar);
    const { document } = this.shared;
    const alternatives = expand(parts, { document, isEmpty: (both) => this.isEmpty(both) });
    const rules: string[] = [];
    let last: NoValue | undefined;
    for (const facts of alternatives) {
      try {
        rules.push(...this.#alternative(facts, parts, { hint, copying: facts.shared ? 'never' : copying }));
      } catch (error) {
        if (!(error instanceof NoValue)) throw error;
        last ??= error;
      }
    }
    if (rules.length === 0) throw last ?? new NoValue('type', parts[0]?.path ?? '');
    return this.grammar.rule(hint, oneOf(rules));
  }

  #alternative(facts: Facts, parts: readonly Part[], options: ValueOptions): readonly string[] {
    const [values] = facts.values;
    if (values !== undefined) {
      const { document } = this.shared;
      const fitting = values.filter((value) => parts.every((part) => document.fits(value, part)));
      if (fitting.length === 0) throw new NoValue('enum', parts[0]?.path ?? '', 'none of its values fits');
      return fitting.map((value) => literal(JSON.stringify(value)));
    }
    const spoken = everyType.filter((type) => facts.types.has(type) && facts.spoken.has(type));
    const others = everyType.filter((type) => facts.types.has(type) && !facts.spoken.has(type));
    if (facts.typed) return this.#types(facts, [...facts.types], options);
    if (spoken.length > 0) {
      try {
        return this.#types(facts, spoken, options);
      } catch (error) {
        if (!(error instanceof NoValue) || others.length === 0) throw error;
      }
    }
    return this.#types(facts, others, options);
  }

  #types(facts: Facts, types: readonly TypeName[], options: ValueOptions): readonly string[] {
    const rules: string[] = [];
    let last: NoValue | undefined;
    for (const type of types) {
      try {
        rules.push(this.#ofType(type, facts, options));
      } catch (error) {
        if (!(error instanceof NoValue)) throw error;
        last ??= error;
      }
    }
    if (rules.length === 0) throw last ?? new NoValue(facts.last.keyword, facts.last.path);
    for (const place of facts.checked) this.note(place);
    return rules;
  }

  #ofType(type: TypeName, facts: Facts, options: ValueOptions): string {
    const { grammar } = this;
    const { excluded, last } = facts;
    const isExcluded = (value: Json): boolean => excluded.includes(value);
    switch (type) {
      case 'null':
        if (isExcluded(null)) throw new NoValue(last.keyword, last.path);
        return literal('null');
      case 'boolean': {
        const left = [true, false].filter((value) => !isExcluded(value));
        if (left.length === 0) throw new NoValue(last.keyword, last.path);
        return left.length === 2 ? booleanRule(grammar) : literal(String(left[0]));
      }
      case 'number':
        return numberRuleOf(this, facts, options);
      case 'string':
        return stringRule(this, facts, options);
      case 'array':
        if (excluded.some((value) => Array.isArray(value))) this.note(last);
        return listRule(this, facts, options);
      case 'object':
        if (excluded.some(isObject)) this.note(last);
        return objectRule(this, facts, options);
      default:
        return type satisfies never;
    }
  }
}

/** Keywords that say nothing of values, or of what a reference beside them means. */
const silentBesideReference = new Set([
  '$defs',
  'definitions',
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);
