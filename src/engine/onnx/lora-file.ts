/**
 * A LoRA adapter in GGUF -> the matrices that the graph takes as inputs: per joined linear A (in x rank) and
 * B (rank x out), with the scale in B, and rows of q and k put back as the base's are.
 * Knows the adapter file's names; knows nothing of the runtime.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { readGgufHeader } from '../gguf.ts';
import type { GgufHeader } from '../gguf.ts';
import { openBytes } from '../read-bytes.ts';
import type { ReadBytes } from '../read-bytes.ts';
import { straightenRope } from './linear.ts';
import { loraSlots } from './llama-graph.ts';
import type { LoraSlot } from './llama-graph.ts';
import { linearSides } from './llama-shape.ts';
import type { LlamaShape } from './llama-shape.ts';
import { describeMatrix, readFloatRows } from './tensor-reader.ts';
import type { PackedMatrix } from './tensor-reader.ts';

export interface LoraMatrices {
  readonly rank: number;
  readonly from: number;
  readonly to: number;
  /** `from` x `rank`, row by row. */
  readonly a: Float32Array<ArrayBuffer>;
  /** `rank` x `to`, row by row. */
  readonly b: Float32Array<ArrayBuffer>;
}

/** The matrices of one linear, outputs in the order of the adapter's file. */
interface LoraLinear {
  readonly rank: number;
  /** `rank` x inputs, row by row. */
  readonly a: Float32Array<ArrayBuffer>;
  /** `rank` x outputs, row by row, the scale in it. */
  readonly b: Float32Array<ArrayBuffer>;
}

/** An adapter that was checked against its base. */
export interface LoraFile {
  /** The matrices of a joined linear, rows of q and k as the graph has them; rank 0 where the adapter leaves it alone. */
  join(layer: number, slot: LoraSlot): LoraMatrices;
  /** The matrices of one linear by its GGUF name, or undefined where the adapter leaves it alone. */
  linear(layer: number, name: string): LoraLinear | undefined;
}

interface Pair {
  readonly a: PackedMatrix;
  readonly b: PackedMatrix;
}

function rejectAdapter(id: string, reason: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: `The adapter ${id} cannot be used with this model.`,
    reason,
    remedy: 'Use a GGUF LoRA adapter that was trained on this very base model.',
    details: { adapter: id },
  });
}

class LoraReader implements LoraFile {
  readonly #id: string;
  readonly #header: GgufHeader;
  readonly #fileBytes: number;
  readonly #read: ReadBytes;
  readonly #shape: LlamaShape;
  readonly #alpha: number;

  constructor(file: {
    id: string;
    header: GgufHeader;
    fileBytes: number;
    read: ReadBytes;
    shape: LlamaShape;
  }) {
    this.#id = file.id;
    this.#header = file.header;
    this.#fileBytes = file.fileBytes;
    this.#read = file.read;
    this.#shape = file.shape;
    const alpha = file.header.metadata.get('adapter.lora.alpha');
    if (file.header.metadata.get('general.type') !== 'adapter' || typeof alpha !== 'number') {
      throw rejectAdapter(
        file.id,
        'It is not a LoRA adapter: general.type or adapter.lora.alpha is missing.',
      );
    }
    this.#alpha = alpha;
  }

  /** Every tensor must belong to a linear that takes LoRA: half an adapter is another model. */
  checkNames(): void {
    const names = Object.values(loraSlots).flat().join('|');
    const known = new RegExp(`^blk\\.(\\d+)\\.(${names})\\.weight\\.lora_[ab]$`);
    for (const { name } of this.#header.tensors) {
      const layer = Number(known.exec(name)?.[1] ?? Number.NaN);
      if (!(layer < this.#shape.layers)) throw rejectAdapter(this.#id, `It changes ${name}.`);
    }
  }

  join(layer: number, slot: LoraSlot): LoraMatrices {
    const sides = linearSides(this.#shape);
    const parts = loraSlots[slot].map((name) => {
      const [from, to] = sides[name] ?? [0, 0];
      return { name, from, to, pair: this.#pair(`blk.${String(layer)}.${name}.weight`, from, to) };
    });
    const rank = parts.reduce((sum, { pair }) => sum + (pair?.a.rows ?? 0), 0);
    const from = parts[0]?.from ?? 0;
    const to = parts.reduce((sum, part) => sum + part.to, 0);
    const a = new Float32Array(from * rank);
    const b = new Float32Array(rank * to);
    let [firstRank, firstColumn] = [0, 0];
    for (const { name, pair, to: columns } of parts) {
      if (pair !== undefined) {
        const turned = this.#shape.interleavedRope && (name === 'attn_q' || name === 'attn_k');
        const rowAt = turned ? straightenRope(this.#shape.headSize) : (row: number): number => row;
        this.#copyA(pair, a, { firstRank, rank });
        this.#copyB(pair, b, { firstRank, firstColumn, to, rowAt });
        firstRank += pair.a.rows;
      }
      firstColumn += columns;
    }
    return { rank, from, to, a, b };
  }

  linear(layer: number, name: string): LoraLinear | undefined {
    const [from, to] = linearSides(this.#shape)[name] ?? [0, 0];
    const pair = this.#pair(`blk.${String(layer)}.${name}.weight`, from, to);
    if (pair === undefined) return undefined;
    const rank = pair.a.rows;
    const b = new Float32Array(rank * to);
    this.#copyB(pair, b, { firstRank: 0, firstColumn: 0, to, rowAt: (row) => row });
    return { rank, a: readFloatRows(this.#read, pair.a, 0, rank), b };
  }

  #pair(name: string, from: number, to: number): Pair | undefined {
    const [a, b] = (['a', 'b'] as const).map((side) => {
      const tensor = this.#header.tensors.find((candidate) => candidate.name === `${name}.lora_${side}`);
      return tensor === undefined ? undefined : describeMatrix(this.#header, tensor, this.#fileBytes);
    });
    if (a === undefined && b === undefined) return undefined;
    if (a === undefined || b === undefined) throw rejectAdapter(this.#id, `${name} has one matrix of two.`);
    if (a.columns !== from || b.rows !== to || a.rows !== b.columns) {
      throw rejectAdapter(
        this.#id,
        `${name} has the sides ${String(b.rows)} x ${String(b.columns)} and ${String(a.rows)} x ${String(a.columns)}.`,
      );
    }
    return { a, b };
  }

  #copyA({ a }: Pair, output: Float32Array, { firstRank, rank }: { firstRank: number; rank: number }): void {
    const floats = readFloatRows(this.#read, a, 0, a.rows);
    for (let row = 0; row < a.rows; row += 1) {
      for (let place = 0; place < a.columns; place += 1) {
        output[place * rank + firstRank + row] = floats[row * a.columns + place] ?? 0;
      }
    }
  }

  #copyB(
    { b }: Pair,
    output: Float32Array,
    place: { firstRank: number; firstColumn: number; to: number; rowAt: (row: number) => number },
  ): void {
    const floats = readFloatRows(this.#read, b, 0, b.rows);
    const { firstRank, firstColumn, to, rowAt } = place;
    // An alpha of 0 means that the matrices are scaled already.
    const scale = this.#alpha === 0 ? 1 : this.#alpha / b.columns;
    for (let row = 0; row < b.rows; row += 1) {
      const source = rowAt(row) * b.columns;
      for (let index = 0; index < b.columns; index += 1) {
        output[(firstRank + index) * to + firstColumn + row] = (floats[source + index] ?? 0) * scale;
      }
    }
  }
}

/**
 * Opens an adapter for a base of `shape`.
 * Throws a Fault `model-rejected` where the file is no LoRA adapter or does not fit the base.
 */
export async function openLoraFile(options: {
  readonly id: string;
  readonly file: Blob;
  readonly shape: LlamaShape;
}): Promise<LoraFile> {
  const { id, file, shape } = options;
  const header = await readGgufHeader(file);
  const reader = new LoraReader({ id, header, fileBytes: file.size, read: await openBytes(file), shape });
  reader.checkNames();
  return reader;
}
