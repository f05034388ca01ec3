/**
 * Lets the tabs of one origin find each other: passes what one tab says to all, or to one, with a message port where
 * there is one. A SharedWorker: broadcast channels carry no ports. Holds no model and knows no message's meaning.
 */
interface Envelope {
  readonly to?: string;
  readonly body: unknown;
}

interface Joining {
  /** Web Lock that the tab holds for as long as it lives. */
  readonly aliveLock: string;
}

const tabs = new Map<string, MessagePort>();
let joined = 0;

globalThis.addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  joined += 1;
  const from = String(joined);
  tabs.set(from, port);
  port.addEventListener('message', ({ data, ports }: MessageEvent<Envelope | Joining>) => {
    if ('aliveLock' in data) {
      // Free once the tab is gone, however it went.
      void navigator.locks.request(data.aliveLock, { mode: 'shared' }, () => void tabs.delete(from));
      return;
    }
    const receivers = data.to === undefined ? [...tabs.values()] : [tabs.get(data.to)];
    for (const receiver of receivers) receiver?.postMessage({ from, body: data.body }, [...ports]);
  });
  port.start();
});
