/**
 * Requests of a dependent subtask: the words that point back, and below them what the subtask before it reported,
 * as agent/subtask puts it into one message. Knows that form; the calls are run like all others.
 */
import type { RightCall } from '../data-row.ts';
import type { Draw } from '../draw.ts';
import { phrasingsOf } from '../draw.ts';
import { chore, topic } from '../values.ts';
import { capital } from '../wording.ts';
import { fullDate, isoDay, plusDays, weekdays } from './days.ts';
import type { Case } from './group.ts';
import type { Verifier } from './verifier.ts';

type Source = {
  readonly tool: string;
  readonly phrasings: readonly string[];
  /** `earlier`: what was reported. */
  readonly make: (draw: Draw) => Case & { readonly earlier: string };
};

/** A result as it is reported: a sentence of the model, or the bare fields. */
function reported(draw: Draw, sentences: readonly string[]): string {
  return draw.pick(sentences);
}

const lengths = [
  ['km', 1000],
  ['m', 1],
  ['miles', 1609.344],
  ['feet', 0.3048],
  ['cm', 0.01],
] as const;

const sources: readonly Source[] = [
  {
    tool: 'convert_unit',
    phrasings: [
      'convert it to {to}',
      'What is that in {to}?',
      'how much is that in {to}?',
      'convert the result to {to}',
      'show it in {to}',
      'turn that into {to}',
      'and how many {to} is it?',
      'give me that in {to}',
      'express it in {to}',
      'change that to {to}',
      'what would that be in {to}?',
      'put the result into {to}',
      'how many {to} does that make?',
      'switch it to {to}',
    ],
    make: (draw) => {
      const [[middle, size], [to, other]] = draw.sample(lengths, 2) as [
        (typeof lengths)[number],
        (typeof lengths)[number],
      ];
      const value = draw.number(2, 900, draw.chance(0.4) ? 2 : 0);
      return {
        earlier: reported(draw, [
          `result: ${value}, unit: ${middle}`,
          `That makes ${value} ${middle}.`,
          `It is ${value} ${middle}.`,
          `The distance is ${value} ${middle}.`,
        ]),
        said: { to },
        arguments: { value, from: middle, to },
        answers: { result: (value * size) / other },
      };
    },
  },
  {
    tool: 'calculator',
    phrasings: [
      'divide it by {n}',
      'divide the result by {n}',
      'split that {n} ways',
      'What is that divided by {n}?',
      'share it among {n} people',
      'cut the total into {n} equal parts',
      'spread it over {n} days',
      'divide that number by {n}',
      'how much is it for each of {n}?',
      'take the result and divide it by {n}',
      'what is the total over {n}?',
      'and divided by {n}?',
    ],
    make: (draw) => sum(draw, '/', (a, b) => a / b),
  },
  {
    tool: 'calculator',
    phrasings: [
      'add {n} to it',
      'add {n} to the result',
      'What is that plus {n}?',
      'and add {n} to the sum',
      'put {n} on top of it',
      'increase the total by {n}',
      'plus {n}?',
      'now add {n}',
      'take the result and add {n}',
      'what is it with {n} more?',
      'add another {n} to that',
      'make it {n} more',
    ],
    make: (draw) => sum(draw, '+', (a, b) => a + b),
  },
  {
    tool: 'calculator',
    phrasings: [
      'multiply it by {n}',
      'multiply the result by {n}',
      'What is that times {n}?',
      'take it times {n}',
      'and multiply that by {n}',
      'the answer times {n}',
      'now times {n}',
      'take the result and multiply it by {n}',
      'how much is {n} times that?',
      'multiply that number by {n}',
      'do that {n} times',
      'what is the total times {n}?',
    ],
    make: (draw) => sum(draw, '*', (a, b) => a * b),
  },
  {
    tool: 'weekday',
    phrasings: [
      'Which weekday is that?',
      'What day of the week is it?',
      'and tell me which weekday that is',
      'On which weekday does it fall?',
      'What weekday is this?',
      'look up its weekday',
      'what day is that?',
      'tell me its day of the week',
      'which day of the week is that date?',
      'find the weekday of it',
      'what weekday would that be?',
      'and the weekday?',
    ],
    make: (draw) => {
      const { date } = fullDate(draw);
      const iso = isoDay(date);
      return {
        earlier: reported(draw, [`The date is ${iso}.`, `date: ${iso}`, `It is ${iso}.`]),
        said: {},
        arguments: { date: iso },
        answers: { weekday: weekdays[date.getDay()] ?? '', date: iso },
      };
    },
  },
  {
    tool: 'date_add',
    phrasings: [
      'add {n} days to it',
      'What date is {n} days after that?',
      'And {n} days after that?',
      'go {n} days on from it',
      'Which date comes {n} days after it?',
      'count {n} days forward from that date',
      'and {n} days later?',
      'move on {n} days from there',
      'what is the date {n} days later?',
      'add another {n} days',
      '{n} days after that date, please',
      'shift that by {n} days',
    ],
    make: (draw) => {
      const { date } = fullDate(draw);
      const iso = isoDay(date);
      const amount = draw.number(2, 90);
      const name = weekdays[date.getDay()] ?? '';
      return {
        earlier: reported(draw, [
          `The date is ${iso}, a ${name}.`,
          `date: ${iso}, weekday: ${name}`,
          `It is ${name}, ${iso}.`,
        ]),
        said: { n: String(amount) },
        arguments: { date: iso, amount, unit: 'days' },
        answers: { date: isoDay(plusDays(date, amount)) },
      };
    },
  },
  {
    tool: 'calendar_add',
    phrasings: [
      'add {t} to my calendar on that date',
      'put {t} on my calendar for it',
      'schedule {t} for that day',
      'enter {t} in the calendar on that day',
      'create a calendar entry for {t} on this date',
      'add {t} for that day',
      'book {t} for then',
      'make it {t} in my calendar',
      'note {t} in my calendar for that date',
      'set up {t} on that day',
      'that is when I have {t}, put it in my calendar',
      'pencil in {t} for that date',
    ],
    make: (draw) => {
      const { date } = fullDate(draw);
      const iso = isoDay(date);
      const name = weekdays[date.getDay()] ?? '';
      const { text: title } = topic(draw);
      const entry = `talk on ${title}`;
      return {
        earlier: reported(draw, [
          `The date is ${iso}, a ${name}.`,
          `date: ${iso}, weekday: ${name}`,
          `${iso} is a ${name}.`,
        ]),
        said: { t: `a ${entry}` },
        arguments: { title: entry, date: iso },
        acceptable: { title: [`a ${entry}`] },
        answers: { added: { title: entry, date: iso, weekday: name } },
      };
    },
  },
  {
    tool: 'note_add',
    phrasings: [
      'save it as a note',
      'save that as a note',
      'note the result',
      'write it down in a note',
      'make a note of that',
      'keep this as a note',
      'add it to my notes',
      'note it down',
      'put that in a note',
      'store the result as a note',
      'keep that in my notes',
      'take a note of it',
      'record it in my notes',
      'make it a note',
    ],
    make: (draw) => {
      const [a, b] = [draw.number(13, 900), draw.number(13, 900)];
      const earlier = reported(draw, [
        `${a} + ${b} is ${a + b}.`,
        `${a} * ${b} is ${a * b}.`,
        `The total is ${a + b}.`,
        `You have to ${chore(draw).text}.`,
      ]);
      return {
        earlier,
        said: {},
        arguments: { text: earlier },
        acceptable: { text: [earlier.replace(/\.$/, '')] },
        answers: { saved: earlier },
      };
    },
  },
  {
    tool: 'todo_add',
    phrasings: [
      'add it to my to-do list',
      'put that on my to-do list',
      'make it a to-do',
      'remind me of that',
      'add this to my tasks',
      'create a to-do for it',
      'that goes on my to-do list',
      'turn it into a task',
      'add a task for that',
      'put this down as a to-do',
      'have me do that, as a to-do',
      'list it in my to-dos',
    ],
    make: (draw) => {
      const { text } = chore(draw);
      const earlier = reported(draw, [text, capital(text)]);
      return { earlier, said: {}, arguments: { text: earlier }, answers: { added: earlier } };
    },
  },
];

function sum(
  draw: Draw,
  sign: string,
  of: (a: number, b: number) => number,
): Case & { readonly earlier: string } {
  const [x, y, n] = [draw.number(13, 80), draw.number(13, 80), draw.number(2, 60)];
  const multiplied = draw.chance(0.4);
  const a = multiplied ? x * y : draw.number(13, 5000, draw.chance(0.3) ? 1 : 0);
  return {
    earlier: multiplied
      ? reported(draw, [
          `${x} times ${y} is ${a}.`,
          `${x} * ${y} is ${a}.`,
          `The result of ${x} * ${y} is ${a}.`,
        ])
      : reported(draw, [String(a), `The result is ${a}.`, `result: ${a}`, `The total is ${a}.`]),
    said: { n: String(n) },
    arguments: { expression: `${a} ${sign} ${n}` },
    ...(sign === '/' ? {} : { acceptable: { expression: [`${n} ${sign} ${a}`] } }),
    answers: { result: of(a, n) },
  };
}

/** A dependent subtask's request and its call. A text: why there is none. */
export async function earlierResults(
  draw: Draw,
  verifier: Verifier,
  isOpen: (tool: string) => boolean,
): Promise<{ readonly text: string; readonly call: RightCall } | string> {
  const open = sources.filter((source) => isOpen(source.tool));
  if (open.length === 0) return 'No tool here builds on an earlier result.';
  const { tool, phrasings, make } = draw.pick(open);
  const made = make(draw);
  const text = draw
    .pick(phrasingsOf(phrasings, draw.split))
    .replaceAll(/\{(\w+)\}/g, (_, key: string) => made.said[key] ?? '');
  const call: RightCall = {
    name: tool,
    arguments: made.arguments,
    ...(made.acceptable === undefined ? {} : { acceptable: made.acceptable }),
  };
  const verdict = await verifier.run(call, made);
  if (verdict.type !== 'right') return verdict.reason;
  return { text: `${draw.chance(0.5) ? capital(text) : text}\n${made.earlier}`, call };
}
