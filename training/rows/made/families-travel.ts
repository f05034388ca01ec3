/** Families: travel, weather, housing. */
import { integers } from '../number-words.ts';
import { city, street } from '../values.ts';
import { clockTime, date, dayWords, lines, money, words } from './family-values.ts';
import { flag, integer, listOf, maybe, number, oneOf, strings, text } from './family.ts';
import type { Family } from './family.ts';

const cabin = ['economy', 'premium_economy', 'business', 'first'] as const;

export const travelFamilies: readonly Family[] = [
  {
    id: 'flights',
    domain: 'travel',
    names: 'search flights|flights: search|find flight|flight search|get flights',
    descriptions:
      'Searches flights.|Finds flights between two cities.|Flight search with date, class and passengers.',
    parameters: {
      from: text('origin|from|departure city|from city', city),
      to: text('destination|to|arrival city|to city', city),
      date: text('date|departure date|travel date|on', date),
      passengers: maybe(integer('passengers|travelers|adults|number of passengers', integers(2, 8))),
      cabin: maybe(oneOf('cabin|class|travel class', cabin)),
      direct: maybe(flag('direct|nonstop|direct only')),
    },
    requests: lines(`find flights from {from} to {to} on {date}
I want to fly from {from} to {to} on {date}[ in {cabin} class]
search a flight to {to} from {from} for {passengers} people on {date}
book me on a {cabin} class flight leaving {from} for {to} on {date}
are there {direct:direct flights|flights, direct or not,} from {from} to {to} on {date}?{direct=true}
flights {from} to {to}, {date}, {passengers} passengers[, {cabin} class]
which flights go from {from} to {to} on {date}?
{passengers} of us fly to {to} on {date} from {from}, {direct:direct flights only|stops are fine}
show me {cabin} class flights from {from} to {to} on {date}`),
    asks: [
      ['find a flight to {to} on {date}', 'From where?'],
      ['find flights from {from} to {to}', 'On which date?'],
      ['book a flight from {from} on {date}', 'Where to?'],
    ],
  },
  {
    id: 'hotel',
    domain: 'travel',
    names: 'book hotel|hotels: book|reserve room|hotel booking|find hotel',
    descriptions: 'Books a hotel room.|Finds hotels in a city.|Reserves a room for some nights.',
    parameters: {
      city: text('city|location|place|destination', city),
      checkIn: text('check in|check in date|arrival|start date', date),
      nights: integer('nights|number of nights|stay', integers(1, 21)),
      guests: maybe(integer('guests|people|adults', integers(2, 6))),
      breakfast: maybe(flag('breakfast|include breakfast|with breakfast')),
      budget: maybe(number('max price|budget|price per night', money(40, 400))),
    },
    requests: lines(`book a hotel in {city} from {checkIn} for {nights} nights
I need a room in {city} for {nights} nights starting {checkIn}[, {breakfast:with|without} breakfast]
find a hotel in {city} for {guests} guests, {nights} nights from {checkIn}
reserve {nights} nights in {city}, arriving {checkIn}, at most {budget} a night
hotel in {city}: check-in {checkIn}, {nights} nights, {guests} people
{guests} people need a place in {city} on {checkIn} for {nights} nights, {breakfast:breakfast included|no breakfast}
look for a hotel in {city} under {budget} per night, {checkIn}, {nights} nights
we arrive in {city} on {checkIn} and stay {nights} nights[, {guests} of us]. Find a hotel`),
    asks: [
      ['book a hotel in {city} for {nights} nights', 'From which date?'],
      ['I need a hotel for {nights} nights from {checkIn}', 'In which city?'],
      ['book a room in {city} from {checkIn}', 'For how many nights?'],
    ],
  },
  {
    id: 'car',
    domain: 'travel',
    names: 'rent car|cars: rent|car rental|book rental car|reserve car',
    descriptions: 'Rents a car.|Reserves a rental car.|Finds cars to rent.',
    parameters: {
      city: text('city|pickup location|location|where', city),
      date: text('pickup date|date|from', date),
      days: integer('days|rental days|duration days', integers(1, 30)),
      kind: maybe(
        oneOf('car type|category|vehicle class', ['compact', 'suv', 'van', 'convertible'], { suv: ['SUV'] }),
      ),
      insurance: maybe(flag('insurance|full insurance|with insurance')),
    },
    requests: lines(`rent a car in {city} for {days} days from {date}
I need a {kind} in {city} from {date} for {days} days
get me a rental car in {city} on {date}, {days} days, {insurance:with|without} insurance
reserve a {kind} for {days} days, pick-up in {city} on {date}
{days} days of car rental in {city} starting {date}[, {insurance:insurance included|no insurance}]
book a car in {city}: {date}, {days} days[, a {kind}]
hire a car for {days} days in {city}, picking it up on {date}`),
    asks: [
      ['rent a {kind} in {city} from {date}', 'For how many days?'],
      ['rent a car for {days} days from {date}', 'In which city?'],
    ],
  },
  {
    id: 'route',
    domain: 'travel',
    names: 'get directions|maps: route|plan route|route planner|directions',
    descriptions:
      'Plans a route between two places.|Gives directions.|Finds the way, by car, bike, transit or on foot.',
    parameters: {
      from: text('from|start|origin', street),
      to: text('to|destination|end', street),
      mode: maybe(
        oneOf('mode|travel mode|by', ['driving', 'walking', 'cycling', 'transit'], {
          driving: ['car'],
          walking: ['foot'],
          cycling: ['bike'],
          transit: ['public transit', 'public transport'],
        }),
      ),
      tolls: maybe(flag('avoid tolls|no tolls')),
      stops: maybe(listOf('stops|via|waypoints', strings, city, 1, 2)),
    },
    requests: lines(`how do I get from {from} to {to}?
directions from {from} to {to} by {mode}
plan a route from {from} to {to}[ via {stops}]
show me the way to {to} from {from}[ by {mode}]
route from {from} to {to}, {tolls:avoiding tolls|tolls are fine}
navigate from {from} to {to} via {stops}
I'm at {from} and have to be at {to}. I go by {mode}, which way?`),
    asks: [
      ['how do I get to {to} by {mode}?', 'From where?'],
      ['plan a route from {from}', 'Where to?'],
    ],
  },
  {
    id: 'train',
    domain: 'travel',
    names: 'train times|trains: schedule|find train|train schedule|get trains',
    descriptions: 'Train times between two stations.|Finds trains.|Train schedule.',
    parameters: {
      from: text('from station|from|origin|departure station', city),
      to: text('to station|to|destination|arrival station', city),
      time: text('time|departure time|after', clockTime),
      day: maybe(text('day|date|when', dayWords)),
      bike: maybe(flag('bike|with bicycle|take bike')),
    },
    requests: lines(`which trains go from {from} to {to} after {time}?
find a train from {from} to {to} at {time}
train from {from} to {to}, {day}, around {time}
I need a train to {to} leaving {from} at {time}[ {day}]
show trains {from} - {to} after {time}[, {bike:with a bicycle|without bicycle}]
when does the train from {from} to {to} leave after {time} {day}?
look up the {time} train from {from} to {to}`),
    asks: [
      ['when does the train to {to} leave?', 'From which station, and after what time?'],
      ['find a train from {from} to {to}', 'At what time?'],
    ],
    like: ['flights'],
  },
  {
    id: 'weather_now',
    domain: 'weather',
    names: 'current weather|get weather|weather: current|get current weather|weather now',
    descriptions:
      'Current weather of a place.|Tells the weather right now.|Weather conditions at the moment.',
    parameters: {
      city: text('city|location|place', city),
      unit: maybe(
        oneOf('unit|units|temperature unit', ['celsius', 'fahrenheit'], {
          celsius: ['celsius', 'Celsius', '°C'],
          fahrenheit: ['fahrenheit', 'Fahrenheit', '°F'],
        }),
      ),
      wind: maybe(flag('include wind|wind|with wind')),
    },
    requests: lines(`what's the weather in {city}?
how's the weather in {city} right now?
current weather in {city} in {unit}
is it raining in {city} at the moment?
tell me the weather in {city}[ in {unit}]
what's the temperature in {city} in {unit}?
weather for {city} please, {wind:with|without} wind
how cold is it in {city+} now?
what is the weather like in {city+}?`),
    asks: [
      ["what's the weather?", 'In which city?'],
      ['tell me the temperature in {unit}', 'In which city?'],
    ],
    like: ['forecast'],
  },
  {
    id: 'forecast',
    domain: 'weather',
    names: 'weather forecast|get forecast|weather: forecast|forecast|daily forecast',
    descriptions:
      'Weather forecast for some days.|Predicts the weather of the coming days.|Forecast by place and number of days.',
    parameters: {
      city: text('city|location|place', city),
      days: integer('days|number of days|days ahead', integers(2, 14)),
      unit: maybe(
        oneOf('unit|units|temperature unit', ['celsius', 'fahrenheit'], {
          celsius: ['celsius', 'Celsius'],
          fahrenheit: ['fahrenheit', 'Fahrenheit'],
        }),
      ),
      hourly: maybe(flag('hourly|by hour|per hour')),
    },
    requests: lines(`what will the weather be in {city} for the next {days} days?
{days}-day forecast for {city}
forecast for {city}, {days} days[, in {unit}]
give me the weather in {city} for the coming {days} days in {unit}
how will the weather be in {city} over the next {days} days? {hourly:Hour by hour, please|Not by the hour}
I travel to {city} for {days} days, show me the forecast
show the next {days} days of weather in {city}[, hourly{hourly=true}]
forecast the next {days} days for {city+}`),
    asks: [
      ['give me a forecast for {city}', 'For how many days?'],
      ['show me the weather for the next {days} days', 'In which city?'],
    ],
  },
  {
    id: 'air',
    domain: 'weather',
    names: 'air quality|get air quality|environment: air quality|pollution level|air quality index',
    descriptions: 'Air quality of a place.|Tells the level of a pollutant.|Air pollution data.',
    parameters: {
      city: text('city|location|place', city),
      pollutant: maybe(
        oneOf('pollutant|substance|kind', ['ozone', 'pm25', 'pm10', 'no2'], {
          pm25: ['PM2.5', 'PM 2.5'],
          pm10: ['PM10'],
          no2: ['NO2', 'nitrogen dioxide'],
        }),
      ),
      hours: maybe(integer('hours|last hours|history hours', integers(2, 48))),
    },
    requests: lines(`how is the air quality in {city}?
air quality in {city}
what is the {pollutant} level in {city}[ over the last {hours} hours]?
is the air in {city} clean?
show {pollutant} in {city} for the past {hours} hours
check the air in {city}
how polluted is {city}? I care about {pollutant}
compare the air quality of {city+}`),
    asks: [
      ['how is the air quality?', 'In which city?'],
      ['what is the {pollutant} level?', 'In which city?'],
    ],
  },
  {
    id: 'houses',
    domain: 'housing',
    names: 'search apartments|housing: search|find apartment|property search|find homes',
    descriptions: 'Finds apartments.|Searches homes to rent or buy.|Property search.',
    parameters: {
      city: text('city|location|area', city),
      offer: oneOf('offer|offer type|deal', ['rent', 'buy']),
      rooms: maybe(integer('rooms|min rooms|bedrooms', integers(2, 7))),
      max: maybe(number('max price|budget|price limit', money(400, 900_000))),
      pets: maybe(flag('pets|pets allowed|allow pets')),
      features: maybe(
        listOf(
          'features|amenities|with',
          strings,
          words('balcony, garden, garage, elevator, fireplace, pool, terrace, cellar, dishwasher'),
          1,
          3,
        ),
      ),
    },
    requests: lines(`find an apartment to {offer} in {city}
I want to {offer} a place in {city} with {rooms} rooms
search homes to {offer} in {city} for at most {max}[, {pets:pets allowed|no pets}]
show me {rooms} room apartments in {city} to {offer} with {features}
apartments in {city}, to {offer}, {pets:pets must be allowed|pets not needed}{pets=true}
places to {offer} in {city} up to {max} with {features}
look for something to {offer} in {city}[ with at least {rooms} rooms]`),
    asks: [
      ['find an apartment with {rooms} rooms in {city}', 'To rent or to buy?'],
      ['I want to {offer} an apartment', 'In which city?'],
    ],
  },
];
