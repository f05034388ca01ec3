/**
 * Days as people name them, with the calendar day that is meant, seen from the generator's fixed "today".
 * The reading is worked out here, apart from the tools' own, so that the two can be held against each other.
 */
import type { Draw } from '../draw.ts';
import { inWords } from '../number-words.ts';

/** A Wednesday. No row names it: requests are read by the clock of their day. */
export const today = new Date(2026, 2, 4, 10, 0);

export interface Day {
  /** As it is said, and as it goes into the call. */
  readonly text: string;
  readonly date: Date;
  /** Other ways to copy it. */
  readonly also: readonly string[];
  readonly past?: boolean;
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

export function isoDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function two(value: number): string {
  return String(value).padStart(2, '0');
}

export function plusDays(date: Date, days: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

/** Single days of the calendar belong to one split, in all years. */
function isOwn(draw: Draw, month: number, day: number): boolean {
  return draw.owns(`${months[month] ?? ''} ${day}`);
}

/** A date with its year. */
export function fullDate(draw: Draw, years: readonly [number, number] = [2026, 2032]): Day {
  const date = new Date(draw.integer(...years), draw.integer(0, 11), draw.integer(1, 28));
  if (!isOwn(draw, date.getMonth(), date.getDate())) return fullDate(draw, years);
  const [day, month, year] = [date.getDate(), months[date.getMonth()] ?? '', date.getFullYear()];
  const short = month.slice(0, 3);
  const text = draw.pick([
    isoDay(date),
    isoDay(date),
    `${day} ${month} ${year}`,
    `${month} ${day}, ${year}`,
    `${month} ${day} ${year}`,
    `${short} ${day}, ${year}`,
    `${day} ${short} ${year}`,
    `${month} ${ordinal(day)}, ${year}`,
    `${ordinal(day)} of ${month} ${year}`,
    `${date.getMonth() + 1}/${day}/${year}`,
  ]);
  return { text, date, also: [isoDay(date)] };
}

/** A date without a year: the coming one. */
export function monthDay(draw: Draw): Day {
  const [month, day] = [draw.integer(0, 11), draw.integer(1, 28)];
  if (!isOwn(draw, month, day)) return monthDay(draw);
  const thisYear = new Date(today.getFullYear(), month, day);
  const date = thisYear < plusDays(today, 0) ? new Date(today.getFullYear() + 1, month, day) : thisYear;
  const name = months[month] ?? '';
  const plain = draw.pick([
    `${day} ${name}`,
    `${name} ${day}`,
    `${name} ${ordinal(day)}`,
    `${ordinal(day)} of ${name}`,
    `${name.slice(0, 3)} ${day}`,
    `${ordinal(day)} ${name}`,
  ]);
  return { text: plain, date, also: [`the ${plain}`, `${name} ${day}`] };
}

/** today, tomorrow, a weekday. */
export function nearDay(draw: Draw): Day {
  const name = draw.pick(weekdays);
  const ahead = (weekdays.indexOf(name) - today.getDay() + 7) % 7;
  // A week begins on Sunday.
  const nextWeek = 7 - today.getDay() + weekdays.indexOf(name);
  return draw.weighted<Day>([
    [{ text: 'today', date: today, also: [] }, 2],
    [{ text: 'tomorrow', date: plusDays(today, 1), also: [] }, 3],
    [{ text: 'the day after tomorrow', date: plusDays(today, 2), also: ['day after tomorrow'] }, 0.7],
    [{ text: name, date: plusDays(today, ahead), also: [`on ${name}`, `this ${name}`] }, 5],
    [{ text: `next ${name}`, date: plusDays(today, nextWeek), also: [] }, 3],
  ]);
}

/** "in 3 weeks", "10 days ago". */
export function fromNow(draw: Draw): Day {
  const unit = draw.pick(['day', 'week'] as const);
  const amount = unit === 'day' ? draw.number(2, 90) : draw.integer(2, 12);
  const past = draw.chance(0.3);
  const said = amount <= 12 && draw.chance(0.3) ? inWords(amount) : String(amount);
  const text = past ? `${said} ${unit}s ago` : `in ${said} ${unit}s`;
  const digits = past ? `${amount} ${unit}s ago` : `in ${amount} ${unit}s`;
  return {
    text,
    date: plusDays(today, (past ? -1 : 1) * amount * (unit === 'week' ? 7 : 1)),
    also: [digits],
    past,
  };
}

function ordinal(day: number): string {
  const end = day % 100 > 10 && day % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${end}`;
}
