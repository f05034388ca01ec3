/**
 * Calendar dates in figures and words, days of the week, years; a date near a word for birth is a date of birth. Knows
 * how dates are written; nothing of whose they are.
 */
import type { Finding } from '../../protocol/personal-data.ts';
import { meaningBits } from '../keywords.ts';
import { form, isAfter, isBefore } from '../scan.ts';
import type { Scan } from '../scan.ts';

type Add = (finding: Finding) => void;

const longest = 40;
const inFigures =
  /^(?:(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?|(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|[12]\d|3[01])\1(?:(?:19|20)\d\d|\d\d)|(?:19|20)\d\d([/.])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01]))(?![\d]|[./-]\d)/;
const dayBefore = /(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.)?(?: of| de)? $/i;
const afterMonth = /^\.? (?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?:,? (?:19|20)\d\d)?(?!\d)/i;
const yearAfterMonth = /^\.?(?: de|,)? (?:19|20)\d\d(?!\d)/i;

export function findDates(scan: Scan, add: Add): void {
  const { text, count, starts, ends, forms, meanings } = scan;
  for (let token = 0; token < count; token += 1) {
    const start = starts[token] ?? 0;
    const end = ends[token] ?? 0;
    const shape = forms[token] ?? 0;
    const meaning = meanings[token] ?? 0;
    if ((shape & form.digits) !== 0) {
      if (end - start <= 4 || text.charCodeAt(start + 10) === 84) findInFigures(scan, token, add);
    } else if ((meaning & meaningBits.month) !== 0) findAroundMonth(scan, token, add);
    else if ((meaning & meaningBits.weekday) !== 0)
      add({ start, end, type: 'DATE', score: 0.6, rule: 'day of the week' });
  }
}

function isOfBirth(scan: Scan, token: number): boolean {
  return isBefore(scan, token, meaningBits.birth, 5) || isAfter(scan, token + 1, meaningBits.birth, 4);
}

function addDate(scan: Scan, token: number, start: number, end: number, add: Add): void {
  const birth = isOfBirth(scan, token);
  add({
    start,
    end,
    type: birth ? 'DATE_OF_BIRTH' : 'DATE',
    score: birth ? 0.9 : 0.85,
    rule: birth ? 'date near a word for birth' : 'date',
  });
}

function findInFigures(scan: Scan, token: number, add: Add): void {
  const { text, starts, ends } = scan;
  const start = starts[token] ?? 0;
  if (/[\d./+-]/.test(text.charAt(start - 1))) return;
  const [found = ''] = inFigures.exec(text.slice(start, start + longest)) ?? [];
  if (found !== '') {
    // "1.27.11" is a version: of dates with full stops and two digits for the year each part has two.
    if (/^\d{1,2}\.\d{1,2}\.\d\d$/.test(found) && !/^\d\d\.(?:0[1-9]|1[0-2])\.\d\d$/.test(found)) return;
    addDate(scan, token, start, start + found.length, add);
    return;
  }
  const word = text.slice(start, ends[token]);
  if (!/^(?:19|20)\d\d$/.test(word) || /[\d-]/.test(text.charAt(ends[token] ?? 0))) return;
  const before = text.slice(Math.max(0, start - 12), start).toLowerCase();
  if (
    /(?:^|[ (])(?:in|since|of|from|until|by|during|year|circa|early|late|before|after|born|around)[ :]\(?$/.test(
      before,
    )
  )
    addDate(scan, token, start, start + 4, ((finding) =>
      add({ ...finding, score: 0.55, rule: 'year' })) satisfies Add);
}

function findAroundMonth(scan: Scan, token: number, add: Add): void {
  const { text, starts, ends, forms } = scan;
  const monthStart = starts[token] ?? 0;
  const monthEnd = ends[token] ?? 0;
  const day = dayBefore.exec(text.slice(Math.max(0, monthStart - 8), monthStart))?.[0] ?? '';
  const rest = text.slice(monthEnd, monthEnd + longest);
  const tail = day === '' ? (afterMonth.exec(rest) ?? yearAfterMonth.exec(rest)) : yearAfterMonth.exec(rest);
  if (day === '' && tail === null) return;
  // "may 5" is as often a verb; "May 5" is not.
  if (((forms[token] ?? 0) & form.capital) === 0 && monthEnd - monthStart === 3 && tail === null) return;
  addDate(scan, token, monthStart - day.length, monthEnd + (tail?.[0].length ?? 0), add);
}
