/**
 * What ONNX Runtime throws -> a Fault, by the only mark it leaves: the text. Knows the sentences of the runtime, of
 * WebAssembly and of WebGPU.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { deviceLostFault, engineFailedFault, memoryFault, readFailure } from '../engine-faults.ts';

const outOfMemory =
  /bad_alloc|out of memory|allocation failed|failed to allocate|\bOOM\b|could not allocate|max(imum)? ?buffer ?size/i;
const deviceLost = /device (was |is )?lost|lost the device|device has been lost|Instance dropped/i;

/** The runtime itself did not start: nothing is wrong with the model. */
const noRuntime = /no available backend|initializeWebAssembly/i;

/** Any thrown value as a Fault; `otherwise` is the code of what is not recognised. */
export function onnxFault(thrown: unknown, otherwise: 'model-rejected' | 'engine-failed'): Fault {
  if (thrown instanceof Fault) return thrown;
  const failure = readFailure(thrown);
  const { reason } = failure;
  if (deviceLost.test(reason)) return deviceLostFault(failure);
  if (outOfMemory.test(reason)) return memoryFault(failure);
  if (noRuntime.test(reason) || otherwise === faultCodes.engineFailed) return engineFailedFault(failure);
  return new Fault(
    {
      code: otherwise,
      message: 'ONNX Runtime does not accept the model.',
      reason,
      remedy: 'Load it with the engine wllama.',
    },
    { cause: thrown },
  );
}

/** True where the model is of no use any more: its memory or its GPU is gone. */
export function isFatal(thrown: unknown): boolean {
  if (!(thrown instanceof Fault)) return thrown instanceof WebAssembly.RuntimeError;
  if (thrown.code === faultCodes.deviceLost || thrown.code === faultCodes.outOfMemory) return true;
  return thrown.cause instanceof WebAssembly.RuntimeError;
}
