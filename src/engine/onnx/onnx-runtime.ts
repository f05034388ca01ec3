/**
 * ONNX Runtime for a backend, from this site's own files, loaded when it is first asked for.
 * Knows the builds and their assets; knows nothing of models. A runtime lives as long as its thread: the number of
 * threads is fixed by the first call.
 */
import type { Env, InferenceSession, Tensor } from 'onnxruntime-web';
import plainModule from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import plainBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import gpuModule from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import gpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { givenWasmUrls } from '../wasm-urls.ts';

/** The part of the package that is used here, the same in each of its builds. */
export interface OnnxRuntime {
  readonly env: Env;
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
}

export type OnnxBackend = 'webgpu' | 'wasm-threads' | 'wasm-single';

/** Absolute, because the runtime resolves relative ones against its own script. */
function absolute(url: string): string {
  return new URL(url, self.location.href).href;
}

/** Loads the build for a backend; `threads` counts for `wasm-threads`. Rejects where a file cannot be read. */
export async function loadOnnxRuntime(backend: OnnxBackend, threads: number): Promise<OnnxRuntime> {
  const runtime: OnnxRuntime =
    backend === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  const { wasm } = runtime.env;
  const given = givenWasmUrls();
  const { module, binary } =
    backend === 'webgpu'
      ? (given.onnxGpu ?? { module: gpuModule, binary: gpuBinary })
      : (given.onnx ?? { module: plainModule, binary: plainBinary });
  wasm.wasmPaths = { mjs: absolute(module), wasm: absolute(binary) };
  wasm.numThreads = backend === 'wasm-threads' ? threads : 1;
  wasm.proxy = false;
  runtime.env.logLevel = 'error';
  return runtime;
}
