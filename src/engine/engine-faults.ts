/**
 * What goes wrong in every engine alike, as faults: memory, the GPU, a grammar, the context window, an adapter.
 * Each library has sentences of its own for these, and its own file that reads them; what the user is told is said
 * here, once. Knows no library.
 */
import { Fault, faultCodes, messageOf } from '../protocol/fault.ts';

/** What a library threw, and the words in it. */
export interface Failure {
  readonly reason: string;
  readonly cause?: unknown;
}

/** A thrown value with its text. */
export function readFailure(thrown: unknown): Failure {
  return { reason: messageOf(thrown), cause: thrown };
}

/** Memory ran out. `lighter` names ways to load the same model that need less. */
export function memoryFault(
  { reason, cause }: Failure,
  lighter = 'packed weights or a smaller context',
): Fault {
  return new Fault(
    {
      code: faultCodes.outOfMemory,
      message: 'Memory ran out while the model was at work.',
      reason,
      remedy: `Close other tabs, or load the model with ${lighter}.`,
    },
    { cause },
  );
}

/** The GPU device is gone, and the model with it. */
export function deviceLostFault({ reason, cause }: Failure): Fault {
  return new Fault(
    {
      code: faultCodes.deviceLost,
      message: 'The GPU went away.',
      reason: reason || 'The browser does not say why.',
      remedy: 'Load the model again; it comes from the local copy.',
    },
    { cause },
  );
}

/** The engine does not understand the grammar, or cannot make it into what it decodes by. */
export function grammarFault({ reason, cause }: Failure): Fault {
  return new Fault(
    {
      code: faultCodes.engineFailed,
      message: 'The engine could not compile the grammar.',
      reason,
      remedy: 'Simplify the schemas of the tools on offer.',
    },
    { cause },
  );
}

/** A failure that none of the others names. */
export function engineFailedFault({ reason, cause }: Failure): Fault {
  return new Fault(
    {
      code: faultCodes.engineFailed,
      message: 'The engine failed.',
      reason,
      remedy: 'Try again; if it stays, load the model again.',
    },
    { cause },
  );
}

/** What is to fit together into a context window, and that window; all in tokens. */
interface Room {
  readonly promptTokens: number;
  /** Room asked for the answer. */
  readonly maxTokens: number;
  readonly contextWindow: number;
}

/** Throws Fault `context-overflow` where prompt and answer do not fit the window together. */
export function checkRoom(room: Room): void {
  if (room.promptTokens + room.maxTokens > room.contextWindow) throw contextOverflow(room);
}

export function contextOverflow({ promptTokens, maxTokens, contextWindow }: Room): Fault {
  return new Fault({
    code: faultCodes.contextOverflow,
    message: 'The prompt and the room asked for the answer do not fit the context window.',
    reason: `${String(promptTokens)} tokens of prompt and ${String(maxTokens)} of answer; the window is ${String(contextWindow)}.`,
    remedy: 'Shorten the prompt, offer fewer tools, or load the model with a larger context.',
    details: { promptTokens, maxTokens, contextWindow },
  });
}

/** The adapter that a request names was not given at load. `known` are the ids that were. */
export function unknownAdapter(adapter: string, known: readonly string[]): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `The adapter ${adapter} is not loaded.`,
    reason: `Loaded are: ${known.join(', ') || 'none'}.`,
    remedy: 'Load it beside the model, or run the request on the base model.',
    details: { feature: 'adapters', available: [...known] },
  });
}
