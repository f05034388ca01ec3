/** Families: media, sports, games, events. */
import { integers, numbers } from '../number-words.ts';
import type { Make } from '../values.ts';
import { city, fullName, title, person } from '../values.ts';
import { lines, words } from './family-values.ts';
import { flag, integer, maybe, number, oneOf, text, strings, listOf, object } from './family.ts';
import type { Family } from './family.ts';

const team: Make = (draw) => {
  const place = city(draw).text;
  const value = `${place} ${draw.from(['Rovers', 'Lions', 'United', 'Falcons', 'Bears', 'Comets', 'Sharks', 'Kings', 'Wolves', 'Stars', 'Giants', 'Pilots'])}`;
  return { text: value, value };
};

export const leisureFamilies: readonly Family[] = [
  {
    id: 'play_song',
    domain: 'media',
    names: 'play song|music: play|play music|start song|play track',
    descriptions: 'Plays a song.|Starts music.|Plays a track by an artist.',
    parameters: {
      song: text('song|track|title|song title', title),
      artist: maybe(text('artist|by|singer|performer', fullName)),
      shuffle: maybe(flag('shuffle|random order')),
      volume: maybe(integer('volume|volume percent|loudness', integers(5, 100))),
    },
    requests: lines(`play {song}
play {song} by {artist}
put on {song} by {artist}[ at volume {volume}]
I want to hear {song}
start {song} from {artist}
listen to {song}, {shuffle:shuffle on|no shuffle}
play the track {song} at {volume} percent volume
can I hear {song} by {artist}?`),
    asks: [
      ['play something by {artist}', 'Which song?'],
      ['play a song at volume {volume}', 'Which song?'],
    ],
  },
  {
    id: 'movies',
    domain: 'media',
    names: 'search movies|movies: search|find movie|movie search|discover movies',
    descriptions: 'Finds movies by genre and year.|Movie search.|Suggests films.',
    parameters: {
      genre: oneOf('genre|kind|category', [
        'comedy',
        'drama',
        'thriller',
        'documentary',
        'animation',
        'western',
      ]),
      year: maybe(
        integer('year|release year|from year', (draw) => {
          const value = draw.number(1950, 2025);
          return { text: String(value), value };
        }),
      ),
      rating: maybe(number('min rating|rating|minimum rating', numbers(4, 9.5, 1))),
      subtitles: maybe(flag('subtitles|with subtitles')),
    },
    requests: lines(`find a {genre} from {year}
show me {genre} movies with a rating of at least {rating}
suggest a {genre} film[ from {year}]
I'd like to watch a {genre}
{genre} movies from {year} rated {rating} or better
search for a {genre} {subtitles:with|without} subtitles
which {genre} films of {year} are rated above {rating}?
any good {genre}[ of {year}]?`),
    asks: [
      ['find a movie from {year}', 'Which genre?'],
      ['suggest a film rated at least {rating}', 'Which genre?'],
    ],
  },
  {
    id: 'podcast',
    domain: 'media',
    names: 'play podcast|podcasts: play|start podcast|podcast episode|play episode',
    descriptions: 'Plays a podcast episode.|Starts an episode of a podcast.|Podcast player.',
    parameters: {
      podcast: text('podcast|show|podcast name', title),
      episode: maybe(integer('episode|episode number|number', integers(1, 400))),
      speed: maybe(
        number('speed|playback speed|rate', (draw) => {
          const value = draw.pick([0.5, 0.75, 1.25, 1.5, 1.75, 2]);
          return { text: `${value}x`, value };
        }),
      ),
      skip: maybe(flag('skip intro|skip introduction')),
    },
    requests: lines(`play episode {episode} of the podcast {podcast}
start the podcast {podcast}[ at {speed} speed]
listen to {podcast}, episode {episode}, {skip:skip|don't skip} the intro
put on the {podcast} podcast at {speed}
play the podcast {podcast}[, {skip:skipping the intro|with the intro}]
the podcast {podcast}: play number {episode} at {speed}
continue {podcast}, the podcast, with episode {episode}`),
    asks: [
      ['play episode {episode}', 'Of which podcast?'],
      ['play a podcast at {speed}', 'Which podcast?'],
    ],
    like: ['play_song'],
  },
  {
    id: 'library',
    domain: 'media',
    names: 'search books|books: search|find book|library search|book lookup',
    descriptions: 'Searches books.|Finds books by title or author.|Looks up a book in the library.',
    parameters: {
      title: text('title|book|book title', title),
      author: maybe(text('author|written by|writer', fullName)),
      format: maybe(
        oneOf('format|medium', ['paperback', 'ebook', 'audiobook'], { ebook: ['e-book', 'ebook'] }),
      ),
      available: maybe(flag('available only|available|in stock')),
    },
    requests: lines(`find the book {title}
search {title} by {author}
do you have {title} as {format}?
look up {title} by {author}[ as {format}]
I'm looking for {title}, {available:only if available|available or not}
is {title} in the library?
get me {title} by {author}, {format} please`),
    asks: [
      ['find a book by {author}', 'Which title?'],
      ['do you have it as {format}?', 'Which book?'],
    ],
    like: ['search_products', 'buy'],
  },
  {
    id: 'schedule',
    domain: 'sports',
    names: 'game schedule|sports: schedule|get games|team schedule|next games',
    descriptions: 'Upcoming games of a team.|Game schedule.|When a team plays.',
    parameters: {
      team: text('team|team name|club', team),
      count: maybe(integer('games|number of games|count', integers(2, 12))),
      venue: maybe(oneOf('venue|location|where', ['home', 'away', 'both'], { both: ['home and away'] })),
    },
    requests: lines(`when do the {team} play next?
next {count} games of the {team}
show the schedule of {team}[, {venue} games]
I want to see the next {count} {venue} games of {team}
list {count} upcoming matches of {team}
what is the game schedule of the {team}?
who do the {team} play in their next {count} games?
upcoming {venue} games for {team}`),
    asks: [
      ['when is the next game?', 'Of which team?'],
      ['show the next {count} games', 'Of which team?'],
    ],
  },
  {
    id: 'player',
    domain: 'sports',
    names: 'player stats|sports: player stats|get player statistics|athlete stats|player statistics',
    descriptions: "Statistics of a player.|Looks up an athlete's season.|Player stats by season.",
    parameters: {
      player: text('player|player name|athlete', fullName),
      season: integer('season|year', (draw) => {
        const value = draw.number(1980, 2025);
        return { text: String(value), value };
      }),
      stat: maybe(oneOf('stat|statistic|category', ['goals', 'assists', 'minutes_played', 'yellow_cards'])),
      playoffs: maybe(flag('playoffs|include playoffs|with playoffs')),
    },
    requests: lines(`how many {stat} did {player} have in {season}?
stats of {player} for {season}
show {player}'s {stat} in the {season} season
what did {player} do in {season}[, {playoffs:playoffs included|without playoffs}]?
get the {season} statistics of {player}
look up {player} in {season}: {stat}
I need the {stat} of {player} for the {season} season, {playoffs:with|without} the playoffs`),
    asks: [
      ['how many {stat} did {player} have?', 'In which season?'],
      ['show the {stat} of {season}', 'Of which player?'],
    ],
  },
  {
    id: 'score',
    domain: 'sports',
    names: 'record score|sports: record result|save match result|log game result|add result',
    descriptions: 'Saves the result of a match.|Records a score.|Stores who won and how.',
    parameters: {
      home: text('home team|home|team a', team),
      away: text('away team|away|team b', team),
      score: object('score|result', {
        home: integer('home|home goals', integers(0, 9)),
        away: integer('away|away goals', integers(0, 9)),
      }),
      overtime: maybe(flag('overtime|extra time|went to overtime')),
    },
    requests: lines(`record {home} against {away}: {score.home} to {score.away}
{home} played {away}, {score.home}:{score.away}. Save it
save the result {home} {score.home}, {away} {score.away}[, {overtime:after overtime|no overtime}]
the match {home} vs {away} ended {score.home} to {score.away}, note the result
log a {score.home}-{score.away} between {home} and {away}, {overtime:with|without} overtime
add the result of {home} against {away}: {score.home} : {score.away}`),
    asks: [['record the match {home} against {away}', 'What was the score?']],
  },
  {
    id: 'dice',
    domain: 'games',
    names: 'roll dice|dice: roll|throw dice|roll|dice roller',
    descriptions: 'Rolls dice.|Throws some dice with a modifier.|Dice for games.',
    parameters: {
      count: integer('count|number of dice|dice', integers(2, 12)),
      sides: integer('sides|faces|die sides', (draw) => {
        const value = draw.pick([4, 6, 8, 10, 12, 20, 100]);
        return { text: String(value), value };
      }),
      modifier: maybe(integer('modifier|bonus|add', integers(1, 12))),
      dropLowest: maybe(flag('drop lowest|discard lowest')),
    },
    requests: lines(`roll {count} dice with {sides} sides
roll {count} {sides}-sided dice[ and add {modifier}]
throw {count} dice, {sides} sides each, {dropLowest:drop the lowest|keep all}
I need {count} rolls of a {sides}-sided die
roll {count} dice of {sides} sides plus {modifier}
give me {count} {sides}-sided dice, {dropLowest:without the lowest one|don't drop any}
{count} dice, {sides} sides[, bonus {modifier}]`),
    asks: [
      ['roll {count} dice', 'With how many sides?'],
      ['roll some {sides}-sided dice', 'How many?'],
    ],
    like: ['random'],
  },
  {
    id: 'character',
    domain: 'games',
    names: 'create character|characters: create|new character|make hero|character create',
    descriptions:
      'Creates a character for a game.|Makes a hero with class and level.|Adds a player character.',
    parameters: {
      name: text('name|character name|hero name', person),
      kind: oneOf('class|character class|kind', ['wizard', 'knight', 'ranger', 'thief', 'healer']),
      level: maybe(integer('level|start level', integers(1, 60))),
      items: maybe(
        listOf(
          'items|equipment|inventory',
          strings,
          words(
            'rope, torch, iron sword, bow, shield, healing potion, map, lantern, cloak, dagger, spell book, lute, helmet, tent',
          ),
          1,
          3,
        ),
      ),
    },
    requests: lines(`create a {kind} called {name}
make a level {level} {kind} named {name}
new character: {name}, {kind}, carrying {items}
I want to play a {kind} named {name}[ at level {level}]
add {name} as a {kind} with {items}
{name} is a {kind} of level {level}, create the character
create {name}, a level {level} {kind} with {items}`),
    asks: [
      ['create a {kind}', 'What is the name of the character?'],
      ['make a character named {name}', 'Of which class?'],
    ],
  },
  {
    id: 'leaderboard',
    domain: 'games',
    names: 'leaderboard|get leaderboard|scores: leaderboard|top players|ranking',
    descriptions: 'Best players of a game.|Shows the leaderboard.|Ranking of players.',
    parameters: {
      game: text('game|game name|title', title),
      top: integer('top|count|number|entries', integers(3, 50)),
      period: maybe(
        oneOf('period|time span|since', ['day', 'week', 'month', 'all_time'], {
          day: ['day'],
          all_time: ['all time'],
        }),
      ),
      friends: maybe(flag('friends only|only friends')),
    },
    requests: lines(`show the top {top} players of {game}
who are the best {top} in {game}?
leaderboard of {game}, top {top}[, {friends:friends only|everybody, not only friends}]
list the {top} highest scores in {game} for {period="week"}this week
the top {top} of {game} for {period="all_time"}all time please
ranking for {game}: first {top} places, {friends:only my friends|all players}
give me the best {top} players of {game} this month{period="month"}`),
    asks: [
      ['show the top {top} players', 'Of which game?'],
      ['show the leaderboard of {game}', 'How many places?'],
    ],
  },
  {
    id: 'ticket',
    domain: 'events',
    names: 'buy tickets|tickets: buy|event tickets|book tickets|ticket purchase',
    descriptions: 'Buys tickets of an event.|Books seats for a show.|Ticket purchase.',
    parameters: {
      event: text('event|show|event name', title),
      count: integer('tickets|count|quantity|number of tickets', integers(2, 12)),
      city: text('city|location|where', city),
      category: maybe(oneOf('category|section|seat type', ['standing', 'seated', 'vip'], { vip: ['VIP'] })),
      discount: maybe(flag('student discount|reduced|discounted')),
    },
    requests: lines(`buy {count} tickets for {event} in {city}
I want {count} {category} tickets for {event} in {city}
get tickets for {event} in {city}, {count} of them[, {category}]
book {count} seats for {event} in {city}, {discount:with|without} student discount
{count} tickets to {event} in {city} please
we are {count} and want to see {event} in {city}[, {discount:reduced price|full price}]
order {count} tickets, {category}, for {event} in {city}`),
    asks: [
      ['buy {count} tickets for {event}', 'In which city?'],
      ['buy tickets for {event} in {city}', 'How many?'],
    ],
    like: ['buy'],
  },
];
