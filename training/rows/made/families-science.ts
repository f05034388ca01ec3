/** Families: physics, chemistry, astronomy, places. */
import { numbers } from '../number-words.ts';
import { city } from '../values.ts';
import { lines, words } from './family-values.ts';
import { maybe, number, oneOf, text, flag, integer } from './family.ts';
import type { Family } from './family.ts';

export const scienceFamilies: readonly Family[] = [
  {
    id: 'kinetic_energy',
    domain: 'physics',
    names: 'kinetic energy|physics: kinetic energy|calculate kinetic energy|compute ke|energy of motion',
    descriptions:
      'Kinetic energy of a moving body.|Computes kinetic energy from mass and speed.|Energy of motion.',
    parameters: {
      mass: number('mass|mass kg|m', numbers(1, 2000, 1)),
      velocity: number('velocity|speed|v', numbers(1, 120, 1)),
      unit: maybe(oneOf('unit|energy unit', ['joules', 'kilojoules'])),
    },
    requests: lines(`what's the kinetic energy of a {mass} kg object moving at {velocity} m/s?
calculate the kinetic energy for a mass of {mass} kg and a velocity of {velocity} m/s
a car of {mass} kg drives {velocity} meters per second. How much kinetic energy has it?
kinetic energy in {unit}: mass {mass} kg, speed {velocity} m/s
find the energy of motion at {velocity} m/s for {mass} kg
how many {unit} of kinetic energy does a {mass} kg body have at {velocity} m/s?
compute the kinetic energy, m = {mass}, v = {velocity}`),
    asks: [
      ['what is the kinetic energy of a {mass} kg ball?', 'How fast is it?'],
      ['kinetic energy at {velocity} m/s?', 'What is the mass?'],
    ],
  },
  {
    id: 'free_fall',
    domain: 'physics',
    names: 'final velocity|free fall|physics: final speed|calculate final velocity|fall speed',
    descriptions:
      'Final velocity after constant acceleration.|Speed of a body after some time.|Computes the final speed.',
    parameters: {
      initial: number('initial velocity|start speed|v0', numbers(0, 60, 1)),
      acceleration: number('acceleration|a|accel', numbers(0.5, 25, 2)),
      time: number('time|t|seconds|duration', numbers(1, 90, 1)),
    },
    requests:
      lines(`an object starts at {initial} m/s and accelerates at {acceleration} m/s² for {time} seconds. What is its final velocity?
final velocity for an initial velocity of {initial}, acceleration {acceleration}, time {time}
how fast is a car after {time} s if it starts with {initial} m/s and accelerates with {acceleration} m/s²?
compute the final speed: start {initial} m/s, acceleration {acceleration} m/s^2, {time} seconds
with an acceleration of {acceleration} m/s² over {time} s from {initial} m/s, what speed is reached?
calculate the end speed after {time} seconds of {acceleration} m/s² when starting at {initial} m/s`),
    asks: [
      ['how fast is a car that starts at {initial} m/s after {time} seconds?', 'What is its acceleration?'],
    ],
  },
  {
    id: 'ohm',
    domain: 'physics',
    names: 'ohms law|calculate current|electricity: current|electric current|compute current',
    descriptions: "Current from voltage and resistance.|Computes the electric current.|Applies Ohm's law.",
    parameters: {
      voltage: number('voltage|volts|v', numbers(1, 400, 1)),
      resistance: number('resistance|ohms|r', numbers(1, 900, 1)),
      ac: maybe(flag('ac|is ac|alternating')),
    },
    requests: lines(`what current flows at {voltage} volts through {resistance} ohms?
calculate the current for {voltage} V and {resistance} ohms
A resistor of {resistance} ohms is on {voltage} volts. What is the current?
current with voltage {voltage} and resistance {resistance}[, {ac:alternating current|direct current}]
find the current: R = {resistance}, U = {voltage}
how much current does a {resistance} ohm resistor draw from {voltage} volts {ac:AC|DC}?
compute the amps for {voltage} V over {resistance} Ω`),
    asks: [
      ['what current flows through {resistance} ohms?', 'At which voltage?'],
      ['calculate the current at {voltage} volts', 'What is the resistance?'],
    ],
  },
  {
    id: 'density',
    domain: 'physics',
    names: 'calculate density|density|physics: density|compute density|material density',
    descriptions: 'Density from mass and volume.|Computes the density of a body.|Mass per volume.',
    parameters: {
      mass: number('mass|m|mass kg', numbers(1, 900, 1)),
      volume: number('volume|v|volume m3', numbers(0.5, 90, 2)),
    },
    requests: lines(`what is the density of an object with a mass of {mass} kg and a volume of {volume} m³?
density for mass {mass} and volume {volume}
a block weighs {mass} kg and takes {volume} cubic meters. How dense is it?
compute the density: {mass} kg, {volume} m3
how dense is something with a volume of {volume} and a mass of {mass}?
calculate the density of {mass} kg in {volume} m³`),
    asks: [['how dense is a block of {mass} kg?', 'What is its volume?']],
  },
  {
    id: 'element',
    domain: 'chemistry',
    names: 'element info|get element|chemistry: element|periodic table lookup|lookup element',
    descriptions: 'Looks up a property of a chemical element.|Periodic table.|Information about an element.',
    parameters: {
      element: text(
        'element|element name|name',
        words(
          'iron, copper, helium, neon, silver, gold, carbon, oxygen, sodium, zinc, tin, lead, iodine, argon, nickel, cobalt, xenon, boron, silicon, sulfur',
        ),
      ),
      property: oneOf('property|field|info', [
        'melting_point',
        'atomic_mass',
        'density',
        'discovery_year',
        'symbol',
      ]),
    },
    requests: lines(`what is the {property} of {element}?
tell me the {property} of {element}
look up {element}: {property}
{element}, {property}?
find the {property} of the element {element}
I'd like to know the {property} of {element}
give me the {property} for {element+}
what's {element}'s {property}?`),
    asks: [
      ['what is the {property} of this element?', 'Which element?'],
      ['look up {element}', 'Which property?'],
    ],
  },
  {
    id: 'molar_mass',
    domain: 'chemistry',
    names: 'molar mass|calculate molar mass|chemistry: molar mass|compound mass|molecular weight',
    descriptions:
      'Molar mass of a compound.|Computes the molecular weight of a formula.|Mass of a compound in moles.',
    parameters: {
      formula: text(
        'formula|compound|molecule',
        words(
          'H2O, CO2, NaCl, C6H12O6, CH4, NH3, H2SO4, CaCO3, C2H5OH, HCl, NaOH, KNO3, C8H10N4O2, SO2, Fe2O3, MgO',
        ),
      ),
      moles: maybe(number('moles|amount|n', numbers(1, 40, 1))),
    },
    requests: lines(`what's the molar mass of {formula}?
molar mass of {formula}
how heavy are {moles} moles of {formula}?
compute the molecular weight of {formula}
calculate the mass of {moles} mol {formula}
how much does a mole of {formula} weigh{moles=1}?
I need the molar masses of {formula+}`),
    asks: [
      ['what is the molar mass?', 'Of which compound?'],
      ['how heavy are {moles} moles?', 'Of which compound?'],
    ],
  },
  {
    id: 'planet',
    domain: 'astronomy',
    names:
      'planet distance|distance between planets|astronomy: planet distance|space distance|get planet distance',
    descriptions:
      'Distance between two bodies of the solar system.|How far planets are apart.|Computes a distance in space.',
    parameters: {
      from: oneOf('from|origin|body a|first planet', ['Mercury', 'Venus', 'Earth', 'Mars']),
      to: oneOf('to|destination|body b|second planet', ['Jupiter', 'Saturn', 'Uranus', 'Neptune']),
      unit: maybe(
        oneOf('unit|distance unit', ['km', 'miles', 'au', 'light_minutes'], {
          km: ['kilometers', 'km'],
          au: ['AU', 'astronomical units'],
          light_minutes: ['light minutes'],
        }),
      ),
    },
    requests: lines(`how far is it from {from} to {to}?
distance between {from} and {to} in {unit}
what's the distance from {from} to {to}[ in {unit}]?
how many {unit} are between {from} and {to}?
tell me how far {from} is from {to}
compute the distance {from} to {to} in {unit}
If I fly from {from} to {to}, how far is that?`),
    asks: [
      ['how far is it from {from}?', 'To which planet?'],
      ['distance to {to} in {unit}?', 'From which planet?'],
    ],
  },
  {
    id: 'fuel',
    domain: 'vehicles',
    names: 'fuel cost|calculate fuel cost|trip: fuel cost|trip fuel|fuel calculator',
    descriptions:
      'Cost of fuel for a trip.|Computes what a drive costs.|Fuel costs from distance, consumption and price.',
    parameters: {
      distance: number('distance km|distance|km', numbers(10, 1500, 1)),
      consumption: number('consumption|liters per 100km|fuel consumption', numbers(3, 14, 1)),
      price: number('price per liter|fuel price|price', numbers(1.01, 2.6, 2)),
      roundTrip: maybe(flag('round trip|return trip|there and back')),
    },
    requests:
      lines(`what does a {distance} km drive cost at {consumption} liters per 100 km and {price} per liter?
fuel cost for {distance} km, my car takes {consumption} l/100km and fuel is {price} a liter
I drive {distance} km with {consumption} liters per 100 km; a liter costs {price}. What do I pay[ there and back{roundTrip=true}]?
trip of {distance} km, {roundTrip:round trip|one way}, consumption {consumption}, price {price}
how expensive is driving {distance} km when a liter is {price} and the car needs {consumption} l per 100 km?
compute fuel costs: {distance} km, {consumption} l/100 km, {price} per liter`),
    asks: [
      [
        'what does the fuel for {distance} km cost at {price} per liter?',
        'How much does the car use per 100 km?',
      ],
    ],
  },
  {
    id: 'city_facts',
    domain: 'geography',
    names: 'city info|get city data|geo: city|city facts|population lookup',
    descriptions:
      'Looks up a fact about a city.|City data: population, area, elevation or time zone.|Geographic facts.',
    parameters: {
      city: text('city|city name|place', city),
      fact: oneOf('fact|field|property', ['population', 'area', 'elevation', 'time_zone']),
      year: maybe(
        integer('year|as of', (draw) => {
          const value = draw.number(1950, 2024);
          return { text: String(value), value };
        }),
      ),
    },
    requests: lines(`what is the {fact} of {city}?
tell me the {fact} of {city}
look up the {fact} of {city}[ in {year}]
what was the {fact} of {city} in {year}?
{city}: {fact}?
I need the {fact} for {city}
find the {fact} of {city+}
how about the {fact} of {city} as of {year}?`),
    asks: [
      ['what is the {fact}?', 'Of which city?'],
      ['tell me something about {city}', 'Population, area, elevation or time zone?'],
    ],
  },
];
