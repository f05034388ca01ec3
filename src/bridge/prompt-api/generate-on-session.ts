/**
 * One answer on a session of its own: measured first, then streamed, ended at a stop text or a token limit, and failed
 * where the browser drops anything of the prompt. Knows the session; nothing of who made it.
 */
import { StopGate } from '../../decode/stop-gate.ts';
import type {
  ChatMessage,
  FinishReason,
  GenerateEvent,
  GenerateResult,
  Sampling,
} from '../../protocol/engine.ts';
import { newId } from '../../protocol/id.ts';
import type { JsonSchema } from '../../protocol/json.ts';
import { contextOverflow } from '../context-overflow.ts';
import { measureTokens, usedTokens } from './language-model.ts';
import type { LanguageModelMessage, LanguageModelSession } from './language-model.ts';
import { TokenBudget } from './token-budget.ts';
import type { CountTokens } from './token-budget.ts';

export interface SessionRequest {
  readonly session: LanguageModelSession;
  /** Whether what the session holds had been read before. */
  readonly warm: boolean;
  readonly turns: readonly LanguageModelMessage[];
  readonly sampling: Sampling;
  readonly schema?: JsonSchema;
  readonly contextTokens: number;
  readonly count: CountTokens;
  readonly signal: AbortSignal;
  /** `performance.now()` of the request. */
  readonly startedAt: number;
  readonly onEvent: (event: GenerateEvent) => void;
}

/** The system prompt, which a session is made with, and the turns that it is asked. */
export function splitSystem(
  messages: readonly ChatMessage[],
  prefill: string | undefined,
): { readonly system: string; readonly turns: readonly LanguageModelMessage[] } {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const turns: LanguageModelMessage[] = messages
    .filter(({ role }) => role !== 'system')
    .map(({ role, content }) => ({ role, content }));
  if (prefill !== undefined) turns.push({ role: 'assistant', content: prefill, prefix: true });
  return { system: system.join('\n\n'), turns };
}

/** Rejects with a Fault `context-overflow`, and with what the browser throws. */
export async function generateOnSession(request: SessionRequest): Promise<GenerateResult> {
  const { session, warm, turns, sampling, schema, contextTokens, signal, startedAt, onEvent } = request;
  const options = { signal, ...(schema === undefined ? {} : { responseConstraint: schema }) };
  const heldTokens = usedTokens(session);
  const promptTokens = heldTokens + (await measureTokens(session, turns, options));
  const { maxTokens } = sampling;
  if (promptTokens + maxTokens > contextTokens) {
    throw contextOverflow({ promptTokens, maxTokens, contextWindow: contextTokens });
  }
  // The browser may still leave out old turns without failing: that is told as an overflow, never kept quiet.
  const dropped = new AbortController();
  const onDropped = (): void =>
    dropped.abort(contextOverflow({ promptTokens, maxTokens, contextWindow: contextTokens }));
  for (const name of ['contextoverflow', 'quotaoverflow']) session.addEventListener(name, onDropped);

  onEvent({ type: 'prefill-progressed', processedTokens: 0, promptTokens });
  const answer = new SessionAnswer(request);
  const reader = session
    .promptStreaming(turns, { ...options, signal: AbortSignal.any([signal, dropped.signal]) })
    .getReader();
  try {
    while (answer.finishReason === undefined) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      dropped.signal.throwIfAborted();
      if (done) answer.end();
      else await answer.receive(value);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
  const { text, finishReason, firstAt = performance.now() } = answer;
  const now = performance.now();
  return {
    requestId: newId(),
    text,
    finishReason,
    usage: {
      promptTokens,
      cachedTokens: warm ? heldTokens : 0,
      decodeTokens: await request.count(answer.received),
      timeToFirstTokenMs: firstAt - startedAt,
      prefillMs: firstAt - startedAt,
      decodeMs: now - firstAt,
      totalMs: now - startedAt,
    },
  };
}

class SessionAnswer {
  readonly #onEvent: (event: GenerateEvent) => void;
  readonly #budget: TokenBudget;
  readonly #stops: StopGate;
  text = '';
  /** What the model wrote within its budget, a stop text included. */
  received = '';
  firstAt: number | undefined;
  finishReason: FinishReason | undefined;

  constructor({ onEvent, sampling, count }: SessionRequest) {
    this.#onEvent = onEvent;
    this.#budget = new TokenBudget({ limit: sampling.maxTokens, count });
    this.#stops = new StopGate(sampling.stop ?? []);
  }

  async receive(piece: string): Promise<void> {
    this.firstAt ??= performance.now();
    const kept = await this.#budget.take(piece);
    this.received += kept;
    this.#pass(this.#stops.push(kept));
    if (this.#stops.stopped) this.finishReason = 'stop';
    else if (this.#budget.spent) this.#finish('length');
  }

  end(): void {
    this.#finish('stop');
  }

  #finish(reason: FinishReason): void {
    this.#pass(this.#stops.end());
    this.finishReason = reason;
  }

  #pass(text: string): void {
    if (text === '') return;
    this.text += text;
    this.#onEvent({ type: 'text-generated', text });
  }
}
