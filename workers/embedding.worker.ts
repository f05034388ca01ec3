/**
 * The thread that turns sentences into vectors: builds the host and exposes it. Everything else is in src/engine.
 */
import { expose } from 'comlink';
import { EmbeddingHost } from '../src/engine/embed/embedding-host.ts';
import { OpfsModelStore } from '../src/engine/model-store.ts';
import { loadOnnxRuntime } from '../src/engine/onnx/onnx-runtime.ts';
import { openGpu } from '../src/engine/onnx/open-gpu.ts';
import { probeDevice } from '../src/engine/probe-device.ts';
import { registerWire } from '../src/protocol/wire.ts';

registerWire();
expose(
  new EmbeddingHost({
    store: new OpfsModelStore(),
    probe: probeDevice,
    loadRuntime: loadOnnxRuntime,
    openGpu,
  }),
);
