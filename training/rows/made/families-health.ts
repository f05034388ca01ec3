/** Families: health, time, learning. */
import { integers, numbers } from '../number-words.ts';
import type { Make } from '../values.ts';
import { firstName, same, topic } from '../values.ts';
import { clockTime, lines, words } from './family-values.ts';
import { flag, integer, integersType, listOf, maybe, number, oneOf, strings, text } from './family.ts';
import type { Family } from './family.ts';

const medicine: Make = (draw) =>
  same(
    `${draw.from(['Ami', 'Lor', 'Ven', 'Zyt', 'Oxa', 'Dex', 'Pan', 'Car', 'Tri', 'Neo', 'Sul', 'Bex'])}${draw.pick(['dol', 'tan', 'mol', 'zepin', 'vir', 'cillin', 'statin', 'pril'])}`,
  );

export const healthFamilies: readonly Family[] = [
  {
    id: 'log_water',
    domain: 'health',
    names: 'log water|add drink|health: log drink|track water intake|record drink',
    descriptions: 'Logs a drink.|Adds to the water intake of today.|Records how much was drunk.',
    parameters: {
      amount: integer('amount ml|milliliters|ml|volume', integers(50, 1500)),
      drink: maybe(oneOf('drink|beverage|kind', ['water', 'tea', 'coffee', 'juice'])),
    },
    requests: lines(`log {amount} ml of {drink}
I drank {amount} ml of {drink}
add {amount} milliliters to my drinks
track {amount} ml {drink}
I just had {amount} ml
record a {drink} of {amount} ml
put down {amount} ml of {drink} for today`),
    asks: [
      ['log a glass of {drink}', 'How many milliliters?'],
      ['I drank some {drink}', 'How many milliliters?'],
    ],
  },
  {
    id: 'log_workout',
    domain: 'health',
    names: 'log workout|add exercise|fitness: add workout|record training|track exercise',
    descriptions: 'Logs a workout.|Records exercise with its duration.|Adds a training session.',
    parameters: {
      activity: oneOf('activity|exercise|sport|type', [
        'running',
        'swimming',
        'cycling',
        'yoga',
        'rowing',
        'strength_training',
      ]),
      minutes: integer('minutes|duration|duration minutes|length', integers(10, 180)),
      distance: maybe(number('distance km|distance|km', numbers(1, 60, 1))),
      intense: maybe(flag('intense|high intensity|hard')),
    },
    requests: lines(`log {minutes} minutes of {activity}
I did {minutes} minutes of {activity}
record a {activity} workout of {minutes} minutes[ and {distance} km]
add {activity}, {minutes} min, {distance} km
track my {activity}: {minutes} minutes, {intense:high intensity|not intense}
I went {activity} for {minutes} minutes[ and covered {distance} km]
{minutes} minutes of {activity} done, {intense:it was intense|it was easy, not intense}
{activity} for {minutes} minutes today, please log it`),
    asks: [
      ['log my {activity} session', 'How many minutes?'],
      ['I trained for {minutes} minutes', 'Which activity was it?'],
    ],
  },
  {
    id: 'bmi',
    domain: 'health',
    names: 'calculate bmi|body mass index|health: bmi|compute bmi|bmi calculator',
    descriptions: 'Calculates the body mass index.|Computes BMI from weight and height.|BMI of a person.',
    parameters: {
      weight: number('weight kg|weight|mass|body weight', numbers(40, 140, 1)),
      height: number('height cm|height|body height|size cm', numbers(145, 205, 0)),
      metric: maybe(flag('metric|use metric|is metric')),
    },
    requests: lines(`what's the BMI of someone with {weight} kg and {height} cm?
calculate my BMI: {weight} kg, {height} cm
I weigh {weight} kilos and I'm {height} cm tall. What's my BMI?
body mass index for {height} cm and {weight} kg
My height is {height} cm, my weight {weight} kg. Tell me my BMI
compute the BMI for a weight of {weight} kg and a height of {height} cm
BMI please: {height} cm tall, {weight} kg heavy[, in metric units{metric=true}]`),
    asks: [
      ['what is my BMI? I weigh {weight} kg', 'How tall are you?'],
      ['calculate my BMI, I am {height} cm tall', 'How much do you weigh?'],
    ],
  },
  {
    id: 'medication',
    domain: 'health',
    names:
      'set medication reminder|medicine reminder|health: remind medication|add pill reminder|schedule medication',
    descriptions: 'Reminds of a medicine at given times.|Sets reminders for pills.|Schedules medication.',
    parameters: {
      person: maybe(text('person|patient|for whom', firstName)),
      medicine: text('medicine|medication|drug name', medicine),
      times: listOf('times|at|hours', strings, clockTime, 1, 3),
      meal: maybe(flag('with meal|with food')),
    },
    requests: lines(`remind me to take {medicine} at {times}
set a reminder for {medicine} at {times}, {meal:with|without} food
{person} has to take {medicine} at {times}
schedule {medicine} for {person} at {times}
add a pill reminder: {medicine} at {times}[, {meal:with|without} a meal]
I take {medicine} at {times}, remind me
medication reminder for {person}: {medicine}, {times}`),
    asks: [
      ['remind me to take {medicine}', 'At what time?'],
      ['set a pill reminder at {times}', 'For which medicine?'],
    ],
    like: ['alarm', 'timer'],
  },
  {
    id: 'timer',
    domain: 'time',
    names: 'set timer|timer: start|start timer|create timer|countdown',
    descriptions: 'Starts a timer.|Counts down some minutes.|Sets a timer with a label.',
    parameters: {
      minutes: integer('minutes|duration|duration minutes', integers(1, 120)),
      label: maybe(
        text(
          'label|name|for',
          words('tea, pasta, laundry, nap, bread, workout, meeting, eggs, homework, pizza, rice, break'),
        ),
      ),
      repeat: maybe(flag('repeat|loop|restart')),
    },
    requests: lines(`set a timer for {minutes} minutes
start a {label} timer for {minutes} minutes
{minutes} minutes for the {label}, set a timer
wake me in {minutes} minutes
count down {minutes} minutes[, {repeat:and repeat|no repeat}]
timer: {minutes} minutes, label {label}
set a {minutes} minute timer[ for the {label}]
start timers for {minutes+} minutes`),
    asks: [
      ['set a timer', 'For how many minutes?'],
      ['start a timer for the {label}', 'For how many minutes?'],
    ],
    like: ['alarm'],
  },
  {
    id: 'alarm',
    domain: 'time',
    names: 'set alarm|alarm: create|create alarm|wake up alarm|alarm clock',
    descriptions: 'Sets an alarm.|Wakes you at a time.|Alarm clock with weekdays.',
    parameters: {
      time: text('time|at|alarm time', clockTime),
      days: maybe(
        listOf(
          'days|weekdays|repeat on',
          {
            type: 'string',
            enum: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
          },
          (draw) => {
            const value = draw.pick([
              'Monday',
              'Tuesday',
              'Wednesday',
              'Thursday',
              'Friday',
              'Saturday',
              'Sunday',
            ]);
            return { text: value, value };
          },
          1,
          3,
        ),
      ),
      snooze: maybe(flag('snooze|allow snooze|snooze enabled')),
    },
    requests: lines(`set an alarm for {time}
wake me up at {time}
set an alarm for {time} on {days}
I have to get up at {time}, set an alarm, {snooze:with|without} snooze
alarm at {time} on {days}[, {snooze:snooze on|no snooze}]
ring at {time} on {days} please
I need an alarm at {time}
set alarms at {time+}`),
    asks: [
      ['set an alarm', 'For what time?'],
      ['wake me up on {days}', 'At what time?'],
    ],
  },
  {
    id: 'survey',
    domain: 'learning',
    names: 'create quiz|quiz: create|generate quiz|make quiz|quiz maker',
    descriptions: 'Makes a quiz on a topic.|Creates questions to learn with.|Quiz generator.',
    parameters: {
      topic: text('topic|subject|about', topic),
      questions: integer('questions|number of questions|count', integers(3, 40)),
      level: maybe(oneOf('difficulty|level', ['easy', 'medium', 'hard'])),
      timed: maybe(flag('timed|time limit|with timer')),
      points: maybe(listOf('points|point values', integersType, integers(1, 12), 2, 3)),
    },
    requests: lines(`make a quiz with {questions} questions about {topic}
create a {level} quiz on {topic} with {questions} questions
quiz me on {topic}, {questions} questions[, {timed:timed|untimed}]
I need {questions} {level} questions about {topic}
generate a quiz on {topic}: {questions} questions, {timed:with|without} a timer
test my knowledge of {topic} with {questions} questions[, {level} ones]
give me {questions} quiz questions on {topic}`),
    asks: [
      ['make a {level} quiz', 'On which topic, and with how many questions?'],
      ['make a quiz about {topic}', 'With how many questions?'],
    ],
  },
];
