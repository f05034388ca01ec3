/**
 * The same request in other words, by templates: what stands around it changes, every word of it stays. English only; a request
 * that no template fits stays as it is. Knows sentences.
 */
import type { SeededRandom } from '../../seeded-random.ts';

/** Requests that begin with one of these are commands, and can be asked for politely. */
const commands = new Set(
  "add alert annotate arrange ask book buy calculate call cancel change check choose close compare compute convert copy count create delete display draw email estimate explain fetch figure filter find fix forward generate get give go help hide invite list locate log look make mark message move multiply note open order paste pause pay pick plan play post print pull put rate read recommend record remind remove rename repeat reply report reserve reset resume retrieve run save schedule search send set share show skip sort split start stop submit subtract summarise summarize switch take tell track translate turn update upload use view what's write".split(
    ' ',
  ),
);

type Frame = (text: string) => string;

const commandFrames: readonly Frame[] = [
  (text) => `Please ${lowered(text)}`,
  (text) => `Could you ${unended(lowered(text))}?`,
  (text) => `Can you ${unended(lowered(text))}, please?`,
  (text) => `I need you to ${lowered(text)}`,
  (text) => `I would like you to ${lowered(text)}`,
  (text) => `${unended(text)}, please.`,
];

const anyFrames: readonly Frame[] = [
  (text) => `Hello. ${text}`,
  (text) => `Hi! ${text}`,
  (text) => `One more thing: ${text}`,
  (text) => `${ended(text)} Thank you.`,
  (text) => `Quick question for you. ${text}`,
];

/** Another wording of the request. */
export function newSurface(request: string, random: SeededRandom): string {
  const text = request.trim();
  const first = /^[\p{L}']+/u.exec(text)?.[0]?.toLowerCase() ?? '';
  const oneSentence = !/[.!?]\s+\S/.test(text);
  const frames =
    commands.has(first) && oneSentence && !text.endsWith('?') ? [...commandFrames, ...anyFrames] : anyFrames;
  return random.pick(frames)(text);
}

function lowered(text: string): string {
  return /^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function unended(text: string): string {
  return text.replace(/[.!\s]+$/, '');
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
