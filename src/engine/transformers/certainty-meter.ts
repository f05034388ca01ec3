/**
 * How sure a model was of what it chose, from what every choice was made from. Knows nothing of what was written.
 */
import type { Certainty } from '../../protocol/engine.ts';
import type { Ground } from './logit-scan.ts';

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
