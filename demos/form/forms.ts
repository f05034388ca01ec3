/** Forms as JSON Schema, each with a message that fills it. Data only. */
import type { JsonSchema } from '../../src/index.ts';

export interface SampleForm {
  readonly name: string;
  readonly title: string;
  /** What the model is told to note. */
  readonly about: string;
  readonly schema: JsonSchema;
  readonly message: string;
}

const copied = (title: string, maxLength: number) =>
  ({ type: 'string', title, maxLength, 'x-copy': true }) as const;

export const forms: readonly [SampleForm, ...SampleForm[]] = [
  {
    name: 'booking',
    title: 'Hotel booking',
    about: 'Notes who wants to book, from when, for how many nights, and which room.',
    message:
      'Hello, this is Maria Lopez from Seville. I would like to book a double room for 2 nights, arriving on 3 March.',
    schema: {
      type: 'object',
      properties: {
        name: copied('Name', 60),
        arrival: copied('Arrival', 30),
        nights: { type: 'integer', title: 'Nights', minimum: 1, maximum: 30 },
        room: { title: 'Room', enum: ['single', 'double', 'family'] },
      },
      required: ['name', 'arrival', 'nights', 'room'],
      additionalProperties: false,
    },
  },
  {
    name: 'repair',
    title: 'Repair request',
    about: 'Notes which device is broken, where it stands, and how urgent it is.',
    message:
      'The coffee machine in the kitchen on the second floor leaks water. It is urgent, please send someone.',
    schema: {
      type: 'object',
      properties: {
        device: copied('Device', 40),
        place: copied('Place', 60),
        urgency: { title: 'Urgency', enum: ['low', 'normal', 'urgent'] },
      },
      required: ['device', 'place', 'urgency'],
      additionalProperties: false,
    },
  },
];
