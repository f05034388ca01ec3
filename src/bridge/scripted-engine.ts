/**
 * The one double at the model seam: an engine that says what a script tells it to. It checks what it is asked, fails
 * on a call nobody wrote down, and `assertDone` fails on a step nobody used. Runs anywhere; no model, no worker.
 * Keeps the manners of a real engine: loads first, streams, counts, stops when told to.
 */
import { renderBeginning, renderChat } from '../decode/chat-template.ts';
import type {
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadRequest,
  ReadAheadRequest,
} from '../protocol/engine.ts';
import { abortedFault, Fault, faultCodes, notLoadedFault } from '../protocol/fault.ts';
import type { FaultData } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import { contextOverflow } from './context-overflow.ts';
import type { EngineHandle, GenerateOptions, LoadOptions } from './engine.ts';

export interface ScriptedStep {
  /** Texts that the rendered prompt must all hold. Absent: any prompt will do. */
  readonly expect?: readonly string[];
  /** The whole output, or the fault to reject with. */
  readonly reply: string | FaultData;
  /** Milliseconds before each piece. */
  readonly delayMs?: number;
}

export interface ScriptedEngineOptions {
  /** A call takes the first unused step whose expectation its prompt meets. */
  readonly steps: readonly ScriptedStep[];
  /** Pretends that `load` was called. */
  readonly loaded?: boolean;
}

/** Stands in for a tokenizer: a token is up to four characters. */
const charactersPerToken = 4;
const pieceCharacters = 8;

function tokensIn(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

function sharedPrefix(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) throw abortedFault();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    const stop = (): void => {
      clearTimeout(timer);
      reject(abortedFault());
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Ends a text before the first of the stop texts. */
function cutAtStop(text: string, stops: readonly string[]): string {
  const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
  return text.slice(0, Math.min(text.length, ...places));
}

export class ScriptedEngine implements EngineHandle {
  /** Every request that was made, in order. */
  readonly requests: Omit<GenerateRequest, 'requestId'>[] = [];
  readonly #left: ScriptedStep[];
  readonly #complaints: string[] = [];
  readonly #prompts: string[] = [];
  #contextTokens: number | undefined;
  #disposed = false;

  constructor(options: ScriptedEngineOptions) {
    this.#left = [...options.steps];
    if (options.loaded === true) this.#contextTokens = Infinity;
  }

  async load(request: LoadRequest, options: LoadOptions = {}): Promise<LoadedModel> {
    this.#requireAlive();
    if (options.signal?.aborted === true) throw abortedFault();
    const { model, slots, contextTokens } = request;
    const progress = { type: 'download-progressed', totalBytes: model.file.bytes, fromCache: true } as const;
    options.onProgress?.({ ...progress, receivedBytes: 0 });
    options.onProgress?.({ ...progress, receivedBytes: model.file.bytes });
    options.onProgress?.({ type: 'initialise-started' });
    this.#contextTokens = contextTokens;
    return {
      modelId: model.id,
      weightsHash: model.file.sha256,
      engine: 'scripted',
      engineVersion: '1',
      backend: 'scripted',
      weights: 'quantised',
      threads: 1,
      slots,
      contextTokens,
      choiceReasons: ['The answers are written down: no model runs.'],
      loadMs: 0,
    };
  }

  async generate(
    request: Omit<GenerateRequest, 'requestId'>,
    options: GenerateOptions = {},
  ): Promise<GenerateResult> {
    const contextWindow = this.#requireLoaded();
    const startedAt = performance.now();
    this.requests.push(request);
    const { sampling } = request;
    const prompt = renderChat('chatml', request.messages, request.prefill);
    const promptTokens = tokensIn(prompt);
    if (promptTokens + sampling.maxTokens > contextWindow) {
      throw contextOverflow({ promptTokens, maxTokens: sampling.maxTokens, contextWindow });
    }
    const step = this.#takeStep(prompt);
    const cachedTokens = this.#cachedTokens(prompt);
    options.onEvent?.({ type: 'prefill-progressed', processedTokens: promptTokens, promptTokens });
    if (typeof step.reply !== 'string') {
      await wait(step.delayMs ?? 0, options.signal);
      throw new Fault(step.reply);
    }
    const whole = cutAtStop(step.reply, sampling.stop ?? []);
    const text = whole.slice(0, sampling.maxTokens * charactersPerToken);
    const prefilledAt = performance.now();
    for (let position = 0; position < text.length; position += pieceCharacters) {
      await wait(step.delayMs ?? 0, options.signal);
      options.onEvent?.({ type: 'text-generated', text: text.slice(position, position + pieceCharacters) });
    }
    const now = performance.now();
    return {
      requestId: newId(),
      text,
      finishReason: text.length < whole.length ? 'length' : 'stop',
      usage: {
        promptTokens,
        cachedTokens,
        decodeTokens: tokensIn(text),
        timeToFirstTokenMs: prefilledAt - startedAt,
        prefillMs: prefilledAt - startedAt,
        decodeMs: now - prefilledAt,
        totalMs: now - startedAt,
      },
    };
  }

  async readAhead({ messages }: Omit<ReadAheadRequest, 'requestId'>): Promise<void> {
    this.#requireLoaded();
    this.#cachedTokens(renderBeginning('chatml', messages));
  }

  async countTokens(text: string): Promise<number> {
    this.#requireLoaded();
    return tokensIn(text);
  }

  async unload(): Promise<void> {
    this.#requireAlive();
    this.#contextTokens = undefined;
  }

  dispose(): void {
    this.#disposed = true;
  }

  /** Throws where a call found no step, or a step found no call. */
  assertDone(): void {
    const left = this.#left.map(({ expect, reply }) => `unused step: ${JSON.stringify({ expect, reply })}`);
    const wrong = [...this.#complaints, ...left];
    if (wrong.length > 0) throw new Error(`The script was not followed.\n${wrong.join('\n')}`);
  }

  #takeStep(prompt: string): ScriptedStep {
    const place = this.#left.findIndex(({ expect = [] }) => expect.every((text) => prompt.includes(text)));
    const [step] = place < 0 ? [] : this.#left.splice(place, 1);
    if (step !== undefined) return step;
    this.#complaints.push(`unexpected call: ${prompt}`);
    throw new Fault({
      code: faultCodes.unexpected,
      message: 'The scripted engine was asked something that is not in its script.',
      reason: prompt,
      remedy: `Write a step for it; ${String(this.#left.length)} unused steps do not fit.`,
    });
  }

  #cachedTokens(prompt: string): number {
    const shared = Math.max(0, ...this.#prompts.map((earlier) => sharedPrefix(earlier, prompt)));
    this.#prompts.push(prompt);
    return Math.floor(shared / charactersPerToken);
  }

  #requireAlive(): void {
    if (!this.#disposed) return;
    throw new Fault({ code: faultCodes.workerDied, message: "The engine's worker is gone." });
  }

  #requireLoaded(): number {
    this.#requireAlive();
    if (this.#contextTokens !== undefined) return this.#contextTokens;
    throw notLoadedFault();
  }
}
