/**
 * A log as a newcomer could have after a week: requests with the calls that were right, some with personal data, some twice, one
 * line that is broken. Made here, so that it fits the tools as they are; nobody's data.
 */
import type { Json, ToolSpec } from '../../src/index.ts';

type Call = readonly [request: string, tool: string, values: Readonly<Record<string, Json>>];

const todos = [
  'call Anna Berg on 212-555-0187',
  'pay the invoice of 420 euros',
  'send the photos to omar.haddad@example.com',
  'renew the passport',
  'water the plants',
  'book a table for four',
  'return the library books',
  'buy tea and oats',
  'repair the bicycle',
  'ask Lena Novak for the recipe',
  'order printer paper',
  'clean the windows',
] as const;

const notes = [
  'the spare key is with Mei Chen',
  'the wifi of the office is on the board',
  'Grandma likes white roses',
  'the car is parked on level three',
  'meter reading 4711 on Monday',
  'the plumber is Jonas Weber',
  'size of the window is 80 by 120',
  'the good bakery closes at five',
] as const;

const sums = [
  '12 * 8',
  '240 / 6',
  '15% of 80',
  '3 + 4 * 5',
  '144 / 12',
  '19 * 21',
  '7 ^ 2',
  '1000 - 273',
] as const;

const units = [
  [10, 'km', 'miles'],
  [3, 'cups', 'milliliters'],
  [80, 'fahrenheit', 'celsius'],
  [5, 'pounds', 'kg'],
  [2, 'meters', 'feet'],
  [7, 'days', 'hours'],
] as const;

function calls(): readonly Call[] {
  return [
    ...todos.map((text, index): Call => [
      index % 2 === 0 ? `Add a todo: ${text}` : `Remind me to ${text}`,
      'todo_add',
      { text },
    ]),
    ...notes.map((text, index): Call => [
      index % 2 === 0 ? `Note that ${text}` : `Write down: ${text}`,
      'note_add',
      { text },
    ]),
    ...sums.map((expression): Call => [`What is ${expression}?`, 'calculator', { expression }]),
    ...units.map(([value, from, to]): Call => [
      `How many ${to} are ${value} ${from}?`,
      'convert_unit',
      { value, from, to },
    ]),
  ];
}

/** The log as JSON Lines in the form of OpenAI's chat, with the tools that were at hand. */
export function sampleLog(tools: readonly ToolSpec[]): File {
  const offered = tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }));
  const lines = calls().map(([content, name, values], index) => {
    const call = {
      id: `call-${index}`,
      type: 'function',
      function: { name, arguments: JSON.stringify(values) },
    };
    return JSON.stringify({
      messages: [
        { role: 'user', content },
        { role: 'assistant', content: null, tool_calls: [call] },
      ],
      tools: offered,
    });
  });
  // Asked twice, and a line that was cut off when the disk was full.
  const all = [...lines, ...lines.slice(0, 3), '{"messages": [{"role": "user", "content": "Add a'];
  return new File([all.join('\n')], 'sample-log.jsonl', { type: 'application/jsonl' });
}

/** Requests of the log that show what is taken out of it. */
export const personalRequests: readonly string[] = [
  'Remind me to call Anna Berg on 212-555-0187',
  'Send the photos to omar.haddad@example.com',
  'Note that the spare key is with Mei Chen, and tell Anna Berg',
];

/** Requests that the sample does not hold, with the calls that are right: what before and after are judged by. */
export const judgingCalls: readonly Call[] = [
  ['Add a todo: order new curtains', 'todo_add', { text: 'order new curtains' }],
  ['What is 18 * 7?', 'calculator', { expression: '18 * 7' }],
  ['How many miles are 25 km?', 'convert_unit', { value: 25, from: 'km', to: 'miles' }],
  ['Note that the gate code is on the fridge', 'note_add', { text: 'the gate code is on the fridge' }],
];
