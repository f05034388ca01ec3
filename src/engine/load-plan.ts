/**
 * What a load needs, decided from data alone: which engine, which files, what instead of a GPU that is not trusted.
 * Pure; the host does what is decided here.
 */
import type { LoadRequest } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { CatalogueEntry, ModelFile, WorkerEngine } from '../protocol/model.ts';
import type { AdapterLoad } from './adapter.ts';

/** The engine asked for, or the model's first. Throws Fault `unsupported` where the catalogue does not name it for this model. */
export function chooseEngine({ model, engine }: LoadRequest): WorkerEngine {
  const chosen = engine ?? model.engines[0];
  if (chosen !== undefined && model.engines.includes(chosen)) return chosen;
  throw new Fault({
    code: faultCodes.unsupported,
    message: `The engine ${String(chosen)} does not run ${model.title}.`,
    reason: `Its catalogue entry names: ${model.engines.join(', ') || 'no engine'}.`,
    remedy: 'Ask for one of these, or leave the choice open.',
    details: { feature: 'engine' },
  });
}

/** What has to be there for an engine to load a model: its own build, else the GGUF file. */
export function filesFor(model: CatalogueEntry, engine: WorkerEngine): readonly ModelFile[] {
  return model.builds?.find((build) => build.engine === engine)?.files ?? [model.file];
}

/** The opened file. Throws Fault `model-unavailable` where a build names none. */
export function blobOf(files: ReadonlyMap<string, Blob>, file: ModelFile | undefined): Blob {
  const blob = file && files.get(file.name);
  if (blob !== undefined) return blob;
  throw new Fault({
    code: faultCodes.modelUnavailable,
    message: 'The catalogue names no file for this engine.',
    remedy: 'Add the files of this build to models.json.',
  });
}

/** The same load on the CPU. Throws Fault `wrong-results` where the caller or the engine allows nothing but the GPU. */
export function withoutGpu(engine: WorkerEngine, load: AdapterLoad, reason: string): AdapterLoad {
  if (load.prefer?.backend === 'webgpu' || engine === 'web-llm') {
    throw new Fault({
      code: faultCodes.wrongResults,
      message: 'The model is not used on this GPU.',
      reason,
      remedy: 'Update the graphics driver or the browser, or let the engine run on WebAssembly.',
    });
  }
  const backend = globalThis.crossOriginIsolated ? 'wasm-threads' : 'wasm-single';
  return { ...load, prefer: { ...load.prefer, backend } };
}
