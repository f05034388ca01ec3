/**
 * A prompt that is measured before it is sent, and made to fit by the caller's policy where it is too long. Nothing is
 * left out without a report, and what is returned has been counted. Knows the policies; which engine, and what the
 * messages are for, is the caller's.
 */
import { renderChat } from '../decode/chat-template.ts';
import { summaryMessages, summaryNote } from '../decode/summary-prompt.ts';
import type { ContextPolicy, ContextReport } from '../protocol/context.ts';
import type { ChatMessage, GenerateUsage } from '../protocol/engine.ts';
import type { Fault } from '../protocol/fault.ts';
import type { ChatTemplate } from '../protocol/model.ts';
import { contextOverflow } from './context-overflow.ts';
import { planContext, splitContext } from './context-plan.ts';
import type { ContextPart, PartKind, SplitOptions } from './context-plan.ts';
import type { EngineHandle } from './engine.ts';

export interface FitOptions extends SplitOptions {
  readonly engine: Pick<EngineHandle, 'generate' | 'countTokens'>;
  readonly policy: ContextPolicy;
  readonly prefill?: string;
  /** Tokens that the answer may have. */
  readonly maxTokens: number;
  readonly contextTokens: number;
  /** How the engine renders messages; `chatml` where absent. Another template is told to the token by its engine. */
  readonly template?: ChatTemplate;
  readonly signal?: AbortSignal;
}

export interface FittedContext {
  readonly messages: readonly ChatMessage[];
  /** Present where anything was left out. */
  readonly report?: ContextReport;
  /** What the summary cost; absent where the model was not asked. */
  readonly usage?: GenerateUsage;
}

const defaultSummaryTokens = 128;

/**
 * The messages, or as many of them as fit. Rejects with a Fault `context-overflow` where the policy cannot make them
 * fit, and with what the engine rejects with.
 */
export async function fitContext(options: FitOptions): Promise<FittedContext> {
  return await new Fitting(options).fit();
}

interface Sized {
  readonly kind: PartKind;
  readonly tokens: number;
}

class Fitting {
  readonly #options: FitOptions;
  readonly #parts: readonly ContextPart[];
  readonly #room: number;

  constructor(options: FitOptions) {
    this.#options = options;
    this.#parts = splitContext(options);
    this.#room = options.contextTokens - options.maxTokens;
  }

  async fit(): Promise<FittedContext> {
    const { messages, policy, engine } = this.#options;
    const prompt = this.#render(messages);
    // A token has a byte at least: what is short enough in bytes need not be counted.
    if (new TextEncoder().encode(prompt).length <= this.#room) return { messages };
    const neededTokens = await engine.countTokens(prompt);
    if (neededTokens <= this.#room) return { messages };
    if (policy.type === 'refuse') throw this.#overflow(neededTokens);
    const sizes = await this.#measureParts();
    if (policy.type === 'drop-oldest') {
      return await this.#drop(sizes, neededTokens, ['example', 'exchange'], policy.type);
    }
    // Worked examples are worth no summary: where it is enough that they leave, the model is not asked.
    const around = neededTokens - sumOf(sizes);
    if (planContext({ sizes, roomTokens: this.#room - around, mayLeave: ['example'] }) !== undefined) {
      return await this.#drop(sizes, neededTokens, ['example', 'exchange'], policy.type);
    }
    const summarised = await this.#summarise(sizes, neededTokens, policy.maxTokens ?? defaultSummaryTokens);
    if (summarised?.report !== undefined) return summarised;
    const dropped = await this.#drop(sizes, neededTokens, ['example', 'exchange'], policy.type);
    return summarised?.usage === undefined ? dropped : { ...dropped, usage: summarised.usage };
  }

  async #drop(
    sizes: readonly Sized[],
    neededTokens: number,
    mayLeave: readonly PartKind[],
    policy: ContextReport['policy'],
  ): Promise<FittedContext> {
    // What stands around the parts: the opening of the answer, and the prefill.
    let roomTokens = this.#room - Math.max(0, neededTokens - sumOf(sizes));
    for (;;) {
      const leaving = planContext({ sizes, roomTokens, mayLeave });
      if (leaving === undefined) throw this.#overflow(neededTokens);
      const messages = this.#messagesOf(leaving, false);
      const promptTokens = await this.#count(messages);
      if (promptTokens <= this.#room) {
        return { messages, report: this.#report({ policy, promptTokens, neededTokens, leaving }) };
      }
      // Side by side, parts may have more tokens than each alone: plan again with that much less room.
      const planned = sumOf(sizes.filter((_size, place) => !leaving.includes(place)));
      roomTokens = this.#room - (promptTokens - planned) - 1;
    }
  }

  /** The prompt with a summary in it. No report where that does not fit; undefined where the model was not asked. */
  async #summarise(
    sizes: readonly Sized[],
    neededTokens: number,
    summaryTokens: number,
  ): Promise<FittedContext | undefined> {
    const { engine, messages, contextTokens, signal } = this.#options;
    const around = neededTokens - sumOf(sizes) + (await engine.countTokens(`${summaryNote('')}\n`));
    const roomTokens = this.#room - around - summaryTokens;
    const leaving = planContext({ sizes, roomTokens, mayLeave: ['example', 'exchange', 'round'] });
    if (leaving === undefined) return undefined;
    const told = leaving.filter((place) => sizes[place]?.kind !== 'example');
    const request = summaryMessages(this.#messagesOf(told, true));
    if ((await engine.countTokens(renderChat(this.#template, request))) + summaryTokens > contextTokens) {
      return undefined;
    }
    const { text, usage } = await engine.generate(
      { messages: request, sampling: { temperature: 0, maxTokens: summaryTokens } },
      signal === undefined ? {} : { signal },
    );
    const summary = text.trim();
    const kept = summary === '' ? undefined : this.#withNote(leaving, told, summaryNote(summary));
    if (kept === undefined) return { messages, usage };
    const promptTokens = await this.#count(kept);
    if (promptTokens > this.#room) return { messages, usage };
    const report = this.#report({ policy: 'summarise', promptTokens, neededTokens, leaving });
    return { messages: kept, report: { ...report, summary }, usage };
  }

  /** What stays, with the note in the user's words that follow what it tells of; after the request for its rounds. */
  #withNote(
    leaving: readonly number[],
    told: readonly number[],
    note: string,
  ): readonly ChatMessage[] | undefined {
    const { messages, request } = this.#options;
    const first = this.#parts[told[0] ?? -1];
    if (first === undefined) return undefined;
    const gone = new Set(leaving.flatMap((place) => placesOf(this.#parts[place])));
    const isRound = first.kind === 'round';
    const lastUser = messages.findLastIndex(({ role }, place) => role === 'user' && place < first.start);
    const anchor = isRound
      ? (request ?? lastUser)
      : messages.findIndex(({ role }, place) => place > first.start && role === 'user' && !gone.has(place));
    if (anchor < 0) return undefined;
    return messages.flatMap((message, place) => {
      if (gone.has(place)) return [];
      if (place !== anchor) return [message];
      const { role, content } = message;
      return [{ role, content: isRound ? `${content}\n${note}` : `${note}\n${content}` }];
    });
  }

  async #measureParts(): Promise<readonly Sized[]> {
    const { messages, engine } = this.#options;
    const opening = renderChat(this.#template, []);
    const sizes: Sized[] = [];
    for (const { kind, start, end } of this.#parts) {
      const text = renderChat(this.#template, messages.slice(start, end)).slice(0, -opening.length);
      sizes.push({ kind, tokens: await engine.countTokens(text) });
    }
    return sizes;
  }

  get #template(): ChatTemplate {
    return this.#options.template ?? 'chatml';
  }

  #render(messages: readonly ChatMessage[]): string {
    return renderChat(this.#template, messages, this.#options.prefill);
  }

  async #count(messages: readonly ChatMessage[]): Promise<number> {
    return await this.#options.engine.countTokens(this.#render(messages));
  }

  /** The messages of the parts at these places, or of all others. */
  #messagesOf(places: readonly number[], inside: boolean): readonly ChatMessage[] {
    const named = new Set(places);
    return this.#parts
      .filter((_part, place) => named.has(place) === inside)
      .flatMap(({ start, end }) => this.#options.messages.slice(start, end));
  }

  #report(facts: {
    readonly policy: ContextReport['policy'];
    readonly promptTokens: number;
    readonly neededTokens: number;
    readonly leaving: readonly number[];
  }): ContextReport {
    const { leaving, ...report } = facts;
    const { contextTokens } = this.#options;
    return { ...report, contextWindow: contextTokens, dropped: this.#messagesOf(leaving, true) };
  }

  #overflow(promptTokens: number): Fault {
    const { policy, maxTokens, contextTokens } = this.#options;
    const details = { promptTokens, maxTokens, contextWindow: contextTokens };
    return contextOverflow(details, {
      reason:
        policy.type === 'refuse'
          ? 'Nothing is left out of a prompt unless the caller says what may be.'
          : 'What must stay is too long by itself.',
      remedy: 'Shorten the request, or load the model with a larger context.',
    });
  }
}

function sumOf(sizes: readonly Sized[]): number {
  return sizes.reduce((sum, { tokens }) => sum + tokens, 0);
}

function placesOf(part: ContextPart | undefined): readonly number[] {
  return part === undefined
    ? []
    : Array.from({ length: part.end - part.start }, (_, index) => part.start + index);
}
