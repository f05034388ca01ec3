/**
 * The memory that the kernel's threads share: what lies where, and the words by which they are told. The order of the words
 * is the one of workers/kernel/parameters.ts. Knows addresses; nothing of models.
 */
import { memoryFault, readFailure } from '../engine-faults.ts';

/** The words from `parametersAt` on, in their order. */
const words = [
  'threads',
  'arrivals',
  'generation',
  'layers',
  'hidden',
  'heads',
  'keyHeads',
  'headSize',
  'feedForward',
  'vocabulary',
  'epsilon',
  'ropeTurnsNeighbours',
  'embeddings',
  'output',
  'outputNorm',
  'layerTable',
  'cosines',
  'sines',
  'loraTable',
  'states',
  'normed',
  'bytes',
  'scales',
  'sums',
  'queries',
  'keys',
  'values',
  'attended',
  'gate',
  'up',
  'low',
  'lowStride',
  'scores',
  'scoresStride',
  'tokens',
  'tokenIds',
  'positions',
  'blockLists',
  'rows',
  'rowPlaces',
  'logits',
  'hiddenOut',
  'scoresRow',
] as const;
export type Word = (typeof words)[number];

const parametersAt = 64;
const firstFree = 1024;
const pageBytes = 65_536;
/** 4 GiB, what 32-bit addresses reach. */
const mostPages = 65_536;
/** Vectors are read fastest where they lie within a line of the cache. */
const alignment = 64;

export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  #next = firstFree;

  /** Throws Fault `out-of-memory` where the browser grants no such memory. */
  constructor() {
    try {
      this.memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
    } catch (error) {
      throw memoryFault(readFailure(error), 'a smaller context');
    }
  }

  /** Takes bytes that nobody gives back. Throws Fault `out-of-memory`. Views made before may end too early afterwards. */
  take(bytes: number): number {
    const at = this.#next;
    this.#next = Math.ceil((at + bytes) / alignment) * alignment;
    const missing = Math.ceil(this.#next / pageBytes) - this.memory.buffer.byteLength / pageBytes;
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch (error) {
        throw memoryFault(readFailure(error), 'a smaller context');
      }
    }
    return at;
  }

  takeFloats(floats: Float32Array): number {
    const at = this.take(floats.byteLength);
    this.floats(at, floats.length).set(floats);
    return at;
  }

  takeBytes(bytes: Uint8Array): number {
    const at = this.take(bytes.byteLength);
    new Uint8Array(this.#buffer, at, bytes.length).set(bytes);
    return at;
  }

  set(values: Readonly<Partial<Record<Word, number>>>): void {
    const view = new DataView(this.memory.buffer);
    for (const [index, name] of words.entries()) {
      const value = values[name];
      if (value === undefined) continue;
      if (name === 'epsilon') view.setFloat32(parametersAt + 4 * index, value, true);
      else view.setUint32(parametersAt + 4 * index, value, true);
    }
  }

  /** The number that a word holds; never asked for `epsilon`. */
  get(name: Exclude<Word, 'epsilon'>): number {
    return new DataView(this.memory.buffer).getUint32(parametersAt + 4 * words.indexOf(name), true);
  }

  floats(at: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#buffer, at, count);
  }

  /** Floats that stay as they are. `slice` would go through shared memory number by number, ten times as slowly. */
  copyFloats(at: number, count: number): Float32Array<ArrayBuffer> {
    const copy = new Float32Array(count);
    copy.set(this.floats(at, count));
    return copy;
  }

  words(at: number, count: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#buffer, at, count);
  }

  /** Shared in truth; the types of a view need not tell. */
  get #buffer(): ArrayBuffer {
    return this.memory.buffer;
  }
}
