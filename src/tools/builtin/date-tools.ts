/**
 * The tools `date_add`, `date_difference` and `weekday`. Dates go in as the user said them and come out as
 * `2026-03-01` with the weekday, in local time. The clock is passed in.
 * Knows the tools' faces; phrases and calendar arithmetic are in read-date, which is loaded on first use.
 */
import { makeTool } from '../make-tool.ts';
import type { Tool } from '../tool.ts';
import { asText } from './read-input.ts';
import type { DateReading, DateUnit } from './read-date.ts';
import { quote, refuse } from './refuse.ts';
import { toolExamples } from './tool-examples.ts';

/** The parameter every tool that takes a date has. */
export const dateParameter = {
  type: 'string',
  description: 'e.g. tomorrow, next Friday, 2026-03-01',
  minLength: 1,
  maxLength: 100,
} as const;

const units: readonly DateUnit[] = ['hours', 'days', 'weeks', 'months', 'years'];

/** Date tools by the given clock. */
export function dateTools(now: () => Date): readonly Tool[] {
  return [
    makeTool({
      name: 'date_add',
      description: 'Finds the date some time after (or before: negative) a date.',
      permission: 'read',
      inputSchema: {
        type: 'object',
        properties: {
          date: dateParameter,
          amount: { type: 'integer', minimum: -100_000, maximum: 100_000 },
          unit: { type: 'string', enum: units },
        },
        required: ['date', 'amount', 'unit'],
        additionalProperties: false,
      },
      examples: toolExamples.date_add,
      execute: async (input) => {
        const { addToDate, weekdayOf, writeDate } = await import('./read-date.ts');
        const unit = asText(input['unit']) as DateUnit;
        const start = await requireDate({ tool: 'date_add', phrase: asText(input['date']), now });
        const date = addToDate(start.date, Number(input['amount']), unit);
        return {
          date: writeDate({ date, hasTime: start.hasTime || unit === 'hours' }),
          weekday: weekdayOf(date),
        };
      },
    }),
    makeTool({
      name: 'date_difference',
      description: 'Counts the days between two dates.',
      permission: 'read',
      inputSchema: {
        type: 'object',
        // "How long until Friday?" does not say today.
        properties: {
          from: { ...dateParameter, 'x-copy': false },
          to: { ...dateParameter, 'x-copy': false },
        },
        required: ['from', 'to'],
        additionalProperties: false,
      },
      examples: toolExamples.date_difference,
      execute: async (input) => {
        const { daysBetween, writeDate } = await import('./read-date.ts');
        const [from, to] = await Promise.all(
          ['from', 'to'].map((key) =>
            requireDate({ tool: 'date_difference', phrase: asText(input[key]), now }),
          ) as [Promise<DateReading>, Promise<DateReading>],
        );
        const answer = { days: daysBetween(from.date, to.date), from: writeDate(from), to: writeDate(to) };
        if (!from.hasTime || !to.hasTime) return answer;
        return { ...answer, hours: Math.round((to.date.getTime() - from.date.getTime()) / 36_000) / 100 };
      },
    }),
    makeTool({
      name: 'weekday',
      description: 'Tells the date and weekday of a day.',
      permission: 'read',
      inputSchema: {
        type: 'object',
        properties: { date: dateParameter },
        required: ['date'],
        additionalProperties: false,
      },
      examples: toolExamples.weekday,
      execute: async (input) => {
        const { weekdayOf, writeDate } = await import('./read-date.ts');
        const reading = await requireDate({ tool: 'weekday', phrase: asText(input['date']), now });
        return { weekday: weekdayOf(reading.date), date: writeDate(reading) };
      },
    }),
  ];
}

/** The date a phrase means. Throws Fault `tool-failed` that says how to write one. */
export async function requireDate(input: {
  readonly tool: string;
  readonly phrase: string;
  readonly now: () => Date;
}): Promise<DateReading> {
  const { readDate } = await import('./read-date.ts');
  const reading = readDate(input.phrase, input.now());
  if (reading !== undefined) return reading;
  throw refuse({
    tool: input.tool,
    message: `${quote(input.phrase)} is not a date that can be read.`,
    remedy: 'Write it as 2026-03-01, March 1, tomorrow, next Friday or in 3 weeks.',
  });
}
