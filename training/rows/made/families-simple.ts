/** Families: tools with no parameters, or with optional ones only. */
import { integers } from '../number-words.ts';
import { lines, words } from './family-values.ts';
import { flag, integer, maybe, oneOf, text } from './family.ts';
import type { Family } from './family.ts';

export const simpleFamilies: readonly Family[] = [
  {
    id: 'clock',
    domain: 'device',
    names: 'get time|current time|clock: now|what time|get current time',
    descriptions: 'Tells the current time.|The time right now.|Clock.',
    parameters: {},
    requests: lines(`what time is it?
tell me the time
what's the time right now?
how late is it?
give me the current time
do you have the time?
I need to know the time
check the clock`),
  },
  {
    id: 'battery',
    domain: 'device',
    names: 'battery level|get battery|device: battery|battery status|check battery',
    descriptions: 'Tells the battery level of this device.|Battery status.|How full the battery is.',
    parameters: {},
    requests: lines(`how much battery do I have left?
check the battery
what's my battery level?
is my battery low?
battery status please
how full is the battery?
show me the battery level
do I need to charge my phone?`),
  },
  {
    id: 'location',
    domain: 'device',
    names: 'get location|current location|device: location|where am i|my location',
    descriptions: 'Tells where this device is.|Current location.|Gets the position of the user.',
    parameters: { precise: maybe(flag('precise|high accuracy|exact')) },
    requests: lines(`where am I?
get my location
show me where I am right now
what's my current location{precise=true}, as exactly as possible?
find out where I am
tell me my position, {precise:precisely|it need not be precise}
I'm lost, where am I?
which place is this?`),
  },
  {
    id: 'screenshot',
    domain: 'device',
    names: 'take screenshot|capture screen|device: screenshot|screenshot|screen capture',
    descriptions: 'Takes a screenshot.|Captures the screen.|Makes a picture of the screen.',
    parameters: {
      delay: maybe(integer('delay|delay seconds|wait seconds', integers(2, 60))),
      window: maybe(flag('window only|active window')),
    },
    requests: lines(`take a screenshot
capture the screen[ in {delay} seconds]
screenshot please
take a screenshot after {delay} seconds
make a screenshot of {window:the active window only|the full screen, not only the window}
save what is on my screen
grab the screen[ with a delay of {delay} seconds]
I need a picture of my screen`),
  },
  {
    id: 'coin',
    domain: 'chance',
    names: 'flip coin|coin: flip|toss coin|coin toss|heads or tails',
    descriptions: 'Flips a coin.|Tosses coins.|Heads or tails.',
    parameters: { times: maybe(integer('times|count|flips', integers(2, 30))) },
    requests: lines(`flip a coin
flip a coin {times} times
heads or tails?
toss a coin[ {times} times]
let a coin decide
throw a coin {times} times please
I need a coin flip
toss {times} coins`),
    like: ['dice', 'random'],
  },
  {
    id: 'pause',
    domain: 'playback',
    names: 'pause playback|player: pause|pause music|stop playback|pause',
    descriptions: 'Pauses what is playing.|Stops the music for now.|Pauses playback.',
    parameters: { fade: maybe(flag('fade out|fade')) },
    requests: lines(`pause the music
stop playing
pause please
hold the music for a moment
pause playback{fade=true} and let it fade out
be quiet for a second, pause the song
pause it, {fade:with|without} fading out
halt the music`),
    like: ['play_song', 'podcast', 'next_track'],
  },
  {
    id: 'next_track',
    domain: 'playback',
    names: 'next track|player: next|skip song|skip track|play next',
    descriptions: 'Skips to the next song.|Plays the next track.|Skips some tracks.',
    parameters: { count: maybe(integer('count|tracks|number of tracks', integers(2, 12))) },
    requests: lines(`skip this song
next song please
skip {count} tracks
play the next one
I don't like this one, next
jump {count} songs ahead
go to the next track
skip ahead by {count} songs`),
    like: ['play_song', 'podcast'],
  },
  {
    id: 'joke',
    domain: 'chance',
    names: 'tell joke|jokes: get|random joke|get joke|joke',
    descriptions: 'Tells a joke.|Fetches a random joke.|A joke, of a category if wanted.',
    parameters: {
      category: maybe(oneOf('category|kind|topic', ['animals', 'work', 'school', 'food'])),
      clean: maybe(flag('family friendly|clean|safe')),
    },
    requests: lines(`tell me a joke
tell me a joke about {category}
make me laugh
I want to hear a joke[ about {category}]
give me a {clean=true}family friendly joke
got any jokes about {category}?
cheer me up with a joke
one joke about {category} please`),
  },
  {
    id: 'news',
    domain: 'reading',
    names: 'get news|news: headlines|latest headlines|top headlines|fetch news',
    descriptions: 'Latest headlines.|Gets the news, of a topic if wanted.|News headlines.',
    parameters: {
      topic: maybe(
        text(
          'topic|about|category',
          words(
            'politics, sports, technology, science, business, health, culture, climate, football, economy, space, film',
          ),
        ),
      ),
      count: maybe(integer('count|number of articles|max articles', integers(2, 20))),
      today: maybe(flag('today only|only today')),
    },
    requests: lines(`what's in the news?
show me the latest headlines
news about {topic}
give me {count} headlines on {topic}
any news on {topic}?
read me the top {count} headlines
the latest news about {topic}, {today:only from today|not only from today}
what happened in {topic}?`),
  },
  {
    id: 'lock_device',
    domain: 'device',
    names: 'lock screen|device: lock|lock device|lock phone|screen lock',
    descriptions: 'Locks this device.|Locks the screen.|Puts the lock screen on.',
    parameters: { minutes: maybe(integer('after minutes|delay minutes|in minutes', integers(2, 60))) },
    requests: lines(`lock my screen
lock the phone
lock the device in {minutes} minutes
lock the screen after {minutes} minutes please
I'm leaving, lock the computer
put the lock screen on[ in {minutes} minutes]
secure my phone with the lock screen`),
    like: ['door_lock'],
  },
];
