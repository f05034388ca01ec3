/**
 * What wllama throws -> a Fault, by the only marks it leaves: an error's name and its text.
 * Knows llama.cpp's sentences; whoever calls says in which phase the error came.
 */
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import {
  contextOverflow,
  deviceLostFault,
  engineFailedFault,
  grammarFault,
  memoryFault,
  readFailure,
} from './engine-faults.ts';

const overflow = /request \((\d+) tokens\) exceeds the available context size \((\d+) tokens\)/;
const outOfMemory = /out of memory|cannot allocate|failed to allocate|allocation failed|OOM|bad_alloc/i;
const deviceLost = /device (was |is )?lost|lost the device|GPUDevice/i;
const grammarBroken = /grammar/i;
/** The request's own mark "GLUE", read as the answer's length: native code threw, and wrote no answer. */
const noAnswer = /typed array length: 1163217991\b/;

/** Numbers in llama.cpp's refusal of a prompt that is longer than the context, or undefined for any other error. */
export function readOverflow(
  thrown: unknown,
): { readonly promptTokens: number; readonly contextWindow: number } | undefined {
  const match = overflow.exec(readFailure(thrown).reason);
  return match === null ? undefined : { promptTokens: Number(match[1]), contextWindow: Number(match[2]) };
}

/** True where the WebAssembly module is gone: only unloading helps. */
export function isFatal(thrown: unknown): boolean {
  // A crash arrives as RuntimeError; a call after it is refused with a bare string.
  return (thrown instanceof Error && thrown.name === 'RuntimeError') || typeof thrown === 'string';
}

/** An error of `loadModel` as a Fault. */
export function loadFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const failure = readFailure(thrown);
  const { reason } = failure;
  if (outOfMemory.test(reason)) return memoryFault(failure);
  return new Fault(
    {
      code: faultCodes.modelRejected,
      message: 'The engine does not accept the model file.',
      reason,
      remedy: 'Use a GGUF file of an architecture that llama.cpp supports.',
    },
    { cause: thrown },
  );
}

/** An error of a completion as a Fault. `maxTokens` is the budget of the request. */
export function completionFault(thrown: unknown, maxTokens: number): Fault {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return toFault(thrown);
  const tokens = readOverflow(thrown);
  if (tokens !== undefined) return contextOverflow({ ...tokens, maxTokens });
  const failure = readFailure(thrown);
  const { reason } = failure;
  if (outOfMemory.test(reason)) return memoryFault(failure);
  if (deviceLost.test(reason)) return deviceLostFault(failure);
  if (noAnswer.test(reason)) {
    const why = 'llama.cpp gave up on the answer, as it does where a model writes bytes that are no text.';
    return engineFailedFault({ ...failure, reason: why });
  }
  return grammarBroken.test(reason) ? grammarFault(failure) : engineFailedFault(failure);
}
