/**
 * What a model says, as it may be shown: web-llm gives the whole message after every token, ending in half a character
 * or in the beginning of a stop text at times. Knows text; nothing of tokens.
 */
import type { GenerateEvent } from '../../protocol/engine.ts';
import { TextStream } from '../transformers/text-stream.ts';

/** What UTF-8 that is not complete yet is shown as. */
const unfinished = /\uFFFD+$/;

export class Speech {
  /** Everything that was shown. */
  text = '';
  readonly #stream: TextStream;
  readonly #onEvent: (event: GenerateEvent) => void;
  readonly #encoder = new TextEncoder();
  #taken = 0;

  constructor(stop: readonly string[], onEvent: (event: GenerateEvent) => void) {
    this.#stream = new TextStream({ stop });
    this.#onEvent = onEvent;
  }

  /** True once a stop text was met. */
  get stopped(): boolean {
    return this.#stream.stopped;
  }

  /** Takes the message as it stands now. */
  hear(message: string): void {
    const whole = message.replace(unfinished, '');
    if (whole.length <= this.#taken) return;
    const piece = whole.slice(this.#taken);
    this.#taken = whole.length;
    this.#say(this.#stream.push(this.#encoder.encode(piece)));
  }

  /** Shows what was held back, once no token follows. */
  end(): void {
    this.#say(this.#stream.end());
  }

  #say(text: string): void {
    if (text === '') return;
    this.text += text;
    this.#onEvent({ type: 'text-generated', text });
  }
}
