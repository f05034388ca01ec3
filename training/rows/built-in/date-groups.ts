/** Requests for `date_add`, `date_difference` and `weekday`. Calendar sums are done here as well. */
import type { Draw } from '../draw.ts';
import { inWords } from '../number-words.ts';
import { fromNow, fullDate, isoDay, monthDay, nearDay, plusDays, today, weekdays } from './days.ts';
import type { Day } from './days.ts';
import type { Case, Group } from './group.ts';

type DateUnit = 'days' | 'weeks' | 'months' | 'years';

const units: readonly DateUnit[] = ['days', 'days', 'weeks', 'weeks', 'months', 'years'];

function anchor(draw: Draw): Day {
  return draw.weighted([
    [() => fullDate(draw), 4],
    [() => monthDay(draw), 4],
    [() => ({ text: 'today', date: today, also: ['now'] }), 2],
    [() => ({ text: 'tomorrow', date: plusDays(today, 1), also: [] }), 0.6],
    [() => nearDay(draw), 0.8],
  ])();
}

function shifted(date: Date, amount: number, unit: DateUnit): Date {
  switch (unit) {
    case 'days':
    case 'weeks':
      return plusDays(date, unit === 'weeks' ? 7 * amount : amount);
    case 'months':
    case 'years':
      // Every anchor's day is one that all months have.
      return new Date(
        date.getFullYear(),
        date.getMonth() + (unit === 'years' ? 12 * amount : amount),
        date.getDate(),
      );
    default:
      return unit satisfies never;
  }
}

function adding(sign: 1 | -1): (draw: Draw) => Case {
  return (draw) => {
    const start = anchor(draw);
    const unit = draw.pick(units);
    const amount =
      unit === 'days' ? draw.number(2, 400) : unit === 'years' ? draw.integer(1, 12) : draw.number(1, 40);
    const said = amount <= 12 && draw.chance(0.25) ? inWords(amount) : String(amount);
    const date = shifted(start.date, sign * amount, unit);
    return {
      said: { d: start.text, n: `${said} ${amount === 1 ? unit.slice(0, -1) : unit}` },
      arguments: { date: start.text, amount: sign * amount, unit },
      acceptable: { date: start.also },
      answers: { date: isoDay(date), weekday: weekdays[date.getDay()] ?? '' },
    };
  };
}

const after = [
  'What date is {n} after {d}?',
  'What is the date {n} after {d}?',
  'Which date is {n} from {d}?',
  'add {n} to {d}',
  'What day is {n} after {d}?',
  'Which date comes {n} after {d}?',
  'find the date {n} after {d}',
  'calculate the date {n} from {d}',
  '{d} plus {n}',
  'When is {n} after {d}?',
  'What will the date be {n} after {d}?',
  'tell me the date {n} from {d}',
  'count {n} forward from {d}',
  'If it starts on {d} and takes {n}, when does it end?',
  'My permit from {d} is good for {n}. When does it run out?',
  'What date do I get when I add {n} to {d}?',
  'date of {d} + {n}',
  'work out the date {n} past {d}',
  'The trial began on {d} and lasts {n}. What is the last date?',
  'What date will it be {n} after {d}',
  'give me the date that is {n} after {d}',
  'Starting {d}, which date is {n} later?',
  '{n} after {d} is which date?',
  'go {n} ahead from {d}',
] as const;

const before = [
  'What date is {n} before {d}?',
  'Which date was {n} before {d}?',
  'subtract {n} from {d}',
  'What is the date {n} before {d}?',
  'find the date {n} before {d}',
  '{d} minus {n}',
  'When is {n} before {d}?',
  'tell me the date {n} before {d}',
  'count back {n} from {d}',
  'I have to apply {n} before {d}. Which date is that?',
  'go {n} back from {d}',
  'What date do I get when I take {n} off {d}?',
  'The visa is due {n} before {d}; what date is that?',
  '{n} before {d} is which date?',
  'calculate which date is {n} before {d}',
  'What was the date {n} prior to {d}?',
  'give me the date {n} earlier than {d}',
  'work out {d} minus {n}',
] as const;

const between = [
  'How many days are between {a} and {b}?',
  'How many days are there between {a} and {b}?',
  'count the days from {a} to {b}',
  'How many days from {a} to {b}?',
  'days between {a} and {b}',
  'How many days is it from {a} until {b}?',
  'How long is it from {a} to {b} in days?',
  'What is the number of days between {a} and {b}?',
  'calculate the days between {a} and {b}',
  'tell me how many days lie between {a} and {b}',
  'How far apart are {a} and {b} in days?',
  'What is the difference in days between {a} and {b}?',
  'I am away from {a} to {b}. How many days is that?',
  'The course runs from {a} to {b}; how many days is that?',
  'work out the days from {a} to {b}',
  'If I leave on {a} and come back on {b}, how many days am I gone?',
  'find the number of days from {a} to {b}',
  'How many days pass between {a} and {b}?',
  'The rent covers {a} to {b}. How many days?',
  'give me the days between {a} and {b}',
  'from {a} to {b}, how many days?',
  'How many nights and days, counted as days, from {a} to {b}?',
  'day count from {a} to {b}',
  'How many days separate {a} and {b}?',
] as const;

const until = [
  'How many days until {b}?',
  'How many days are left until {b}?',
  'How long until {b}?',
  'days until {b}',
  'How many days to {b}?',
  'count the days until {b}',
  'How many days is it until {b}?',
  'How far away is {b} in days?',
  'tell me how many days are left till {b}',
  'How many more days until {b}?',
  'How many sleeps until {b}?',
  'How long do I have to wait for {b}?',
  'What is the number of days from today to {b}?',
  'My deadline is {b}. How many days do I have?',
  'In how many days is {b}?',
  'How many days remain before {b}?',
] as const;

const since = [
  'How many days since {a}?',
  'How many days have passed since {a}?',
  'How long ago was {a} in days?',
  'days since {a}',
  'count the days since {a}',
  'How many days has it been since {a}?',
  'I was born on {a}. How many days old am I?',
  'How many days ago was {a}?',
  'tell me how many days have gone by since {a}',
  'We moved in on {a}, how many days is that from then to today?',
  'I quit smoking on {a}. How many days is that now?',
  'How many days lie between {a} and today?',
] as const;

const which = [
  'Which weekday is {d}?',
  'What day of the week is {d}?',
  'What weekday is {d}?',
  'On which day of the week does {d} fall?',
  'weekday of {d}',
  'which day is {d}?',
  'tell me the weekday of {d}',
  'What day is {d}?',
  'find the day of the week for {d}',
  'Is {d} a weekday or a weekend day?',
  'Does {d} fall on a weekend?',
  '{d} is what day of the week?',
  'Is {d} a Sunday?',
  'check what weekday {d} is',
  'What weekday does {d} land on?',
  'give me the day of the week for {d}',
  'On what day of the week is {d}?',
  'which day of the week will {d} be?',
  'Do you know which weekday {d} is?',
  'I was invited for {d}. Which weekday is that?',
  'look up the weekday of {d}',
  '{d}, which weekday?',
  'Is {d} a Monday?',
  'what day of the week would {d} be?',
] as const;

const ahead = [
  'What day {is} it {d}?',
  'Which weekday {is} it {d}?',
  'What day of the week {is} it {d}?',
  'which day {do} we have {d}?',
  'What weekday {is} it {d}?',
  'tell me the day of the week {d}',
  'What date {is} it {d}?',
  'What {is} the date {d}?',
  'which date {do} we have {d}?',
  'tell me the date {d}',
  'What date and weekday {is} it {d}?',
  'Give me the date {d}',
] as const;

const now = [
  'What day is it today?',
  "What's today's date?",
  'Which date is it today?',
  'What is the date today?',
  'tell me the date today',
  "what's the date today?",
  'Which weekday is it today?',
  'What day of the week is today?',
  'Today is which day?',
  'give me today as a date',
  'What is today?',
  'Is today a weekday?',
] as const;

function weekdayCase(day: Day): Case {
  return {
    said: { d: day.text, is: day.past === true ? 'was' : 'is', do: day.past === true ? 'did' : 'do' },
    arguments: { date: day.text },
    acceptable: { date: day.also },
    answers: { weekday: weekdays[day.date.getDay()] ?? '', date: isoDay(day.date) },
  };
}

function span(from: Day, to: Day): Case {
  return {
    said: { a: from.text, b: to.text },
    arguments: { from: from.text, to: to.text },
    acceptable: { from: from.also, to: to.also },
    answers: { days: Math.round((startOf(to.date) - startOf(from.date)) / 86_400_000) },
  };
}

/** Midnight in UTC of the same calendar day: a change of the clocks must not count. */
function startOf(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

const here: Day = { text: 'today', date: today, also: ['now'] };

export const dateGroups: readonly Group[] = [
  { tool: 'date_add', weight: 6, phrasings: after, make: adding(1) },
  { tool: 'date_add', weight: 4, phrasings: before, make: adding(-1) },
  {
    tool: 'date_difference',
    weight: 5,
    phrasings: between,
    make: (draw) => {
      const [one, other] = draw.chance(0.5)
        ? [fullDate(draw), fullDate(draw)]
        : [monthDay(draw), monthDay(draw)];
      return one.date <= other.date ? span(one, other) : span(other, one);
    },
  },
  {
    tool: 'date_difference',
    weight: 3,
    phrasings: until,
    make: (draw) => span(here, draw.chance(0.5) ? monthDay(draw) : fullDate(draw, [2027, 2034])),
  },
  {
    tool: 'date_difference',
    weight: 2,
    phrasings: since,
    make: (draw) => span(fullDate(draw, [1950, 2025]), here),
  },
  {
    tool: 'weekday',
    weight: 6,
    phrasings: which,
    make: (draw) => weekdayCase(draw.chance(0.6) ? fullDate(draw, [1950, 2040]) : monthDay(draw)),
  },
  { tool: 'weekday', weight: 2, phrasings: ahead, make: (draw) => weekdayCase(fromNow(draw)) },
  { tool: 'weekday', weight: 0.5, phrasings: now, make: () => weekdayCase(here) },
];
