/**
 * One completion, from the request to the whole answer: streamed, unmasked, ended at stop texts, tried again only
 * while no text has come. Knows what a completion is made of; what may be sent was decided before.
 */
import { StopGate } from '../../decode/stop-gate.ts';
import { Fault, toFault } from '../../protocol/fault.ts';
import type { FinishReason, GenerateEvent, GenerateResult, Sampling } from '../../protocol/engine.ts';
import { newId } from '../../protocol/id.ts';
import type { Deadline, RemoteTimeouts } from './deadline.ts';
import { completionBody, nativeTools } from './flavour.ts';
import type { FlavourRules } from './flavour.ts';
import type { MaskedRequest } from './mask.ts';
import { ToolAnswer } from './native-tools.ts';
import { readCompletion } from './read-completion.ts';
import type { ServerUsage } from './read-completion.ts';
import { answerFault, brokenOff } from './remote-faults.ts';
import type { AnswerContext } from './remote-faults.ts';
import { readServerSentEvents } from './server-sent-events.ts';
import { callServer, lost, Transient, withRetries } from './transport.ts';
import type { TransportRules } from './transport.ts';
import { Unmasker } from './unmasker.ts';

export interface StreamOptions {
  readonly url: string;
  readonly rules: FlavourRules;
  readonly model: string;
  readonly request: MaskedRequest;
  /** Its stop texts are the unmasked ones. */
  readonly sampling: Sampling;
  /** Counted or estimated before sending. */
  readonly promptTokens: number;
  /** Tokens of a text, where the server tells no counts. */
  readonly estimate: (text: string) => number;
  readonly timeouts: RemoteTimeouts;
  readonly transport: TransportRules;
  /** Asked anew for every try. */
  readonly context: () => Promise<AnswerContext>;
  readonly onEvent?: (event: GenerateEvent) => void;
}

/** Runs a completion. Rejects with a Fault (see remote-faults). */
export async function streamCompletion(options: StreamOptions): Promise<GenerateResult> {
  const answer = new Answer(options);
  return await withRetries(options.transport, async (clock) => {
    try {
      return await answer.receive(clock);
    } catch (error) {
      // What has been passed on cannot be taken back, so an answer that began is not asked for again.
      if (error instanceof Transient && answer.hasText) throw error.fault;
      throw error;
    }
  });
}

class Answer {
  readonly #options: StreamOptions;
  readonly #startedAt = performance.now();
  /** Made at the first letter: what an answer begins with says how originals have to be written into it. */
  #unmasker: Unmasker | undefined;
  readonly #stops: StopGate;
  /** Where tools are offered in the server's own format, an answer can be told only once it is whole. */
  readonly #tools: ToolAnswer | undefined;
  #text = '';
  #received = '';
  #firstAt: number | undefined;
  #usage: ServerUsage | undefined;
  #finishReason: FinishReason | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    const offered = nativeTools(options.rules, options.request);
    this.#tools = offered.length === 0 ? undefined : new ToolAnswer();
    this.#stops = new StopGate(options.sampling.stop ?? []);
  }

  /** Whether anything of the answer has come. */
  get hasText(): boolean {
    return this.#firstAt !== undefined;
  }

  async receive(clock: Deadline): Promise<GenerateResult> {
    const { url, rules, model, request, sampling, timeouts, context: readContext } = this.#options;
    const context = await readContext();
    const { messages, prefill, stop, constraint, tools } = request;
    const body = completionBody(rules, {
      model,
      messages,
      ...(prefill === undefined ? {} : { prefill }),
      sampling,
      stop,
      ...(constraint === undefined ? {} : { constraint }),
      ...(tools === undefined ? {} : { tools }),
    });
    const response = await callServer({ url, body, clock, timeouts, context });
    try {
      await this.#read(response, clock, context);
    } catch (error) {
      if (error instanceof Fault || error instanceof Transient) throw error;
      throw lost(clock, brokenOff(context.origin, error));
    }
    if (this.#finishReason === undefined) throw new Transient(brokenOff(context.origin));
    return this.#result(this.#finishReason);
  }

  async #read(response: Response, clock: Deadline, context: AnswerContext): Promise<void> {
    const { timeouts } = this.#options;
    if (response.body === null) return;
    clock.expect('idle', timeouts.idleMs);
    for await (const data of readServerSentEvents(response.body)) {
      clock.signal.throwIfAborted();
      clock.expect('idle', timeouts.idleMs);
      if (data.trim() === '[DONE]') break;
      const piece = readCompletion(data);
      if ('error' in piece) throw failedMidway(answerFault(piece.error, context), piece.error.status);
      if (piece.text !== undefined) this.#receiveText(piece.text);
      for (const call of piece.toolCalls ?? []) {
        this.#begin();
        this.#received += call.arguments ?? '';
        this.#tools?.addCall(call);
      }
      if (piece.usage !== undefined) this.#usage = piece.usage;
      if (piece.finishReason !== undefined) this.#finishReason = piece.finishReason;
      if (this.#stops.stopped) {
        this.#finishReason = 'stop';
        break;
      }
    }
    if (this.#finishReason === undefined) return;
    if (this.#tools !== undefined) this.#pass(this.#stops.push(this.#unmask(this.#tools.text())));
    this.#pass(this.#stops.push(this.#unmasker?.end() ?? ''));
    this.#pass(this.#stops.end());
  }

  /** The first of the answer has come: the prompt has been read. */
  #begin(): void {
    if (this.#firstAt !== undefined) return;
    this.#firstAt = performance.now();
    const { promptTokens, onEvent } = this.#options;
    onEvent?.({ type: 'prefill-progressed', processedTokens: promptTokens, promptTokens });
  }

  #receiveText(text: string): void {
    this.#begin();
    this.#received += text;
    if (this.#tools === undefined) this.#pass(this.#stops.push(this.#unmask(text)));
    else this.#tools.addText(text);
  }

  #unmask(text: string): string {
    if (this.#unmasker === undefined && text.trim() === '') return text;
    this.#unmasker ??= new Unmasker(originalsWithin(text, this.#options.request.originals));
    return this.#unmasker.push(text);
  }

  #pass(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#options.onEvent?.({ type: 'text-generated', text });
  }

  #result(finishReason: FinishReason): GenerateResult {
    const { promptTokens, estimate, sampling } = this.#options;
    const now = performance.now();
    const firstAt = this.#firstAt ?? now;
    return {
      requestId: newId(),
      text: this.#text,
      finishReason,
      usage: {
        ...(this.#usage ?? {
          promptTokens,
          cachedTokens: 0,
          decodeTokens: Math.min(estimate(this.#received), sampling.maxTokens),
        }),
        timeToFirstTokenMs: firstAt - this.#startedAt,
        prefillMs: firstAt - this.#startedAt,
        decodeMs: now - firstAt,
        totalMs: now - this.#startedAt,
      },
    };
  }
}

/** The originals as they may stand in an answer that begins so: within a JSON object, with its escapes. */
function originalsWithin(start: string, originals: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const isPlaceholder = [...originals.keys()].some((placeholder) => placeholder.startsWith('{'));
  if (!start.trimStart().startsWith('{') || isPlaceholder) return originals;
  return new Map([...originals].map(([key, value]) => [key, JSON.stringify(value).slice(1, -1)]));
}

/** An error that a server puts into a stream it had begun well. */
function failedMidway(fault: Fault, status: number | undefined): Fault | Transient {
  return status !== undefined && (status === 429 || status >= 500) ? new Transient(fault) : toFault(fault);
}
