/**
 * The thread that holds a model: builds the host and exposes it. Everything else is in src/engine.
 */
import { expose } from 'comlink';
import { EngineHost } from '../src/engine/host.ts';
import { OpfsModelStore } from '../src/engine/model-store.ts';
import { makeAdapter } from '../src/engine/make-adapter.ts';
import { probeDevice } from '../src/engine/probe-device.ts';
import { StoredTrustCache } from '../src/engine/trust-cache.ts';
import { TrustGate } from '../src/engine/trust-gate.ts';
import { registerWire } from '../src/protocol/wire.ts';

registerWire();
const gate = new TrustGate({
  cache: new StoredTrustCache(),
  describeGpu: async () => (await probeDevice()).gpu,
  userAgent: navigator.userAgent,
});
expose(new EngineHost({ store: new OpfsModelStore(), makeAdapter, gate }));
