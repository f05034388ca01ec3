/**
 * Which path runs a model on this device, and why, in sentences that people read. Pure: facts in, choice out.
 * Rests on measurements (docs/decisions): on WASM the packed kernels are the slow ones, on WebGPU bandwidth rules.
 */
import { inMegabytes } from '../protocol/bytes.ts';
import type { EngineBackend, LoadRequest, WeightsLayout } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { WorkerEngine } from '../protocol/model.ts';

export interface DeviceFacts {
  /** `no-shader-f16`: an adapter of real hardware that lacks 16-bit floats; `fallback`: software. */
  readonly webgpu: 'none' | 'fallback' | 'no-shader-f16' | 'shader-f16';
  /** Vendor, architecture and description of the WebGPU adapter; empty where there is none. */
  readonly gpu: string;
  readonly crossOriginIsolated: boolean;
  /** 64-bit WebAssembly memory, which the engine's build needs. */
  readonly memory64: boolean;
  /** Products of 8-bit integers in WebAssembly (relaxed SIMD). Absent: none. */
  readonly relaxedSimd?: boolean;
  /** Logical processors. */
  readonly hardwareConcurrency: number;
  /** Gibibytes, rounded by the browser; absent where it does not tell. */
  readonly deviceMemory?: number;
}

/** What an engine's build demands of a device. */
export interface EngineNeeds {
  /** Its WebGPU kernels use 16-bit floats. */
  readonly shaderF16: boolean;
  /** Its WebAssembly build has 64-bit memory. */
  readonly memory64: boolean;
  /** It also runs without a GPU. */
  readonly cpu: boolean;
  /** It has kernels of its own for weights of 4 bits on the processor, where there is relaxed SIMD. */
  readonly packedKernel: boolean;
}

export const engineNeeds = {
  wllama: { shaderF16: true, memory64: true, cpu: true, packedKernel: false },
  transformers: { shaderF16: false, memory64: false, cpu: true, packedKernel: true },
  'web-llm': { shaderF16: false, memory64: false, cpu: false, packedKernel: false },
} as const satisfies Record<WorkerEngine, EngineNeeds>;

export interface BackendChoice {
  readonly backend: EngineBackend;
  readonly weights: WeightsLayout;
  readonly threads: number;
  /** Our own kernel does the products (engine/kernel). */
  readonly kernel: boolean;
  readonly reasons: readonly string[];
}

interface Part<Value> {
  readonly value: Value;
  readonly reason: string;
}

const maxThreads = 8;
const gibibyte = 2 ** 30;
/** Share of the device's memory that weights may take: the tab, the KV cache and the system need the rest. */
const memoryShare = 0.25;
/** Where the browser does not tell how much memory there is. */
const assumedMemory = 4;

/** Why WebGPU is not what this engine runs on here, or undefined. */
function findGpuGap(device: DeviceFacts, needs: EngineNeeds): string | undefined {
  switch (device.webgpu) {
    case 'none':
      return 'No WebGPU adapter is there';
    case 'fallback':
      return 'The WebGPU adapter is a software one';
    case 'no-shader-f16':
      return needs.shaderF16 ? 'The WebGPU adapter lacks 16-bit floats' : undefined;
    case 'shader-f16':
      return undefined;
    default:
      return device.webgpu satisfies never;
  }
}

/** The way to run on the processor. Threads share memory, which the browser grants to isolated pages only. */
export function cpuBackend({ crossOriginIsolated }: DeviceFacts): 'wasm-threads' | 'wasm-single' {
  return crossOriginIsolated ? 'wasm-threads' : 'wasm-single';
}

function pickBackend(
  device: DeviceFacts,
  needs: EngineNeeds,
  preferred: EngineBackend | undefined,
): Part<EngineBackend> {
  if (preferred !== undefined) return { value: preferred, reason: `The caller asked for ${preferred}.` };
  const gap = findGpuGap(device, needs);
  if (gap === undefined) {
    return { value: 'webgpu', reason: 'A GPU that the engine can use is there: WebGPU is the fastest path.' };
  }
  if (!needs.cpu) throw unsupported('a GPU that this engine can use', 'Load the model with another engine.');
  if (!device.crossOriginIsolated) {
    return {
      value: 'wasm-single',
      reason: `${gap}, and the page is not cross-origin isolated: WebAssembly with one thread.`,
    };
  }
  if (device.hardwareConcurrency < 2) {
    return {
      value: 'wasm-single',
      reason: `${gap}, and there is one processor: WebAssembly with one thread.`,
    };
  }
  return { value: 'wasm-threads', reason: `${gap}: WebAssembly with threads.` };
}

/** Whether our own kernel computes with a file whose weights are packed so, by the catalogue's name for it. */
export function isForKernel(quantisation: string): boolean {
  return quantisation === 'Q4_0' || quantisation === 'Q4_1';
}

/**
 * Which of the engines that could run a model here is tried first: lower first, equals in the catalogue's order. On the
 * processor the decoding loop of our own takes half of llama.cpp's time for a call with floats, a fraction with its own
 * kernel, and keeps what was read with an adapter; packed weights without that kernel are llama.cpp's (docs/decisions).
 */
export function preferenceRank(
  engine: WorkerEngine,
  { backend, weights, kernel }: Pick<BackendChoice, 'backend' | 'weights' | 'kernel'>,
): number {
  if (backend === 'webgpu') return 0;
  return engine === 'transformers' && (weights === 'float32' || kernel) ? 1 : 2;
}

/** Half of the logical processors are real cores as a rule, and spinning threads beyond them cost more than they bring. */
function pickThreads(
  device: DeviceFacts,
  backend: EngineBackend,
  preferred: number | undefined,
): Part<number> {
  if (backend !== 'wasm-threads') return { value: 1, reason: 'The work needs one thread.' };
  if (preferred !== undefined) {
    return { value: Math.max(2, preferred), reason: `The caller asked for ${String(preferred)} threads.` };
  }
  const half = Math.floor(device.hardwareConcurrency / 2);
  const value = Math.min(maxThreads, Math.max(2, half));
  return {
    value,
    reason: `${String(value)} threads for ${String(device.hardwareConcurrency)} logical processors.`,
  };
}

function pickWeights(
  device: DeviceFacts,
  backend: EngineBackend,
  model: {
    readonly parameters: number;
    readonly preferred: WeightsLayout | undefined;
    readonly kernel: boolean;
  },
): Part<WeightsLayout> {
  if (model.preferred !== undefined) {
    return { value: model.preferred, reason: `The caller asked for ${model.preferred} weights.` };
  }
  if (backend === 'webgpu') {
    return { value: 'quantised', reason: 'Weights stay packed: the GPU is limited by memory bandwidth.' };
  }
  if (model.kernel) {
    return {
      value: 'quantised',
      reason: 'Weights stay packed: this engine has kernels of its own for them.',
    };
  }
  const floatBytes = model.parameters * 4;
  const memory = (device.deviceMemory ?? assumedMemory) * gibibyte;
  const megabytes = inMegabytes(floatBytes);
  if (floatBytes > memory * memoryShare) {
    return {
      value: 'quantised',
      reason: `Weights stay packed: as floats they would take ${megabytes}, too much for this device.`,
    };
  }
  return {
    value: 'float32',
    reason: `Weights become 32-bit floats, at most ${megabytes}: several times faster on WebAssembly.`,
  };
}

function unsupported(feature: string, remedy: string): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: 'This browser cannot run the model the way it was asked to.',
    reason: `It lacks ${feature}.`,
    remedy,
    details: { feature },
  });
}

/** A GPU that was asked for by name may be a software one: slow, and right. */
function canUseGpu(device: DeviceFacts, needs: EngineNeeds): boolean {
  if (needs.shaderF16) return device.webgpu === 'shader-f16';
  return device.webgpu !== 'none';
}

/**
 * Chooses backend, weights layout and threads for an engine. `parameters` is the number of weights.
 * Throws a Fault `unsupported` where the device cannot serve what the caller prefers, or nothing at all.
 */
export function chooseBackend(options: {
  readonly device: DeviceFacts;
  readonly parameters: number;
  readonly needs: EngineNeeds;
  /** Whether our own kernel computes with the file. Absent: no. */
  readonly forKernel?: boolean;
  readonly prefer?: LoadRequest['prefer'];
}): BackendChoice {
  const { device, parameters, needs, forKernel = false, prefer } = options;
  if (needs.memory64 && !device.memory64) {
    throw unsupported('64-bit WebAssembly memory', 'Use a current version of Chrome, Edge or Firefox.');
  }
  const backend = pickBackend(device, needs, prefer?.backend);
  switch (backend.value) {
    case 'webgpu':
      if (!canUseGpu(device, needs)) {
        throw unsupported(
          needs.shaderF16 ? 'WebGPU with shader-f16' : 'WebGPU',
          'Leave the choice to the engine: it then runs on WebAssembly.',
        );
      }
      break;
    case 'wasm-threads':
    case 'wasm-single':
      if (!needs.cpu) throw unsupported('WebAssembly kernels in this engine', 'Load it on WebGPU.');
      if (backend.value === 'wasm-threads' && !device.crossOriginIsolated) {
        throw unsupported('cross-origin isolation', 'Serve the page with COOP and COEP headers.');
      }
      break;
    case 'built-in':
    case 'remote':
    case 'scripted':
      throw unsupported(`a worker for the ${backend.value} backend`, 'Use that engine itself.');
    default:
      backend.value satisfies never;
  }
  const kernelIsThere =
    backend.value !== 'webgpu' && needs.packedKernel && forKernel && device.relaxedSimd === true;
  const weights = pickWeights(device, backend.value, {
    parameters,
    preferred: prefer?.weights,
    kernel: kernelIsThere,
  });
  const threads = pickThreads(device, backend.value, prefer?.threads);
  return {
    backend: backend.value,
    weights: weights.value,
    threads: threads.value,
    kernel: kernelIsThere && weights.value === 'quantised',
    reasons: [backend.reason, weights.reason, threads.reason],
  };
}
