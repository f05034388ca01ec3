/**
 * Tries an adapter that is still being trained on rows of the own log, through the engine, the prompt, the grammar and the
 * checks of a run, and counts what is exact. The model is here for that time only: what trains needs the memory. Knows the
 * shelf as the place where an engine takes an adapter from; it is off it again afterwards.
 */
import { EnginePool } from '../../bridge/engine-pool.ts';
import { ModelFilesClient } from '../../bridge/model-files-client.ts';
import { spawnEngine } from '../../bridge/spawn-engine.ts';
import type { ToolCallRow } from '../../flywheel/tool-call-row.ts';
import type { AdapterEntry, CatalogueEntry } from '../../protocol/model.ts';
import { candidateTitle } from '../../protocol/training.ts';
import type { TrainingTrial } from '../../protocol/training.ts';
import { evaluateToolCallRow } from '../evaluate.ts';

export interface CandidateTrial {
  /** A GGUF LoRA. */
  readonly file: Uint8Array<ArrayBuffer>;
  readonly rows: readonly ToolCallRow[];
  readonly model: CatalogueEntry;
  readonly models: readonly CatalogueEntry[];
  readonly adapters: readonly AdapterEntry[];
  /** Absolute URL of the folder that holds model files, ends with `/`. */
  readonly modelsUrl: string;
  readonly signal: AbortSignal;
}

const contextTokens = 2048;

/** Rejects with what the engine and the shelf reject with; `aborted` where the signal is. */
export async function tryCandidate({
  file,
  rows,
  model: base,
  models,
  adapters,
  modelsUrl,
  signal,
}: CandidateTrial): Promise<Pick<TrainingTrial, 'n' | 'exact'>> {
  const files = new ModelFilesClient();
  const engine = new EnginePool({ size: 1, spawn: () => spawnEngine() });
  try {
    const candidate = await files.importAdapter({
      files: [new File([file], 'candidate.gguf')],
      base,
      models,
      adapters,
    });
    const { id } = candidate;
    const loaded = await engine.load(
      { model: base, modelsUrl, contextTokens, slots: 1, adapters: [{ id, file: candidate.file }] },
      { signal },
    );
    let exact = 0;
    for (const row of rows) {
      const { grade } = await evaluateToolCallRow({ row, engine, model: loaded, adapter: id, signal });
      if (grade.exact) exact += 1;
    }
    return { n: rows.length, exact };
  } finally {
    engine.dispose();
    await takeOff(files).finally(() => files.dispose());
  }
}

/** Takes every candidate off the shelf, also one that a crash left there. */
async function takeOff(files: ModelFilesClient): Promise<void> {
  const { models } = await files.list();
  for (const { name, adapter } of models) {
    if (adapter?.title === candidateTitle) await files.removeOnceFree(name);
  }
}
