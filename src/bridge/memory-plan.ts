/**
 * How much memory a loaded model takes, how much there is to give, and how many engines that makes.
 * Estimates from the catalogue's numbers, on the high side; nothing is measured here. Pure.
 */
import { inMegabytes } from '../protocol/bytes.ts';
import type { LoadRequest, WeightsLayout } from '../protocol/engine.ts';

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;
/** Code, compute buffers and logits of one engine. */
const engineBytes = 96 * mebibyte;
/** Where the browser does not tell how much memory there is, in GiB. */
const assumedMemory = 4;
/** Share of the device's memory for models; the page, the browser and the system need the rest. */
const modelShare = 0.5;
/** A worker below so many logical processors only takes them from the others. */
const processorsPerEngine = 4;
const maxEngines = 4;

function packedBytes({ model, engine }: LoadRequest): number {
  const wanted = engine ?? model.engines[0];
  const files = model.builds?.find((build) => build.engine === wanted)?.files ?? [model.file];
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Bytes that one engine takes with a model in it:
 *
 *     weights + adapters + context tokens x 2 sqrt(parameters) + 96 MiB
 *
 * `weights` is the size of the files, or 4 bytes a parameter where they are unpacked to floats. The third term is the
 * KV cache in 16 bits: 2 sqrt(parameters) bytes a token is 23 kB for 135 M parameters (which is exact for SmolLM2)
 * and 110 kB for 3 B (Llama 3.2: 114 kB). Slots share one cache, so their number does not count.
 */
export function estimateModelBytes(request: LoadRequest, weights: WeightsLayout): number {
  const { model, adapters = [], contextTokens } = request;
  const packed = packedBytes(request);
  const weightBytes = weights === 'float32' ? Math.max(packed, model.parameters * 4) : packed;
  const adapterBytes = adapters.reduce((sum, { file }) => sum + file.bytes, 0);
  const cacheBytes = Math.min(contextTokens, model.contextWindow) * 2 * Math.sqrt(model.parameters);
  return Math.ceil(weightBytes + adapterBytes + cacheBytes + engineBytes);
}

/** Bytes that models may take together: half of the device's memory. `deviceMemory` is in GiB, as browsers tell it. */
export function memoryBudget(deviceMemory: number | undefined): number {
  return (deviceMemory ?? assumedMemory) * modelShare * gibibyte;
}

export interface EnginePlan {
  /** 1 at least. */
  readonly engines: number;
  /** Threads of each, so that together they do not crowd the processors; absent: the only engine chooses itself. */
  readonly threads?: number;
  /** One sentence a line. */
  readonly reasons: readonly string[];
}

/** Real cores among the logical processors, shared out. */
function threadsEach(processors: number, engines: number): { readonly threads?: number } {
  return engines === 1 ? {} : { threads: Math.max(1, Math.floor(processors / 2 / engines)) };
}

/** How many engines of one model a device serves well. Memory and processors both bound it; the smaller bound rules. */
export function planEngines(options: {
  readonly budgetBytes: number;
  /** Of one engine; see `estimateModelBytes`. */
  readonly modelBytes: number;
  /** Logical processors. */
  readonly processors: number;
  /** Absent: as many as the device serves well. */
  readonly wanted?: number;
}): EnginePlan {
  const { budgetBytes, modelBytes, processors, wanted } = options;
  const byMemory = Math.max(1, Math.floor(budgetBytes / modelBytes));
  const memoryReason = `${inMegabytes(budgetBytes)} for models hold this one, about ${inMegabytes(modelBytes)}, ${String(byMemory)} times.`;
  if (wanted !== undefined) {
    const engines = Math.max(1, Math.min(wanted, byMemory));
    const reasons = [`Engines asked for: ${String(wanted)}; started: ${String(engines)}.`, memoryReason];
    return { engines, ...threadsEach(processors, engines), reasons };
  }
  const byProcessors = Math.max(1, Math.floor(processors / processorsPerEngine));
  const engines = Math.min(maxEngines, byMemory, byProcessors);
  return {
    engines,
    ...threadsEach(processors, engines),
    reasons: [
      memoryReason,
      `Engines that ${String(processors)} logical processors keep busy: ${String(byProcessors)}; started: ${String(engines)}.`,
    ],
  };
}
