/**
 * Another value of the same kind: a number with as many digits, a date some weeks off, a name for a name. What kind a text is, is
 * told by its form and by the name of its parameter; what is told by neither stays as it is.
 * Knows values; nothing of records.
 */
import type { Json } from '../../../protocol/json.ts';
import type { SeededRandom } from '../../seeded-random.ts';
import type { CallValue } from './find-values.ts';

/** Values that others gave for a parameter, where somebody gathered them. */
export type ValuePool = (tool: string, parameter: string) => readonly string[];

const people = [
  'Amara', 'Bruno', 'Chiara', 'Dmitri', 'Elif', 'Farid', 'Greta', 'Hiro', 'Ines', 'Jonas', 'Kavya', 'Lamar',
  'Mireille', 'Nkechi', 'Oskar', 'Paloma', 'Quentin', 'Rosa', 'Sanne', 'Tomasz', 'Uma', 'Viktor', 'Wanda', 'Yusuf',
]; // prettier-ignore

const places = [
  'Aarhus', 'Bergen', 'Cusco', 'Dresden', 'Edmonton', 'Fukuoka', 'Galway', 'Hobart', 'Izmir', 'Jaipur', 'Kigali',
  'Lyon', 'Malaga', 'Nagoya', 'Odense', 'Porto', 'Quito', 'Rennes', 'Sapporo', 'Tampere', 'Utrecht', 'Valencia',
]; // prettier-ignore

const placeNames =
  /city|place|location|town|origin|destination|depart|arriv|^from$|^to$|where|region|airport/i;
const personNames =
  /person|people|contact|recipient|attendee|guest|author|sender|assignee|^who$|first_?name|full_?name|^name$/i;

/** Another value, or undefined where none is known that would do. */
export function newValue(
  { tool, parameter, schema, value }: CallValue,
  random: SeededRandom,
  pool?: ValuePool,
): string | number | undefined {
  if (schema['const'] !== undefined) return undefined;
  const choices = schema['enum'];
  if (Array.isArray(choices)) {
    const others = (choices as readonly Json[]).filter(
      (choice): choice is string | number => typeof choice === typeof value && choice !== value,
    );
    return others.length === 0 ? undefined : random.pick(others);
  }
  if (typeof value === 'number') return newNumber(value, random);
  const known = pool?.(tool, parameter).filter((other) => other !== value) ?? [];
  if (known.length > 0) return random.pick(known);
  return newText(value, parameter, random);
}

/** As many digits, and no 1, which would want another form of the words beside it. */
function newNumber(value: number, random: SeededRandom): number | undefined {
  if (!Number.isFinite(value) || Math.abs(value) > 1e12 || value === 0 || value === 1) return undefined;
  const text = String(Math.abs(value));
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const other = Number(newDigits(text, random));
  return value < 0 ? -other : other;
}

function newText(value: string, parameter: string, random: SeededRandom): string | undefined {
  const date = /^(\d{4})-(\d{2})-(\d{2})(T.*)?$/.exec(value);
  if (date !== null) {
    const day = Date.parse(value.slice(0, 10));
    if (Number.isNaN(day) || Number(date[1]) > 9000) return undefined;
    const days = (1 + random.below(60)) * (random.below(2) === 0 ? 1 : -1);
    return new Date(day + days * 86_400_000).toISOString().slice(0, 10) + value.slice(10);
  }
  const time = /^(\d{1,2}):(\d{2})$/.exec(value);
  if (time !== null) {
    const hour = String(random.below(24)).padStart(time[1]?.length ?? 2, '0');
    return `${hour}:${String(random.below(12) * 5).padStart(2, '0')}`;
  }
  if (/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(value)) {
    return `${random.pick(people).toLowerCase()}.${random.below(900) + 100}@example.org`;
  }
  if (/^[\d ()+./#-]*\d[\d ()+./#-]*$/.test(value)) return newDigits(value, random);
  if (!/^\p{Lu}/u.test(value)) return undefined;
  if (placeNames.test(parameter)) return anotherOf(places, value, random);
  if (personNames.test(parameter)) return anotherOf(people, value, random);
  return undefined;
}

function anotherOf(list: readonly string[], value: string, random: SeededRandom): string {
  return random.pick(list.filter((item) => item !== value));
}

/** Another digit for each, the first of a number not 0 and, alone, not 1; everything else stays. */
function newDigits(text: string, random: SeededRandom): string {
  const alone = text.length === 1;
  return text.replaceAll(/\d/g, (digit, place: number) => {
    if (place === 0 && digit !== '0') return String((alone ? 2 : 1) + random.below(alone ? 8 : 9));
    // A last decimal of 0 would be lost in a number.
    return String(place === text.length - 1 ? 1 + random.below(9) : random.below(10));
  });
}
