/**
 * Request templates: a sentence with slots, parts that may be left out and words to choose from.
 *
 *   {city}            the slot's words; its value goes into the call
 *   {on:on|off}       a boolean: the first words are true, the second false
 *   {detailed=true}   a value (JSON) that is not said
 *   {city+}           two or three values, each a call of its own: "Oslo, Rome and Lima"
 *   [ for {hours} hours]   left out half of the time, with the values in it
 *   <show|list>       one of these
 *
 * Knows text; what a slot means is its maker's.
 */
import type { Json } from '../../src/protocol/json.ts';
import type { Draw } from './draw.ts';

/** A value, as it is said and as it stands in the call. */
export interface Slot {
  readonly text: string;
  readonly value: Json;
  /** Values that are right as well. */
  readonly also?: readonly Json[];
}

export interface Rendered {
  readonly text: string;
  readonly slots: ReadonlyMap<string, Slot>;
  /** The slot of which each value is a call of its own. */
  readonly spread?: { readonly key: string; readonly slots: readonly Slot[] };
}

/** A template in words. `slotOf` makes the value of a slot that is named. */
export function render(template: string, draw: Draw, slotOf: (key: string) => Slot): Rendered {
  const flat = choose(template, draw);
  const slots = new Map<string, Slot>();
  let spread: Rendered['spread'];
  const take = (key: string): Slot => {
    const known = slots.get(key) ?? slotOf(key);
    slots.set(key, known);
    return known;
  };
  const text = flat.replaceAll(
    /\{([\w.]+)(?:(\+)|:([^}]*)|=([^}]*))?\}/g,
    (...groups: (string | undefined)[]) => {
      const [, key = '', plus, words, json] = groups;
      if (json !== undefined) {
        slots.set(key, { text: '', value: JSON.parse(json) as Json });
        return '';
      }
      if (words !== undefined) {
        const value = draw.chance(0.5);
        const said = words.split('|')[value ? 0 : 1] ?? '';
        slots.set(key, { text: said, value });
        return said;
      }
      if (plus === undefined) return take(key).text;
      const several = distinct(draw.chance(0.7) ? 2 : 3, () => slotOf(key));
      spread = { key, slots: several };
      return listInWords(several.map((slot) => slot.text));
    },
  );
  return { text: tidy(text), slots, ...(spread === undefined ? {} : { spread }) };
}

/** A template with its words chosen, and its slots as they are. */
export function vary(template: string, draw: Draw): string {
  return tidy(choose(template, draw));
}

function choose(template: string, draw: Draw): string {
  return template
    .replaceAll(/\[([^[\]]*)\]/g, (_, part: string) => (draw.chance(0.5) ? part : ''))
    .replaceAll(/<([^<>]*)>/g, (_, words: string) => draw.pick(words.split('|')));
}

function tidy(text: string): string {
  return text
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/ (?=[,.?!])/g, '')
    .trim();
}

/** Slots a template names in every rendering and in some. */
export function slotNames(template: string): {
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
} {
  const sometimes = Array.from(template.matchAll(/\[([^[\]]*)\]/g), (match) =>
    namesIn(match[1] ?? ''),
  ).flat();
  return { always: namesIn(template.replaceAll(/\[[^[\]]*\]/g, '')), sometimes };
}

/** "a", "a and b", "a, b and c". */
export function listInWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** `count` slots with different values; fewer where the maker repeats itself. */
function distinct(count: number, make: () => Slot): Slot[] {
  const found = new Map<string, Slot>();
  for (let tries = 0; found.size < count && tries < count * 12; tries += 1) {
    const slot = make();
    found.set(JSON.stringify(slot.value).toLowerCase(), slot);
  }
  return [...found.values()];
}

function namesIn(text: string): string[] {
  return Array.from(text.matchAll(/\{([\w.]+)/g), (match) => match[1] ?? '');
}
