/**
 * Telephone numbers: runs of digits in a form that people write them in. Form and words nearby decide; the numbering
 * plans of `libphonenumber-js` confirm, and are asked about few runs only. Knows one text; no default country.
 */
import { isValidPhoneNumber } from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import type { Finding } from '../../protocol/personal-data.ts';
import { meaningBits } from '../keywords.ts';
import { form, isAfter, isBefore } from '../scan.ts';
import type { Scan } from '../scan.ts';

type Add = (finding: Finding) => void;

const longest = 40;

/** A run that may be a number: groups with single separators, an area code in brackets, an extension. */
const run =
  /^(?:(?:\+|00)?\d{1,4}[ .-]?)?(?:\(\d{1,5}\)[ ./-]?)?\d{1,12}(?:(?:[ .-]|[ ]?\/[ ]?| - )\d{1,8}){0,7}(?:(?: ?(?:x|ext\.?|#) ?)\d{1,6})?(?![\d])/i;

const extension = /(?: ?(?:x|ext\.?|#) ?)\d{1,6}$/i;

/** Forms that are telephone numbers more often than not. */
const americanForm = /^(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}$/;
const bracketForm = /^(?:(?:\+|00)\d{1,3} ?)?\(\d{1,5}\)[ ./-]?\d{2,5}(?:[ .-]\d{2,5}){0,4}$/;
const groupedForm = /^0\d{1,4}(?:[ ./-]\d{2,8}){1,5}$/;

/** Tried where a number has no country code, most speakers first. */
const triedCountries: readonly CountryCode[] = ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'IN'];

export interface FindPhonesOptions {
  /** Countries whose national numbers are known by their plan, without a word nearby. */
  readonly countries?: readonly CountryCode[];
}

export function findPhones(
  scan: Scan,
  add: Add,
  { countries = triedCountries }: FindPhonesOptions = {},
): void {
  const { text, count, starts, ends, forms } = scan;
  let covered = 0;
  for (let token = 0; token < count; token += 1) {
    if (((forms[token] ?? 0) & form.digits) === 0) continue;
    const first = starts[token] ?? 0;
    if (first < covered) continue;
    const code = text.charCodeAt(first);
    if (code < 48 || code > 57 || isAlone(text, first, ends[token] ?? 0)) continue;
    let start = first;
    if (text.charCodeAt(start - 1) === 40) start -= 1;
    if (text.charCodeAt(start - 1) === 43) start -= 1;
    if (
      text.charCodeAt(start - 1) !== 32 &&
      /[\p{L}\d_@$€£%#]|[.,:=/-]/u.test(text.charAt(start - 1)) &&
      isJoined(text, start)
    )
      continue;
    const found = run.exec(text.slice(start, start + longest))?.[0] ?? '';
    if (found.length < 6) continue;
    const judged = judge(scan, token, found, countries);
    if (judged === undefined) continue;
    const end = start + judged.length;
    covered = end;
    if (/[\p{L}\d_@]/u.test(text.charAt(end)) || /^[.,-]\d/.test(text.slice(end, end + 2))) continue;
    if (ends[token] === undefined) continue;
    add({ start, end, type: 'PHONE', score: judged.score, rule: judged.rule });
  }
}

/** A short number with nothing behind it that a longer one could go on with. */
function isAlone(text: string, start: number, end: number): boolean {
  if (end - start > 5) return false;
  const mark = text.charCodeAt(end);
  if (mark !== 32 && mark !== 46 && mark !== 45 && mark !== 41 && mark !== 47) return true;
  const next = text.charCodeAt(end + 1);
  return !(next >= 48 && next <= 57) && next !== 40 && next !== 32 && next !== 45 && next !== 47;
}

/** Whether what stands before belongs to the run: "A-12", "3.14", "$5". A colon or comma after a word does not. */
function isJoined(text: string, start: number): boolean {
  const before = text.charAt(start - 1);
  if (/[:=,]/.test(before)) return /\d/.test(text.charAt(start - 2));
  return before !== '#' || /[\p{L}\d]/u.test(text.charAt(start - 2));
}

interface Judged {
  readonly length: number;
  readonly score: number;
  readonly rule: string;
}

function judge(
  scan: Scan,
  token: number,
  run_: string,
  countries: readonly CountryCode[],
): Judged | undefined {
  let found = run_;
  let number = found.replace(extension, '');
  let digits = number.replaceAll(/\D/g, '');
  // Too long for one number: its first groups may be one.
  while (digits.length > 15) {
    const cut = Math.max(number.lastIndexOf(' '), number.lastIndexOf('-'));
    if (cut < 6) return undefined;
    number = number.slice(0, cut).trimEnd();
    found = number;
    digits = number.replaceAll(/\D/g, '');
  }
  if (digits.length < 6) return undefined;
  if (isDateLike(number) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(number)) return undefined;
  const { length } = found;
  const hasContext =
    isBefore(scan, token, meaningBits.phone, 6) || isAfter(scan, token + 1, meaningBits.phone, 0);
  const isOther = isBefore(
    scan,
    token,
    meaningBits.notPersonal | meaningBits.card | meaningBits.bank | meaningBits.social | meaningBits.postal,
    3,
  );
  if (number.startsWith('+') || (number.startsWith('00') && digits.length > 9)) {
    if (digits.length < 8) return undefined;
    return { length, score: 0.88, rule: 'number with a country code' };
  }
  if (americanForm.test(number))
    return {
      length,
      score: isOther && !hasContext ? 0.35 : hasContext ? 0.9 : 0.75,
      rule: 'North American form',
    };
  if (bracketForm.test(number))
    return { length, score: isOther ? 0.35 : 0.75, rule: 'area code in brackets' };
  if (hasContext && !isOther && digits.length <= 13)
    return {
      length,
      score: groupedForm.test(number) ? 0.85 : 0.7,
      rule: 'number after a word for telephones',
    };
  if (isOther) return undefined;
  if (groupedForm.test(number) && digits.length >= 9 && digits.length <= 12) {
    const isValid = countries.some((country) => isValidPhoneNumber(number, country));
    return {
      length,
      score: isValid ? 0.7 : 0.5,
      rule: isValid ? 'number of a country’s plan' : 'groups after a zero',
    };
  }
  if (digits.length < 9 || digits.length > 11 || !/^\d{2,}(?:[ .-]\d{2,}){1,4}$/.test(number))
    return undefined;
  return countries.some((country) => isValidPhoneNumber(number, country))
    ? { length, score: 0.5, rule: 'number of a country’s plan' }
    : undefined;
}

function isDateLike(number: string): boolean {
  return /^(?:(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d)\b/.test(number);
}
