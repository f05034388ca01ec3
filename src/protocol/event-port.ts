/**
 * Callbacks that hear events from another thread. A callback that crosses as comlink's proxy is answered event by event, and
 * an answer costs both threads more than the event: here one message goes one way, and one question at the end tells that all
 * have arrived. Knows comlink's handlers; nothing of events.
 */
import { transferHandlers } from 'comlink';

type Hear = (event: unknown) => void;

/** A callback that may be handed to another thread, once, and closed when nothing more is to be heard. */
export interface EventPort<Event> {
  readonly callback: (event: Event) => void;
  close(): void;
}

/** A callback that came from another thread. */
interface FarCallback extends Hear {
  /** Settles once all events sent so far were heard; never where the other side is gone. */
  readonly arrived: () => Promise<void>;
}

const name = 'smallworks-events';
/** The other end of each callback that has a port. */
const ends = new WeakMap<Hear, MessagePort>();

/** Hears events of another thread. What `hear` throws is reported, and does not reach the sender. */
export function openEventPort<Event>(hear: (event: Event) => void): EventPort<Event> {
  registerEventPorts();
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', ({ data }: MessageEvent<readonly [Event] | 'all'>) => {
    if (data === 'all') {
      port1.postMessage('heard');
      return;
    }
    try {
      hear(data[0]);
    } catch (error) {
      reportError(error);
    }
  });
  port1.start();
  const callback = (event: Event): void => hear(event);
  ends.set(callback as Hear, port2);
  return { callback, close: () => port1.close() };
}

/** Waits until a callback that came from another thread has told all that was sent; at once for any other. */
export async function eventsArrived(callback: (event: never) => unknown): Promise<void> {
  if ('arrived' in callback) await (callback as unknown as FarCallback).arrived();
}

/** Lets such callbacks cross. Both sides call it before they use comlink. Idempotent. */
export function registerEventPorts(): void {
  if (transferHandlers.has(name)) return;
  transferHandlers.set(name, {
    canHandle: (value): value is Hear => typeof value === 'function' && ends.has(value as Hear),
    serialize: (callback: Hear): [MessagePort | undefined, Transferable[]] => {
      const port = ends.get(callback);
      return [port, port === undefined ? [] : [port]];
    },
    deserialize: farCallback,
  });
}

function farCallback(port: MessagePort): FarCallback {
  const waiting: (() => void)[] = [];
  port.addEventListener('message', () => waiting.shift()?.());
  port.start();
  const send = (event: unknown): void => port.postMessage([event]);
  return Object.assign(send, {
    arrived: async (): Promise<void> => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        port.postMessage('all');
      });
    },
  });
}
