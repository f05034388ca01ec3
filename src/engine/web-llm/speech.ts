/**
 * What a model says, as it may be shown: web-llm gives the whole message after every token, ending in half a character
 * or in the beginning of a stop text at times. Knows text; nothing of tokens.
 */
import { StopGate } from '../../decode/stop-gate.ts';
import type { GenerateEvent } from '../../protocol/engine.ts';

/** What UTF-8 that is not complete yet is shown as. */
const unfinished = /\uFFFD+$/;

export class Speech {
  /** Everything that was shown. */
  text = '';
  readonly #gate: StopGate;
  readonly #onEvent: (event: GenerateEvent) => void;
  #taken = 0;

  constructor(stop: readonly string[], onEvent: (event: GenerateEvent) => void) {
    this.#gate = new StopGate(stop);
    this.#onEvent = onEvent;
  }

  /** True once a stop text was met. */
  get stopped(): boolean {
    return this.#gate.stopped;
  }

  /** Takes the message as it stands now. */
  hear(message: string): void {
    const whole = message.replace(unfinished, '');
    if (whole.length <= this.#taken) return;
    const piece = whole.slice(this.#taken);
    this.#taken = whole.length;
    this.#say(this.#gate.push(piece));
  }

  /** Shows what was held back, once no token follows. */
  end(): void {
    this.#say(this.#gate.end());
  }

  #say(text: string): void {
    if (text === '') return;
    this.text += text;
    this.#onEvent({ type: 'text-generated', text });
  }
}
