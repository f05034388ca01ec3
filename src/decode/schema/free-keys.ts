/**
 * The names that a model may give to properties a schema does not name, sorted by the patterns that they match: each sort
 * has values of its own. Knows names; nothing of values.
 */
import { textRule } from '../json-rules.ts';
import { automatonOf, TooManyStates } from './automaton.ts';
import { automatonRule } from './automaton-rules.ts';
import { expand } from './expand.ts';
import type { Facts } from './facts.ts';
import { BeyondPattern, patternLanguage } from './pattern-language.ts';
import type { RuleWriter } from './rule-writer.ts';
import { NoValue } from './schema-grammar-error.ts';
import { sharesOf } from './string-rule.ts';
import { Languages } from './text-language.ts';
import type { Language } from './text-language.ts';

/** Characters of a free key, where its patterns ask for no more. */
export const keyLength = 64;
/** Patterns of names whose combinations are told apart. */
const mostPatterns = 4;

/** Names of one sort. */
export interface FreeKeys {
  /** Patterns that all of them match; they match no other one. */
  readonly matched: ReadonlySet<string>;
  /** The rule of the names as JSON texts. */
  readonly rule: string;
}

/** Sorts of names that are not among those given, and that `propertyNames` allows. */
export function freeKeys(
  writer: RuleWriter,
  facts: Facts,
  { names, hint }: { readonly names: readonly string[]; readonly hint: string },
): readonly FreeKeys[] {
  const { grammar } = writer;
  const languages = new Languages();
  const allowed = languages.both(
    ...facts.names.map((part) => nameLanguage(writer, languages, part)),
    ...names.map((name) => languages.not(languages.text(name))),
  );
  let sorts: { readonly matched: ReadonlySet<string>; readonly language: Language }[] = [
    { matched: new Set(), language: allowed },
  ];
  for (const { path, patterns } of facts.objects) {
    for (const [source] of patterns) {
      if (sorts[0]?.matched.has(source) === true) continue;
      const language = sorts.length < 2 ** mostPatterns ? readPattern(languages, source) : undefined;
      if (language === undefined) writer.note({ keyword: 'patternProperties', path });
      else {
        sorts = sorts.flatMap((sort) => [
          { matched: new Set([...sort.matched, source]), language: languages.both(sort.language, language) },
          { ...sort, language: languages.both(sort.language, languages.not(language)) },
        ]);
      }
    }
  }
  return sorts.flatMap(({ matched, language }) => {
    try {
      const automaton = automatonOf(languages, language);
      if (automaton.length === 0) return [];
      return [
        { matched, rule: automatonRule({ grammar, automaton, hint, as: 'text', longestLoop: keyLength }) },
      ];
    } catch (error) {
      if (!(error instanceof TooManyStates)) throw error;
      writer.note({ keyword: 'propertyNames', path: facts.last.path });
      return [{ matched, rule: textRule(grammar, 1, keyLength) }];
    }
  });
}

function readPattern(languages: Languages, source: string): Language | undefined {
  try {
    return patternLanguage(languages, source);
  } catch (error) {
    if (error instanceof BeyondPattern) return undefined;
    throw error;
  }
}

/** Names that fit a schema of names. */
function nameLanguage(writer: RuleWriter, languages: Languages, part: Facts['names'][number]): Language {
  const { document } = writer.shared;
  const text = { schema: { type: 'string' }, path: part.path };
  try {
    const alternatives = expand([text, part], { document, isEmpty: (both) => writer.isEmpty(both) });
    return languages.either(
      ...alternatives.map((facts) => {
        const [values] = facts.values;
        if (values !== undefined) {
          const fitting = values.filter((value) => document.fits(value, part));
          return languages.either(
            ...fitting.flatMap((value) => (typeof value === 'string' ? [languages.text(value)] : [])),
          );
        }
        const { shares, checked } = sharesOf(facts, languages);
        if (checked.length > 0 || facts.checked.length > 0)
          writer.note({ keyword: 'propertyNames', path: part.path });
        const lengths = languages.repeat(
          languages.any,
          Math.ceil(facts.minLength),
          Math.floor(facts.maxLength),
        );
        return languages.both(lengths, ...shares.map(({ language }) => language));
      }),
    );
  } catch (error) {
    if (error instanceof NoValue) return languages.none;
    throw error;
  }
}
