/** Whole numbers in English words, 0 to 99, and numbers as people write them. Knows no units. */
import type { Draw } from './draw.ts';
import type { Slot } from './template.ts';

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** `value` in words; digits above 99. */
export function inWords(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value > 99) return String(value);
  if (value < 20) return small[value] ?? String(value);
  const ten = tens[Math.floor(value / 10) - 2] ?? '';
  return value % 10 === 0 ? ten : `${ten}-${small[value % 10] ?? ''}`;
}

/** `12500` as `12,500`. */
export function withCommas(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** A number as it may be written: mostly digits, small ones sometimes in words, large ones often with commas. */
export function sayNumber(value: number, draw: Draw): string {
  if (Number.isInteger(value) && value >= 1 && value <= 12 && draw.chance(0.2)) return inWords(value);
  if (Math.abs(value) >= 1000 && draw.chance(0.4)) return withCommas(value);
  return String(value);
}

/** Whole numbers of this range. */
export function integers(lowest: number, highest: number): (draw: Draw) => Slot {
  return (draw) => {
    const value = draw.number(lowest, highest);
    return { text: sayNumber(value, draw), value };
  };
}

/** Numbers of this range, half of them whole. */
export function numbers(lowest: number, highest: number, places: number): (draw: Draw) => Slot {
  return (draw) => {
    const value = draw.number(lowest, highest, draw.chance(0.5) ? 0 : places);
    return { text: sayNumber(value, draw), value };
  };
}

/** Whole numbers as digits only: within formulas and lists. */
export function digits(lowest: number, highest: number): (draw: Draw) => Slot {
  return (draw) => plain(draw.number(lowest, highest));
}

/** Numbers as digits only, half of them whole. */
export function decimals(lowest: number, highest: number, places: number): (draw: Draw) => Slot {
  return (draw) => plain(draw.number(lowest, highest, draw.chance(0.5) ? 0 : places));
}

function plain(value: number): Slot {
  return { text: String(value), value };
}
