/** Values and small helpers that several families share. */
import type { Draw } from '../draw.ts';
import type { Slot } from '../template.ts';
import type { Make } from '../values.ts';
import { same } from '../values.ts';

/** One entry a line. */
export function lines(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim());
}

const rooms =
  'kitchen, bedroom, living room, bathroom, hallway, garage, office, attic, cellar, dining room, guest room, nursery, balcony, laundry room, studio, library, porch, workshop, playroom, pantry'.split(
    ', ',
  );
const plants =
  'roses, tomatoes, lavender, hedge, orchids, herb bed, lemon tree, strawberries, lawn, ferns, sunflowers, cacti, raspberries, peppers, ivy, tulips, bonsai, vegetable bed'.split(
    ', ',
  );
const months = 'January February March April May June July August September October November December'.split(
  ' ',
);

export const room: Make = (draw) =>
  same(
    draw.chance(0.85)
      ? draw.from(rooms)
      : `${draw.from(['blue', 'green', 'small', 'upper', 'back', 'front', 'old'])} ${draw.from(rooms)}`,
  );
export const plant: Make = (draw) => same(draw.from(plants));

/** 7:30 pm, 19:30. */
export const clockTime: Make = (draw) => {
  const [hour, minute] = [draw.integer(6, 22), draw.pick(['00', '15', '30', '45', '20'])];
  const small = hour > 12 ? hour - 12 : hour;
  const half = hour < 12 ? 'am' : 'pm';
  return same(
    draw.pick([
      `${hour}:${minute}`,
      `${small}:${minute} ${half}`,
      minute === '00' ? `${small} ${half}` : `${small}:${minute} ${half}`,
      minute === '00' ? `${small}${half}` : `${small}:${minute}${half}`,
    ]),
  );
};

/** A date, copied as it is said; written as 2026-03-14 it is right as well. */
export const date: Make = (draw) => {
  const [year, month, day] = [draw.integer(2025, 2028), draw.integer(0, 11), draw.integer(1, 28)];
  const iso = isoOf(year, month, day);
  const name = months[month] ?? '';
  const text = draw.pick([
    iso,
    iso,
    `${name} ${day}, ${year}`,
    `${day} ${name} ${year}`,
    `${name} ${day}`,
    `${day} ${name}`,
  ]);
  return { text, value: text, ...(text === iso || !text.includes(String(year)) ? {} : { also: [iso] }) };
};

/** A date said in words, as the tool wants it: 2026-03-14. */
export const isoDate: Make = (draw) => {
  const [year, month, day] = [draw.integer(2024, 2029), draw.integer(0, 11), draw.integer(1, 28)];
  const name = months[month] ?? '';
  return {
    text: draw.pick([isoOf(year, month, day), `${name} ${day}, ${year}`, `${day} ${name} ${year}`]),
    value: isoOf(year, month, day),
  };
};

/** tomorrow, Friday. */
export const dayWords: Make = (draw) =>
  same(
    draw.pick([
      'today',
      'tomorrow',
      'Monday',
      'Tuesday',
      'Wednesday',
      'Thursday',
      'Friday',
      'Saturday',
      'Sunday',
      'next Monday',
      'next Friday',
      'next week',
    ]),
  );

/** A country by its two letters, said by its name. */
export const countryCode: Make = (draw) => {
  const [value, text] = draw.pick([
    ['DE', 'Germany'],
    ['FR', 'France'],
    ['ES', 'Spain'],
    ['IT', 'Italy'],
    ['JP', 'Japan'],
    ['US', 'the United States'],
    ['GB', 'the United Kingdom'],
    ['BR', 'Brazil'],
    ['IN', 'India'],
    ['CA', 'Canada'],
    ['SE', 'Sweden'],
    ['NL', 'the Netherlands'],
  ] as const);
  return { text, value };
};

/** A currency by its three letters, said so or by its name. */
export const currency: Make = (draw) => {
  const [value, ...said] = draw.pick([
    ['USD', 'US dollars'],
    ['EUR', 'euros'],
    ['GBP', 'British pounds'],
    ['JPY', 'yen', 'Japanese yen'],
    ['CHF', 'Swiss francs'],
    ['INR', 'Indian rupees'],
    ['CAD', 'Canadian dollars'],
    ['AUD', 'Australian dollars'],
    ['SEK', 'Swedish kronor'],
    ['MXN', 'Mexican pesos'],
  ] as const);
  return { text: draw.pick([value, value, ...said]), value };
};

/** An amount of money: $1,200 or 1200 dollars. The symbol is not part of the value. */
export function money(lowest: number, highest: number): Make {
  return (draw) => {
    const value = draw.number(lowest, highest, draw.chance(0.25) ? 2 : 0);
    const digits = value >= 1000 && draw.chance(0.5) ? value.toLocaleString('en-US') : String(value);
    return {
      text: draw.pick([`$${digits}`, `$${digits}`, `${digits} dollars`, digits, `€${digits}`]),
      value,
    };
  };
}

/** A percentage as its number: 5% is 5. */
export function percent(lowest: number, highest: number, decimals = 1): Make {
  return (draw) => {
    const value = draw.number(lowest, highest, draw.chance(0.5) ? 0 : decimals);
    return { text: `${value}${draw.pick(['%', '%', ' percent'])}`, value };
  };
}

/** A percentage as a fraction: 5% is 0.05. */
export function fraction(lowest: number, highest: number): Make {
  return (draw) => {
    const value = draw.number(lowest, highest, draw.chance(0.6) ? 0 : 1);
    const exact = Number((value / 100).toFixed(4));
    return draw.chance(0.25)
      ? { text: String(exact), value: exact }
      : { text: `${value}${draw.pick(['%', '%', ' percent'])}`, value: exact };
  };
}

function isoOf(year: number, month: number, day: number): string {
  return `${year}-${String(month + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** One of these words, each split with its own. */
export function words(list: string): Make {
  const pool = list.split(/\s*,\s*/);
  return (draw: Draw): Slot => same(draw.from(pool));
}
