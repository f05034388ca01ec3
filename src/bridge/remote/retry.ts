/**
 * How long to wait before a request is tried again: exponential with full jitter, so that many pages that failed
 * together do not come back together, and never less than the server asks for. Pure, but for `pause`.
 */
import { toFault } from '../../protocol/fault.ts';

export interface RetryRules {
  /** Tries of one request, the first included. */
  readonly attempts: number;
  /** Milliseconds: the bound of the first wait; it doubles with every try. */
  readonly baseMs: number;
  /** Milliseconds: no wait of our own is longer. */
  readonly mostMs: number;
  /** Milliseconds: a server that asks for a longer wait is not waited for. */
  readonly longestRetryAfterMs: number;
}

export const defaultRetryRules: RetryRules = {
  attempts: 4,
  baseMs: 500,
  mostMs: 8_000,
  longestRetryAfterMs: 60_000,
};

export interface WaitOptions {
  readonly rules: RetryRules;
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** Milliseconds that the server asked for. */
  readonly retryAfterMs?: number | undefined;
  /** In [0, 1). */
  readonly random: number;
}

/** Milliseconds to wait before the next try; undefined where there is none. */
export function retryWait({ rules, attempt, retryAfterMs = 0, random }: WaitOptions): number | undefined {
  if (attempt >= rules.attempts || retryAfterMs > rules.longestRetryAfterMs) return undefined;
  const jittered = random * Math.min(rules.mostMs, rules.baseMs * 2 ** (attempt - 1));
  return Math.max(retryAfterMs, jittered);
}

/** The milliseconds of a `Retry-After` header: seconds or a date. Undefined where it is absent or unreadable. */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Waits. Rejects with the signal's reason as soon as it aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(toFault(signal.reason));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
