/**
 * Looks through all logits of a row, at the speed of vector instructions: in JavaScript it would take a tenth of a fast
 * step's time. One program a thread; the answers are of the row that was taken in last. Knows logits and masks, nothing of
 * what is made of them.
 */
import { logitsProgram } from './logits-program.ts';

/** What workers/kernel/logits.ts exports. */
interface Program {
  readonly memory: WebAssembly.Memory;
  readonly place: () => number;
  readonly highest: (words: number, masked: number) => number;
  readonly first: (words: number, masked: number, logit: number) => number;
  readonly sum: (words: number, masked: number, top: number) => number;
}

export interface LogitScan {
  /** The likeliest of the allowed tokens; of equals the first. -1 where none has a logit above minus infinity. */
  readonly likeliest: () => number;
  /** The logarithm of the sum of e to the power of each logit, over all tokens; minus infinity where none is a number. */
  readonly ofAll: () => number;
  /** The same over those that are allowed. */
  readonly ofAllowed: () => number;
}

const tokensOfWord = 32;
const pageBytes = 65_536;

let program: Program | undefined;

function start(): Program {
  const bytes = Uint8Array.from(atob(logitsProgram), (character) => character.charCodeAt(0));
  // Two kilobytes: compiled sooner than a promise is through.
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Program;
}

/** Takes a row in. `allowed` has one bit a token, 32 to a word, lowest bit first; absent: all are allowed. */
export function scanLogits(logits: Float32Array, allowed?: Int32Array): LogitScan {
  program ??= start();
  const { memory, place, highest, first, sum } = program;
  const words = Math.ceil(logits.length / tokensOfWord);
  const begin = place();
  const maskAt = begin + words * tokensOfWord * 4;
  const missing = maskAt + words * 4 - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  const row = new Float32Array(memory.buffer, begin, words * tokensOfWord);
  row.set(logits);
  row.fill(-Infinity, logits.length);
  const masked = allowed === undefined ? 0 : 1;
  if (allowed !== undefined) {
    const mask = new Int32Array(memory.buffer, maskAt, words);
    mask.set(allowed.subarray(0, words));
    mask.fill(0, allowed.length);
  }
  const shareOf = (which: number): number => {
    const top = highest(words, which);
    return top === -Infinity ? top : top + Math.log(sum(words, which, top));
  };
  return {
    likeliest: () => {
      const top = highest(words, masked);
      return top === -Infinity ? -1 : first(words, masked, top);
    },
    ofAll: () => shareOf(0),
    ofAllowed: () => shareOf(masked),
  };
}
