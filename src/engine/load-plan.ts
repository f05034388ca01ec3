/**
 * What a load needs, decided from data alone: which engine, which files, what instead of a GPU that is not trusted.
 * Pure; the host does what is decided here.
 */
import type { LoadRequest } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { CatalogueEntry, ModelFile, WorkerEngine } from '../protocol/model.ts';
import type { AdapterLoad } from './adapter.ts';
import { chooseBackend, cpuBackend, engineNeeds, isForKernel, preferenceRank } from './choose-backend.ts';
import type { DeviceFacts } from './choose-backend.ts';

/**
 * The engine asked for, or of the model's that this device can run the one to prefer (`preferenceRank`).
 * Throws Fault `unsupported` where the catalogue does not name it for this model, or the device can run none.
 */
export function chooseEngine({ model, engine, prefer }: LoadRequest, device: DeviceFacts): WorkerEngine {
  if (engine !== undefined && model.engines.includes(engine)) return engine;
  if (engine !== undefined || model.engines.length === 0) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: `The engine ${String(engine)} does not run ${model.title}.`,
      reason: `Its catalogue entry names: ${model.engines.join(', ') || 'no engine'}.`,
      remedy: 'Ask for one of these, or leave the choice open.',
      details: { feature: 'engine' },
    });
  }
  const able: { readonly name: WorkerEngine; readonly rank: number }[] = [];
  const refusals: Fault[] = [];
  for (const name of model.engines) {
    try {
      const { parameters } = model;
      const needs = engineNeeds[name];
      const choice = chooseBackend({
        device,
        parameters,
        needs,
        forKernel: isForKernel(model.quantisation),
        ...(prefer === undefined ? {} : { prefer }),
      });
      able.push({ name, rank: preferenceRank(name, choice) });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      refusals.push(error);
    }
  }
  const [best] = able.toSorted((left, right) => left.rank - right.rank);
  if (best !== undefined) return best.name;
  throw new Fault({
    code: faultCodes.unsupported,
    message: `No engine can run ${model.title} here the way it was asked for.`,
    reason: model.engines
      .map((name, index) => `${name}: ${refusals[index]?.reason ?? refusals[index]?.message ?? ''}`)
      .join(' '),
    remedy: 'Use a current version of Chrome, Edge or Firefox, or choose another model.',
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
  if (load.prefer?.backend === 'webgpu' || !engineNeeds[engine].cpu) {
    throw new Fault({
      code: faultCodes.wrongResults,
      message: 'The model is not used on this GPU.',
      reason,
      remedy: 'Update the graphics driver or the browser, or let the engine run on WebAssembly.',
    });
  }
  return { ...load, prefer: { ...load.prefer, backend: cpuBackend(load.device) } };
}
