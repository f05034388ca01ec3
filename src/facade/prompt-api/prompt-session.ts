/**
 * One session of the Prompt API over a model in this page: it remembers what was said, forgets the oldest when the window
 * is full, and keeps nothing of a prompt that failed. Knows the API's manners; how a turn is asked is stream-chat's.
 */
import { faultCodes, toFault } from '../../protocol/fault.ts';
import type { ChatModel } from '../chat-model.ts';
import { defaultMaxTokens } from '../chat-request.ts';
import type { ChatRequest, ChatTurn } from '../chat-request.ts';
import { streamChat } from '../stream-chat.ts';
import { readConstraint, readInput } from './read-input.ts';
import type { PromptInput } from './read-input.ts';

/** What one prompt may have of its own, as the Prompt API has it. */
export interface PromptOptions {
  readonly responseConstraint?: object;
  /** The model is held to the constraint and is not told of it. */
  readonly omitResponseConstraintInput?: boolean;
  readonly signal?: AbortSignal;
}

interface PromptSessionOptions {
  readonly model: ChatModel;
  readonly turns: readonly ChatTurn[];
  readonly contextUsage: number;
  readonly contextWindow: number;
}

/** Tokens of the marks around a message, at most. */
const markTokens = 8;

/**
 * One session of the Prompt API: it remembers what was said, and forgets the oldest when the window is
 * full.
 */
export class PromptSession extends EventTarget {
  /** Called when the oldest turns are left out. */
  oncontextoverflow: ((event: Event) => unknown) | null = null;
  readonly contextWindow: number;
  readonly #model: ChatModel;
  readonly #destroyed = new AbortController();
  #turns: readonly ChatTurn[];
  #contextUsage: number;
  /** Prompts are answered one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ model, turns, contextUsage, contextWindow }: PromptSessionOptions) {
    super();
    this.#model = model;
    this.#turns = turns;
    this.#contextUsage = contextUsage;
    this.contextWindow = contextWindow;
  }

  /** A session that remembers these turns. Rejects with QuotaExceededError where they do not fit. */
  static async begin(options: Omit<PromptSessionOptions, 'contextUsage'>): Promise<PromptSession> {
    const session = new PromptSession({ ...options, contextUsage: 0 });
    session.#contextUsage = await session.#measure(options.turns);
    session.#refuseOver(session.#contextUsage);
    return session;
  }

  /** Tokens of what the session holds. */
  get contextUsage(): number {
    return this.#contextUsage;
  }

  /**
   * The whole answer. Rejects with a DOMException: AbortError, InvalidStateError once destroyed, NotSupportedError,
   * QuotaExceededError where the prompt alone does not fit, and OperationError for what fails in the model.
   */
  async prompt(input: PromptInput, options: PromptOptions = {}): Promise<string> {
    let text = '';
    for await (const piece of this.promptStreaming(input, options)) text += piece;
    return text;
  }

  /** The answer in pieces; fails as `prompt` rejects. Cancelling it stops the model. */
  promptStreaming(input: PromptInput, options: PromptOptions = {}): ReadableStream<string> {
    const left = new AbortController();
    return new ReadableStream<string>({
      start: async (controller) => {
        try {
          await this.#inTurn([left.signal, options.signal], (signal) =>
            this.#answer(input, options, signal, (piece) => controller.enqueue(piece)),
          );
          controller.close();
        } catch (error) {
          if (!left.signal.aborted) controller.error(error);
        }
      },
      cancel: () => left.abort(),
    });
  }

  /** Remembers messages without answering them. Rejects as `prompt` does. */
  async append(input: PromptInput, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#inTurn([signal], async () => {
      const { turns } = readInput(input);
      const tokens = await this.#measure(turns);
      await this.#makeRoom(tokens);
      this.#turns = [...this.#turns, ...turns];
      this.#contextUsage += tokens;
    });
  }

  /** Tokens that an input would take. Rejects as `prompt` does. */
  async measureContextUsage(
    input: PromptInput,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<number> {
    return await this.#alive([signal], () => this.#measure(readInput(input).turns));
  }

  /** Another session that remembers the same, and goes its own way from here. Rejects as `prompt` does. */
  async clone({ signal }: { readonly signal?: AbortSignal } = {}): Promise<PromptSession> {
    return await this.#alive([signal], () =>
      Promise.resolve(
        new PromptSession({
          model: this.#model,
          turns: this.#turns,
          contextUsage: this.#contextUsage,
          contextWindow: this.contextWindow,
        }),
      ),
    );
  }

  /** Stops what goes on. Later calls reject with InvalidStateError. */
  destroy(): void {
    this.#destroyed.abort(new DOMException('The session was destroyed.', 'InvalidStateError'));
  }

  async #answer(
    input: PromptInput,
    { responseConstraint, omitResponseConstraintInput = false }: PromptOptions,
    signal: AbortSignal,
    tell: (piece: string) => void,
  ): Promise<void> {
    const { turns, prefill } = readInput(input);
    const schema = readConstraint(responseConstraint);
    const tokens = await this.#measure(turns);
    await this.#makeRoom(tokens);
    const room = this.contextWindow - this.#contextUsage - tokens - markTokens;
    const asked = [...this.#turns, ...turns];
    const request: ChatRequest = {
      turns: asked,
      sampling: { temperature: 0, maxTokens: Math.max(1, Math.min(defaultMaxTokens, room)) },
      schemaUntold: omitResponseConstraintInput,
      ...(schema === undefined ? {} : { schema }),
      ...(prefill === undefined ? {} : { prefill }),
    };
    let text = prefill ?? '';
    for await (const part of streamChat({ model: this.#model, request, signal })) {
      if (part.type === 'text') {
        text += part.text;
        tell(part.text);
      } else if (part.type === 'finish') {
        this.#turns = [...asked, { type: 'assistant', text, calls: [] }];
        this.#contextUsage = part.usage.promptTokens + part.usage.decodeTokens;
      }
    }
  }

  /** Leaves out the oldest turns but the system prompt until this many tokens and a short answer fit. */
  async #makeRoom(tokens: number): Promise<void> {
    const needed = tokens + markTokens;
    this.#refuseOver(needed);
    let hasLeft = false;
    while (this.#contextUsage + needed > this.contextWindow) {
      const oldest = this.#turns.findIndex(({ type }) => type !== 'system');
      if (oldest < 0) break;
      const gone = this.#turns.slice(oldest, oldest + 1);
      this.#turns = this.#turns.filter((_, index) => index !== oldest);
      this.#contextUsage = Math.max(0, this.#contextUsage - (await this.#measure(gone)));
      hasLeft = true;
    }
    if (!hasLeft) return;
    const event = new Event('contextoverflow');
    this.oncontextoverflow?.(event);
    this.dispatchEvent(event);
  }

  #refuseOver(tokens: number): void {
    if (tokens <= this.contextWindow) return;
    throw new DOMException(
      `The prompt takes ${String(tokens)} tokens of a window of ${String(this.contextWindow)}.`,
      'QuotaExceededError',
    );
  }

  async #measure(turns: readonly ChatTurn[]): Promise<number> {
    let tokens = 0;
    for (const turn of turns) {
      tokens += markTokens + ('text' in turn ? await this.#model.countTokens(turn.text) : 0);
    }
    return tokens;
  }

  async #inTurn<Result>(
    signals: readonly (AbortSignal | undefined)[],
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const before = this.#last;
    const mine = this.#alive(signals, async (signal) => {
      await before;
      signal.throwIfAborted();
      return await work(signal);
    });
    this.#last = mine.catch(() => undefined);
    return await mine;
  }

  /** Runs work until it is done, its caller aborts or the session is destroyed; its failures become the API's. */
  async #alive<Result>(
    signals: readonly (AbortSignal | undefined)[],
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const given = signals.filter((signal) => signal !== undefined);
    const signal = AbortSignal.any([this.#destroyed.signal, ...given]);
    try {
      signal.throwIfAborted();
      return await work(signal);
    } catch (error) {
      signal.throwIfAborted();
      throw apiError(error);
    }
  }
}

/** The API's own errors stay; a fault becomes the one that browsers would throw. */
export function apiError(error: unknown): unknown {
  if (error instanceof DOMException || error instanceof TypeError) return error;
  const fault = toFault(error);
  const names: Partial<Record<string, string>> = {
    [faultCodes.contextOverflow]: 'QuotaExceededError',
    [faultCodes.unsupported]: 'NotSupportedError',
    [faultCodes.aborted]: 'AbortError',
  };
  const text = [fault.message, fault.reason, fault.remedy].filter((part) => part !== undefined).join(' ');
  return new DOMException(text, names[fault.code] ?? 'OperationError');
}
