/**
 * Dates as people say them ("next Friday", "in 3 weeks", "tomorrow 3pm", "2026-03-01") in local time, so that a model
 * only copies the phrase. English; 3/4/2026 is the 4th of March; "Friday" is the coming one, "next Friday" that of
 * next week.
 * Loaded on first use by the date and calendar tools, because the phrase parser is large.
 */
import { casual } from 'chrono-node/en';

export interface DateReading {
  readonly date: Date;
  /** True where the phrase names a time of day; else only the day counts. */
  readonly hasTime: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The moment a phrase means, seen from `now`; undefined where it is no date, or not only a date. */
export function readDate(phrase: string, now: Date): DateReading | undefined {
  const text = phrase.trim();
  if (text.length > 100) return undefined;
  const past = /\b(?:last|past|previous|ago|yesterday|since|earlier)\b/i.test(text);
  const [found, ...more] = casual.parse(text, now, { forwardDate: !past });
  if (found === undefined || more.length > 0) return undefined;
  // "banana tomorrow" is not a date; "on Friday" and "by the 5th of May" are.
  const rest = text
    .replace(found.text, '')
    .replaceAll(/\b(?:on|at|by|the|of|for|from|until)\b|[\s,.?]/gi, '');
  if (rest !== '') return undefined;
  const date = found.start.date();
  if (Number.isNaN(date.getTime())) return undefined;
  return { date, hasTime: found.start.isCertain('hour') };
}

/** `2026-03-01`, or `2026-03-01T15:00` where the time of day counts; local time. */
export function writeDate({ date, hasTime }: DateReading): string {
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return hasTime ? `${day}T${two(date.getHours())}:${two(date.getMinutes())}` : day;
}

/** Days on the calendar from one date to another; a change of the clocks does not count. */
export function daysBetween(from: Date, to: Date): number {
  return (calendarDay(to) - calendarDay(from)) / dayMs;
}

function calendarDay(date: Date): number {
  const day = new Date(0);
  day.setUTCFullYear(date.getFullYear(), date.getMonth(), date.getDate());
  return day.getTime();
}

/** `Sunday` … `Saturday`. */
export function weekdayOf(date: Date): string {
  return date.toLocaleDateString('en', { weekday: 'long' });
}

export type DateUnit = 'hours' | 'days' | 'weeks' | 'months' | 'years';

/**
 * The date `amount` units later (earlier where negative). A month that is too short gives its last day:
 * 31 January and one month is 28 February.
 */
export function addToDate(date: Date, amount: number, unit: DateUnit): Date {
  const result = new Date(date);
  switch (unit) {
    case 'hours':
      result.setTime(result.getTime() + amount * 60 * 60 * 1000);
      return result;
    case 'days':
      result.setDate(result.getDate() + amount);
      return result;
    case 'weeks':
      result.setDate(result.getDate() + 7 * amount);
      return result;
    case 'months':
    case 'years': {
      const day = result.getDate();
      result.setDate(1);
      result.setMonth(result.getMonth() + (unit === 'years' ? 12 : 1) * amount);
      const lastDay = new Date(result.getFullYear(), result.getMonth() + 1, 0).getDate();
      result.setDate(Math.min(day, lastDay));
      return result;
    }
    default:
      return unit satisfies never;
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
