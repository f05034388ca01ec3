/** What can go wrong with the kernel, as Faults. */
import { Fault, faultCodes, messageOf } from '../../protocol/fault.ts';

export function outOfMemory(error: unknown): Fault {
  return new Fault(
    {
      code: faultCodes.outOfMemory,
      message: 'The browser has no memory left for the model.',
      reason: messageOf(error),
      remedy: 'Close other tabs, or load the model with a smaller context.',
    },
    { cause: error },
  );
}

/** A thread of the kernel stopped: its memory is in no known state. */
export function kernelStopped(error: unknown): Fault {
  return new Fault(
    {
      code: faultCodes.engineFailed,
      message: 'The model stopped in the middle of a step.',
      reason: messageOf(error),
      remedy: 'Load it again.',
    },
    { cause: error },
  );
}
