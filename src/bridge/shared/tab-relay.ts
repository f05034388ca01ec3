/**
 * The way from tab to tab for messages and ports: a SharedWorker, or where there is none (Chrome on Android) the
 * site's service worker. Knows how messages travel; nothing of what they mean.
 */
import { newId } from '../../protocol/id.ts';
import { workerUrl } from '../asset-urls.ts';
import { holdLock } from './held-lock.ts';
import type { ReceivedMessage, TabMessage, TabRelay } from './tab-message.ts';

interface Envelope {
  readonly from: string;
  readonly body: unknown;
}

/** What is sent, told from what others say over the same line. */
interface Body {
  readonly relay: 'smallworks';
  readonly message: TabMessage;
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && 'relay' in value && value.relay === 'smallworks';
}

interface Line {
  readonly post: (body: Body, options: { readonly to?: string; readonly port?: MessagePort }) => void;
  /** Where what comes in is heard. */
  readonly source: EventTarget;
}

class LineRelay implements TabRelay {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  send(message: TabMessage, options: { readonly to?: string; readonly port?: MessagePort } = {}): void {
    this.#line.post({ relay: 'smallworks', message }, options);
  }

  listen(listener: (received: ReceivedMessage) => void): () => void {
    const hear = (event: Event): void => {
      const { data, ports } = event as MessageEvent<Envelope | undefined>;
      if (!isBody(data?.body)) return;
      listener({ from: data.from, message: data.body.message, port: ports[0] });
    };
    this.#line.source.addEventListener('message', hear);
    return () => this.#line.source.removeEventListener('message', hear);
  }
}

function startRelay(): SharedWorker {
  const url = workerUrl('relay');
  if (url !== undefined) return new SharedWorker(url, { type: 'module', name: 'smallworks-relay' });
  return new SharedWorker(new URL('../../../workers/relay.worker.ts', import.meta.url), {
    type: 'module',
    name: 'smallworks-relay',
  });
}

function sharedWorkerLine(): Line {
  const { port } = startRelay();
  const aliveLock = `smallworks-tab-${newId()}`;
  port.start();
  // The worker waits for this lock to be free: it has to be held first.
  void holdLock(aliveLock).then(() => port.postMessage({ aliveLock }));
  return {
    source: port,
    post: (body, { to, port: passed }) =>
      port.postMessage({ body, ...(to === undefined ? {} : { to }) }, passed === undefined ? [] : [passed]),
  };
}

function serviceWorkerLine(controller: ServiceWorker): Line {
  navigator.serviceWorker.startMessages();
  return {
    source: navigator.serviceWorker,
    post: (body, { to, port }) =>
      controller.postMessage(
        { type: 'smallworks-relay', body, ...(to === undefined ? {} : { to }) },
        port === undefined ? [] : [port],
      ),
  };
}

let relay: TabRelay | undefined;

/** The page's one relay, or undefined where tabs of this browser cannot pass ports to each other. */
export function openTabRelay(): TabRelay | undefined {
  if (relay !== undefined) return relay;
  if (!('locks' in navigator)) return undefined;
  if ('SharedWorker' in globalThis) {
    relay = new LineRelay(sharedWorkerLine());
    return relay;
  }
  // Asked each time: the worker may take charge of the page later.
  const controller = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
  return controller === null ? undefined : new LineRelay(serviceWorkerLine(controller));
}
