/**
 * How people dress up the same request: courtesies, capitals, final marks; and several requests in one breath.
 * A template that begins with a small letter is a command and may be asked politely; others are sentences as they are.
 * Knows English wording; no tools, no values.
 */
import type { Draw } from './draw.ts';

const courtesies = [
  'please ',
  'can you ',
  'could you ',
  'could you please ',
  'can you please ',
  'would you ',
  'I need you to ',
  "I'd like you to ",
  'hey, ',
  'hi, ',
  'ok, ',
  'go ahead and ',
  'I want you to ',
  'quickly ',
  'hi there, please ',
  'kindly ',
] as const;

const questions = /^(?:can|could|would) you/i;

/** First words of commands. Other beginnings ("my order", "{price} in euros") take no courtesy before them. */
const commands = new Set(
  `access add answer append archive arrange ask average bake block book bring browse build buy calculate call cancel
  capture change charge check clean close collect compare complete compose compress compute consider continue convert
  cool copy count create cross cube cut decrease deduct define delete deliver deploy determine diarise dig display
  divide do double download draw drop duplicate email enter erase estimate evaluate exchange execute explain express
  fetch figure file find finish fix flag follow generate get give go grow have heat hire hold hunt include increase
  insert install invite irrigate jot jump keep leave let light list load lock log look lower mail make mark message
  move multiply mute name navigate note open order organise pack paint pay pencil phone pick plan play post pour
  preheat print publish pull purchase put query raise read recommend record reduce register release relocate remember
  remind remove rent replace report request reserve restart retrieve return rewrite ring roll rotate run save say scan
  schedule scribble search see select sell send set share shift ship show sing slot solve sort split spread square
  start stop store strike submit subscribe substitute subtract suggest sum summarize swap switch take tell test text
  throw tick track transfer translate turn unlock upload use vacuum view visit wake water work write zip`.split(
    /\s+/,
  ),
);

/** The text of one request, with its capitals and its final mark. */
export function dress(text: string, draw: Draw): string {
  const command = isCommand(text);
  const opening = command && draw.chance(0.35) ? draw.pick(courtesies) : '';
  const thanks = command && opening === '' && draw.chance(0.08) ? draw.pick([', please', ', thanks']) : '';
  const said = `${opening}${text}${thanks}`;
  const marked = withMark(said, draw);
  return draw.chance(0.12) ? marked : capital(marked);
}

/** A final mark, or none. After a number "!" would be a factorial. */
function withMark(said: string, draw: Draw): string {
  if (/[.?!]$/.test(said)) return draw.chance(0.15) ? said.replace(/[.?]$/, '') : said;
  if (questions.test(said)) return draw.chance(0.7) ? `${said}?` : said;
  const mark = draw.pick(['', '', '', '', '', '.', '.', '.', '.', '.', '!']);
  return mark === '!' && /\d$/.test(said) ? said : `${said}${mark}`;
}

/** Several requests as one text. */
export function join(texts: readonly string[], draw: Draw): string {
  const bare = texts.map((text) => text.replace(/[.?]$/, ''));
  const allCommands = bare.every(isCommand);
  const style = draw.weighted<'and' | 'sentences' | 'also' | 'then' | 'comma' | 'lines'>([
    ['and', bare.slice(1).every(canFollow) ? 5 : 0],
    ['sentences', 4],
    ['also', 2],
    ['then', allCommands ? 3 : 0],
    ['comma', allCommands && texts.length > 2 ? 6 : 0],
    ['lines', 0.7],
  ]);
  const [first = '', ...rest] = bare;
  const lowered = rest.map(uncapital);
  switch (style) {
    case 'and':
      return close(
        [first, ...lowered].join(draw.pick([' and ', ', and ', ' and also ', ' and '])),
        texts,
        draw,
      );
    case 'then':
      return close([first, ...lowered].join(draw.pick([', then ', ' and then ', '. Then '])), texts, draw);
    case 'comma':
      return close(`${[first, ...lowered.slice(0, -1)].join(', ')} and ${lowered.at(-1) ?? ''}`, texts, draw);
    case 'also':
      return texts
        .map((text, index) =>
          index === 0
            ? ended(capital(text))
            : ended(`${draw.pick(['Also, ', 'And ', 'Also '])}${uncapital(text)}`),
        )
        .join(' ');
    case 'lines':
      return texts.map((text, index) => `${index + 1}. ${capital(text)}`).join('\n');
    case 'sentences':
      return texts.map((text) => ended(capital(text))).join(' ');
    default:
      return style satisfies never;
  }
}

/** Whether a request reads well after "and". */
function canFollow(text: string): boolean {
  return isCommand(text) || /^(?:what|how|which|when|where|who|is|are|do|does|I|tell|show)\b/i.test(text);
}

function isCommand(text: string): boolean {
  return commands.has(/^[a-z]+/.exec(text)?.[0] ?? '');
}

function close(text: string, texts: readonly string[], draw: Draw): string {
  const opening = isCommand(text) && draw.chance(0.3) ? draw.pick(courtesies) : '';
  const said = `${opening}${text}`;
  const question = texts.at(-1)?.endsWith('?') === true || questions.test(said);
  return capital(`${said}${question ? '?' : draw.pick(['', '.'])}`);
}

function ended(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence's first word within a sentence: names, "I" and short forms in capitals stay. */
function uncapital(text: string): string {
  return /^(?:What|How|Which|When|Where|Who|Is|Are|Do|Does|Did|Will|Can|Could|Tell|Show|Give|The|My|In|On|At|For|There|It|We|This|That)\b/.test(
    text,
  )
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}
