/**
 * Rows of a sentence encoder's word embeddings, read from the file as words come: the table is half of the weights, and a log
 * uses a few thousand of its rows. Words stand in it by how common they are, so a few blocks of neighbours serve most texts.
 * Knows rows and blocks; nothing of words.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { floatsOf } from '../read-bytes.ts';
import type { ReadBytes } from '../read-bytes.ts';

export interface WordTableOptions {
  readonly read: ReadBytes;
  /** First byte of the table in the file. */
  readonly start: number;
  readonly rows: number;
  /** Floats of a row. */
  readonly columns: number;
  /** Blocks that are held; 48 unless told: 9 MB of rows of 384. */
  readonly mostBlocks?: number;
}

const rowsOfBlock = 128;

export class WordTable {
  readonly #options: WordTableOptions;
  /** Floats of blocks by their number, the one that was used longest ago first. */
  readonly #blocks = new Map<number, Float32Array>();

  constructor(options: WordTableOptions) {
    this.#options = options;
  }

  /** Puts the row of a word where `target` is. Throws a Fault `engine-failed` for a number that the table has no row for. */
  copyRow(word: number, target: Float32Array): void {
    const { rows, columns } = this.#options;
    if (!Number.isInteger(word) || word < 0 || word >= rows) {
      throw new Fault({
        code: faultCodes.engineFailed,
        message: `The sentence encoder has no word ${String(word)}.`,
        reason: `Its vocabulary has ${String(rows)} words.`,
        remedy: "Use the model's own tokenizer.",
      });
    }
    const number = Math.floor(word / rowsOfBlock);
    const at = (word - number * rowsOfBlock) * columns;
    target.set(this.#block(number).subarray(at, at + columns));
  }

  #block(number: number): Float32Array {
    const { read, start, rows, columns, mostBlocks = 48 } = this.#options;
    const known = this.#blocks.get(number);
    this.#blocks.delete(number);
    const [first, end] = [number * rowsOfBlock, Math.min(rows, (number + 1) * rowsOfBlock)];
    const block = known ?? floatsOf(read(start + first * columns * 4, start + end * columns * 4));
    this.#blocks.set(number, block);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= mostBlocks) break;
      this.#blocks.delete(oldest);
    }
    return block;
  }
}
