/**
 * Looks through all logits of a row, at the speed of vector instructions: in JavaScript it would take a tenth of a fast
 * step's time. One program a thread. Knows logits and masks, nothing of
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

/** What a choice is made from: a token's logit less one of these is its log-probability. */
export interface Ground {
  /** Among all tokens. */
  readonly all: number;
  /** Among those that are allowed. */
  readonly open: number;
}

const tokensOfWord = 32;
const pageBytes = 65_536;

let program: Program | undefined;

function start(): Program {
  const bytes = Uint8Array.from(atob(logitsProgram), (character) => character.charCodeAt(0));
  // Two kilobytes: compiled sooner than a promise is through.
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Program;
}

/**
 * The likeliest of the allowed tokens; of equals the first. -1 where none has a logit above minus infinity. `allowed` has one
 * bit a token, 32 to a word, lowest bit first; absent: all are allowed.
 */
export function likeliest(logits: Float32Array, allowed?: Int32Array): number {
  const { highest, first, words, masked } = take(logits, allowed);
  const top = highest(words, masked);
  return top === -Infinity ? -1 : first(words, masked, top);
}

/**
 * Weighs all tokens, and those that are allowed: the logarithm of the sum of e to the power of each logit; minus infinity
 * where none is a number.
 */
export function weigh(logits: Float32Array, allowed?: Int32Array): Ground {
  const { highest, sum, words } = take(logits, allowed);
  const weightOf = (masked: number): number => {
    const top = highest(words, masked);
    return top === -Infinity ? top : top + Math.log(sum(words, masked, top));
  };
  const all = weightOf(0);
  return { all, open: allowed === undefined ? all : weightOf(1) };
}

/** The likeliest of all tokens with what it was chosen from, for one look: as `likeliest` and `weigh` say. */
export function likeliestWeighed(logits: Float32Array): { readonly token: number; readonly ground: Ground } {
  const { highest, first, sum, words } = take(logits, undefined);
  const top = highest(words, 0);
  if (top === -Infinity) return { token: -1, ground: { all: top, open: top } };
  const all = top + Math.log(sum(words, 0, top));
  return { token: first(words, 0, top), ground: { all, open: all } };
}

/** Lays a row and its mask where the program looks for them. */
function take(
  logits: Float32Array,
  allowed: Int32Array | undefined,
): Program & { readonly words: number; readonly masked: number } {
  program ??= start();
  const { memory, place } = program;
  const words = Math.ceil(logits.length / tokensOfWord);
  const begin = place();
  const maskAt = begin + words * tokensOfWord * 4;
  const missing = maskAt + words * 4 - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  const row = new Float32Array(memory.buffer, begin, words * tokensOfWord);
  row.set(logits);
  row.fill(-Infinity, logits.length);
  if (allowed !== undefined) {
    const mask = new Int32Array(memory.buffer, maskAt, words);
    mask.set(allowed.subarray(0, words));
    mask.fill(0, allowed.length);
  }
  return { ...program, words, masked: allowed === undefined ? 0 : 1 };
}
