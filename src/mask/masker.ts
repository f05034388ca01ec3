/**
 * Puts something else in the place of personal data, in texts and in JSON, and back again. One masker is one memory: who
 * was met stays who they became, also where only a part of the name comes back and nothing around it tells that it is
 * one. The same key makes the same of the same. Pure: lists and key are handed in.
 */
import type { Json } from '../protocol/json.ts';
import type { Finding, MaskingOperator, PersonalDataType, Replacement } from '../protocol/personal-data.ts';
import { findPersonalData } from './find-personal-data.ts';
import { emptyGazetteer, wordBits } from './gazetteer/gazetteer.ts';
import type { Gazetteer } from './gazetteer/gazetteer.ts';
import { findInJson, mapJson } from './json-findings.ts';
import { applyOperator, defaultOperators } from './operators/apply-operator.ts';
import { KeyedChoices } from './operators/keyed-choice.ts';
import type { NameLocale } from './operators/made-up-names.ts';
import { fold, NameBook } from './operators/name-book.ts';
import { Originals } from './originals.ts';

export interface MaskerOptions {
  /** 16 bytes or more, known to nobody who reads the masked records. */
  readonly key: Uint8Array;
  readonly operators?: Partial<Readonly<Record<PersonalDataType, MaskingOperator>>>;
  /** From `loadGazetteer`; without it names are found by capitals and context alone. */
  readonly gazetteer?: Gazetteer;
  /** Of the made-up names (default: en). */
  readonly locale?: NameLocale;
  /** What is less sure stays (default: 0.4). */
  readonly threshold?: number;
}

interface MaskedText {
  readonly text: string;
  /** In the order of the text; positions are those in the masked one. */
  readonly replacements: readonly Replacement[];
}

interface MaskedJson {
  readonly value: Json;
  readonly replacements: readonly JsonReplacement[];
}

interface JsonReplacement extends Replacement {
  /** The string's place as a JSON Pointer (RFC 6901). */
  readonly path: string;
}

export interface Masker {
  maskText(text: string): MaskedText;
  /** Strings and telling numbers are masked; keys, and whatever else there is, stay. */
  maskJson(value: Json): MaskedJson;
  /** What was made up turned back into what it stands for, as far as this masker made it. */
  restoreText(text: string): string;
  restoreJson(value: Json): Json;
}

/** A name is looked for again where it is long enough and no ordinary word. */
const shortestName = 3;

export function createMasker({
  key,
  operators = {},
  gazetteer = emptyGazetteer,
  locale = 'en',
  threshold,
}: MaskerOptions): Masker {
  const choices = new KeyedChoices(key);
  const book = new NameBook(choices, gazetteer, locale);
  const originals = new Originals();
  const chosen = { ...defaultOperators, ...operators };
  /** Folded words of people's names that were found. */
  const known = new Set<string>();
  const findOptions = threshold === undefined ? { gazetteer } : { gazetteer, threshold };
  const find = (text: string): Finding[] => findPersonalData(text, findOptions);

  function learn(text: string, findings: readonly Finding[]): void {
    for (const { start, end, type } of findings) {
      if (type !== 'PERSON' || chosen.PERSON.type === 'keep') continue;
      for (const word of text.slice(start, end).match(/[\p{L}\p{M}]+/gu) ?? []) {
        const isOrdinary = (gazetteer.look(word, 0, word.length) & wordBits.word) !== 0;
        if (word.length >= shortestName && !isOrdinary && /^\p{Lu}/u.test(word)) known.add(fold(word));
      }
    }
  }

  /** Findings with the names that were met before, where none of them lies. */
  function withKnown(text: string, findings: readonly Finding[]): Finding[] {
    if (known.size === 0) return [...findings];
    const added: Finding[] = [];
    let next = 0;
    for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}]{3,40}/gu)) {
      while (next < findings.length && (findings[next]?.end ?? 0) <= index) next += 1;
      const covering = findings[next];
      if (covering !== undefined && covering.start < index + word.length) continue;
      if (known.has(fold(word)))
        added.push({
          start: index,
          end: index + word.length,
          type: 'PERSON',
          score: 0.8,
          rule: 'name that was found before',
        });
    }
    return [...findings, ...added].toSorted((one, other) => one.start - other.start);
  }

  function replace(text: string, findings: readonly Finding[]): MaskedText {
    const replacements: Replacement[] = [];
    let made = '';
    let at = 0;
    for (const { start, end, type, rule } of findings) {
      const operator = chosen[type];
      if (operator.type === 'keep') continue;
      const original = text.slice(start, end);
      const replacement = applyOperator(operator, type, original, { choices, book });
      made += text.slice(at, start);
      replacements.push({
        start: made.length,
        end: made.length + replacement.length,
        type,
        rule,
        original,
        replacement,
      });
      made += replacement;
      at = end;
      if (operator.type === 'surrogate' || operator.type === 'hash')
        originals.add(type, original, replacement);
    }
    return { text: made + text.slice(at), replacements };
  }

  return {
    maskText(text) {
      const findings = find(text);
      learn(text, findings);
      return replace(text, withKnown(text, findings));
    },
    maskJson(value) {
      const found = findInJson(value, find);
      for (const { text, findings } of found.values()) learn(text, findings);
      const replacements: JsonReplacement[] = [];
      const masked = mapJson(value, (leaf, path) => {
        const place = found.get(path);
        if (place === undefined) return leaf;
        const findings = typeof leaf === 'string' ? withKnown(leaf, place.findings) : place.findings;
        const { text, replacements: made } = replace(place.text, findings);
        if (made.length === 0) return leaf;
        const number = typeof leaf === 'number' ? Number(text) : undefined;
        // A number whose surrogate is none stays out of the record rather than in it.
        if (number !== undefined && !Number.isFinite(number)) return 0;
        for (const replacement of made) replacements.push({ ...replacement, path });
        return number ?? text;
      });
      return { value: masked, replacements };
    },
    restoreText: (text) => originals.restore(text),
    restoreJson: (value) =>
      mapJson(value, (leaf) => (typeof leaf === 'string' ? originals.restore(leaf) : leaf)),
  };
}
