/**
 * Addresses of the files that are started or read beside the scripts, for pages that keep them elsewhere. Data only.
 */

/** A WASM file and the script that comes with it. */
interface WasmPair {
  readonly module: string;
  readonly binary: string;
}

/** Absolute. Absent: the file that came along. */
export interface WasmUrls {
  /** llama.cpp, for `wllama`. */
  readonly wllama?: string;
  /** Our own kernel on the processor; `module` is the worker that its threads run in. */
  readonly kernel?: WasmPair;
  /** ONNX Runtime on the processor. */
  readonly onnx?: WasmPair;
  /** ONNX Runtime on WebGPU. */
  readonly onnxGpu?: WasmPair;
}

/** Browsers start workers of the page's own origin only. Absent: the script that came along. */
export interface WorkerUrls {
  /** Holds the model. */
  readonly engine?: string;
  /** Looks after kept model files. */
  readonly files?: string;
  /** Masks what is logged. */
  readonly masking?: string;
  /** Lets the tabs of a site share one model; a SharedWorker. */
  readonly relay?: string;
  /** Turns sentences into vectors. */
  readonly embedding?: string;
  /** Makes data sets of logs. */
  readonly dataset?: string;
  /** Trains adapters. */
  readonly training?: string;
  /** Runs code of tools. */
  readonly sandbox?: string;
}

/** Addresses of workers and WebAssembly files, for pages that keep them elsewhere. */
export interface AssetUrls {
  readonly workers?: WorkerUrls;
  readonly wasm?: WasmUrls;
}
