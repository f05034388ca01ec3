/**
 * What can go wrong in the decoding loop -> Faults with their numbers. Knows sentences; nothing of how it came to it.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';

/** The adapter that a request names was not given at load. */
export function unknownAdapter(adapter: string, known: readonly string[]): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `The adapter ${adapter} is not loaded.`,
    reason: `Loaded are: ${known.join(', ') || 'none'}.`,
    remedy: 'Name it at load, or run the request on the base model.',
    details: { feature: 'adapters', available: [...known] },
  });
}

/** True where the model is of no use any more: its memory or its GPU is gone. */
export function isFatal(thrown: unknown): boolean {
  if (!(thrown instanceof Fault)) return thrown instanceof WebAssembly.RuntimeError;
  if (thrown.code === faultCodes.deviceLost || thrown.code === faultCodes.outOfMemory) return true;
  return thrown.cause instanceof WebAssembly.RuntimeError;
}
