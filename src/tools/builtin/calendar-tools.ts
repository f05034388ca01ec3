/**
 * The tools `calendar_add` and `calendar_list`. Dates go in as the user said them, local time.
 * Knows the desk and the date phrases; knows no calendar service.
 */
import { makeTool } from '../make-tool.ts';
import type { Tool } from '../tool.ts';
import { dateParameter, requireDate } from './date-tools.ts';
import type { CalendarEntry, Desk } from './desk.ts';
import { requireText } from './list-tools.ts';
import { asText } from './read-input.ts';
import { toolExamples } from './tool-examples.ts';

/** Entries a list shows; the count tells of the rest. */
const shown = 20;

/** Calendar tools on this desk, by this clock. */
export function calendarTools(desk: Desk, now: () => Date): readonly Tool[] {
  return [
    makeTool({
      name: 'calendar_add',
      description: 'Adds an entry to the calendar.',
      permission: 'write',
      inputSchema: {
        type: 'object',
        properties: {
          title: { type: 'string', minLength: 1, maxLength: 200 },
          date: { ...dateParameter, description: 'e.g. tomorrow 3pm' },
        },
        required: ['title', 'date'],
        additionalProperties: false,
      },
      examples: toolExamples.calendar_add,
      execute: async (input) => {
        const title = requireText('calendar_add', asText(input['title']));
        const { date, hasTime } = await requireDate({
          tool: 'calendar_add',
          phrase: asText(input['date']),
          now,
        });
        // A whole day begins at midnight, so that a list of that day finds it.
        if (!hasTime) date.setHours(0, 0, 0, 0);
        return { added: await show(await desk.add('events', { title, startsAt: date.getTime(), hasTime })) };
      },
    }),
    makeTool({
      name: 'calendar_list',
      description: 'Lists calendar entries: of one day, or all to come.',
      permission: 'read',
      inputSchema: { type: 'object', properties: { date: dateParameter }, additionalProperties: false },
      examples: toolExamples.calendar_list,
      execute: async (input) => {
        const phrase = asText(input['date']);
        const day = phrase === '' ? now() : (await requireDate({ tool: 'calendar_list', phrase, now })).date;
        const from = new Date(day.getFullYear(), day.getMonth(), day.getDate());
        const to = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
        const entries = await desk.listEvents(from.getTime(), phrase === '' ? Infinity : to.getTime());
        return { count: entries.length, entries: await Promise.all(entries.slice(0, shown).map(show)) };
      },
    }),
  ];
}

async function show({
  title,
  startsAt,
  hasTime,
}: CalendarEntry): Promise<{ title: string; date: string; weekday: string }> {
  const { weekdayOf, writeDate } = await import('./read-date.ts');
  const date = new Date(startsAt);
  return { title, date: writeDate({ date, hasTime }), weekday: weekdayOf(date) };
}
