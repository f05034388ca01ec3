/**
 * What a step of training takes on one thread of WebAssembly, in processor seconds: those of a machine that does other
 * things too are the same. Runs in Node, on the very files that a page loads.
 */
import { TrainableModel } from '../../src/engine/train/trainable-model.ts';
import type { TrainableModelOptions } from '../../src/engine/train/trainable-model.ts';
import { makePack } from '../../src/flywheel/train/packs.ts';

export interface MeasureStepOptions extends Pick<TrainableModelOptions, 'runtime' | 'file'> {
  /** Tokens of the pass, and how many of them count. */
  readonly tokens: number;
  readonly targets: number;
  readonly rank: number;
  /** Absent: all layers are trained. */
  readonly lastLayers?: number;
  /** Steps that are measured, after one that is not. */
  readonly steps: number;
}

export interface StepMeasure {
  /** Losses and gradients of each step. */
  readonly stepSeconds: readonly number[];
  /** The layers before those that are trained, once for each pass of the whole run. */
  readonly trunkSeconds: number;
  /** Of the process, after the last step. */
  readonly residentMegabytes: number;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Tokens that are spread over a vocabulary of 40,000, the same each time. */
function tokensOf(count: number, stride: number): number[] {
  return Array.from({ length: count }, (_, at) => 100 + ((at * stride) % 40_000));
}

/** Measures the steps of one plan; frees the model. */
export async function measureStep(options: MeasureStepOptions): Promise<StepMeasure> {
  const { tokens, targets, rank, lastLayers, steps, ...model } = options;
  const trained = await TrainableModel.open({
    ...model,
    plan: { rank, alpha: 2 * rank, positions: tokens, ...(lastLayers === undefined ? {} : { lastLayers }) },
  });
  const row = { prompt: tokensOf(tokens - targets + 1, 7919), completion: tokensOf(targets, 104_729) };
  const pack = makePack([[row]]);
  // Any small numbers: zeros would let half of the gradients vanish.
  const parameters = new Float32Array(trained.parameters).map((_, at) => Math.sin(at) * 0.01);
  const gradient = new Float32Array(trained.parameters);
  const times: number[] = [];
  let trunkSeconds = 0;
  for (let step = 0; step <= steps; step += 1) {
    const before = processorSeconds();
    const states = await trained.states(pack);
    const between = processorSeconds();
    await trained.addGradients(pack, {
      states,
      parameters,
      weight: 1 / targets,
      gradient,
    });
    trunkSeconds = between - before;
    if (step > 0) times.push(processorSeconds() - between);
  }
  await trained.release();
  return {
    stepSeconds: times,
    trunkSeconds,
    residentMegabytes: Math.round(process.memoryUsage().rss / 1e6),
  };
}
