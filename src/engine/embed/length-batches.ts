/**
 * Which texts go through the encoder together: those of like length, so that little is computed for padding, and only
 * so many that the attention of a batch stays small. Knows lengths only.
 */

export interface Batch {
  /** Places of the texts in the list that was asked for. */
  readonly places: readonly number[];
  /** Tokens of the longest of them. */
  readonly tokens: number;
}

export interface BatchLimits {
  readonly rows: number;
  /** Tokens of a batch, padding counted. One text alone may have more. */
  readonly tokens: number;
}

/** Measured on WebAssembly: larger batches are no faster and hold more, and a cancel is heard between two of them. */
const defaultLimits: BatchLimits = { rows: 64, tokens: 1024 };

/** Every place once, shortest texts first; texts of one length keep their order. */
export function planBatches(
  lengths: readonly number[],
  { rows, tokens }: BatchLimits = defaultLimits,
): readonly Batch[] {
  const order = lengths.map((_, place) => place).toSorted((one, other) => at(one) - at(other) || one - other);
  const batches: Batch[] = [];
  let places: number[] = [];
  const close = (): void => {
    const last = places.at(-1);
    if (last !== undefined) batches.push({ places, tokens: at(last) });
    places = [];
  };
  for (const place of order) {
    if (places.length === rows || (places.length + 1) * at(place) > tokens) close();
    places.push(place);
  }
  close();
  return batches;

  function at(place: number): number {
    return lengths[place] ?? 0;
  }
}
