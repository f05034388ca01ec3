/**
 * Companies and institutions: a word for one at the end or behind ("Inc", "website"), names joined as partners' are, or a
 * capital within a word. Knows words and marks; nothing of lists of companies.
 */
import type { PersonalDataType } from '../../protocol/personal-data.ts';
import { wordBits } from '../gazetteer/gazetteer.ts';
import { meaningBits } from '../keywords.ts';
import { form } from '../scan.ts';
import type { NameRun } from './name-runs.ts';
import type { RunContext } from './run-context.ts';
import type { WordReader } from './word-reader.ts';

export interface CompanyRun {
  readonly first: number;
  readonly judged: { readonly type: PersonalDataType; readonly score: number; readonly rule: string };
}

/** "MysticWeb"; not "McDonald", "O'Neill", "DeVito". */
const camelCase =
  /^(?!Ma?c[A-Z]|O[A-Z]|D[aeiu][A-Z]|L[aeio][A-Z]|Fitz[A-Z]|Van[A-Z]|Von[A-Z]|St[A-Z])[A-Z]?[a-z]+[A-Z][A-Za-z]*$/;
const behind: ReadonlySet<string> = new Set(
  'website office offices orchestra headquarters app team company employee employees shares stock customer subsidiary ceo'.split(
    ' ',
  ),
);

export function companyRun(
  words: WordReader,
  { first, last }: NameRun,
  { after, before, person }: RunContext,
): CompanyRun | undefined {
  const { text } = words.scan;
  const endsAsOne = last > first && words.means(last, meaningBits.company) && words.isCapital(last);
  const standsBefore = behind.has(after);
  const partners = partnersBefore(words, first);
  const isAtPartners =
    partners < first &&
    partners > 0 &&
    /^at$/i.test(text.slice(words.start(partners - 1), words.end(partners - 1)));
  const begin = endsAsOne || standsBefore || isAtPartners ? partners : first;
  if (endsAsOne)
    return {
      first: begin,
      judged: { type: 'ORGANIZATION', score: 0.88, rule: 'name that ends as organisations do' },
    };
  if (begin < first)
    return { first: begin, judged: { type: 'ORGANIZATION', score: 0.88, rule: 'names of partners' } };
  const start = words.start(first);
  if (
    first === last &&
    words.length(first) > 4 &&
    words.has(first, form.hasLower) &&
    camelCase.test(text.slice(start, Math.min(words.end(first), start + 40)))
  )
    return {
      first,
      judged: { type: 'ORGANIZATION', score: person === 'sure' ? 0.4 : 0.6, rule: 'capital within a word' },
    };
  // "at Hoffman-Taylor": two surnames that no person has.
  if (before === 'at' && last === first + 1 && words.gap(first) === '-')
    return { first, judged: { type: 'ORGANIZATION', score: 0.72, rule: 'names of partners' } };
  const isPlain = (words.bits(first) & wordBits.word) !== 0 && first === last;
  if (standsBefore && !isPlain && (words.bits(first) & wordBits.given) === 0)
    return {
      first,
      judged: { type: 'ORGANIZATION', score: 0.65, rule: 'name before a word for organisations' },
    };
  return undefined;
}

/** The first of "Davis, Reynolds and Williamson", told by its last. */
function partnersBefore(words: WordReader, first: number): number {
  const and = first - 1;
  if (
    and < 1 ||
    words.length(and) > 3 ||
    words.gap(and) !== ' ' ||
    !/^(?:and|&)$/i.test(words.scan.text.slice(words.start(and), words.end(and)))
  )
    return first;
  if (!words.isCapital(and - 1) || words.gap(and - 1) !== ' ') return first;
  let begin = and - 1;
  while (begin > 0 && first - begin < 8 && words.gap(begin - 1) === ', ' && words.isCapital(begin - 1))
    begin -= 1;
  return begin;
}
