/**
 * Facts of a text -> its rule: lengths alone by counting characters, patterns and formats by an automaton that meets them
 * all. What takes too many states is left to be checked. Knows texts; nothing of other types.
 */
import { textRule } from '../json-rules.ts';
import { automatonOf, smallestOf, TooManyStates } from './automaton.ts';
import { automatonRule } from './automaton-rules.ts';
import type { Facts, Place } from './facts.ts';
import { formatLanguage, longestFormatLoop } from './format-language.ts';
import { BeyondPattern, patternLanguage } from './pattern-language.ts';
import type { RuleWriter, TextAutomaton, ValueOptions } from './rule-writer.ts';
import { NoValue, SchemaGrammarError } from './schema-grammar-error.ts';
import { Languages } from './text-language.ts';
import type { Language } from './text-language.ts';
import { counted, keepsTo, turnsWithin } from './text-lengths.ts';

/** llama.cpp copies a repeated rule as often as its upper bound says. */
const longestRepetition = 2000;
/** Texts that may have no more characters than this are codes rather than words. */
const shortestCopied = 20;

export function stringRule(writer: RuleWriter, facts: Facts, { hint, copying }: ValueOptions): string {
  const { grammar, shared } = writer;
  const { minLength, maxLength } = facts;
  const lengthPlace = { keyword: 'minLength', path: facts.last.path };
  if (minLength > maxLength) throw new NoValue('minLength', facts.last.path, 'is above maxLength');
  if (minLength > longestRepetition) {
    throw new NoValue(
      'minLength',
      facts.last.path,
      `is above ${longestRepetition}, which is more than a model writes`,
    );
  }
  const wanted = maxLength === Infinity ? Math.max(shared.textLength, minLength) : maxLength;
  const maximum = Math.min(Math.floor(wanted), longestRepetition);
  const isFormed = facts.patterns.length > 0 || facts.formats.length > 0;
  const isCopied =
    facts.copy ??
    (copying === 'always' ||
      (copying === 'likely' && !isFormed && maxLength >= shortestCopied && minLength <= 1));
  if (isCopied) {
    const copied = shared.copied?.(maximum);
    if (isFormed || minLength > 1) {
      for (const place of [
        ...facts.patterns.map(({ path }) => ({ keyword: 'pattern', path })),
        ...formatPlaces(facts),
      ])
        writer.note(place);
      if (minLength > 1) writer.note(lengthPlace);
    }
    if (copied !== undefined) return copied;
  }
  const excluded = facts.excluded.filter((value) => typeof value === 'string');
  if (!isFormed && excluded.length === 0) return textRule(grammar, Math.ceil(minLength), maximum);
  const { automaton, turns, checked } = textAutomaton(writer, facts);
  for (const place of checked) writer.note(place);
  if (automaton === undefined) return textRule(grammar, Math.ceil(minLength), maximum);
  if (automaton.length === 0) {
    const [pattern] = facts.patterns;
    throw new NoValue(
      pattern === undefined ? 'format' : 'pattern',
      pattern?.path ?? facts.formats[0]?.path ?? facts.last.path,
    );
  }
  const usual = facts.formats.length > 0 ? Math.min(longestFormatLoop, maximum) : maximum;
  const longestLoop = turns ?? usual;
  return automatonRule({ grammar, automaton, hint: `${hint}-text`, as: 'text', longestLoop });
}

function formatPlaces({ formats }: Facts): readonly Place[] {
  return formats.map(({ path }) => ({ keyword: 'format', path }));
}

/** One keyword's share of a text's language. */
interface Share {
  readonly place: Place;
  readonly language: Language;
}

function textAutomaton(writer: RuleWriter, facts: Facts): TextAutomaton {
  const { texts } = writer.shared.automata;
  const { minLength, maxLength, patterns, formats, excluded } = facts;
  const key = JSON.stringify([
    minLength,
    String(maxLength),
    patterns.map(({ source, negated }) => [source, negated]),
    formats.map(({ name }) => name),
    excluded,
  ]);
  let made = texts.get(key);
  if (made === undefined) {
    const languages = new Languages();
    const { shares, checked } = sharesOf(facts, languages);
    made = withLengths(facts, withMost(languages, shares, checked));
    texts.set(key, made);
  }
  return { ...made, checked: made.checked.map(({ keyword }) => placeOf(facts, keyword)) };
}

/** Where a keyword stands: an automaton may have been made for another place. */
function placeOf({ patterns, formats, last }: Facts, keyword: string): Place {
  const [pattern] = patterns;
  const [format] = formats;
  if (keyword === 'pattern' && pattern !== undefined) return { keyword, path: pattern.path };
  return { keyword, path: keyword === 'format' && format !== undefined ? format.path : last.path };
}

/** The keywords that stand last are given up first, until the states are not too many. */
function withMost(languages: Languages, shares: readonly Share[], checked: readonly Place[]): TextAutomaton {
  for (let kept = shares.length; kept > 0; kept -= 1) {
    try {
      const language = languages.both(...shares.slice(0, kept).map((share) => share.language));
      const left = shares.slice(kept).map(({ place }) => place);
      return { automaton: automatonOf(languages, language), checked: [...checked, ...left] };
    } catch (error) {
      if (!(error instanceof TooManyStates)) throw error;
    }
  }
  return { automaton: undefined, checked: [...checked, ...shares.map(({ place }) => place)] };
}

function withLengths(facts: Facts, made: TextAutomaton): TextAutomaton {
  const { automaton, checked } = made;
  const lengths = { low: Math.ceil(facts.minLength), high: Math.floor(facts.maxLength) };
  if (automaton === undefined || keepsTo(automaton, lengths)) return made;
  // A format's texts are a choice of ours: fewer turns keep its rules few.
  const isLong = facts.formats.length > 0 && keepsTo(automaton, { ...lengths, high: Infinity });
  const turns = isLong ? turnsWithin(automaton, lengths.high) : undefined;
  if (turns !== undefined) return { ...made, turns };
  const exact = counted(automaton, lengths);
  if (exact !== undefined) return { ...made, automaton: smallestOf(exact) };
  const { path } = facts.last;
  const bounds = [
    ...(lengths.low > 0 ? ['minLength'] : []),
    ...(lengths.high < Infinity ? ['maxLength'] : []),
  ];
  return { ...made, checked: [...checked, ...bounds.map((keyword) => ({ keyword, path }))] };
}

/** The languages of a text's keywords, and the keywords that have none. */
export function sharesOf(
  facts: Facts,
  languages: Languages,
): {
  readonly shares: readonly Share[];
  readonly checked: readonly Place[];
} {
  const shares: Share[] = [];
  const checked: Place[] = [];
  for (const { source, path, negated } of facts.patterns) {
    const place = { keyword: negated ? facts.last.keyword : 'pattern', path };
    try {
      const language = patternLanguage(languages, source);
      shares.push({ place, language: negated ? languages.not(language) : language });
    } catch (error) {
      if (error instanceof SyntaxError) throw brokenPattern(place, error);
      if (!(error instanceof BeyondPattern)) throw error;
      checked.push(place);
    }
  }
  for (const { name, path } of facts.formats) {
    const language = formatLanguage(languages, name);
    if (language !== undefined) shares.push({ place: { keyword: 'format', path }, language });
    else if (name === 'regex') checked.push({ keyword: 'format', path });
  }
  for (const value of facts.excluded) {
    if (typeof value === 'string')
      shares.push({ place: facts.last, language: languages.not(languages.text(value)) });
  }
  return { shares, checked };
}

function brokenPattern(place: Place, error: SyntaxError): SchemaGrammarError {
  return new SchemaGrammarError({
    ...place,
    reason: `is no regular expression (${error.message})`,
    remedy: 'Write it as ECMA-262 with the flag u.',
  });
}
