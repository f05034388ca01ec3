/**
 * How sure a model was of what it chose, from the logits of every choice. Knows logits and masks; nothing of what was
 * written.
 */
import type { Certainty } from '../../protocol/engine.ts';
import { isAllowed } from './pick-token.ts';

/** Logits so far below the highest add nothing to a sum of 32-bit floats' precision. */
const farBelow = 20;
/** A choice this far below the highest logit lies where those sums have lost their last digits. */
const wellBelow = 10;
/** Parts of one in a table of powers; two terms of the series lead on from there. */
const parts = 256;

/** e to the power of minus the start of each part: 50,000 calls of `Math.exp` would take a tenth of a token's time. */
const shares = Float32Array.from({ length: farBelow * parts }, (_, part) => Math.exp(-part / parts));

/** By index: `for of` takes seven times as long on a typed array. */
function highest(logits: Float32Array): number {
  let top = -Infinity;
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] ?? -Infinity;
    if (logit > top) top = logit;
  }
  return top;
}

/** The sum of e to the power of each logit less `top`, and that of those alone that the mask lets through. */
function sumShares(
  logits: Float32Array,
  top: number,
  allowed: Int32Array | undefined,
): { readonly all: number; readonly open: number } {
  let all = 0;
  let open = 0;
  for (let token = 0; token < logits.length; token += 1) {
    const part = (top - (logits[token] ?? -Infinity)) * parts;
    if (!(part < shares.length)) continue;
    const whole = part | 0;
    const rest = (part - whole) / parts;
    const share = (shares[whole] ?? 0) * (1 - rest * (1 - rest / 2));
    all += share;
    if (isAllowed(allowed, token)) open += share;
  }
  return { all, open };
}

/** The sum over what was allowed of e to the power of each logit less that of the chosen one: 1 at least. */
function sumAllowed(logits: Float32Array, chosen: number, allowed: Int32Array | undefined): number {
  let sum = 0;
  for (let token = 0; token < logits.length; token += 1) {
    if (isAllowed(allowed, token)) sum += Math.exp((logits[token] ?? -Infinity) - chosen);
  }
  return Math.max(1, sum);
}

/** What a choice is made from: a token's logit less one of these is its log-probability. */
export interface Ground {
  /** Among all tokens. */
  readonly all: number;
  /** Among those that are allowed. */
  readonly open: number;
}

/** Weighs all tokens, and those that are allowed; `token` is one of these. */
export function weigh(logits: Float32Array, token: number, allowed: Int32Array | undefined): Ground {
  const chosen = logits[token] ?? -Infinity;
  const top = highest(logits);
  const sums = sumShares(logits, top, allowed);
  // What the grammar allows may all lie far below, and the choice among it be as open as any.
  const open =
    top - chosen > wellBelow
      ? chosen + Math.log(sumAllowed(logits, chosen, allowed))
      : top + Math.log(Math.max(sums.open, Math.exp(chosen - top)));
  return { all: top + Math.log(sums.all), open };
}

export class CertaintyMeter {
  #choices = 0;
  #logprob = 0;
  #least = 0;
  #leastAllowed = 0;

  /** Another meter that has noted the same; both then go on by themselves. */
  fork(): CertaintyMeter {
    const twin = new CertaintyMeter();
    twin.#choices = this.#choices;
    twin.#logprob = this.#logprob;
    twin.#least = this.#least;
    twin.#leastAllowed = this.#leastAllowed;
    return twin;
  }

  /** Notes that a token of this logit was chosen. */
  note(logit: number, { all, open }: Ground): void {
    const logprob = Math.min(0, logit - open);
    this.#choices += 1;
    this.#logprob += logprob;
    this.#least = Math.min(this.#least, logprob);
    this.#leastAllowed = Math.min(this.#leastAllowed, open - all);
  }

  /** Undefined where nothing was chosen. */
  get certainty(): Certainty | undefined {
    if (this.#choices === 0) return undefined;
    return {
      choices: this.#choices,
      logprob: this.#logprob,
      least: this.#least,
      leastAllowed: this.#leastAllowed,
    };
  }
}
