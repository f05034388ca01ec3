/**
 * Open values for requests: names, places, things, tasks. Many are put together from parts, so that a model has to copy
 * them from the request and cannot know them by heart. All made up here. Knows no tools.
 */
import type { Draw } from './draw.ts';
import { listInWords } from './template.ts';
import type { Slot } from './template.ts';

/** Makes the slot of one parameter. */
export type Make = (draw: Draw) => Slot;

const words = (text: string): readonly string[] =>
  text
    .split(/\s*[,\n]\s*/)
    .map((word) => word.trim())
    .filter((word) => word !== '');

const firstNames =
  words(`Ann, Ben, Carla, Dmitri, Elena, Farid, Grace, Hiro, Ines, Jonas, Katya, Liam, Maya, Nils, Olga, Pedro, Quinn, Rosa, Samir,
Tara, Umar, Vera, Wendy, Xavier, Yuki, Zoe, Amara, Bruno, Chen, Dana, Emeka, Fiona, Gita, Hassan, Ivy, Jamal, Kofi, Lena, Marco, Nadia, Omar,
Priya, Rafael, Sofia, Tomas, Ursula, Viktor, Wanda, Yara, Zain, Alice, Bob, Clara, David, Erik, Freya, Gustav, Helen, Isaac, Julia, Kevin, Laura, Martin, Nora, Oscar, Paula, Rob, Sandra, Theo, Mike`);
const starts = words(
  'Bar, Cal, Dor, El, Fen, Gar, Hol, Is, Jan, Kel, Lor, Mar, Nor, Os, Pel, Quin, Ros, Sel, Tor, Ul, Ver, Wil, Yar, Zan, Brin, Clo, Dra, Fro, Gri, Stan, Tre, Val',
);
const middles = words('a, e, i, o, u, an, en, in, or, ar, el, il, ov, ast, emb, ill');
const nameEnds = words(
  'sen, son, ley, man, ski, berg, ton, wick, dotti, ez, ard, well, court, more, ino, ham, quist, low, mann, kov',
);
const placeEnds = words(
  'ville, ton, burg, field, ford, haven, port, mouth, stad, wick, dale, by, grad, ster, bridge, borough',
);
const cities =
  words(`Oslo, Lima, Paris, Berlin, Madrid, Rome, Vienna, Prague, Warsaw, Dublin, Lisbon, Athens, Cairo, Nairobi, Lagos, Accra, Tunis, Mumbai,
Delhi, Tokyo, Osaka, Kyoto, Seoul, Beijing, Shanghai, Hanoi, Bangkok, Manila, Jakarta, Sydney, Perth, Auckland, Toronto, Montreal, Vancouver, Chicago,
Boston, Denver, Seattle, Austin, Miami, Dallas, Houston, Phoenix, Portland, San Diego, San Francisco, New York, Los Angeles, Las Vegas, Mexico City,
Buenos Aires, Santiago, Bogota, Quito, Helsinki, Stockholm, Copenhagen, Hamburg, Munich, Zurich, Geneva, Milan, Naples, Turin, Porto, Valencia, Lyon,
Marseille, Brussels, Antwerp, Amsterdam, Rotterdam, Glasgow, Edinburgh, Manchester, Leeds, Bristol, Cape Town, Casablanca, Istanbul, Ankara, Tbilisi`);
const foods =
  words(`tomatoes, basil, olive oil, rice, black beans, oats, butter, brown sugar, salmon, spinach, garlic, ginger, lentils, mushrooms, yogurt, eggs, milk,
honey, flour, potatoes, carrots, onions, chicken, tofu, noodles, peppers, lemons, apples, bananas, cheese, bread, coffee, green tea, almonds, quinoa, zucchini, peas, corn, avocados, shrimp`);
const dishes =
  words(`mushroom risotto, lentil soup, chicken curry, vegetable lasagna, fish tacos, pad thai, beef stew, banana bread, shakshuka, tomato soup, caesar salad,
pumpkin pie, fried rice, ramen, goulash, paella, apple crumble, falafel wraps, spinach quiche, chili con carne, pancakes, potato gratin`);
const objects =
  words(`desk lamp, running shoes, coffee grinder, blue backpack, office chair, phone case, water bottle, yoga mat, wool blanket, garden hose, bike helmet, tea kettle,
mechanical keyboard, rain jacket, travel pillow, cutting board, power drill, picture frame, camping tent, wireless mouse, frying pan, table fan, leather wallet, sun hat, umbrella,
toaster, notebook, headphones, monitor stand, shower curtain`);
const topics =
  words(`renewable energy, chess openings, sourdough baking, urban gardening, quantum computing, medieval castles, electric cars, coral reefs, stock options,
mountain biking, sign language, jazz history, home insulation, solar panels, remote work, ocean plastics, bird migration, machine translation, vaccines, black holes, tax law,
pottery, beekeeping, volcanoes, tiny houses, font design, marathon training, fermentation, roman roads, cloud storage, wind turbines, street art, data privacy, tea ceremonies`);
const adjectives = words(
  'silent, golden, broken, distant, crimson, hidden, electric, frozen, lonely, wild, paper, midnight, hollow, bright, restless, velvet, gentle, burning, northern, secret, endless, copper',
);
const nouns = words(
  'river, garden, mirror, harbor, forest, engine, window, summer, island, shadow, letter, orchard, signal, mountain, city, ocean, train, lantern, empire, echo, valley, machine',
);
const verbs = words(
  `call, email, text, visit, thank, pick up, invite, remind, meet, pay back, write to, check in with, send flowers to, interview, brief`,
);
const chores =
  words(`buy milk, water the plants, pay the rent, book the flights, clean the garage, renew my passport, walk the dog, fix the kitchen sink, take out the trash, file the taxes,
charge the camera, return the library books, order printer ink, change the bed sheets, wash the car, back up the laptop, mow the lawn, pack the suitcases, feed the neighbour's cat,
cancel the gym membership, buy a birthday card, sharpen the knives, vacuum the stairs, print the tickets, send the invoice, update the website, paint the fence, defrost the freezer,
schedule a haircut, replace the smoke alarm battery, sort the mail, order more coffee, review the contract, finish the slides, submit the expense report, get new tires, descale the kettle, iron the shirts,
renew the car insurance, clean the oven, proofread the essay, buy stamps, measure the windows, book a dentist appointment, learn the guitar solo, make a packed lunch, empty the dishwasher, backup the photos`);
const events =
  words(`dentist appointment, team meeting, yoga class, parent evening, book club, piano lesson, project review, haircut, job interview, board meeting, car service, budget meeting,
doctor's appointment, soccer practice, choir rehearsal, sprint planning, wine tasting, house viewing, birthday party, guitar lesson, all-hands meeting, vet visit, poker night, design workshop,
chess tournament, swimming lesson, product demo, staff training, movie night, blood test, eye exam, garden tour, pub quiz, barbecue, flight to Rome, train to Hamburg, exam, concert, theatre visit, language class`);
const facts = words(
  `the wifi password is maple-42; the spare key is with the neighbours; the boiler needs new filters in May; our gate code is 4471; the blue paint is called Harbor Mist;
the car is parked on level 3; the plumber's number is 555-0182; the meeting room is booked under Helen; the printer takes type 302 ink; the shed lock opens with 7-1-9;
Grandma likes white tulips; the return policy is 30 days; the best pizza is at Luigi's; the guest bed is in the attic; the fuse box is behind the coats; the cat eats twice a day;
the warranty ends in 2028; the kids are allergic to peanuts; my shoe size is 43; the router reboots at 4 am; the cabin has no signal; the bakery is closed on Mondays;
the old laptop has no battery; the tent pegs are in the red bag; the landlord prefers e-mail; the hedge grows too fast; the recipe needs less salt; rent goes up in June; the train was late again`.replaceAll(
    ';',
    ',',
  ),
);

/** A choice from a list of this module, said as it is. */
const open =
  (pool: readonly string[]): Make =>
  (draw) => {
    const text = draw.from(pool);
    return { text, value: text };
  };

export const firstName = open(firstNames);
export const food = open(foods);
export const dish = open(dishes);
export const thing = open(objects);
export const topic = open(topics);
export const chore: Make = (draw) => {
  if (draw.chance(0.6)) return open(chores)(draw);
  const text = `${draw.pick(verbs)} ${personName(draw)}`;
  return { text, value: text };
};
export const fact: Make = (draw) => (draw.chance(0.6) ? open(facts)(draw) : madeFact(draw));

/** A syllable name, e.g. `Fenoviston`. */
function made(draw: Draw, ends: readonly string[]): string {
  return `${draw.from(starts)}${draw.pick(middles)}${draw.chance(0.3) ? draw.pick(middles) : ''}${draw.pick(ends)}`;
}

function lastName(draw: Draw): string {
  return made(draw, nameEnds);
}

function personName(draw: Draw): string {
  return draw.chance(0.5) ? draw.from(firstNames) : `${draw.from(firstNames)} ${lastName(draw)}`;
}

export const person: Make = (draw) => same(personName(draw));
export const fullName: Make = (draw) => same(`${draw.from(firstNames)} ${lastName(draw)}`);
export const city: Make = (draw) => same(draw.chance(0.65) ? draw.from(cities) : made(draw, placeEnds));

/** A title as books, films and songs have them. */
export const title: Make = (draw) => {
  const [adjective, noun] = [big(draw.from(adjectives)), big(draw.from(nouns))];
  return same(
    draw.pick([
      `The ${adjective} ${noun}`,
      `${adjective} ${noun}`,
      `${noun} of ${made(draw, placeEnds)}`,
      `${/^[AEIOU]/.test(noun) ? 'An' : 'A'} ${noun} for ${draw.from(firstNames)}`,
      `${adjective} ${noun}s`,
    ]),
  );
};
export const company: Make = (draw) =>
  same(
    `${made(draw, ['ix', 'ora', 'tek', 'lio', 'dyne', 'corp', 'mart', 'sys', 'nova', 'lab'])}${draw.pick(['', '', ' Inc', ' Ltd', ' Foods', ' Media'])}`,
  );
export const email: Make = (draw) => {
  const name = draw.from(firstNames).toLowerCase();
  const last = lastName(draw).toLowerCase();
  return same(
    `${draw.pick([name, `${name}.${last}`, `${name.charAt(0)}${last}`, `${name}${draw.number(13, 99)}`])}@${draw.pick(['example.com', 'mail.example', `${made(draw, ['ix', 'tek', 'mail']).toLowerCase()}.com`, 'example.org'])}`,
  );
};
/** A code of letters and digits, e.g. `KQ-48213`. */
export const code =
  (prefix: string): Make =>
  (draw) => {
    const letters = prefix === '' ? `${letter(draw)}${letter(draw)}` : prefix;
    return same(`${letters}${draw.pick(['', '-', '-'])}${draw.number(1000, 99999)}`);
  };
export const street: Make = (draw) =>
  same(
    `${draw.number(1, 240)} ${made(draw, placeEnds)} ${draw.pick(['Street', 'Road', 'Avenue', 'Lane', 'Way'])}`,
  );
export const fileName =
  (endings: readonly string[]): Make =>
  (draw) =>
    same(
      `${draw.from(nouns)}${draw.pick(['_', '-', ''])}${draw.pick(['report', 'notes', 'draft', 'data', 'final', 'v2', 'backup', String(draw.number(13, 99))])}.${draw.pick(endings)}`,
    );
export const folder: Make = (draw) =>
  same(
    `/${draw.pick(['home', 'data', 'var', 'srv', 'projects'])}/${draw.from(nouns)}${draw.chance(0.4) ? `/${draw.from(adjectives)}` : ''}`,
  );
/** A few words as someone would write or say them. */
export const sentence: Make = (draw) =>
  same(
    draw.pick([
      () => `see you at ${draw.integer(1, 11)} ${draw.pick(['today', 'tomorrow', 'tonight'])}`,
      () => `the ${draw.from(objects)} has arrived`,
      () => `I'm running ${draw.integer(5, 40)} minutes late`,
      () => `the ${draw.from(adjectives)} ${draw.from(nouns)} is lovely`,
      () => `please bring ${draw.from(foods)} and ${draw.from(foods)}`,
      () => `thanks for the talk about ${draw.from(topics)}`,
      () => `where is the ${draw.from(objects)}?`,
      () => `let's meet near the ${draw.from(nouns)}`,
    ])(),
  );
export const eventTitle: Make = (draw) =>
  draw.chance(0.5)
    ? open(events)(draw)
    : same(
        `${draw.pick(['lunch', 'dinner', 'call', 'meeting', 'coffee', 'breakfast', 'video call', 'interview', 'catch-up', 'walk'])} with ${personName(draw)}`,
      );

/** A closed vocabulary; `said` maps each value to its wordings, where they differ from the value. */
export function choice(
  values: readonly string[],
  said: Readonly<Record<string, readonly string[]>> = {},
): Make {
  return (draw) => {
    const value = draw.pick(values);
    return { text: draw.pick(said[value] ?? [value.replaceAll('_', ' ')]), value };
  };
}

/** From `lowest` to `highest` different values of one maker: "a, b and c". */
export function several(make: Make, lowest: number, highest: number): Make {
  return (draw) => {
    const count = draw.integer(lowest, highest);
    const found = new Map<string, Slot>();
    for (let tries = 0; found.size < count && tries < 60; tries += 1) {
      const slot = make(draw);
      found.set(slot.text, slot);
    }
    const slots = [...found.values()];
    return {
      text: draw.chance(0.85)
        ? listInWords(slots.map(({ text }) => text))
        : slots.map(({ text }) => text).join(', '),
      value: slots.map(({ value }) => value),
    };
  };
}

export function same(text: string): Slot {
  return { text, value: text };
}

function madeFact(draw: Draw): Slot {
  return same(
    draw.pick([
      () =>
        `${draw.from(firstNames)} ${draw.pick(['likes', 'hates', 'is allergic to', 'ordered', 'asked for'])} ${draw.from(foods)}`,
      () => `the ${draw.from(objects)} costs ${draw.number(13, 400)} dollars`,
      () => `the locker code is ${draw.number(1000, 9999)}`,
      () => `${personName(draw)} lives at ${street(draw).text}`,
      () => `order number ${code('')(draw).text} is delayed`,
      () =>
        `${draw.from(firstNames)}'s birthday is on ${draw.pick(['May', 'June', 'October', 'March'])} ${draw.integer(1, 28)}`,
      () => `the ${draw.from(objects)} is in the ${draw.from(nouns)} room`,
    ])(),
  );
}

function big(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function letter(draw: Draw): string {
  return String.fromCharCode(65 + draw.integer(0, 25));
}
