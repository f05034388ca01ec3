/**
 * Conversion between units of measurement. The library knows the units; this file knows how people spell them.
 * Everyday meaning wins over the physicist's: C is Celsius (not coulomb), mb is a megabyte. Cups, gallons and tons
 * are those of the United States. No currencies: their rates change.
 * Loaded on first use (convert-unit), because the unit tables are large.
 */
import { create, createUnitDependencies, unitDependencies } from 'mathjs';

export type Conversion =
  | { readonly type: 'value'; readonly value: number }
  /** A unit that is not known, as it was written. */
  | { readonly type: 'unknown-unit'; readonly unit: string }
  /** The units measure different things. */
  | { readonly type: 'incompatible' };

const math = create(Object.assign({}, unitDependencies, createUnitDependencies));
math.createUnit({
  calorie: { definition: '4.184 J', prefixes: 'long' },
  nauticalmile: { definition: '1852 m' },
  lightyear: { definition: '9460730472580800 m' },
});

/** Spellings the library does not have, or takes for something else. Lower case unless the case matters. */
const spellingsByUnit: Readonly<Record<string, string>> = {
  degC: 'C, c, degree celsius, degrees celsius, centigrade',
  degF: 'F, f, degree fahrenheit, degrees fahrenheit',
  K: 'k, kelvins',
  lb: 'pound',
  kg: 'kilo, kilogramme',
  g: 'gramme',
  m: 'metre',
  km: 'kilometre',
  cm: 'centimetre',
  mm: 'millimetre',
  um: 'micron',
  nauticalmile: 'nautical mile, nmi',
  lightyear: 'light year, light-year',
  l: 'litre',
  ml: 'millilitre',
  cl: 'centilitre',
  dl: 'decilitre',
  tablespoon: 'tbsp',
  teaspoon: 'tsp',
  fluidounce: 'fluid ounce, fl oz, fl. oz',
  'mi/h': 'mph',
  'km/h': 'kph, kmh',
  'm/s': 'mps',
  'nauticalmile/h': 'knot, kt',
  calorie: 'cal',
  kilocalorie: 'kcal',
  hp: 'horsepower',
  kB: 'kb, KB',
  MB: 'mb',
  GB: 'gb',
  TB: 'tb',
  year: 'yr',
  hectare: 'ha',
  'm^2': 'sqm',
  'km^2': 'sqkm',
};

const spellings = new Map(
  Object.entries(spellingsByUnit).flatMap(([unit, list]) =>
    list.split(', ').map((spelling): [string, string] => [spelling, unit]),
  ),
);

/** Converts `value`, rounded to 10 significant digits. Never throws. */
export function convert(input: {
  readonly value: number;
  readonly from: string;
  readonly to: string;
}): Conversion {
  const from = findUnit(input.from);
  if (from === undefined) return { type: 'unknown-unit', unit: input.from };
  const to = findUnit(input.to);
  if (to === undefined) return { type: 'unknown-unit', unit: input.to };
  if (!math.unit(1, from).equalBase(math.unit(1, to))) return { type: 'incompatible' };
  return { type: 'value', value: Number(math.unit(input.value, from).toNumber(to).toPrecision(10)) };
}

/** The library's name of a unit, or undefined. */
function findUnit(written: string): string | undefined {
  const text = written.trim().replaceAll(/\s+/g, ' ').replace(/\.$/, '');
  if (text.length > 60) return undefined;
  return findSimple(text) ?? findCompound(text);
}

function findSimple(text: string): string | undefined {
  const plain = text.replace('°', '').trim();
  const lower = plain.toLowerCase();
  // "Min" is a minute at the start of a sentence, not a mega-inch; "MB" and "kWh" mean their case.
  const forms = /^[A-Z][a-z]+$/.test(plain) ? [lower, plain] : [plain, lower];
  return forms
    .flatMap((form) => [form, form.replace(/s$/, ''), form.replace(/es$/, '')])
    .map((form) => spellings.get(form) ?? form)
    .find(isUnit);
}

/** "square meters", "cubic feet", "m²", "miles per hour". */
function findCompound(text: string): string | undefined {
  const parts = text.split(/\s*\/\s*|\s+per\s+/i);
  const names = parts.map((part) => {
    const worded = /^(square|sq\.?|cubic|cu\.?) (.+)$/i.exec(part);
    const raised = /^(.+?)\s*(?:\^?([23])|([²³]))$/.exec(part);
    const inner = worded?.[2] ?? raised?.[1] ?? part;
    const name = findSimple(inner);
    if (name === undefined) return undefined;
    if (worded !== null) return `${name}^${/^s/i.test(worded[1] ?? '') ? 2 : 3}`;
    if (raised !== null) return `${name}^${raised[2] === '2' || raised[3] === '²' ? 2 : 3}`;
    return name;
  });
  if (names.length > 2 || names.some((name) => name === undefined)) return undefined;
  const joined = names.join(' / ');
  return isUnit(joined) ? joined : undefined;
}

function isUnit(text: string): boolean {
  // The library's unit parser also reads a value: "5 km" must not pass for a unit.
  if (!/^[A-Za-zµ]/.test(text)) return false;
  try {
    math.unit(1, text);
    return true;
  } catch {
    // Its only way of saying that it knows no such unit.
    return false;
  }
}
