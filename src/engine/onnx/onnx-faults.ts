/**
 * What ONNX Runtime throws -> a Fault, by the only mark it leaves: the text. Knows the sentences of the runtime, of
 * WebAssembly and of WebGPU.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { FaultCode } from '../../protocol/fault.ts';

const outOfMemory =
  /bad_alloc|out of memory|allocation failed|failed to allocate|\bOOM\b|could not allocate|max(imum)? ?buffer ?size/i;
const deviceLost = /device (was |is )?lost|lost the device|device has been lost|Instance dropped/i;

/** The runtime itself did not start: nothing is wrong with the model. */
const noRuntime = /no available backend|initializeWebAssembly/i;

const remedies: Partial<Record<FaultCode, { readonly message: string; readonly remedy: string }>> = {
  [faultCodes.outOfMemory]: {
    message: 'Memory ran out while the model was at work.',
    remedy: 'Close other tabs, or load the model with packed weights or a smaller context.',
  },
  [faultCodes.deviceLost]: {
    message: 'The GPU went away.',
    remedy: 'Load the model again; it comes from the local copy.',
  },
  [faultCodes.modelRejected]: {
    message: 'ONNX Runtime does not accept the model.',
    remedy: 'Load it with the engine wllama.',
  },
};

/** Any thrown value as a Fault; `otherwise` is the code of what is not recognised. */
export function onnxFault(thrown: unknown, otherwise: 'model-rejected' | 'engine-failed'): Fault {
  if (thrown instanceof Fault) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const code = deviceLost.test(reason)
    ? faultCodes.deviceLost
    : outOfMemory.test(reason)
      ? faultCodes.outOfMemory
      : noRuntime.test(reason)
        ? faultCodes.engineFailed
        : otherwise;
  const words = remedies[code] ?? {
    message: 'The engine failed.',
    remedy: 'Try again; if it stays, load the model again.',
  };
  return new Fault({ code, ...words, reason }, { cause: thrown });
}

/** The fault of a device that `GPUDevice.lost` reported. */
export function deviceLostFault(info: { readonly reason: string; readonly message: string }): Fault {
  return onnxFault(
    new Error(`The device was lost (${info.reason}). ${info.message}`),
    faultCodes.engineFailed,
  );
}
