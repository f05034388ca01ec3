/** Forms as JSON Schema, each with a message that fills it. Data only. */
import type { JsonSchema } from '../../src/index.ts';
import { later } from '../../src/ui/translate.ts';

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
    title: later('Hotel booking'),
    about: later('Notes who wants to book, from when, for how many nights, and which room.'),
    message:
      'Hello, this is Maria Lopez from Seville. I would like to book a double room for 2 nights, arriving on 3 March.',
    schema: {
      type: 'object',
      properties: {
        name: copied(later('Name'), 60),
        arrival: copied(later('Arrival'), 30),
        nights: { type: 'integer', title: later('Nights'), minimum: 1, maximum: 30 },
        room: { title: later('Room'), enum: [later('single'), later('double'), later('family')] },
      },
      required: ['name', 'arrival', 'nights', 'room'],
      additionalProperties: false,
    },
  },
  {
    name: 'repair',
    title: later('Repair request'),
    about: later('Notes which device is broken, where it stands, and how urgent it is.'),
    message:
      'The coffee machine in the kitchen on the second floor leaks water. It is urgent, please send someone.',
    schema: {
      type: 'object',
      properties: {
        device: copied(later('Device'), 40),
        place: copied(later('Place'), 60),
        urgency: { title: later('Urgency'), enum: [later('low'), later('normal'), later('urgent')] },
      },
      required: ['device', 'place', 'urgency'],
      additionalProperties: false,
    },
  },
];
