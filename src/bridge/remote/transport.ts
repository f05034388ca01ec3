/**
 * One request to a server, tried again where that can help. Sends no cookies and no referrer, follows no redirect
 * (it would lead away from the origin that was opted into). Knows HTTP; nothing of completions.
 */
import { Fault, faultCodes, toFault } from '../../protocol/fault.ts';
import { parseJson } from '../../protocol/json.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { boundBySignal } from '../settle.ts';
import { Deadline } from './deadline.ts';
import type { RemoteTimeouts } from './deadline.ts';
import { isOverflow, readServerError } from './read-completion.ts';
import type { ServerError } from './read-completion.ts';
import { answerFault, unreachable } from './remote-faults.ts';
import type { AnswerContext } from './remote-faults.ts';
import { pause, readRetryAfter, retryWait } from './retry.ts';
import type { RetryRules } from './retry.ts';

/** A failure that may pass. The fault is what is thrown where it does not. */
export class Transient extends Error {
  readonly fault: Fault;
  readonly retryAfterMs: number | undefined;

  constructor(fault: Fault, retryAfterMs?: number) {
    super(fault.message);
    this.name = 'Transient';
    this.fault = fault;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface TransportRules {
  readonly origin: string;
  readonly timeouts: RemoteTimeouts;
  readonly retry: RetryRules;
  /** Each stops the request. */
  readonly signals: readonly AbortSignal[];
}

/** Does work on a server, again where it threw `Transient`. Each try gets a clock of its own within the whole time. */
export async function withRetries<Result>(
  rules: TransportRules,
  work: (clock: Deadline) => Promise<Result>,
): Promise<Result> {
  const { origin, timeouts, retry, signals } = rules;
  const whole = new Deadline({ origin, signals });
  whole.expect('total', timeouts.totalMs);
  try {
    for (let attempt = 1; ; attempt += 1) {
      whole.signal.throwIfAborted();
      const clock = new Deadline({ origin, signals: [whole.signal] });
      try {
        // Whatever the work waits for, a key perhaps, it does not outlast the whole time.
        return await boundBySignal(work(clock), whole.signal);
      } catch (error) {
        // Whatever failed because the time was up failed for that reason.
        whole.signal.throwIfAborted();
        if (!(error instanceof Transient)) throw toFault(error);
        const { fault, retryAfterMs } = error;
        const wait = retryWait({ rules: retry, attempt, retryAfterMs, random: Math.random() });
        if (wait === undefined) throw withAttempts(fault, attempt);
        await pause(wait, whole.signal);
      } finally {
        clock.end();
      }
    }
  } finally {
    whole.end();
  }
}

function withAttempts(fault: Fault, attempts: number): Fault {
  return new Fault({ ...fault.toData(), details: { ...fault.details, attempts } }, { cause: fault.cause });
}

export interface ServerCall {
  readonly url: string;
  /** Sent as JSON by POST; absent: GET. */
  readonly body?: JsonObject;
  readonly clock: Deadline;
  readonly timeouts: RemoteTimeouts;
  readonly context: AnswerContext;
}

/** Sends a request and waits for the head of its answer. Throws Fault, or Transient where it may go better later. */
export async function callServer({ url, body, clock, timeouts, context }: ServerCall): Promise<Response> {
  const { origin, key } = context;
  clock.expect('connect', timeouts.connectMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Accept: body === undefined ? 'application/json' : 'text/event-stream, application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(key === '' ? {} : { Authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      signal: clock.signal,
    });
  } catch (error) {
    throw lost(clock, unreachable(origin, error));
  }
  clock.met('connect');
  if (response.ok) return response;
  clock.expect('idle', timeouts.idleMs);
  throw await refusal(response, clock, context);
}

/** Why a read or a request ended: its clock's reason where it has one, else the given fault; both may pass. */
export function lost(clock: Deadline, otherwise: Fault): Transient {
  const reason: unknown = clock.signal.reason;
  return new Transient(clock.signal.aborted && reason instanceof Fault ? reason : otherwise);
}

const transientStatus: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 529]);

async function refusal(
  response: Response,
  clock: Deadline,
  context: AnswerContext,
): Promise<Fault | Transient> {
  const { status } = response;
  const error = await readRefusal(response, clock, context.origin);
  const fault = answerFault({ ...error, status }, context);
  // A quota that is used up does not come back by waiting.
  if (!transientStatus.has(status) || isOverflow(error) || error.code === 'insufficient_quota') {
    return error.code === 'insufficient_quota'
      ? new Fault({ ...fault.toData(), code: faultCodes.remoteRefused })
      : fault;
  }
  return new Transient(fault, readRetryAfter(response.headers.get('Retry-After'), Date.now()));
}

/** Characters of a refusal's body that are read. */
const longestRefusal = 16_384;

async function readRefusal(response: Response, clock: Deadline, origin: string): Promise<ServerError> {
  const text = await readSome(response, clock, origin);
  const error = readServerError(parseJson(text));
  const plain = text.trim();
  return error ?? { message: plain === '' ? `It answered with status ${response.status}.` : plain };
}

async function readSome(response: Response, clock: Deadline, origin: string): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < longestRefusal) {
      const { done, value } = await reader.read();
      text += decoder.decode(value, { stream: !done });
      if (done) break;
    }
  } catch (error) {
    // The status says enough, unless it was the clock that ended the reading.
    if (clock.signal.aborted) throw lost(clock, unreachable(origin, error));
  } finally {
    reader.cancel().catch(() => undefined);
  }
  return text;
}
