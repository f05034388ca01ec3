/**
 * Fills in a form from a text: one small step for each part of it, and a question to the reader for what the text does not
 * say.
 */
import { defineWorkflow } from '../../src/index.ts';
import { later } from '../../src/ui/translate.ts';

const sample =
  'Hello, this is Maria Lopez from Seville. I would like to book a double room for two nights, arriving on 3 March. My phone number is 555 0134.';

export const formFilling = defineWorkflow(
  {
    name: 'form_filling',
    title: later('Fill in a booking form'),
    description: later(
      'Reads a message and fills in a booking form. What the message does not say is asked for.',
    ),
    inputSchema: {
      type: 'object',
      properties: { [later('message')]: { type: 'string', minLength: 1, maxLength: 1000, default: sample } },
      required: ['message'],
      additionalProperties: false,
    },
  },
  async ({ input, human, tool, parallel }) => {
    const text = input.message;
    const { guest, stay, room } = await parallel({
      guest: ({ extract }) =>
        extract({
          text,
          about: 'Notes who is writing.',
          schema: {
            type: 'object',
            properties: {
              name: { type: 'string', maxLength: 60, 'x-copy': true },
            },
            required: ['name'],
            additionalProperties: false,
          },
        }),
      stay: ({ extract }) =>
        extract({
          text,
          about: 'Notes the stay.',
          schema: {
            type: 'object',
            properties: {
              arrival: { type: 'string', maxLength: 30, 'x-copy': true },
              nights: { type: 'integer', minimum: 1, maximum: 30 },
            },
            required: ['arrival', 'nights'],
            additionalProperties: false,
          },
        }),
      room: ({ classify }) =>
        classify({ text, labels: ['single', 'double', 'family'], about: 'Says which room is wanted.' }),
    });
    // What a pattern finds needs no model.
    const phone =
      /\+?\d[\d ]{5,}\d/.exec(text)?.[0] ??
      (await human({ question: `Which phone number has ${guest.name}?` }));
    const form = { name: guest.name, phone, arrival: stay.arrival, nights: stay.nights, room };
    const right = await human({
      question: `Is this right? ${Object.entries(form)
        .map(([field, value]) => `${field}: ${value}`)
        .join(', ')}`,
      choices: [later('Yes'), later('No')],
    });
    if (right === 'Yes') {
      await tool({
        name: 'calendar_add',
        arguments: { title: `${form.room} room for ${form.name}, ${form.nights} nights`, date: form.arrival },
      });
    }
    return { ...form, booked: right === 'Yes' };
  },
);
