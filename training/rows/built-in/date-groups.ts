/** Requests for `date_add`, `date_difference` and `weekday`. Calendar sums are done here as well. */
import type { Draw } from '../draw.ts';
import { inWords } from '../number-words.ts';
import { fromNow, fullDate, isoDay, monthDay, nearDay, plusDays, today, weekdays } from './days.ts';
import type { Day } from './days.ts';
import type { Case, Group } from './group.ts';
import { wider } from './wider-phrasings.ts';

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
  'what comes {n} after {d}?',
  'move {n} on from {d}',
  'shift {d} by {n}',
  'I start on {d} and stay {n}. Until when?',
  '{d} and then {n}: which date is it?',
  'which day is it {n} after {d}?',
  'find out the date {n} after {d}',
  'The milk from {d} keeps {n}. Until which date?',
  'get the date {n} later than {d}',
  'determine the date {n} from {d}',
  'if I pay {n} after {d}, on which date is that?',
  'let me know the date {n} after {d}',
  'From {d}, jump {n} ahead',
  '{n} on from {d}, what is the date?',
  'the date {n} after {d}',
  'what is {d} plus {n}?',
  'Payment is due {n} after {d}. On which date?',
  'compute {d} plus {n}',
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
  'what is {d} minus {n}?',
  'the date {n} before {d}',
  'jump {n} back from {d}',
  'take {n} off {d}',
  'compute the date {n} before {d}',
  'which day is {n} before {d}?',
  'I must tell them {n} before {d}. When is that?',
  'move back {n} from {d}',
  'find out which date is {n} before {d}',
  'get the date {n} earlier than {d}',
  'From {d}, count {n} backwards',
  'let me know the date {n} before {d}',
  'deduct {n} from {d}',
  'what date lies {n} before {d}?',
  'shift {d} back by {n}',
  'If it ends on {d} and took {n}, when did it start?',
  'the date {n} prior to {d}',
  'step {n} back from {d}',
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
  'number of days from {a} to {b}',
  'how long from {a} to {b}?',
  'get the days from {a} to {b}',
  '{a} to {b}: how many days?',
  'between {a} and {b}, how many days are there?',
  'let me know the days between {a} and {b}',
  'The fair is open from {a} until {b}. How many days is it on?',
  'compute the days between {a} and {b}',
  'What is the gap in days between {a} and {b}?',
  'I was there from {a} to {b}; how many days was I there?',
  'how many days does it take from {a} to {b}?',
  'count how many days {a} and {b} are apart',
  'determine the days from {a} to {b}',
  'days from {a} to {b}',
  'How many days will go by from {a} to {b}?',
  'how long did it last from {a} to {b} in days?',
  'what is {b} minus {a} in days?',
  'see how many days lie between {a} and {b}',
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
  'how long is it till {b}?',
  'how many days till {b}?',
  'countdown to {b}',
  'The exam is on {b}. How many days are left?',
  'find out how many days it is to {b}',
  'what is left in days until {b}?',
  'I fly on {b}. In how many days is that?',
  'days to {b}',
  'how many days before {b}?',
  'compute the days left until {b}',
  'get the number of days until {b}',
  'let me know how long it is until {b}',
  'how soon is {b}?',
  'today to {b}, how many days?',
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
  'how long has it been since {a}?',
  'number of days since {a}',
  'what is the time in days since {a}?',
  'My last visit was on {a}. How many days ago is that?',
  'find out how many days have passed since {a}',
  'how many days from {a} until now?',
  'compute the days since {a}',
  'we married on {a}, how many days is that?',
  'how many days have gone since {a}?',
  'get the days from {a} to today',
  '{a} was how many days ago?',
  'how long ago in days was {a}?',
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
  'get the weekday of {d}',
  '{d} is which weekday?',
  'what day does {d} fall on?',
  'on which weekday is {d}?',
  'day of the week for {d}',
  'which weekday was {d}?',
  'What sort of day is {d}, a Tuesday?',
  'find the weekday of {d}',
  'I was born on {d}. Which weekday was it?',
  'let me know what weekday {d} is',
  'Is {d} a Friday?',
  'which day of the week was {d}?',
  'tell me what day {d} is',
  'determine the weekday for {d}',
  'see which weekday {d} is',
  'The party is on {d}, what day of the week is it?',
  'name the weekday of {d}',
  'does {d} fall on a Saturday?',
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
  'what day will we have {d}?',
  'find the weekday {d}',
  'what {is} the weekday {d}?',
  'date {d}?',
  'which day of the week {do} we have {d}?',
  'let me know the date {d}',
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
  { tool: 'date_add', weight: 6, phrasings: after, wider: wider.after, make: adding(1) },
  { tool: 'date_add', weight: 4, phrasings: before, wider: wider.before, make: adding(-1) },
  {
    tool: 'date_difference',
    weight: 5,
    phrasings: between,
    wider: wider.between,
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
    wider: wider.until,
    make: (draw) => span(here, draw.chance(0.5) ? monthDay(draw) : fullDate(draw, [2027, 2034])),
  },
  {
    tool: 'date_difference',
    weight: 2,
    phrasings: since,
    wider: wider.since,
    make: (draw) => span(fullDate(draw, [1950, 2025]), here),
  },
  {
    tool: 'weekday',
    weight: 6,
    phrasings: which,
    wider: wider.weekday,
    make: (draw) => weekdayCase(draw.chance(0.6) ? fullDate(draw, [1950, 2040]) : monthDay(draw)),
  },
  { tool: 'weekday', weight: 2, phrasings: ahead, make: (draw) => weekdayCase(fromNow(draw)) },
  { tool: 'weekday', weight: 0.5, phrasings: now, make: () => weekdayCase(here) },
];
