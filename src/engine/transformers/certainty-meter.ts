/**
 * How sure a model was of what it chose, from the logits of every choice. Knows logits and masks; nothing of what was
 * written.
 */
import type { Certainty } from '../../protocol/engine.ts';
import { isAllowed } from './pick-token.ts';

/** Logits so far below the highest add nothing to a sum of 32-bit floats' precision. */
const farBelow = 20;

export class CertaintyMeter {
  #choices = 0;
  #logprob = 0;
  #least = 0;
  #leastAllowed = 0;

  /** Notes one choice: `allowed` is what the grammar let through, absent where there is none. */
  note(logits: Float32Array, token: number, allowed: Int32Array | undefined): void {
    const chosen = logits[token] ?? -Infinity;
    let top = chosen;
    for (const logit of logits) if (logit > top) top = logit;
    let all = 0;
    let open = 0;
    for (let other = 0; other < logits.length; other += 1) {
      const logit = logits[other] ?? -Infinity;
      if (!(logit >= top - farBelow)) continue;
      const weight = Math.exp(logit - top);
      all += weight;
      if (isAllowed(allowed, other)) open += weight;
    }
    // What the grammar allows may all lie far below.
    open = Math.max(open, Math.exp(chosen - top));
    const logprob = Math.min(0, chosen - top - Math.log(open));
    this.#choices += 1;
    this.#logprob += logprob;
    this.#least = Math.min(this.#least, logprob);
    this.#leastAllowed = Math.min(this.#leastAllowed, Math.log(open / all));
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
