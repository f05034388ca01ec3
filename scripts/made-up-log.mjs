/**
 * A log of tool calls that nobody made, in OpenAI's form, the same each time: a dozen tools, values that differ, some refusals, some
 * exact duplicates, some rows that are no JSON. For measuring; nothing is learned from it.
 */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const cities = ['Oslo', 'Lima', 'Kyoto', 'Cairo', 'Turin', 'Quito', 'Accra', 'Perth', 'Delhi', 'Osaka'];
const words =
  'alpine badger copper dune ember fjord gravel harbour island juniper kettle lantern meadow nectar orchard pebble quartz'.split(
    ' ',
  );
const names =
  'get_weather book_table send_message find_flight set_alarm play_music convert_unit add_event search_notes order_food'.split(
    ' ',
  );

/**
 * Writes the log as JSON lines.
 * @param {{ path: string, records: number }} options
 */
export async function writeMadeUpLog({ path, records }) {
  const file = createWriteStream(path);
  const draw = drawFrom(7);
  for (let number = 0; number < records; number += 1) {
    if (!file.write(lineOf(number, draw))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

/** @typedef {(choices: readonly string[]) => string} Draw */

/**
 * @param {number} number
 * @param {Draw} draw
 */
function lineOf(number, draw) {
  const phrase = (/** @type {number} */ count) => Array.from({ length: count }, () => draw(words)).join(' ');
  const name = draw(names);
  const place = draw(cities);
  const note = phrase(3 + (number % 9));
  const duplicate = number % 13 === 0;
  const request = duplicate
    ? 'Set an alarm in Oslo, please'
    : `${phrase(2)} ${name.replaceAll('_', ' ')} in ${place}, ${note}`;
  const values = duplicate ? { place: 'Oslo' } : { place, note };
  const called = duplicate ? 'set_alarm' : name;
  const offered = [...new Set(duplicate ? ['set_alarm'] : [name, draw(names), draw(names), draw(names)])];
  const call = { id: 'a', type: 'function', function: { name: called, arguments: JSON.stringify(values) } };
  const last =
    number % 12 === 5
      ? { role: 'assistant', content: `Which ${phrase(2)} do you mean?` }
      : { role: 'assistant', content: null, tool_calls: [call] };
  const row = { messages: [{ role: 'user', content: request }, last], tools: offered.map(toolOf) };
  return number % 997 === 996 ? '{"messages": [\n' : `${JSON.stringify(row)}\n`;
}

/** @param {string} name */
function toolOf(name) {
  return {
    type: 'function',
    function: {
      name,
      description: `Does what ${name.replaceAll('_', ' ')} says, for a place, at a time, with a note`,
      parameters: {
        type: 'object',
        properties: {
          place: { type: 'string', description: 'City or address that it is about' },
          time: { type: 'string', description: 'When, as the user says it' },
          note: { type: 'string', description: 'What else is to be kept in mind' },
          count: { type: 'integer', description: 'How many people or pieces' },
        },
        required: ['place'],
      },
    },
  };
}

/**
 * @param {number} seed
 * @returns {Draw}
 */
function drawFrom(seed) {
  let state = seed;
  return (choices) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return choices[state % choices.length] ?? '';
  };
}
