/**
 * How long a model takes for one row: as measured, or estimated from another model that was measured on this device, on
 * the same backend: a GPU says nothing of a processor. Reading a prompt is arithmetic and goes by the number of weights.
 * Writing a token reads all weights once: on a GPU bandwidth rules, so it goes by their bytes; on a processor unpacking
 * rules, so it goes by their number, and by whether they are packed (docs/decisions, "float weights on WASM"). Pure.
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

/** How fast packed weights are on WebAssembly, as a share of 32-bit floats: 25-31 to 90-164 and 9-18 to 26-32 tokens/s. */
const packedShare = { reading: 0.22, writing: 0.5 } as const;

/** Seconds for one row, or undefined where nothing was measured that tells. */
export function estimateSeconds(options: {
  readonly way: Way;
  readonly parameters: number;
  readonly tokens: CallTokens;
  readonly references: readonly SpeedReference[];
}): SelectionFigure | undefined {
  const { way, tokens } = options;
  const reference = pickReference(way, options.references);
  if (reference === undefined) return undefined;
  const rates =
    way.backend === 'webgpu' ? ratesOnGpu(reference, options) : ratesOnProcessor(reference, options);
  if (rates === undefined) return undefined;
  const guess = tokens.assumed
    ? ` ${tokens.read} tokens read and ${tokens.written} written are assumed.`
    : '';
  return {
    value: tokens.read / rates.reading + tokens.written / rates.writing,
    basis: 'estimated',
    from: `From ${reference.title}, measured on the same backend: ${rates.by}.${guess}`,
  };
}

/** Tokens per second, and what they were estimated by. */
interface Rates {
  readonly reading: number;
  readonly writing: number;
  readonly by: string;
}

interface Estimated {
  readonly way: Way;
  readonly parameters: number;
}

function ratesOnGpu(reference: SpeedReference, { way, parameters }: Estimated): Rates | undefined {
  const { prefillPerSecond, decodePerSecond } = reference.measurement;
  const { weightBytes } = way;
  if (weightBytes === undefined || weightBytes <= 0) return undefined;
  return {
    reading: (prefillPerSecond * reference.parameters) / parameters,
    writing: (decodePerSecond * reference.weightBytes) / weightBytes,
    by: 'reading by number of weights, writing by their bytes',
  };
}

function ratesOnProcessor(reference: SpeedReference, { way, parameters }: Estimated): Rates {
  const { prefillPerSecond, decodePerSecond, weights } = reference.measurement;
  const isSame = weights === way.weights;
  const scale = (share: number): number => (isSame ? 1 : way.weights === 'quantised' ? share : 1 / share);
  const ratio = reference.parameters / parameters;
  return {
    reading: prefillPerSecond * ratio * scale(packedShare.reading),
    writing: decodePerSecond * ratio * scale(packedShare.writing),
    by: isSame
      ? 'by number of weights'
      : 'by number of weights, and packed ones as the slower they are on WebAssembly',
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
