/**
 * Requests that no call serves: nothing the tools can do, the tool that could is not offered, or a value is missing.
 * Knows the built-in tools by name; draws no tool sets.
 */
import { noToolReply } from '../../../src/decode/prompt.ts';
import type { Draw } from '../draw.ts';
import { city, company, dish, firstName, fullName, sentence, thing, title, topic } from '../values.ts';
import type { Make } from '../values.ts';
import { inWords } from '../number-words.ts';
import { beyond } from './beyond-requests.ts';
import { pickPhrasing } from './pick-phrasing.ts';
import { wider, widerLacking } from './wider-phrasings.ts';

/** Tools that can stand in for each other: where one is right, the others are not a "no". */
const kin: readonly (readonly string[])[] = [
  ['date_add', 'date_difference', 'weekday'],
  ['note_add', 'todo_add', 'calendar_add'],
  ['note_list', 'todo_list', 'calendar_list', 'search_documents'],
  ['search_documents', 'fetch_page'],
  ['calculator', 'convert_unit'],
];

/** Whether a request for `tool` could be served by `other`, well or badly. */
export function couldServe(tool: string, other: string): boolean {
  return tool === other || kin.some((group) => group.includes(tool) && group.includes(other));
}

const makers: Readonly<Record<string, Make>> = {
  city,
  company,
  dish,
  name: firstName,
  person: fullName,
  text: sentence,
  thing,
  title,
  topic,
};

interface Missing {
  readonly tool: string;
  readonly phrasings: readonly string[];
  readonly wider: readonly string[];
  readonly replies: readonly [string, ...string[]];
}

const missing: readonly Missing[] = [
  {
    tool: 'convert_unit',
    phrasings: [
      'convert {n} miles',
      'How much is {n} pounds in another unit?',
      'I have {n} cups, convert them',
      'change {n} feet',
      '{n} km, convert please',
      'turn {n} ounces into something metric or so',
      '{n} gallons, please convert',
      'I need {n} inches converted',
      'what are {n} kg in the other unit?',
      'switch {n} yards',
      'convert these {n} litres for me',
      '{n} stone in something else',
    ],
    wider: widerLacking.target,
    replies: ['To which unit?'],
  },
  {
    tool: 'convert_unit',
    phrasings: [
      'convert miles to km',
      'How do I get from pounds to kilograms?',
      'change feet into meters',
      'celsius to fahrenheit please',
      'convert from cups to milliliters',
      'I want inches in centimeters',
      'miles into kilometers please',
      'how many grams are the ounces?',
      'pounds to stone',
      'convert liters into gallons for me',
      'from hours to minutes',
      'turn yards into meters',
    ],
    wider: widerLacking.amount,
    replies: ['How much is to be converted?'],
  },
  {
    tool: 'calculator',
    phrasings: [
      'do a calculation',
      'calculate something for me',
      'Can you do math?',
      'I need to add two numbers',
      'work out a percentage for me',
      'compute the sum',
      'I have a math question',
      'use the calculator',
      'do some math',
      'calculate',
      'please work something out',
      'I need the average of my grades',
    ],
    wider: widerLacking.sum,
    replies: ['What should I calculate?'],
  },
  {
    tool: 'date_add',
    phrasings: [
      'add {n} days',
      'What date is {n} weeks after?',
      'count {n} days forward',
      'Which date is {n} months later?',
      '{n} days before, what date is that?',
      'go {n} weeks ahead',
      'what date is it after {n} more days?',
      '{n} months on, which date is that?',
      'move the date by {n} days',
      'jump {n} days forward',
      'which date is {n} weeks earlier?',
      'take {n} days off the date',
    ],
    wider: widerLacking.start,
    replies: ['From which date?'],
  },
  {
    tool: 'date_difference',
    phrasings: [
      'How many days until?',
      'count the days between two dates',
      'How many days are left?',
      'days until the party?',
      'How long is it until my vacation?',
      'how many days to the wedding?',
      'how many days between them?',
      'how long until the concert?',
      'tell me the number of days in between',
      'days until my holiday',
      'when I finish, how many days will it be?',
      'count the days until the trip',
    ],
    wider: widerLacking.dates,
    replies: ['Which dates do you mean?'],
  },
  {
    tool: 'weekday',
    phrasings: [
      'Which weekday is it on that date?',
      'What day of the week is my birthday?',
      'tell me the weekday of a date',
      'On which weekday does it fall?',
      'weekday?',
      'look up a weekday',
      'what weekday is the wedding?',
      'tell me which day of the week it is then',
      'which weekday was I born on?',
      'find the weekday',
      'what day does the party fall on?',
      'get me the weekday for the date',
    ],
    wider: widerLacking.day,
    replies: ['Of which date?'],
  },
  {
    tool: 'note_add',
    phrasings: [
      'add a note',
      'save a note',
      'take a note',
      'make a new note',
      'I want to write something down',
      'Note something for me',
      'create a note please',
      'note this down',
      'please write a note for me',
      'can you take a note?',
      'start a new note',
      'put something in my notes',
      'remember something for me',
    ],
    wider: widerLacking.note,
    replies: ['What should the note say?'],
  },
  {
    tool: 'todo_add',
    phrasings: [
      'add a to-do',
      'add a task',
      'new to-do',
      'remind me',
      'put something on my to-do list',
      'I need a reminder',
      'create a task',
      'make a new to-do',
      'set a reminder',
      'add something to my list',
      'add another task, please',
      'note a to-do',
      'I have a new task',
    ],
    wider: widerLacking.todo,
    replies: ['What is to be done?'],
  },
  {
    tool: 'todo_done',
    phrasings: [
      'mark a to-do as done',
      'tick something off',
      'I finished a task',
      'check one off my list',
      'mark it as done',
      'cross off a task',
      'one of my tasks is done',
      'complete a to-do',
      'tick it off',
      'I am done with one of my to-dos',
      'that task is finished',
      'set a task to done',
    ],
    wider: widerLacking.which,
    replies: ['Which to-do is done?'],
  },
  {
    tool: 'calendar_add',
    phrasings: [
      'schedule a meeting with {name}',
      'add lunch with {name} to my calendar',
      'put a call with {name} on my calendar',
      'create a calendar entry for dinner with {name}',
      'plan a coffee with {name}',
      'book a meeting with {name}',
      'set up a call with {name}',
      'arrange a dinner with {name}',
      'enter a lunch with {name} in my calendar',
      'I want to meet {name}, put it in my calendar',
      'organise a walk with {name}',
      'make an appointment with {name}',
    ],
    wider: widerLacking.when,
    replies: ['For when?'],
  },
  {
    tool: 'calendar_add',
    phrasings: [
      'add something to my calendar tomorrow',
      'put an entry on my calendar for Friday',
      'create an event on Monday at {h}',
      'schedule something for next Tuesday',
      'block tomorrow at {h} in my calendar',
      'new calendar entry for Sunday',
      'add an appointment on Thursday',
      'enter something for tomorrow at {h}',
      'I have an appointment on Monday at {h}, add it',
      'keep Friday free in my calendar',
      'pencil something in for Saturday',
      'mark next Wednesday in my calendar',
    ],
    wider: widerLacking.title,
    replies: ['What should the entry be called?'],
  },
  {
    tool: 'search_documents',
    phrasings: [
      'search my documents',
      'look through my files',
      'find something in my documents',
      'search documents',
      'go through my documents',
      'can you search my files?',
      'look something up in my documents',
      'find a document',
      'query my documents',
      'I am looking for something in my files',
      'check my documents',
      'search through my papers',
    ],
    wider: widerLacking.query,
    replies: ['What should I search for?'],
  },
  {
    tool: 'fetch_page',
    phrasings: [
      'read a page',
      'open the page',
      'fetch a page of this site',
      'What does the page say?',
      'show me a page',
      'load the page',
      'get me a page',
      'what is written on that page?',
      'bring up a page of this site',
      'go to the page',
      'read that page to me',
      'fetch it for me, the page',
    ],
    wider: widerLacking.page,
    replies: ['Which page?'],
  },
];

export interface Refusal {
  readonly text: string;
  readonly reply: string;
}

/** A request beyond every built-in tool. */
export function beyondTools(draw: Draw): Refusal {
  return {
    text: fill(pickPhrasing({ draw, phrasings: beyond, wider: wider.beyond }), draw),
    reply: noToolReply,
  };
}

/** A request that lacks a value; `tool` is the one it would be for. Undefined where no open tool can lack one. */
export function lackingValue(
  draw: Draw,
  isOpen: (tool: string) => boolean,
): (Refusal & { readonly tool: string }) | undefined {
  const open = missing.filter((entry) => isOpen(entry.tool));
  if (open.length === 0) return undefined;
  const { tool, replies, ...ways } = draw.pick(open);
  return { tool, text: fill(pickPhrasing({ draw, ...ways }), draw), reply: draw.pick(replies) };
}

function fill(phrasing: string, draw: Draw): string {
  return phrasing.replaceAll(/\{(\w+?)2?\}/g, (_, key: string) => {
    if (key === 'n') {
      const value = draw.number(2, 90);
      return value <= 12 && draw.chance(0.3) ? inWords(value) : String(value);
    }
    if (key === 'h') return `${draw.integer(1, 11)}${draw.pick(['am', 'pm'])}`;
    const make = makers[key];
    if (make === undefined) throw new RangeError(`No values for {${key}}.`);
    return make(draw).text;
  });
}
