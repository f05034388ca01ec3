/** What the page of training shows, as plain data. */
import type { Interval } from '../../protocol/evaluation.ts';
import type { TrainingTrial } from '../../protocol/training.ts';

/** What the user chooses before a training. */
export interface TrainingSettings {
  /** Layers that are trained, from the last; `all` takes longest. */
  readonly layers: number | 'all';
  readonly steps: number;
  /** Only while the device is plugged in; where the browser does not tell, at once. */
  readonly onMains?: boolean;
}

/** A trial with the interval (95 %) of the share that it stands for. */
export interface ShownTrial extends TrainingTrial {
  readonly interval: Interval;
}

export interface TrainingView {
  readonly stage: 'empty' | 'ready' | 'loading' | 'training' | 'waiting' | 'paused' | 'done';
  /** Where the rows came from. */
  readonly source?: { readonly name: string; readonly rows: number; readonly trialRows?: number };
  /** Rows that were too long. */
  readonly leftOut?: number;
  /** Share of the model that was read, 0 to 1. */
  readonly loaded?: number;
  readonly steps: number;
  /** Loss of each step done. */
  readonly losses: readonly number[];
  /** What was tried so far, in the order of the steps. */
  readonly trials: readonly ShownTrial[];
  /** Steps that made the adapter which is kept; known at the end. */
  readonly madeBy?: number;
  /** Seconds; known after the first step. */
  readonly secondsLeft?: number;
  /** False: this browser keeps no checkpoint, so a pause loses the run. */
  readonly isKept: boolean;
  /** What went wrong, in words. */
  readonly trouble?: string;
  /** How much of the made-up codes among the rows the adapter gives away, and would by chance; 0 to 1. Absent: none were hidden. */
  readonly remembered?: { readonly share: number; readonly byChance: number };
  /** The finished adapter's place: on the shelf of the model it was made for. */
  readonly shelved?: boolean;
}

export const emptyTrainingView: TrainingView = {
  stage: 'empty',
  steps: 0,
  losses: [],
  trials: [],
  isKept: true,
};
