/**
 * What web-llm throws -> a Fault. Knows its error classes by name and TVM's sentences; whoever calls says in which
 * phase the error came.
 */
import { Fault, faultCodes, toFault } from '../../protocol/fault.ts';
import { deviceLostFault, engineFailedFault, grammarFault, memoryFault } from '../engine-faults.ts';
import type { Failure } from '../engine-faults.ts';

const outOfMemory =
  /out of memory|OutOfMemory|allocat\w* fail|failed to allocate|memory access out of bounds|bad_alloc/i;
const grammarNames = new Set(['GrammarMatcherInitError', 'InvalidResponseFormatGrammarError']);
const gpuNames = new Set(['WebGPUNotAvailableError', 'WebGPUNotFoundError']);

interface NamedFailure extends Failure {
  /** The error's class. */
  readonly name: string;
}

/** web-llm's `ExitStatus` is no Error, but is written like one. */
function partsOf(cause: unknown): NamedFailure {
  if (typeof cause !== 'object' || cause === null) return { name: '', reason: String(cause), cause };
  const { name = '', message = 'Something without a text was thrown.' } = cause as {
    readonly name?: string;
    readonly message?: string;
  };
  return { name, reason: message, cause };
}

/** True where the text is only that a module gave up: why is elsewhere. */
function saysNothing({ name, reason }: NamedFailure): boolean {
  return name === 'ExitStatus' || reason.includes('Aborted()');
}

/** Name and text of an error; `words` is what the module wrote before it. */
function read(thrown: unknown, words: string | undefined): NamedFailure {
  const parts = partsOf(thrown);
  return words !== undefined && saysNothing(parts) ? { ...parts, reason: words } : parts;
}

/** True where the WebAssembly module is gone: only unloading helps. */
export function isFatal(thrown: unknown): boolean {
  if (thrown instanceof Fault) return thrown.code === faultCodes.deviceLost;
  const { name } = partsOf(thrown);
  return name === 'RuntimeError' || name === 'ExitStatus' || name === 'DeviceLostError';
}

export function noGpu(reason: string, cause?: unknown): Fault {
  return new Fault(
    {
      code: faultCodes.unsupported,
      message: 'The engine web-llm needs WebGPU.',
      reason,
      remedy: 'Use another engine, or a browser and a driver with WebGPU.',
      details: { feature: 'webgpu' },
    },
    { cause },
  );
}

export function noFeature(feature: string): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `The GPU lacks ${feature}, which this build needs.`,
    remedy: 'Use a build without 16-bit floats (its name has f32 in it), or another engine.',
    details: { feature },
  });
}

/** What loading and generating have in common. */
function commonFault(failure: NamedFailure): Fault | undefined {
  if (failure.name === 'DeviceLostError') return deviceLostFault(failure);
  // A build's weights are as they were compiled: only the context can be smaller.
  return outOfMemory.test(failure.reason) ? memoryFault(failure, 'a smaller context') : undefined;
}

/** An error of `reload` as a Fault. `words` is what the library wrote before it. */
export function loadFault(thrown: unknown, words?: string): Fault {
  if (thrown instanceof Fault) return thrown;
  const failure = read(thrown, words);
  const { name, reason } = failure;
  if (gpuNames.has(name)) return noGpu(reason, thrown);
  return (
    commonFault(failure) ??
    new Fault(
      {
        code: faultCodes.modelRejected,
        message: 'The engine does not accept the model files.',
        reason,
        remedy: 'Use a model library that was compiled for this version of web-llm.',
      },
      { cause: thrown },
    )
  );
}

/** An error of a generation as a Fault. `words` is what the library wrote before it. */
export function generateFault(thrown: unknown, words?: string): Fault {
  if (thrown instanceof Fault) return thrown;
  const failure = read(thrown, words);
  if (failure.name === 'AbortError') return toFault(thrown);
  const common = commonFault(failure);
  if (common !== undefined) return common;
  return grammarNames.has(failure.name) ? grammarFault(failure) : engineFailedFault(failure);
}
