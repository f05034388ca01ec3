/**
 * Rows of the embedding table, looked up in its packed form: the table is the model's biggest tensor, and a run needs
 * a few rows of it. Knows the table's packing; its bytes are the only weights kept outside the runtime.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { ReadBytes } from '../read-bytes.ts';
import { readPackedRows } from './tensor-reader.ts';
import type { PackedMatrix } from './tensor-reader.ts';

export class EmbeddingTable {
  readonly #matrix: PackedMatrix;
  readonly #bytes: Uint8Array;

  constructor(read: ReadBytes, matrix: PackedMatrix) {
    this.#matrix = matrix;
    // A copy of its own: a page's reader hands out views of the whole file.
    this.#bytes = readPackedRows(read, matrix, 0, matrix.rows).slice();
  }

  /** The rows of `tokens`, one after the other. Throws a Fault `engine-failed` for a token that is not in the table. */
  look(tokens: readonly number[]): Float32Array<ArrayBuffer> {
    const { rows, columns, rowBytes, packing } = this.#matrix;
    const output = new Float32Array(tokens.length * columns);
    for (const [place, token] of tokens.entries()) {
      if (!Number.isInteger(token) || token < 0 || token >= rows) {
        throw new Fault({
          code: faultCodes.engineFailed,
          message: `The model has no token ${String(token)}.`,
          reason: `Its vocabulary has ${String(rows)} tokens.`,
          remedy: "Use the model's own tokenizer.",
        });
      }
      const row = this.#bytes.subarray(token * rowBytes, (token + 1) * rowBytes);
      packing.unpack(row, output.subarray(place * columns, (place + 1) * columns));
    }
    return output;
  }
}
