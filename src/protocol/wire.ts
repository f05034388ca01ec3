/**
 * How values cross between threads. Both sides call `registerWire()` once before they use comlink.
 * comlink by itself keeps only name, message and stack of a thrown error; this keeps the whole fault.
 */
import { transferHandlers } from 'comlink';
import { registerEventPorts } from './event-port.ts';
import { Fault, toFault } from './fault.ts';
import type { FaultData } from './fault.ts';

/** Compile-time check that a type can be cloned: a function, a symbol or a signal in it becomes `never`. */
export type Cloneable<T> = T extends (...parameters: never[]) => unknown
  ? never
  : T extends symbol | AbortSignal | Promise<unknown>
    ? never
    : T extends object
      ? { readonly [Key in keyof T]: Cloneable<T[Key]> }
      : T;

interface Thrown {
  readonly value: unknown;
}

/** Makes every throw from the other side arrive as a `Fault` with its code and details, and event ports cross. Idempotent. */
export function registerWire(): void {
  registerEventPorts();
  const original = transferHandlers.get('throw');
  if (original === undefined || 'smallworks' in original) return;
  const handler = {
    smallworks: true,
    canHandle: original.canHandle.bind(original),
    serialize: (thrown: Thrown): [FaultData, Transferable[]] => [toFault(thrown.value).toData(), []],
    deserialize: (data: FaultData): never => {
      throw new Fault(data);
    },
  };
  transferHandlers.set('throw', handler);
}
