/** How a small model gets a right call wrong: words instead of signs, a slip in a unit, a word too much. Pure. */
import type { JsonObject } from '../../../src/protocol/json.ts';
import type { RightCall } from '../data-row.ts';
import type { Draw } from '../draw.ts';
import type { Case } from './group.ts';

/** Arguments near the right ones that the tool probably refuses; undefined for a tool that takes everything. */
export function spoil(
  { name, arguments: values }: RightCall,
  { said }: Case,
  draw: Draw,
): JsonObject | undefined {
  const words = (key: string): string => {
    const value = values[key];
    return typeof value === 'string' ? value : '';
  };
  switch (name) {
    case 'calculator':
      return {
        expression:
          said['e'] ??
          `${words('expression')} ${draw.pick(['dollars', 'pieces', '='])}${draw.pick([' total', ' x'])}`,
      };
    case 'convert_unit': {
      const key = draw.pick(['from', 'to'] as const);
      return { ...values, [key]: slip(words(key), draw) };
    }
    case 'date_add':
    case 'weekday':
    case 'calendar_list':
    case 'calendar_add':
      return { ...values, date: withMore(words('date'), draw) };
    case 'date_difference': {
      const key = draw.pick(['from', 'to'] as const);
      return { ...values, [key]: withMore(words(key), draw) };
    }
    case 'todo_done':
      return {
        text: draw.pick([`the to-do ${words('text')}`, `${words('text')} as done`, 'the task']),
      };
    default:
      return undefined;
  }
}

/** A letter twice. */
function slip(word: string, draw: Draw): string {
  const at = draw.integer(0, word.length - 1);
  return `${word.slice(0, at + 1)}${word.slice(at)}`;
}

function withMore(date: string, draw: Draw): string {
  return draw.pick([
    `the date ${date}`,
    `${date} date`,
    `day of ${date}`,
    `start ${date}`,
    date.replaceAll(/\d/g, 'x'),
  ]);
}
