/**
 * While tools run, the engine may read what is sure of the next prompt. Knows when that is worth asking for; whether
 * there is room for it, and what gives way to what, is the engine's.
 */
import type { Engine } from '../bridge/engine.ts';
import type { ReadAheadRequest } from '../protocol/engine.ts';

/** Milliseconds after which a tool counts as slow: a quick one would only make the next step wait for the reading. */
const quickToolMs = 20;

/**
 * Has the engine read a prompt's beginning if the tools take long. Returns what is to be called when they are done; a
 * reading under way then goes on, for the step that needs it.
 */
export function readAhead(
  { engine, signal }: { readonly engine: Engine; readonly signal: AbortSignal },
  request: Omit<ReadAheadRequest, 'requestId'>,
): () => void {
  const timer = setTimeout(() => {
    // Nothing depends on it: where it fails, the next step reads its prompt itself.
    engine.readAhead?.(request, { signal }).catch(() => undefined);
  }, quickToolMs);
  return () => clearTimeout(timer);
}
