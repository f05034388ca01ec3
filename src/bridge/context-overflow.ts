/**
 * The fault of a prompt that does not fit, as engines outside a worker and the fitting of contexts say it. Knows the
 * sentence; the numbers are the caller's.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { FaultData } from '../protocol/fault.ts';

/** Tokens; what is not known is absent. */
interface OverflowDetails {
  readonly contextWindow: number;
  readonly promptTokens?: number;
  /** Room asked for the answer. */
  readonly maxTokens?: number;
}

/** `words` are a reason, where there is one, and a better remedy than the usual one. */
export function contextOverflow(
  details: OverflowDetails,
  words: Pick<FaultData, 'reason' | 'remedy'> = {},
): Fault {
  return new Fault({
    code: faultCodes.contextOverflow,
    message: 'The prompt and the room asked for the answer do not fit the context window.',
    remedy: 'Shorten the prompt, or choose what may be left out of it (contextPolicy).',
    ...words,
    details: { ...details },
  });
}
