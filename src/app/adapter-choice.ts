/**
 * Which adapter a person wants for a model, remembered in this browser. Knows no adapter.
 */
import type { AdapterEntry } from '../protocol/model.ts';
import { defaultAdapter } from './default-adapter.ts';

const keyPrefix = 'smallworks-adapter-';
/** Stands for "the base model alone", which is a choice too. */
const none = 'none';

/** What a browser that stores nothing throws is no loss: the choice then lasts as long as the page. */
function unlessRefused<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

/** The choice for the weights of this hash; where there is none, the default for these tools. */
export function readChoice(
  baseSha256: string,
  adapters: readonly AdapterEntry[],
  toolNames: readonly string[],
): string | undefined {
  const stored = unlessRefused(() => localStorage.getItem(keyPrefix + baseSha256));
  if (stored === none) return undefined;
  return (adapters.find(({ id }) => id === stored) ?? defaultAdapter(adapters, toolNames))?.id;
}

/** Remembers it. Undefined: the base model alone. */
export function writeChoice(baseSha256: string, id: string | undefined): void {
  unlessRefused(() => localStorage.setItem(keyPrefix + baseSha256, id ?? none));
}
