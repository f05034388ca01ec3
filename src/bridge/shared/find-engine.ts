/**
 * Where this tab's engine is: in a worker of its own, because it was the first to ask; or in another tab, which lends
 * a port. The election is a Web Lock: who holds it owns the worker, and the browser gives it to the next when the
 * owner's tab ends. Knows locks and messages; nothing of models.
 */
import { transfer, wrap } from 'comlink';
import { newId } from '../../protocol/id.ts';
import type { SharedEngineApi } from '../../protocol/shared-engine.ts';
import type { EngineThread } from '../engine-client.ts';
import { holdLock } from './held-lock.ts';
import { PortWorker } from './port-worker.ts';
import type { TabRelay } from './tab-message.ts';

export interface FindEngineOptions {
  /** Equal keys, one engine. */
  readonly key: string;
  /** Absent: this browser's tabs cannot share. */
  readonly relay: TabRelay | undefined;
  readonly spawn: () => Worker;
  readonly signal: AbortSignal;
}

export interface FoundEngine {
  readonly role: 'owner' | 'guest' | 'alone';
  readonly worker: EngineThread;
  /** Lets go of what this tab holds for the engine; the worker is to be terminated too. Idempotent. */
  readonly leave: () => void;
}

/** Time for an owner to answer; one that does not is not waited for. Milliseconds. */
const longestWait = 10_000;
/** A hidden tab runs slower: it leaves ownership to a visible one that asks at the same time. Milliseconds. */
const hiddenDelay = 300;

/** Serves the other tabs from this one's worker until the returned function is called. */
async function serve(key: string, relay: TabRelay, worker: Worker): Promise<() => void> {
  const ownerLock = `smallworks-owner-${newId()}`;
  const release = await holdLock(ownerLock);
  const remote = wrap<SharedEngineApi>(worker);
  const deafen = relay.listen(({ from, message, port }) => {
    if (message.type === 'owner-sought' && message.key === key) {
      relay.send({ type: 'owner-present', key });
    } else if (message.type === 'port-offered' && message.key === key && port !== undefined) {
      const { guestLock } = message;
      // A worker that dies meanwhile ends this tab's ownership, of which the guest hears.
      remote.admit(transfer(port, [port]), guestLock).catch(() => undefined);
      // Not after the worker has answered: it may be busy for long, and a port keeps what is sent meanwhile.
      relay.send({ type: 'port-admitted', guestLock, ownerLock }, { to: from });
    }
  });
  relay.send({ type: 'owner-present', key });
  return () => {
    deafen();
    release();
  };
}

async function becomeOwner(
  { key, spawn }: FindEngineOptions,
  relay: TabRelay,
  release: () => void,
): Promise<FoundEngine> {
  const worker = spawn();
  const end = await serve(key, relay, worker);
  const leave = (): void => {
    end();
    release();
  };
  // A worker that broke serves nobody: the others hear of it by the lock.
  worker.addEventListener('error', leave);
  worker.addEventListener('messageerror', leave);
  return { role: 'owner', worker, leave };
}

/** Resolves with a port that the owner serves, for as long as there is an owner who answers. */
async function becomeGuest(key: string, relay: TabRelay, signal: AbortSignal): Promise<FoundEngine> {
  const guestLock = `smallworks-guest-${newId()}`;
  const release = await holdLock(guestLock, signal);
  return await new Promise<FoundEngine>((resolve, reject) => {
    let offered: MessagePort | undefined;
    const stop = (): void => {
      deafen();
      offered?.close();
      release();
      reject(signal.reason as Error);
    };
    const deafen = relay.listen(({ from, message }) => {
      if (message.type === 'owner-present' && message.key === key) {
        const { port1, port2 } = new MessageChannel();
        offered?.close();
        offered = port1;
        relay.send({ type: 'port-offered', key, guestLock }, { to: from, port: port2 });
      } else if (
        message.type === 'port-admitted' &&
        message.guestLock === guestLock &&
        offered !== undefined
      ) {
        signal.removeEventListener('abort', stop);
        deafen();
        const worker = new PortWorker({ port: offered, ownerLock: message.ownerLock, onEnd: release });
        resolve({ role: 'guest', worker, leave: () => worker.terminate() });
      }
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    else relay.send({ type: 'owner-sought', key });
  });
}

/**
 * The engine of this key. Rejects with the signal's reason. Resolves within seconds: where nobody answers, this tab
 * has a worker of its own, shared with nobody.
 */
export async function findEngine(options: FindEngineOptions): Promise<FoundEngine> {
  const { key, relay, spawn, signal } = options;
  signal.throwIfAborted();
  const alone = (): FoundEngine => ({ role: 'alone', worker: spawn(), leave: () => undefined });
  if (relay === undefined) return alone();
  if (document.visibilityState === 'hidden') await new Promise((resolve) => setTimeout(resolve, hiddenDelay));
  const settled = new AbortController();
  const either = AbortSignal.any([signal, settled.signal, AbortSignal.timeout(longestWait)]);
  const owner = holdLock(`smallworks-engine-${key}`, either);
  const guest = becomeGuest(key, relay, either);
  try {
    const found = await Promise.any([
      owner.then((release) => ({ type: 'elected', release }) as const),
      guest.then((engine) => ({ type: 'admitted', engine }) as const),
    ]);
    settled.abort();
    if (found.type === 'elected') {
      // Admitted in the same moment: one engine is enough.
      void guest.then(
        (engine) => engine.leave(),
        () => undefined,
      );
      return await becomeOwner(options, relay, found.release);
    }
    void owner.then(
      (release) => release(),
      () => undefined,
    );
    return found.engine;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AggregateError)) throw error;
    return alone();
  }
}
