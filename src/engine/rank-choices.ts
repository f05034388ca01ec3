/**
 * Every way to run the catalogue's models on a device, best first, with the reasons. Pure: facts and catalogue in.
 * A way that is possible stands before one that is not, a GPU before a processor, and there the faster engine first; else
 * the catalogue's order holds. How good a model is for a task is measured, not guessed here.
 */
import { inMegabytes } from '../protocol/bytes.ts';
import type { EngineBackend, RankedChoice, WeightsLayout } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { CatalogueEntry, WorkerEngine } from '../protocol/model.ts';
import { chooseBackend, cpuBackend, engineNeeds, isForKernel, preferenceRank } from './choose-backend.ts';
import type { DeviceFacts } from './choose-backend.ts';
import { filesFor } from './load-plan.ts';

interface StorageFacts {
  /** Bytes that the origin may still store; absent where the browser does not tell. */
  readonly freeBytes?: number;
  /** Names of model files that are kept already. */
  readonly keptFiles: readonly string[];
}

/** Share of the weights that the KV cache, activations and the runtime add. */
const workShare = 0.25;

/** Estimate: weights as they will stand in memory, and a quarter for the KV cache and the work. Bytes. */
export function memoryNeeded({
  weights,
  parameters,
  fileBytes,
}: {
  readonly weights: WeightsLayout;
  readonly parameters: number;
  readonly fileBytes: number;
}): number {
  return Math.round((weights === 'float32' ? parameters * 4 : fileBytes) * (1 + workShare));
}

interface Judged {
  readonly choice: RankedChoice;
  /** Lower is better; infinite where the device cannot. */
  readonly rank: number;
}

function judge(
  { device, storage }: RankOptions,
  entry: CatalogueEntry,
  engine: WorkerEngine,
  preferred?: EngineBackend,
): Judged {
  const files = filesFor(entry, engine);
  const missing = files.filter(({ name }) => !storage.keptFiles.includes(name));
  const downloadBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const toFetch = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  const choice = { modelId: entry.id, title: entry.title, engine, downloadBytes } as const;
  try {
    const plan = chooseBackend({
      device,
      parameters: entry.parameters,
      needs: engineNeeds[engine],
      forKernel: isForKernel(entry.quantisation),
      ...(preferred === undefined ? {} : { prefer: { backend: preferred } }),
    });
    const { backend, weights, threads, reasons } = plan;
    if (storage.freeBytes !== undefined && toFetch > storage.freeBytes) {
      const room = `${inMegabytes(toFetch)} are to be fetched, and this site may store ${inMegabytes(storage.freeBytes)} more.`;
      return { choice: { ...choice, reasons: [room] }, rank: Infinity };
    }
    const memoryBytes = memoryNeeded({ weights, parameters: entry.parameters, fileBytes: downloadBytes });
    const fetching =
      toFetch === 0 ? 'Its files are kept in this browser.' : `${inMegabytes(toFetch)} are fetched once.`;
    return {
      choice: {
        ...choice,
        plan: { backend, weights, threads, memoryBytes },
        reasons: [...reasons, fetching],
      },
      rank: preferenceRank(engine, plan),
    };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== faultCodes.unsupported) throw error;
    return { choice: { ...choice, reasons: [error.reason ?? error.message] }, rank: Infinity };
  }
}

export interface RankOptions {
  readonly device: DeviceFacts;
  readonly storage: StorageFacts;
  readonly models: readonly CatalogueEntry[];
}

/** One choice per model and engine, two where both GPU and processor can run it, best first. */
export function rankChoices(options: RankOptions): readonly RankedChoice[] {
  const judged = options.models.flatMap((entry) =>
    entry.engines.flatMap((engine) => {
      const best = judge(options, entry, engine);
      if (best.choice.plan?.backend !== 'webgpu' || !engineNeeds[engine].cpu) return [best];
      // A GPU may be wanted for something else, or be the trouble.
      return [best, judge(options, entry, engine, cpuBackend(options.device))];
    }),
  );
  return judged.toSorted((left, right) => left.rank - right.rank).map(({ choice }) => choice);
}
