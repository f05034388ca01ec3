/**
 * The thread that trains adapters: builds the host and exposes it. Everything else is in src/flywheel/train.
 */
import { expose } from 'comlink';
import { OpfsModelStore } from '../src/engine/model-store.ts';
import { loadOnnxRuntime } from '../src/engine/onnx/onnx-runtime.ts';
import { openGpu } from '../src/engine/onnx/open-gpu.ts';
import { probeDevice } from '../src/engine/probe-device.ts';
import { RunStore } from '../src/flywheel/train/run-store.ts';
import { TrainingHost } from '../src/flywheel/train/training-host.ts';
import { registerWire } from '../src/protocol/wire.ts';

registerWire();
expose(
  new TrainingHost({
    store: new OpfsModelStore(),
    runs: new RunStore(),
    probe: probeDevice,
    loadRuntime: loadOnnxRuntime,
    openGpu,
  }),
);
