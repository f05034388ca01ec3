/**
 * Dates that are moved by a number of days, the same for every date of a key, so that what lies a week apart stays so; or
 * that keep their year alone. Their form stays. Knows figures and English months; nothing of whose date it is.
 */
import type { KeyedChoices } from './keyed-choice.ts';

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

interface ReadDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly write: (date: Date) => string;
}

/** HIPAA's expert methods move dates by up to a year; most tools then still find them plausible. */
const mostDays = 180;

export function shiftDate(choices: KeyedChoices, original: string): string | undefined {
  const read = readDate(original);
  if (read === undefined) return undefined;
  const draw = choices.draw('days', '');
  const days = (1 + draw.below(mostDays)) * (draw.below(2) === 0 ? 1 : -1);
  return read.write(new Date(Date.UTC(read.year, read.month - 1, read.day + days)));
}

/** The first day of the year, in the form of the original, so that what checks the form still does. */
export function generaliseDate(original: string): string | undefined {
  const read = readDate(original);
  return read?.write(new Date(Date.UTC(read.year, 0, 1)));
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

function readDate(text: string): ReadDate | undefined {
  return readIso(text) ?? readSlashes(text) ?? readMonthName(text);
}

function readIso(text: string): ReadDate | undefined {
  const found = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(.*)$/s.exec(text);
  if (found === null) return undefined;
  const [, year = '', mark = '', month = '', day = '', rest = ''] = found;
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    write: (date) =>
      `${pad(date.getUTCFullYear(), 4)}${mark}${pad(date.getUTCMonth() + 1, month.length)}${mark}${pad(date.getUTCDate(), day.length)}${rest}`,
  };
}

/** Month first unless that cannot be: then the day is. */
function readSlashes(text: string): ReadDate | undefined {
  const found = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{2}|\d{4})$/.exec(text);
  if (found === null) return undefined;
  const [, first = '', mark = '', second = '', year = ''] = found;
  const dayFirst = Number(first) > 12 || mark === '.';
  const [month, day] = dayFirst ? [second, first] : [first, second];
  const isPadded = [first, second].some((part) => part.startsWith('0')) || first.length + second.length === 4;
  const full = year.length === 4 ? Number(year) : Number(year) + (Number(year) > 30 ? 1900 : 2000);
  return {
    year: full,
    month: Number(month),
    day: Number(day),
    write: (date) => {
      const madeMonth = pad(date.getUTCMonth() + 1, isPadded ? 2 : 1);
      const madeDay = pad(date.getUTCDate(), isPadded ? 2 : 1);
      const madeYear = pad(date.getUTCFullYear(), 4).slice(-year.length);
      return (dayFirst ? [madeDay, madeMonth, madeYear] : [madeMonth, madeDay, madeYear]).join(mark);
    },
  };
}

function readMonthName(text: string): ReadDate | undefined {
  const name = /[a-z]{3,}/i.exec(text)?.[0] ?? '';
  const index = months.findIndex((month) => month.startsWith(name.toLowerCase()));
  const year = /\b\d{4}\b/.exec(text)?.[0] ?? '';
  const day = /\b\d{1,2}(?=\b|st|nd|rd|th)/.exec(text)?.[0] ?? '';
  if (name === '' || index < 0 || year === '') return undefined;
  return {
    year: Number(year),
    month: index + 1,
    day: day === '' ? 1 : Number(day),
    write: (date) => {
      const long = months[date.getUTCMonth()] ?? 'january';
      // "May" is both forms of its month.
      const short = name.length > 3 || name.toLowerCase() === 'may' ? long : long.slice(0, name.length);
      const cased = name === name.toLowerCase() ? short : `${short.charAt(0).toUpperCase()}${short.slice(1)}`;
      return text
        .replace(year, '\u0001')
        .replace(name, cased)
        .replace(/\b\d{1,2}(?=\b|st|nd|rd|th)/, pad(date.getUTCDate(), day.startsWith('0') ? 2 : 1))
        .replace('\u0001', String(date.getUTCFullYear()));
    },
  };
}
