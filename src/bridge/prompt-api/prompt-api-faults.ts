/** The Prompt API's exceptions as faults. They are told apart by name, as the specification defines them. */
import { Fault, faultCodes, toFault } from '../../protocol/fault.ts';
import type { FaultData } from '../../protocol/fault.ts';
import { contextOverflow } from '../context-overflow.ts';

/** Why the built-in model cannot be used here. */
export function unsupported(reason: string, remedy = 'Use a model that is downloaded into the page.'): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: "The browser's built-in model cannot be used.",
    reason,
    remedy,
    details: { feature: 'prompt-api' },
  });
}

/** What a constraint or a request asks for that the API has no form for. */
export function notExpressible(feature: string, reason: string): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `The browser's built-in model cannot be held to this request.`,
    reason,
    remedy: 'Use a model that is downloaded into the page.',
    details: { feature },
  });
}

/** The engine was ended, or the browser ended the model. */
export function gone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: "The session with the browser's built-in model is gone.",
    reason,
    remedy: 'Start a new engine and load the model again.',
  });
}

const table: Readonly<Record<string, Pick<FaultData, 'code' | 'message' | 'remedy'>>> = {
  NetworkError: {
    code: faultCodes.modelUnavailable,
    message: 'The browser could not download its built-in model.',
    remedy: 'Check the connection and try again.',
  },
  NotAllowedError: {
    code: faultCodes.unsupported,
    message: 'The browser does not allow its built-in model here and now.',
    remedy: 'Begin the download from a click, in a page that is not framed by another site.',
  },
  NotSupportedError: {
    code: faultCodes.unsupported,
    message: "The browser's built-in model does not support this request.",
    remedy: 'Simplify the schema, or use a model that is downloaded into the page.',
  },
  NotReadableError: {
    code: faultCodes.engineFailed,
    message: 'The browser withheld the answer of its built-in model.',
    remedy: 'Word the request differently, or use a model that is downloaded into the page.',
  },
  SyntaxError: {
    code: faultCodes.engineFailed,
    message: "The browser's built-in model could not keep to the schema.",
    remedy: 'Simplify the schema, or use a model that is downloaded into the page.',
  },
};

/** Anything that the API throws. */
export function promptApiFault(error: unknown): Fault {
  if (error instanceof Fault || !(error instanceof Error)) return toFault(error);
  const { name, message } = error;
  if (name === 'QuotaExceededError') {
    const { requested, quota } = error as Error & { readonly requested?: unknown; readonly quota?: unknown };
    return contextOverflow({ promptTokens: numberOf(requested), contextWindow: numberOf(quota) });
  }
  if (name === 'AbortError') return toFault(error);
  if (name === 'InvalidStateError') return gone(message);
  const known = table[name] ?? {
    code: faultCodes.engineFailed,
    message: "The browser's built-in model failed.",
    remedy: 'Try again, or use a model that is downloaded into the page.',
  };
  return new Fault({ ...known, reason: message || name, details: { name } }, { cause: error });
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
