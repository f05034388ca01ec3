/**
 * The thread that holds a model: builds the host and exposes it. Everything else is in src/engine.
 */
import { expose } from 'comlink';
import { EngineHost } from '../src/engine/host.ts';
import { OpfsModelStore } from '../src/engine/model-store.ts';
import { makeAdapter } from '../src/engine/make-adapter.ts';
import { registerWire } from '../src/protocol/wire.ts';

registerWire();
expose(new EngineHost({ store: new OpfsModelStore(), makeAdapter }));
