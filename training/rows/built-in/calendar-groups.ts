/** Requests for `calendar_add` and `calendar_list`. */
import type { Draw } from '../draw.ts';
import { eventTitle } from '../values.ts';
import { fullDate, isoDay, monthDay, nearDay, two, weekdays } from './days.ts';
import type { Day } from './days.ts';
import type { Case, Group } from './group.ts';
import { wider } from './wider-phrasings.ts';

const adding = [
  'add {t} to my calendar {w}',
  'schedule {t} {w}',
  'put {t} on my calendar {w}',
  'schedule {at} {w}',
  'add {t} {w} to my calendar',
  'book {at} {w}',
  'create a calendar entry for {t} {w}',
  'I have {at} {w}, put it in my calendar',
  'set up {at} {w}',
  'enter {t} {w} in the calendar',
  'plan {at} {w}',
  'calendar: {t} {w}',
  'make an appointment for {t} {w}',
  'mark my calendar: {t} {w}',
  'there is {at} {w}. Add it to the calendar',
  'put {at} in my calendar {w}',
  'add an event called {t} {w}',
  'new calendar entry: {t} {w}',
  'pencil in {t} {w}',
  'block my calendar for {t} {w}',
  'add to my schedule: {t} {w}',
  'I need {t} in my calendar {w}',
  'new event {t} {w}',
  'arrange {at} {w}',
  'save the date: {t} {w}',
  'get {t} into my calendar {w}',
  'add the event {t} {w} to the calendar',
  'please schedule {at} for me {w}',
  'my calendar needs {t} {w}',
  'organise {at} {w}',
  'fix {at} {w}',
  'set a date for {t} {w}',
  'note {t} in my calendar {w}',
  'reserve time for {t} {w}',
  'drop {t} into my calendar {w}',
  'diarise {t} {w}',
  'We agreed on {t} {w}, add it to my calendar',
  'I am going to {at} {w}. Schedule it',
  '{t} {w}, please schedule that',
  'log {t} in the calendar {w}',
  'keep {w} free for {t}',
  'insert {t} into my schedule {w}',
  'Could there be {at} in my calendar {w}?',
  'make room in my calendar for {t} {w}',
  'calendar entry: {t}, {w}',
  'register {t} in my calendar {w}',
  'I want {at} {w}',
  'hold a slot for {t} {w}',
  'Let us have {at} {w}',
  'slot in {t} {w}',
  'add {at} {w}',
  'I will have {at} {w}, note it in the calendar',
  'record {at} in my calendar {w}',
  'We are having {at} {w}, please add it',
  'Sign me up for {at} {w} in my calendar',
  'enter {at} {w}',
  'create an appointment: {t} {w}',
  'put down {t} {w} in my calendar',
  'Please get {at} scheduled {w}',
  'new appointment {t} {w}',
] as const;

const listingDay = [
  'What is on my calendar {d}?',
  'What do I have {d}?',
  'show my calendar for {b}',
  'Am I free {d}?',
  'list my appointments {d}',
  'What appointments do I have {d}?',
  'What is planned {d}?',
  'Do I have anything on my calendar {d}?',
  'show me my schedule {d}',
  'What does my calendar look like {d}?',
  'Any meetings {d}?',
  'which events do I have {d}?',
  'check my calendar {d}',
  'Do I have plans {d}?',
  'What am I doing {d}?',
  'read me my appointments {d}',
  'Is my calendar empty {d}?',
  'What is happening {d}?',
  'calendar {d}',
  'Is there something on my schedule {d}?',
  'am I busy {d}?',
  'tell me what is on my agenda {d}',
  'show the entries {d}',
  'What have I got on {b}?',
  'what is scheduled {d}?',
  'Have I got anything {d}?',
  'give me my calendar for {b}',
  'Which meetings are there {d}?',
  'see my calendar {d}',
  'Tell me my plans for {b}',
  'what does my day look like {d}?',
  'Do I have to be anywhere {d}?',
  'open my calendar for {b}',
  'look at my agenda {d}',
  'what am I up to {d}?',
  'list the events {d}',
  'Anything in the diary {d}?',
  'my appointments {d}',
  'have a look at my schedule {d}',
  'run me through my calendar {d}',
  'what events are there {d}?',
  'is there anything in my calendar {d}?',
] as const;

const listingAll = [
  'show my calendar',
  'What is on my calendar?',
  'list my appointments',
  'What events are coming up?',
  'What appointments do I have?',
  'my calendar',
  'show all upcoming events',
  'What is coming up in my calendar?',
  'open my calendar',
  'list everything on my calendar',
  'Which appointments are ahead?',
  'Do I have any appointments?',
  'display my schedule',
  'What meetings do I have coming up?',
  'read me my calendar',
  'let me see my calendar',
  'show me all my entries in the calendar',
  "what's in my agenda?",
  'give me my upcoming events',
  'pull up my schedule',
  'What is next on my calendar?',
  'list the calendar',
  'view calendar',
  'all my appointments please',
  'what is in the calendar?',
  'Tell me about my upcoming appointments',
  'Which events do I have?',
  'see all my events',
  'bring up my calendar',
  'calendar please',
  'What do I have planned?',
  'list all entries of my calendar',
  'run through my agenda',
  'anything coming up for me?',
  'show the agenda',
  'what is scheduled?',
] as const;

interface Clock {
  readonly text: string;
  readonly hour: number;
  readonly minute: number;
}

function clock(draw: Draw): Clock {
  const [hour, minute] = [draw.integer(7, 21), draw.pick([0, 0, 0, 15, 30, 45, 10])];
  const half = hour < 12 ? 'am' : 'pm';
  const small = hour > 12 ? hour - 12 : hour;
  if (hour === 12 && minute === 0 && draw.chance(0.6)) return { text: 'noon', hour, minute };
  const text = draw.pick(
    minute === 0
      ? [`${small}${half}`, `${small} ${half}`, `${small}:00 ${half}`, `${hour}:00`, `${small}${half}`]
      : [`${small}:${two(minute)}${half}`, `${small}:${two(minute)} ${half}`, `${hour}:${two(minute)}`],
  );
  return { text, hour, minute };
}

function day(draw: Draw): Day {
  return draw.weighted([
    [() => nearDay(draw), 6],
    [() => monthDay(draw), 3],
    [() => fullDate(draw), 2],
  ])();
}

/** Whether "on" belongs before the day. */
function takesOn({ text }: Day): boolean {
  return !/^(?:today|tomorrow|next|the day after)/.test(text);
}

function entry(draw: Draw): Case {
  const { text: title } = eventTitle(draw);
  const article = /^[aeiou]/.test(title) ? 'an' : 'a';
  const when = day(draw);
  const at = draw.chance(0.65) ? clock(draw) : undefined;
  const on = takesOn(when) ? draw.pick(['on ', 'on ', 'for ', '']) : draw.pick(['', '', 'for ']);
  const timeFirst = at !== undefined && draw.chance(0.25);
  const copied =
    at === undefined
      ? when.text
      : timeFirst
        ? `${at.text} ${takesOn(when) ? 'on ' : ''}${when.text}`
        : `${when.text} at ${at.text}`;
  const iso = isoDay(when.date);
  const said = timeFirst ? `at ${copied}` : `${on}${copied}`;
  const entryAs = {
    title,
    date: at === undefined ? iso : `${iso}T${two(at.hour)}:${two(at.minute)}`,
    weekday: weekdays[when.date.getDay()] ?? '',
  };
  return {
    said: { t: title, at: `${article} ${title}`, w: said },
    arguments: { title, date: copied },
    acceptable: {
      title: [`${article} ${title}`],
      date: [
        said,
        `on ${copied}`,
        `at ${copied}`,
        ...(at === undefined
          ? [`on ${when.text}`]
          : [
              `${when.text} ${at.text}`,
              `${at.text} ${when.text}`,
              `on ${when.text} at ${at.text}`,
              `${when.text} at ${at.text}`,
              `${at.text} on ${when.text}`,
            ]),
      ],
    },
    answers: { added: entryAs },
  };
}

function listing(draw: Draw): Case {
  const when = day(draw);
  return {
    said: { d: `${takesOn(when) ? 'on ' : ''}${when.text}`, b: when.text },
    arguments: { date: when.text },
    acceptable: { date: [...when.also, `on ${when.text}`] },
    answers: { count: 0 },
  };
}

const tool = 'calendar_list';

export const calendarGroups: readonly Group[] = [
  { tool: 'calendar_add', weight: 10, phrasings: adding, wider: wider.calendarAdd, make: entry },
  { tool, weight: 4.5, phrasings: listingDay, wider: wider.calendarDay, make: listing },
  {
    tool,
    weight: 2,
    phrasings: listingAll,
    wider: wider.calendarAll,
    make: () => ({ said: {}, arguments: {}, answers: { count: 0 } }),
  },
];
