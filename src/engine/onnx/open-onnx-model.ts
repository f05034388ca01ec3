/**
 * Opens a GGUF model on ONNX Runtime on one of a browser's backends. Knows runtimes and devices; the building itself
 * is done elsewhere (build-onnx-model).
 */
import { buildOnnxModel } from './build-onnx-model.ts';
import type { OnnxModelOptions } from './build-onnx-model.ts';
import type { OnnxModel } from './onnx-model.ts';
import { loadOnnxRuntime } from './onnx-runtime.ts';
import type { OnnxBackend } from './onnx-runtime.ts';
import { openGpu } from './open-gpu.ts';

/**
 * Opens a model on a backend. `threads` counts for `wasm-threads`, and only the first open of a thread sets it.
 * Rejects with a Fault: model-rejected, out-of-memory, device-lost, unsupported, or with the signal's reason.
 */
export async function openOnnxModel(
  options: OnnxModelOptions & { readonly backend: OnnxBackend; readonly threads: number },
): Promise<OnnxModel> {
  const { backend, threads, signal } = options;
  const runtime = await loadOnnxRuntime(backend, threads);
  signal?.throwIfAborted();
  if (backend !== 'webgpu') return buildOnnxModel(runtime, options);
  const gpu = await openGpu();
  try {
    return await buildOnnxModel(runtime, options, gpu);
  } catch (error) {
    gpu.device.destroy();
    throw error;
  }
}
