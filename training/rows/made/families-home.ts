/** Families: the home, the kitchen, the garden. */
import { integers, numbers } from '../number-words.ts';
import { food, thing } from '../values.ts';
import { dayWords, lines, room, plant } from './family-values.ts';
import { flag, integer, listOf, maybe, number, oneOf, strings, text } from './family.ts';
import type { Family } from './family.ts';

export const homeFamilies: readonly Family[] = [
  {
    id: 'lights',
    domain: 'home',
    names: 'set light|control lights|home: light switch|toggle lamp|smart light control',
    descriptions:
      'Switches the lights of a room.|Turns lights on or off and sets their brightness.|Controls smart lights.',
    parameters: {
      room: text('room|area|location', room),
      on: flag('on|power|is on|state|turned on'),
      brightness: maybe(integer('brightness|level|brightness percent', integers(5, 100))),
      color: maybe(
        oneOf('color|colour|light color', ['red', 'blue', 'green', 'warm_white', 'cool_white', 'purple']),
      ),
    },
    requests: lines(`turn {on:on|off} the lights in the {room}
switch {on:on|off} the {room} light
turn the {room} lights {on:on|off}
put the lights in the {room} {on:on|off}
turn on the {room} light{on=true} at {brightness} percent
light up the {room}{on=true}[ in {color}]
I don't need the lights in the {room} any more, switch them off{on=false}
make the {room} light {color}{on=true} with a brightness of {brightness}
It's too dark in the {room}, lights on please{on=true}
turn {on:on|off} the lights in the {room+}
no light in the {room}, please{on=false}
Could the {room} light be {on:on|off}?`),
    asks: [
      ['turn on the lights{on=true}', 'In which room?'],
      ['switch the lamp off{on=false}', 'In which room?'],
      ['dim the lights to {brightness} percent{on=true}', 'In which room?'],
    ],
  },
  {
    id: 'thermostat',
    domain: 'home',
    names: 'set thermostat|set temperature|climate: set target|adjust heating|heating control',
    descriptions:
      'Sets the temperature of a room.|Adjusts the thermostat.|Sets the target temperature for heating or cooling.',
    parameters: {
      temperature: number('temperature|target temperature|degrees|value', numbers(14, 30, 1)),
      room: maybe(text('room|zone|area', room)),
      mode: maybe(
        oneOf('mode|hvac mode', ['heat', 'cool', 'auto'], {
          heat: ['heating', 'heat'],
          cool: ['cooling', 'cool'],
          auto: ['auto', 'automatic'],
        }),
      ),
    },
    requests: lines(`set the thermostat to {temperature} degrees
set the {room} to {temperature} degrees
make it {temperature} degrees in the {room}
I want {temperature}°C in the {room}
change the temperature to {temperature}[ in {mode} mode]
heat the {room} to {temperature} degrees{mode="heat"}
cool the {room} down to {temperature}{mode="cool"}
put the thermostat in {mode} mode at {temperature} degrees
The {room} should be at {temperature} degrees
bring the {room} to {temperature} degrees using {mode} mode
set {room+} to {temperature} degrees`),
    asks: [
      ['change the temperature in the {room}', 'To how many degrees?'],
      ['it is cold, adjust the thermostat', 'To how many degrees?'],
      ['set the thermostat to {mode} mode', 'To how many degrees?'],
    ],
  },
  {
    id: 'blinds',
    domain: 'home',
    names: 'move blinds|set shutters|blinds control|home: curtains|adjust window cover',
    descriptions:
      'Opens or closes the blinds.|Moves the shutters of a room to a position.|Controls curtains and blinds.',
    parameters: {
      room: text('room|location', room),
      position: integer('position|percent open|open percent|level', integers(1, 99)),
      quiet: maybe(flag('quiet|silent mode|slow')),
    },
    requests: lines(`open the blinds in the {room} to {position} percent
set the {room} blinds to {position}%
move the shutters in the {room} to {position} percent
I'd like the {room} blinds {position}% open
put the {room} blinds at {position} percent, {quiet:quietly|not in quiet mode}
open the {room} curtains {position} percent[ and be quiet about it{quiet=true}]
bring the blinds of the {room} to {position} percent
{position} percent for the blinds in the {room}`),
    asks: [
      ['set the blinds to {position} percent', 'In which room?'],
      ['move the blinds in the {room}', 'To what percentage?'],
    ],
  },
  {
    id: 'door_lock',
    domain: 'home',
    names: 'lock door|set door lock|security: door|door lock control|set lock state',
    descriptions: 'Locks or unlocks a door.|Controls the smart locks.|Sets the state of a door lock.',
    parameters: {
      door: text('door|door name|which door', room),
      locked: flag('locked|lock|is locked'),
      notify: maybe(flag('notify|send notification|alert')),
    },
    requests: lines(`{locked:lock|unlock} the {door} door
please {locked:lock|unlock} the door of the {door}
{locked:lock|unlock} the {door} door {notify:and notify me|without notifying me}
make sure the {door} door is {locked:locked|unlocked}
is the {door} door open? If so, lock it{locked=true}
{locked:lock|unlock} the door to the {door}, {notify:with|no} notification
I am home, open the {door} door lock{locked=false}
{locked:lock|unlock} the doors of the {door+}`),
    asks: [
      ['lock the door{locked=true}', 'Which door?'],
      ['unlock it please{locked=false}', 'Which door?'],
    ],
  },
  {
    id: 'vacuum',
    domain: 'home',
    names: 'start vacuum|clean room|robot vacuum: start|vacuum cleaner run|run cleaning robot',
    descriptions:
      'Sends the robot vacuum to clean rooms.|Starts the cleaning robot.|Cleans rooms with the robot.',
    parameters: {
      rooms: listOf('rooms|areas|room list|zones', strings, room),
      mop: maybe(flag('mop|wet|with mop|use mop')),
      passes: maybe(integer('passes|repeat|times|cycles', integers(2, 4))),
    },
    requests: lines(`vacuum the {rooms}
clean the {rooms} with the robot
send the robot to the {rooms}[, {passes} times]
have the {rooms} cleaned, {mop:with|without} mopping
start the vacuum in the {rooms}[ {mop:and mop|but don't mop}]
The {rooms} need cleaning, {passes} passes please
robot, clean {rooms} {passes} times
the {rooms} must be vacuumed, {mop:mop too|no mopping}`),
    asks: [
      ['start the robot vacuum', 'Which rooms?'],
      ['vacuum {passes} times', 'Which rooms?'],
    ],
  },
  {
    id: 'repair',
    domain: 'home',
    names: 'report repair|request repair|home: repair request|create maintenance request|maintenance ticket',
    descriptions:
      'Requests a repair at home.|Reports something broken to the landlord.|Opens a maintenance ticket.',
    parameters: {
      item: text('item|object|what|broken item', thing),
      day: text('day|date|preferred day', dayWords),
      urgent: maybe(flag('urgent|is urgent|emergency')),
    },
    requests: lines(`the {item} is broken, send someone {day}
request a repair of the {item} for {day}, {urgent:it is urgent|it is not urgent}
My {item} needs fixing {day}
Please have the {item} repaired {day}. {urgent:This is urgent!|It is not urgent.}
I need somebody to fix the {item} {day}
report a broken {item}, preferred day {day}[, {urgent:urgent|not urgent}]
the {item} stopped working. Can someone come {day}?`),
    asks: [
      ['the {item} is broken, request a repair', 'On which day?'],
      ['I need a repair {day}', 'What is broken?'],
    ],
    like: ['create_issue'],
  },
  {
    id: 'grocery_add',
    domain: 'cooking',
    names: 'add groceries|shopping list: add|add to shopping list|add grocery items|put on shopping list',
    descriptions: 'Adds items to the shopping list.|Puts groceries on the list.|Extends the grocery list.',
    parameters: {
      items: listOf('items|products|groceries|names', strings, food),
      store: maybe(
        oneOf('store|shop|where', ['supermarket', 'bakery', 'farmers_market', 'drugstore'], {
          farmers_market: ['farmers market', "farmers' market"],
        }),
      ),
    },
    requests: lines(`add {items} to the shopping list
put {items} on my grocery list
we need {items}
I'm out of {items}, add them to the list
buy {items}[ at the {store}]
shopping list: {items}
note {items} for the {store}
we ran out of {items}, please add them for the {store}`),
    asks: [
      ['add something to the shopping list', 'What should I add?'],
      ['put a few things on my list for the {store}', 'What should I add?'],
    ],
    like: ['buy', 'delivery', 'search_products'],
  },
  {
    id: 'recipe_search',
    domain: 'cooking',
    names: 'search recipes|find recipe|recipes: search|recipe finder|get recipes',
    descriptions:
      'Finds recipes that use given ingredients.|Searches recipes by ingredients.|Suggests dishes for what is in the fridge.',
    parameters: {
      ingredients: listOf('ingredients|ingredient list|with|contains', strings, food),
      vegetarian: maybe(flag('vegetarian|is vegetarian|meat free')),
      minutes: maybe(integer('max minutes|max time|time limit|cooking time', integers(10, 120))),
      servings: maybe(integer('servings|people|portions', integers(2, 9))),
    },
    requests: lines(`find a recipe with {ingredients}
what can I cook with {ingredients}?
I have {ingredients}. Any recipes?
recipes with {ingredients} in under {minutes} minutes
search a vegetarian recipe{vegetarian=true} with {ingredients}
show me {vegetarian:vegetarian|non-vegetarian} dishes that use {ingredients}[ for {servings} people]
something with {ingredients} that takes at most {minutes} minutes[ and serves {servings}]
give me a recipe for {servings} people using {ingredients}`),
    asks: [
      ['find me a recipe', 'Which ingredients do you want to use?'],
      ['I want to cook something in {minutes} minutes', 'Which ingredients do you want to use?'],
    ],
  },
  {
    id: 'nutrition',
    domain: 'cooking',
    names: 'get nutrition|nutrition facts|food: nutrition lookup|calories of food|nutrition info',
    descriptions:
      'Tells calories and nutrients of a food.|Looks up nutrition facts.|Returns nutrient values for an amount of food.',
    parameters: {
      food: text('food|food name|item|product', food),
      grams: number('grams|amount grams|weight g|quantity', numbers(10, 900, 1)),
      nutrient: maybe(oneOf('nutrient|kind', ['protein', 'fat', 'sugar', 'fiber', 'calories'])),
    },
    requests: lines(`how much {nutrient} is in {grams} grams of {food}?
nutrition facts for {grams} g of {food}
what's in {grams}g {food}?
I ate {grams} grams of {food}. How much {nutrient} is that?
tell me the {nutrient} in {grams} g {food}
look up {grams} grams of {food}
give me the nutrition of {grams} g of {food}, only {nutrient}
how much {nutrient} do {grams} grams of {food+} have?`),
    asks: [
      ['how much {nutrient} is in {food}?', 'How many grams?'],
      ['how much {nutrient} do {grams} grams have?', 'Of which food?'],
    ],
  },
  {
    id: 'oven',
    domain: 'cooking',
    names: 'preheat oven|set oven|kitchen: oven|oven control|start baking',
    descriptions: 'Heats the oven.|Sets the temperature, time and mode of the oven.|Starts the oven.',
    parameters: {
      temperature: integer('temperature|degrees|temp', integers(100, 260)),
      mode: maybe(
        oneOf('mode|program|heating mode', ['fan', 'grill', 'top_bottom'], {
          fan: ['fan', 'convection'],
          grill: ['grill'],
          top_bottom: ['top and bottom heat', 'top-bottom'],
        }),
      ),
      minutes: maybe(integer('minutes|duration|timer minutes', integers(5, 180))),
    },
    requests: lines(`preheat the oven to {temperature} degrees
set the oven to {temperature}°C[ for {minutes} minutes]
oven at {temperature} degrees, {mode} mode
bake at {temperature} degrees for {minutes} minutes
heat the oven up to {temperature} with {mode}
start the oven at {temperature} degrees for {minutes} minutes in {mode} mode
I need the oven at {temperature} degrees[ with {mode}]
turn the oven to {temperature} for {minutes} min`),
    asks: [
      ['preheat the oven', 'To how many degrees?'],
      ['start the oven for {minutes} minutes', 'At how many degrees?'],
    ],
  },
  {
    id: 'water_plants',
    domain: 'garden',
    names: 'water plants|irrigate|garden: watering|start sprinkler|watering control',
    descriptions: 'Waters plants for some minutes.|Runs the irrigation of a bed.|Starts the sprinkler.',
    parameters: {
      plants: listOf('plants|beds|zones', strings, plant, 1, 3),
      liters: number('liters|water amount|litres', numbers(1, 60, 1)),
      fertilizer: maybe(flag('fertilizer|with fertilizer|add fertilizer')),
    },
    requests: lines(`water the {plants} with {liters} liters
give the {plants} {liters} litres of water
the {plants} need {liters} liters of water[, {fertilizer:with|no} fertilizer]
irrigate the {plants} with {liters} l, {fertilizer:and add fertilizer|without fertilizer}
{liters} liters for the {plants} please
pour {liters} litres on the {plants}
start watering: {plants}, {liters} liters[, {fertilizer:fertilize too|do not fertilize}]`),
    asks: [
      ['water the {plants}', 'How many liters?'],
      ['give {liters} liters of water', 'To which plants?'],
    ],
  },
];
