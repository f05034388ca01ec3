/**
 * The model's doubt of its own calls as a number, where it begins to count, and the words for it. Pure; knows nothing of who is
 * asked.
 */
import type { Certainty } from '../../protocol/engine.ts';

/** From here on the model's doubt of its own calls counts: "no" is as likely as "yes". */
export const leastObjection = 0.5;

/** What the model is told where it finds its calls wrong. */
export const objectionFeedback = 'That does not do what was asked. Try again.';

/** Why a decision is not trusted then, as a sentence. */
export const objectionReason = 'Asked whether its call does what was asked, the small model said no.';

/**
 * How likely the answer was to be "no": by how sure the engine was of the word, or by the word alone. Undefined where it is
 * neither word.
 */
export function objectionOf({
  text,
  certainty,
}: {
  readonly text: string;
  readonly certainty?: Certainty;
}): number | undefined {
  const word = wordOf(text);
  if (word === undefined) return undefined;
  const sure = certainty === undefined ? 1 : Math.exp(certainty.logprob);
  return word === 'no' ? sure : 1 - sure;
}

/** An engine that takes JSON alone puts the word in quotes. */
function wordOf(text: string): string | undefined {
  return /^\W*(yes|no)\b/i.exec(text)?.[1]?.toLowerCase();
}
