/**
 * The thread that holds a model: builds the host and exposes it, to the page that started it and to the other tabs
 * whose ports that page hands on. Everything else is in src/engine.
 */
import { expose } from 'comlink';
import { EngineHost } from '../src/engine/host.ts';
import { EngineSeats } from '../src/engine/engine-seats.ts';
import { OpfsModelStore } from '../src/engine/model-store.ts';
import { makeAdapter } from '../src/engine/make-adapter.ts';
import { probeDevice } from '../src/engine/probe-device.ts';
import { StoredTrustCache } from '../src/engine/trust-cache.ts';
import { TrustGate } from '../src/engine/trust-gate.ts';
import type { SharedEngineApi } from '../src/protocol/shared-engine.ts';
import { registerWire } from '../src/protocol/wire.ts';

registerWire();
const gate = new TrustGate({ cache: new StoredTrustCache(), userAgent: navigator.userAgent });
const seats = new EngineSeats(
  new EngineHost({ store: new OpfsModelStore(), makeAdapter, probe: probeDevice, gate }),
);

/** Gives another tab a seat, given up when its lock is free: the tab is gone then. */
function admit(port: MessagePort, guestLock: string): Promise<void> {
  const seat = seats.open();
  expose(seat, port);
  void navigator.locks.request(guestLock, { mode: 'shared' }, async () => {
    port.close();
    await seat.close();
  });
  return Promise.resolve();
}

const own: SharedEngineApi = Object.assign(seats.open(), { admit });
expose(own);
