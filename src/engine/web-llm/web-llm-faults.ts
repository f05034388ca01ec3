/**
 * What web-llm throws -> a Fault. Knows its error classes by name and TVM's sentences; whoever calls says in which
 * phase the error came.
 */
import { Fault, faultCodes, toFault } from '../../protocol/fault.ts';

const outOfMemory =
  /out of memory|OutOfMemory|allocat\w* fail|failed to allocate|memory access out of bounds|bad_alloc/i;
const grammarNames = new Set(['GrammarMatcherInitError', 'InvalidResponseFormatGrammarError']);
const gpuNames = new Set(['WebGPUNotAvailableError', 'WebGPUNotFoundError']);

/** web-llm's `ExitStatus` is no Error, but is written like one. */
function partsOf(thrown: unknown): { readonly name: string; readonly text: string } {
  if (typeof thrown !== 'object' || thrown === null) return { name: '', text: String(thrown) };
  const { name = '', message = 'Something without a text was thrown.' } = thrown as {
    readonly name?: string;
    readonly message?: string;
  };
  return { name, text: message };
}

/** True where the text is only that a module gave up: why is elsewhere. */
function saysNothing({ name, text }: { readonly name: string; readonly text: string }): boolean {
  return name === 'ExitStatus' || text.includes('Aborted()');
}

/** Name and text of an error; `words` is what the module wrote before it. */
function read(thrown: unknown, words: string | undefined): { readonly name: string; readonly text: string } {
  const parts = partsOf(thrown);
  return words !== undefined && saysNothing(parts) ? { name: parts.name, text: words } : parts;
}

/** True where the WebAssembly module is gone: only unloading helps. */
export function isFatal(thrown: unknown): boolean {
  if (thrown instanceof Fault) return thrown.code === faultCodes.deviceLost;
  const { name } = partsOf(thrown);
  return name === 'RuntimeError' || name === 'ExitStatus' || name === 'DeviceLostError';
}

export function deviceLost(reason: string, cause?: unknown): Fault {
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

function memoryFault(reason: string, cause: unknown): Fault {
  return new Fault(
    {
      code: faultCodes.outOfMemory,
      message: 'Memory ran out while the model was at work.',
      reason,
      remedy: 'Close other tabs, or load the model with a smaller context.',
    },
    { cause },
  );
}

/** An error of `reload` as a Fault. `words` is what the library wrote before it. */
export function loadFault(thrown: unknown, words?: string): Fault {
  if (thrown instanceof Fault) return thrown;
  const { name, text } = read(thrown, words);
  if (name === 'DeviceLostError') return deviceLost(text, thrown);
  if (gpuNames.has(name)) return noGpu(text, thrown);
  if (outOfMemory.test(text)) return memoryFault(text, thrown);
  return new Fault(
    {
      code: faultCodes.modelRejected,
      message: 'The engine does not accept the model files.',
      reason: text,
      remedy: 'Use a model library that was compiled for this version of web-llm.',
    },
    { cause: thrown },
  );
}

/** An error of a generation as a Fault. `words` is what the library wrote before it. */
export function generateFault(thrown: unknown, words?: string): Fault {
  if (thrown instanceof Fault) return thrown;
  const { name, text } = read(thrown, words);
  if (name === 'AbortError') return toFault(thrown);
  if (name === 'DeviceLostError') return deviceLost(text, thrown);
  if (outOfMemory.test(text)) return memoryFault(text, thrown);
  const grammar = grammarNames.has(name);
  return new Fault(
    {
      code: faultCodes.engineFailed,
      message: grammar ? 'The engine could not compile the grammar.' : 'The engine failed.',
      reason: text,
      remedy: grammar
        ? 'Simplify the schemas of the tools on offer.'
        : 'Try again; if it stays, load the model again.',
    },
    { cause: thrown },
  );
}
