/**
 * Where everything lies, as the page wrote it: words of 32 bits from `base` on. The order is the one of
 * src/engine/kernel/kernel-memory.ts. Knows no arithmetic.
 */

const base: usize = 64;

@inline
function word(index: usize): usize {
  return <usize>load<u32>(base + (index << 2));
}

// What threads meet at.
@inline export function threads(): i32 { return <i32>word(0); }
@inline export function arrivals(): usize { return base + (1 << 2); }
@inline export function generation(): usize { return base + (2 << 2); }

// Sides of the model.
@inline export function layers(): i32 { return <i32>word(3); }
@inline export function hidden(): i32 { return <i32>word(4); }
@inline export function heads(): i32 { return <i32>word(5); }
@inline export function keyHeads(): i32 { return <i32>word(6); }
@inline export function headSize(): i32 { return <i32>word(7); }
@inline export function feedForward(): i32 { return <i32>word(8); }
@inline export function vocabulary(): i32 { return <i32>word(9); }
@inline export function epsilon(): f32 { return load<f32>(base + (10 << 2)); }
@inline export function ropeTurnsNeighbours(): bool { return word(11) !== 0; }

// Weights.
@inline export function embeddings(): usize { return word(12); }
@inline export function output(): usize { return word(13); }
@inline export function outputNorm(): usize { return word(14); }
@inline export function layerTable(): usize { return word(15); }
@inline export function cosines(): usize { return word(16); }
@inline export function sines(): usize { return word(17); }
/** Rank and both matrices of each linear of each layer; 0 without an adapter. */
@inline export function loraTable(): usize { return word(18); }

// Scratch.
@inline export function states(): usize { return word(19); }
@inline export function normed(): usize { return word(20); }
@inline export function bytes(): usize { return word(21); }
@inline export function scales(): usize { return word(22); }
@inline export function sums(): usize { return word(23); }
@inline export function queries(): usize { return word(24); }
@inline export function keys(): usize { return word(25); }
@inline export function values(): usize { return word(26); }
@inline export function attended(): usize { return word(27); }
@inline export function gate(): usize { return word(28); }
@inline export function up(): usize { return word(29); }
@inline export function low(): usize { return word(30); }
/** Words of a token in `low`: the sum of the highest ranks of linears that read the same. */
@inline export function lowStride(): i32 { return <i32>word(31); }
@inline export function scores(): usize { return word(32); }
/** Bytes of `scores` for one thread. */
@inline export function scoresStride(): usize { return word(33); }
/** Bytes of the scores of one head of one token. */
@inline export function scoresRow(): usize { return word(42); }

// The work.
@inline export function tokens(): i32 { return <i32>word(34); }
@inline export function tokenIds(): usize { return word(35); }
@inline export function positions(): usize { return word(36); }
/** For each token the address of its sequence's list of blocks. */
@inline export function blockLists(): usize { return word(37); }
/** Which tokens' logits are wanted. */
@inline export function rows(): i32 { return <i32>word(38); }
@inline export function rowPlaces(): usize { return word(39); }
@inline export function logits(): usize { return word(40); }
@inline export function hiddenOut(): usize { return word(41); }
