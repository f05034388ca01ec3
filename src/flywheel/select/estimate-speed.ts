/**
 * How long a model takes for one row: as measured, or estimated from another model that was measured on this device.
 * Writing a token reads all weights once, so it is estimated by their bytes; reading a prompt is arithmetic, so it is
 * estimated by their number. Only a model on the same backend serves: a GPU says nothing of a processor. Pure.
 */
import type { Measurement, SelectionFigure } from '../../protocol/selection.ts';
import type { Way } from './find-way.ts';

/** Tokens of one row. */
export interface CallTokens {
  readonly read: number;
  readonly written: number;
  /** No row was scored: these are a guess. */
  readonly assumed: boolean;
}

/** A model that was measured, as something to estimate others by. */
export interface SpeedReference {
  readonly title: string;
  readonly parameters: number;
  readonly weightBytes: number;
  readonly measurement: Measurement;
}

/** A built-in task's step: its prompt, and one short call. */
const assumedTokens: CallTokens = { read: 300, written: 40, assumed: true };

/** What a row takes on the average of the models that were scored on the task; without any, a guess. */
export function callTokens(measurements: readonly Measurement[]): CallTokens {
  const { length } = measurements;
  if (length === 0) return assumedTokens;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / length;
  return {
    read: mean(measurements.map(({ meanReadTokens }) => meanReadTokens)),
    written: mean(measurements.map(({ meanWrittenTokens }) => meanWrittenTokens)),
    assumed: false,
  };
}

/** Seconds for one row that a model took. */
export function measuredSeconds({ seconds, rows }: Measurement): SelectionFigure {
  return { value: seconds / rows, basis: 'measured' };
}

/** Seconds for one row, or undefined where nothing was measured that tells. */
export function estimateSeconds({
  way,
  parameters,
  tokens,
  references,
}: {
  readonly way: Way;
  readonly parameters: number;
  readonly tokens: CallTokens;
  readonly references: readonly SpeedReference[];
}): SelectionFigure | undefined {
  const { weightBytes } = way;
  const reference = pickReference(way, references);
  if (weightBytes === undefined || weightBytes <= 0 || reference === undefined) return undefined;
  const { measurement } = reference;
  const prefill = (measurement.prefillPerSecond * reference.parameters) / parameters;
  const decode = (measurement.decodePerSecond * reference.weightBytes) / weightBytes;
  const guess = tokens.assumed ? ' 300 tokens read and 40 written are assumed.' : '';
  return {
    value: tokens.read / prefill + tokens.written / decode,
    basis: 'estimated',
    from: `From ${reference.title}, measured on the same backend: reading by number of weights, writing by their bytes.${guess}`,
  };
}

/** On the same backend; with weights in the same form before others, then the newest. */
function pickReference(way: Way, references: readonly SpeedReference[]): SpeedReference | undefined {
  return references
    .filter(({ measurement, weightBytes, parameters }) => {
      const { backend, prefillPerSecond, decodePerSecond } = measurement;
      return (
        backend === way.backend &&
        prefillPerSecond > 0 &&
        decodePerSecond > 0 &&
        weightBytes > 0 &&
        parameters > 0
      );
    })
    .toSorted(
      (one, other) =>
        formOf(one, way) - formOf(other, way) ||
        other.measurement.at - one.measurement.at ||
        (one.measurement.id < other.measurement.id ? -1 : 1),
    )[0];
}

/** 0 where its weights stand in memory in the same form. */
function formOf({ measurement }: SpeedReference, way: Way): number {
  return measurement.weights === way.weights ? 0 : 1;
}
