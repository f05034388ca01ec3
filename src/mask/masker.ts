/**
 * Puts something else in the place of personal data, in texts and in JSON, and back again. One masker is one memory: who
 * was met stays who they became, also where only a part of the name comes back and nothing around it tells that it is
 * one. The same key makes the same of the same. Pure: lists and key are handed in.
 */
import type { Json } from '../protocol/json.ts';
import type {
  Finding,
  JsonPointerReplacement,
  MaskingOperator,
  PersonalDataType,
  Replacement,
} from '../protocol/personal-data.ts';
import { findPersonalData } from './find-personal-data.ts';
import { emptyGazetteer, wordBits } from './gazetteer/gazetteer.ts';
import { foldHash } from './gazetteer/fold-hash.ts';
import type { Gazetteer } from './gazetteer/gazetteer.ts';
import { findInJson, mapJson } from './json-findings.ts';
import { applyOperator, defaultOperators } from './operators/apply-operator.ts';
import { KeyedChoices } from './operators/keyed-choice.ts';
import type { NameLocale } from './operators/made-up-names.ts';
import { NameBook } from './operators/name-book.ts';
import { Originals } from './originals.ts';
import { scanText } from './scan.ts';

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
  /** Texts that stay, exactly as they are written; asked each time, so it may grow. */
  readonly exempt?: ReadonlySet<string>;
}

interface MaskedText {
  readonly text: string;
  /** In the order of the text; positions are those in the masked one. */
  readonly replacements: readonly Replacement[];
}

interface MaskedJson {
  readonly value: Json;
  readonly replacements: readonly JsonPointerReplacement[];
}

export interface Masker {
  /** What is found, but for the exempt texts. */
  readonly find: (text: string) => readonly Finding[];
  maskText(text: string): MaskedText;
  /** Strings and telling numbers are masked; keys, and whatever else there is, stay. */
  maskJson(value: Json): MaskedJson;
  /** What was made up turned back into what it stands for, as far as this masker made it. */
  restoreText(text: string): string;
  restoreJson(value: Json): Json;
}

/** A name is looked for again where it is long enough and no ordinary word. */
const shortestName = 3;

const hashes = new Uint32Array(2);

/** 53 bits of a word's hash, whatever its case and accents. */
function idOf(text: string, start: number, end: number): number {
  foldHash(text, start, end, hashes);
  return (hashes[0] ?? 0) * 2 ** 21 + ((hashes[1] ?? 0) >>> 11);
}

export function createMasker({
  key,
  operators = {},
  gazetteer = emptyGazetteer,
  locale = 'en',
  threshold,
  exempt = new Set(),
}: MaskerOptions): Masker {
  const choices = new KeyedChoices(key);
  const book = new NameBook(choices, gazetteer, locale);
  const originals = new Originals();
  const chosen = { ...defaultOperators, ...operators };
  /** Words of people's names that were found, as hashes of their folded letters. */
  const known = new Set<number>();
  const findOptions = threshold === undefined ? { gazetteer } : { gazetteer, threshold };
  const find = (text: string): Finding[] =>
    findPersonalData(text, findOptions).filter(({ start, end }) => !exempt.has(text.slice(start, end)));

  function learn(text: string, findings: readonly Finding[]): void {
    for (const { start, end, type } of findings) {
      if (type !== 'PERSON' || chosen.PERSON.type === 'keep') continue;
      for (const word of text.slice(start, end).match(/[\p{L}\p{M}]+/gu) ?? []) {
        const isOrdinary = (gazetteer.look(word, 0, word.length) & wordBits.word) !== 0;
        if (word.length >= shortestName && !isOrdinary && /^\p{Lu}/u.test(word))
          known.add(idOf(word, 0, word.length));
      }
    }
  }

  /** Findings with the names that were met before, where none of them lies. */
  function withKnown(text: string, findings: readonly Finding[]): Finding[] {
    if (known.size === 0) return [...findings];
    const added: Finding[] = [];
    let next = 0;
    const { count, starts, ends } = scanText(text);
    for (let token = 0; token < count; token += 1) {
      const [start, end] = [starts[token] ?? 0, ends[token] ?? 0];
      if (end - start < shortestName || !known.has(idOf(text, start, end))) continue;
      while (next < findings.length && (findings[next]?.end ?? 0) <= start) next += 1;
      const covering = findings[next];
      if (covering === undefined || covering.start >= end)
        added.push({
          start,
          end,
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
    find,
    maskText(text) {
      const findings = find(text);
      learn(text, findings);
      return replace(text, withKnown(text, findings));
    },
    maskJson(value) {
      const found = findInJson(value, find);
      for (const { text, findings } of found.values()) learn(text, findings);
      const replacements: JsonPointerReplacement[] = [];
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
