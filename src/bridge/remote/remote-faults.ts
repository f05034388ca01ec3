/**
 * Everything that can go wrong between the page and a server, as faults that say what to do. No fault holds the key:
 * servers repeat it in their messages, so it is taken out of every text.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { FaultData } from '../../protocol/fault.ts';
import { contextOverflow } from '../context-overflow.ts';
import { isOverflow } from './read-completion.ts';
import type { ServerError } from './read-completion.ts';

/** Characters of a server's own words that a fault repeats. */
const longestQuote = 300;

export interface AnswerContext {
  readonly origin: string;
  readonly model: string;
  /** Never repeated; empty where there is none. */
  readonly key: string;
  readonly contextTokens: number;
}

/** A server's words, safe to show: short, and without the key. */
function quote(text: string, key: string): string {
  const safe = key === '' ? text : text.replaceAll(key, '[key]');
  return safe.length > longestQuote ? `${safe.slice(0, longestQuote)}…` : safe;
}

/** The fault of a refused request, or of an error within a stream. */
export function answerFault(error: ServerError, context: AnswerContext): Fault {
  const { origin, model, key, contextTokens } = context;
  const { status } = error;
  const reason = quote(error.message, key);
  const details = { origin, model, ...(status === undefined ? {} : { status }) };
  if (isOverflow(error)) {
    const { promptTokens, contextWindow = contextTokens } = error;
    return contextOverflow(
      { contextWindow, ...(promptTokens === undefined ? {} : { promptTokens }) },
      { reason },
    );
  }
  return new Fault({ ...faultOfStatus(status, context), reason, details });
}

function faultOfStatus(status: number | undefined, { origin, model }: AnswerContext): FaultData {
  switch (status) {
    case 401:
    case 403:
      return {
        code: faultCodes.remoteRefused,
        message: `${origin} does not accept the key.`,
        remedy: 'Check the key for this server, and that it may use this model.',
      };
    case 402:
      return {
        code: faultCodes.remoteRefused,
        message: `${origin} asks for payment.`,
        remedy: 'Check the account of the key, or use a model in this browser.',
      };
    case 404:
      return {
        code: faultCodes.modelUnavailable,
        message: `${origin} has no model "${model}" at this address.`,
        remedy: "Check the model's name, and that the address ends with the API's root, usually /v1.",
      };
    case 429:
      return {
        code: faultCodes.remoteUnreachable,
        message: `${origin} takes no more requests for now.`,
        remedy: 'Wait and try again, or use a model in this browser.',
      };
    default:
      if (status !== undefined && status >= 500) {
        return {
          code: faultCodes.remoteUnreachable,
          message: `${origin} failed with status ${status}.`,
          remedy: 'Try again later, or use a model in this browser.',
        };
      }
      return {
        code: faultCodes.engineFailed,
        message: `${origin} did not accept the request.`,
        remedy: 'Check the kind of server (flavour); it may not know a field that was sent.',
      };
  }
}

/** Nothing came back at all: browsers do not tell a page why. */
export function unreachable(origin: string, cause: unknown): Fault {
  return new Fault(
    {
      code: faultCodes.remoteUnreachable,
      message: `${origin} cannot be reached.`,
      reason:
        'It is down, refuses connections from this page (CORS), the content security policy of this site does not name it, or the browser was told not to reach the local network.',
      remedy: `Check that the server runs, allows this page's origin, and that connect-src names ${origin}.`,
      details: { origin },
    },
    { cause },
  );
}

/** The stream ended, or the connection broke, before the answer was whole. */
export function brokenOff(origin: string, cause?: unknown): Fault {
  return new Fault(
    {
      code: faultCodes.remoteUnreachable,
      message: `The answer of ${origin} broke off.`,
      reason: 'The connection ended before the server said that it was done.',
      remedy: 'Try again; the part that came is not kept.',
      details: { origin },
    },
    { cause },
  );
}

export type SlowStage = 'connect' | 'idle' | 'total';

const stages: Readonly<Record<SlowStage, string>> = {
  connect: 'It sent no answer',
  idle: 'It sent nothing more',
  total: 'The answer was not whole',
};

/** The server took too long. details: stage, timeoutMs. */
export function tooSlow(origin: string, stage: SlowStage, timeoutMs: number): Fault {
  return new Fault({
    code: faultCodes.remoteUnreachable,
    message: `${origin} took too long.`,
    reason: `${stages[stage]} within ${timeoutMs.toLocaleString('en')} ms.`,
    remedy: `Try again later, or raise timeouts.${stage}Ms.`,
    details: { origin, stage, timeoutMs },
  });
}
