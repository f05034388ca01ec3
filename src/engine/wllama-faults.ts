/**
 * What wllama throws -> a Fault, by the only marks it leaves: an error's name and its text.
 * Knows llama.cpp's sentences; whoever calls says in which phase the error came.
 */
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';

const overflow = /request \((\d+) tokens\) exceeds the available context size \((\d+) tokens\)/;
const outOfMemory = /out of memory|cannot allocate|failed to allocate|allocation failed|OOM|bad_alloc/i;
const deviceLost = /device (was |is )?lost|lost the device|GPUDevice/i;
const grammarBroken = /pars(e|ing) grammar|grammar/i;

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Numbers in llama.cpp's refusal of a prompt that is longer than the context, or undefined for any other error. */
export function readOverflow(
  thrown: unknown,
): { readonly promptTokens: number; readonly contextWindow: number } | undefined {
  const match = overflow.exec(textOf(thrown));
  return match === null ? undefined : { promptTokens: Number(match[1]), contextWindow: Number(match[2]) };
}

/** True where the WebAssembly module is gone: only unloading helps. */
export function isFatal(thrown: unknown): boolean {
  // A crash arrives as RuntimeError; a call after it is refused with a bare string.
  return (thrown instanceof Error && thrown.name === 'RuntimeError') || typeof thrown === 'string';
}

export function contextOverflow(promptTokens: number, maxTokens: number, contextWindow: number): Fault {
  return new Fault({
    code: faultCodes.contextOverflow,
    message: 'The prompt and the room asked for the answer do not fit the context window.',
    reason: `${String(promptTokens)} tokens of prompt and ${String(maxTokens)} of answer; the window is ${String(contextWindow)}.`,
    remedy: 'Shorten the prompt, offer fewer tools, or load the model with a larger context.',
    details: { promptTokens, maxTokens, contextWindow },
  });
}

function memoryFault(thrown: unknown): Fault {
  return new Fault(
    {
      code: faultCodes.outOfMemory,
      message: 'Memory ran out while the model was at work.',
      reason: textOf(thrown),
      remedy: 'Close other tabs, or load the model with packed weights or a smaller context.',
    },
    { cause: thrown },
  );
}

/** An error of `loadModel` as a Fault. */
export function loadFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const text = textOf(thrown);
  if (outOfMemory.test(text)) return memoryFault(thrown);
  return new Fault(
    {
      code: faultCodes.modelRejected,
      message: 'The engine does not accept the model file.',
      reason: text,
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
  if (tokens !== undefined) return contextOverflow(tokens.promptTokens, maxTokens, tokens.contextWindow);
  const text = textOf(thrown);
  if (outOfMemory.test(text)) return memoryFault(thrown);
  if (deviceLost.test(text)) {
    return new Fault(
      {
        code: faultCodes.deviceLost,
        message: 'The GPU went away.',
        reason: text,
        remedy: 'Load the model again; it comes from the local copy.',
      },
      { cause: thrown },
    );
  }
  const grammar = grammarBroken.test(text);
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
