/**
 * Requests that no call serves: nothing the tools can do, the tool that could is not offered, or a value is missing.
 * Knows the built-in tools by name; draws no tool sets.
 */
import { noToolReply } from '../../../src/decode/prompt.ts';
import type { Draw } from '../draw.ts';
import { city, company, dish, firstName, fullName, sentence, thing, title, topic } from '../values.ts';
import type { Make } from '../values.ts';
import { inWords } from '../number-words.ts';

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

const beyond: readonly string[] = [
  'What is the weather in {city}?',
  'Will it rain in {city} tomorrow?',
  'How cold is it in {city} right now?',
  'play {title}',
  'play some music by {person}',
  'turn off the lights in the kitchen',
  'send an email to {name}: {text}',
  'text {name} that {text}',
  'tell me a joke',
  'Who wrote {title}?',
  'Who is {person}?',
  'What is the capital of Peru?',
  'translate "{text}" into French',
  'book a flight to {city}',
  'find a hotel in {city}',
  'order a pizza',
  'buy me a {thing}',
  'What is the share price of {company}?',
  'convert 50 dollars to euros',
  'How many yen are 20 pounds sterling?',
  'What is the news about {company}?',
  'write a poem about {topic}',
  'How do I cook {dish}?',
  'recommend a movie like {title}',
  'call {name}',
  'set a timer for ten minutes',
  'wake me up at 6 am',
  'start the dishwasher',
  'Who won the football match last night?',
  'What does the word "{topic}" mean in German?',
  'navigate to {city}',
  'How far is it from {city} to {city2}?',
  'order a taxi',
  'take a photo',
  'draw a picture of a {thing}',
  'explain {topic} to me',
  'Why is the sky blue?',
  'How tall is Mount Everest?',
  'What time is it in {city}?',
  'reserve a table for two in {city}',
  'turn up the volume',
  'open the garage door',
  'find a doctor in {city}',
  'What is the meaning of life?',
  'rate {title} five stars',
  'add {title} to my playlist',
  'pay {name} 20 dollars',
  'subscribe to {company}',
  'How old is {person}?',
  'write an essay on {topic}',
  'give me a recipe for {dish}',
  'unlock the front door',
  'What is the population of {city}?',
  'track my parcel',
  'scan this receipt',
  'mute my phone',
  'install an app for {topic}',
  'How is the traffic in {city}?',
  'sing a song',
  'post "{text}" on my feed',
  'who painted {title}?',
  'hello there',
  'good morning!',
  'how are you?',
  'you are great',
];

interface Missing {
  readonly tool: string;
  readonly phrasings: readonly string[];
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
    ],
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
    ],
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
    ],
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
    ],
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
    ],
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
    ],
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
    ],
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
    ],
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
    ],
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
    ],
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
    ],
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
    ],
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
    ],
    replies: ['Which page?'],
  },
];

export interface Refusal {
  readonly text: string;
  readonly reply: string;
}

/** A request beyond every built-in tool. */
export function beyondTools(draw: Draw, phrasings: (all: readonly string[]) => readonly string[]): Refusal {
  return { text: fill(draw.pick(phrasings(beyond)), draw), reply: noToolReply };
}

/** A request that lacks a value; `tool` is the one it would be for. Undefined where no open tool can lack one. */
export function lackingValue(
  draw: Draw,
  phrasings: (all: readonly string[]) => readonly string[],
  isOpen: (tool: string) => boolean,
): (Refusal & { readonly tool: string }) | undefined {
  const open = missing.filter((entry) => isOpen(entry.tool));
  if (open.length === 0) return undefined;
  const { tool, phrasings: all, replies } = draw.pick(open);
  return { tool, text: fill(draw.pick(phrasings(all)), draw), reply: draw.pick(replies) };
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
