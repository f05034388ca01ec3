/**
 * How many tokens a text has for a model that is elsewhere: asked of the server where it can count, else estimated
 * from the bytes. What is asked is masked like everything that leaves. Knows no completions.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Endpoint } from './endpoint.ts';
import type { FlavourRules } from './flavour.ts';
import type { Mask, MaskedRequest } from './mask.ts';
import type { AnswerContext } from './remote-faults.ts';
import { callServer, withRetries } from './transport.ts';
import type { TransportRules } from './transport.ts';

/** Tokens that a chat template puts around a message, generously. */
const tokensPerMessage = 6;

export interface TokenCounterOptions {
  readonly rules: FlavourRules;
  readonly endpoint: Endpoint;
  readonly mask: Mask;
  readonly transport: TransportRules;
  readonly context: () => Promise<AnswerContext>;
}

export class TokenCounter {
  readonly #options: TokenCounterOptions;

  constructor(options: TokenCounterOptions) {
    this.#options = options;
  }

  /** Tokens of a text that was not masked yet. Rejects with what the mask and the server throw. */
  async count(text: string): Promise<number> {
    const { mask, transport } = this.#options;
    const { texts } = await mask([text]);
    return await this.#ask(texts[0] ?? '', transport);
  }

  /**
   * Tokens of a masked prompt with its template. A prompt that surely fits into `room` is only estimated: a token has
   * a byte at least, so that costs no request.
   */
  async countPrompt(request: MaskedRequest, room: number, transport: TransportRules): Promise<number> {
    const { messages, prefill = '' } = request;
    const around = (messages.length + 1) * tokensPerMessage;
    const text = [...messages.map(({ content }) => content), prefill].join('\n');
    if (bytesOf(text) + around <= room) return this.estimate(text) + around;
    return (await this.#ask(text, transport)) + around;
  }

  /** Tokens of a text by its bytes. */
  estimate(text: string): number {
    return Math.ceil(bytesOf(text) / this.#options.rules.bytesPerToken);
  }

  async #ask(text: string, transport: TransportRules): Promise<number> {
    const { rules, endpoint, context: readContext } = this.#options;
    const { tokenize } = rules;
    if (text === '') return 0;
    if (tokenize === undefined) return this.estimate(text);
    return await withRetries(transport, async (clock) => {
      const context = await readContext();
      const body: JsonObject = tokenize.body(context.model, text);
      const { timeouts } = transport;
      const url = `${endpoint.server}${tokenize.path}`;
      try {
        const response = await callServer({ url, body, clock, timeouts, context });
        clock.expect('idle', timeouts.idleMs);
        const answer = (await response.json()) as {
          readonly count?: unknown;
          readonly tokens?: unknown;
        } | null;
        if (typeof answer?.count === 'number') return answer.count;
        return Array.isArray(answer?.tokens) ? answer.tokens.length : this.estimate(text);
      } catch (error) {
        // A server behind a gateway may not have this route, or answer it with a page.
        const missing = error instanceof Fault && error.code === faultCodes.modelUnavailable;
        if (missing || error instanceof SyntaxError) return this.estimate(text);
        throw error;
      }
    });
  }
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
