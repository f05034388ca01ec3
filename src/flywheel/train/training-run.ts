/**
 * The training of one adapter, step by step: packs in the order of the seed, gradients summed, clipped and taken by the
 * optimiser. All that a later step depends on is in `checkpoint`, so a run that goes on from one ends as if it had never
 * stopped. Knows steps; nothing of workers, stores or files.
 */
import type { TrainableModel } from '../../engine/train/trainable-model.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { TrainingRecipe, TrainingTrial, TrialPlan } from '../../protocol/training.ts';
import { seededRandom } from '../seeded-random.ts';
import { adamStep, clipNorm, rateAt } from './optimiser.ts';
import type { Moments } from './optimiser.ts';
import { makePack, packAt } from './packs.ts';
import type { PackRows } from './packs.ts';

/** Everything that is not said by the recipe, the rows and the model. */
export interface TrainingCheckpoint extends Moments {
  readonly v: 1;
  /** The adapter, a flat list in the model's layout. */
  readonly parameters: Float32Array<ArrayBuffer>;
  /** Of each step done. */
  readonly losses: readonly number[];
  /** Absent: none, or an older version wrote it. */
  readonly trials?: readonly TrainingTrial[];
  /** The adapter of the best trial. */
  readonly best?: Float32Array<ArrayBuffer>;
}

interface StepReport {
  /** Mean surprise at a completion token. */
  readonly loss: number;
  readonly rate: number;
  readonly norm: number;
  readonly tokens: number;
}

export interface TrainingRunOptions {
  readonly model: Pick<TrainableModel, 'layout' | 'parameters' | 'states' | 'addGradients'>;
  readonly packs: readonly PackRows[];
  readonly recipe: TrainingRecipe;
  /** Absent: no candidate is tried. */
  readonly trials?: TrialPlan | undefined;
  /** Absent: from the beginning. */
  readonly from?: TrainingCheckpoint | undefined;
}

/** States of a trunk that are kept at most, over all packs. Bytes. */
const mostKept = 256 * 1024 * 1024;

/** A of small random numbers and B of zeros, as PEFT begins: the adapter changes nothing yet. */
function firstParameters(
  { layout, parameters }: TrainingRunOptions['model'],
  seed: number,
): Float32Array<ArrayBuffer> {
  const chance = seededRandom(`adapter ${String(seed)}`);
  const numbers = new Float32Array(parameters);
  for (const { side, shape, start, end } of layout) {
    if (side === 'b') continue;
    const reach = 1 / Math.sqrt(shape[1]);
    for (let at = start; at < end; at += 1) numbers[at] = (2 * chance.next() - 1) * reach;
  }
  return numbers;
}

export class TrainingRun {
  readonly #options: TrainingRunOptions;
  readonly #parameters: Float32Array<ArrayBuffer>;
  readonly #moments: Moments;
  readonly #gradient: Float32Array<ArrayBuffer>;
  /** States before the first trained layer, by pack. */
  readonly #states = new Map<number, Float32Array>();
  readonly #losses: number[];
  readonly #trials: TrainingTrial[];
  #best: Float32Array<ArrayBuffer> | undefined;
  #keptBytes = 0;

  constructor(options: TrainingRunOptions) {
    const { model, recipe, from } = options;
    this.#options = options;
    this.#losses = [...(from?.losses ?? [])];
    this.#trials = [...(from?.trials ?? [])];
    this.#best = from?.best?.slice();
    this.#parameters = from?.parameters.slice() ?? firstParameters(model, recipe.seed);
    this.#moments = {
      first: from?.first.slice() ?? new Float32Array(model.parameters),
      second: from?.second.slice() ?? new Float32Array(model.parameters),
    };
    this.#gradient = new Float32Array(model.parameters);
  }

  /** Steps done. */
  get step(): number {
    return this.#losses.length;
  }

  get isDone(): boolean {
    return this.step >= this.#options.recipe.steps || this.#hasPeaked;
  }

  /** Every trial so far, in the order of their steps. */
  get trials(): readonly TrainingTrial[] {
    return this.#trials;
  }

  /** This step's adapter is to be tried, and was not yet. */
  get isTrialDue(): boolean {
    const { trials: plan, recipe } = this.#options;
    if (plan === undefined || this.step === 0 || this.#trials.at(-1)?.step === this.step) return false;
    return this.step % plan.every === 0 || this.step >= recipe.steps;
  }

  noteTrial(trial: TrainingTrial): void {
    const isBest = trial.exact > (bestOf(this.#trials)?.exact ?? -1);
    this.#trials.push(trial);
    if (isBest) this.#best = this.#parameters.slice();
  }

  /** What the training made: the best of what was tried, else what the last step left. A copy. */
  made(): { readonly parameters: Float32Array<ArrayBuffer>; readonly steps: number } {
    const best = bestOf(this.#trials);
    return best === undefined || this.#best === undefined
      ? { parameters: this.#parameters.slice(), steps: this.step }
      : { parameters: this.#best.slice(), steps: best.step };
  }

  /** What the last step left. A copy. */
  candidate(): Float32Array<ArrayBuffer> {
    return this.#parameters.slice();
  }

  /** The last trials, as many as there is patience for, were no better than one before them. */
  get #hasPeaked(): boolean {
    const best = bestOf(this.#trials);
    const { trials: plan } = this.#options;
    if (best === undefined || plan === undefined) return false;
    return this.#trials.length - 1 - this.#trials.indexOf(best) >= plan.patience;
  }

  /** The loss of each step done. */
  get losses(): readonly number[] {
    return this.#losses;
  }

  /** A copy: later steps do not change it. */
  checkpoint(): TrainingCheckpoint {
    const { first, second } = this.#moments;
    return {
      v: 1,
      losses: [...this.#losses],
      trials: [...this.#trials],
      ...(this.#best === undefined ? {} : { best: this.#best.slice() }),
      parameters: this.#parameters.slice(),
      first: first.slice(),
      second: second.slice(),
    };
  }

  /** One step. Rejects with a Fault: engine-failed (also where the loss is no number), out-of-memory, device-lost. */
  async advance(): Promise<StepReport> {
    const { recipe, model } = this.#options;
    const chosen = this.#choosePacks();
    const counted = chosen.reduce((sum, { pack }) => sum + pack.targets.length, 0);
    this.#gradient.fill(0);
    let loss = 0;
    for (const { index, pack } of chosen) {
      const { surprises } = await model.addGradients(pack, {
        states: await this.#statesOf(index, pack),
        parameters: this.#parameters,
        weight: 1 / counted,
        gradient: this.#gradient,
      });
      for (const surprise of surprises) loss += surprise / counted;
    }
    const norm = clipNorm(this.#gradient, recipe.clip);
    if (!Number.isFinite(loss + norm)) throw diverged(this.step);
    const rate = recipe.rate * rateAt(this.step, recipe);
    this.#losses.push(loss);
    adamStep({
      parameters: this.#parameters,
      gradient: this.#gradient,
      moments: this.#moments,
      step: this.step,
      rate,
    });
    return { loss, rate, norm, tokens: chosen.reduce((sum, { pack }) => sum + pack.ids.length, 0) };
  }

  #choosePacks(): readonly { readonly index: number; readonly pack: ReturnType<typeof makePack> }[] {
    const { packs, recipe } = this.#options;
    return Array.from({ length: recipe.packsPerStep }, (_, number) => {
      const place = this.step * recipe.packsPerStep + number;
      const index = packAt(place, { packs: packs.length, seed: recipe.seed });
      return { index, pack: makePack(packs[index] ?? []) };
    });
  }

  async #statesOf(index: number, pack: ReturnType<typeof makePack>): Promise<Float32Array> {
    const kept = this.#states.get(index);
    if (kept !== undefined) return kept;
    const states = await this.#options.model.states(pack);
    if (this.#keptBytes + states.byteLength <= mostKept) {
      this.#states.set(index, states);
      this.#keptBytes += states.byteLength;
    }
    return states;
  }
}

/** The trial with most exact answers; of equals the first. */
function bestOf(trials: readonly TrainingTrial[]): TrainingTrial | undefined {
  const most = Math.max(...trials.map(({ exact }) => exact));
  return trials.find(({ exact }) => exact === most);
}

function diverged(step: number): Fault {
  return new Fault({
    code: faultCodes.engineFailed,
    message: 'The training ran away.',
    reason: `The loss of step ${String(step + 1)} is no number.`,
    remedy: 'Train with a lower learning rate.',
  });
}
