/**
 * A short signature of a text, by which the share of pieces that two texts have in common can be told: one permutation
 * hashing (Li, Owen, Zhang, NIPS 2012) with optimal densification (Shrivastava, ICML 2017), of which 16 bits a bin are kept
 * (Li, König, WWW 2010). Pieces are five characters, so that no language's words are needed. One hash a piece, not one
 * for each bin. Knows texts and numbers.
 */

export const signatureBins = 128;

const pieceLength = 5;
const binBits = 7;
const emptyBin = 0xffffffff;

/** The signature: `signatureBins` numbers of 16 bits. Case, white space and the form of characters make no difference. */
export function minHash(text: string): Uint16Array {
  const normal = text.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();
  const bins = new Uint32Array(signatureBins).fill(emptyBin);
  const pieces = Math.max(1, normal.length - pieceLength + 1);
  for (let at = 0; at < pieces; at += 1) {
    let hash = 0x811c9dc5;
    for (let offset = 0; offset < pieceLength && at + offset < normal.length; offset += 1) {
      hash = Math.imul(hash ^ normal.charCodeAt(at + offset), 0x01000193);
    }
    const mixed = mix(hash);
    const bin = mixed >>> (32 - binBits);
    const value = mixed & 0x1ffffff;
    if (value < (bins[bin] as number)) bins[bin] = value;
  }
  const signature = new Uint16Array(signatureBins);
  for (let bin = 0; bin < signatureBins; bin += 1) signature[bin] = mix(valueOf(bins, bin)) & 0xffff;
  return signature;
}

/** The value of a bin; an empty one borrows from another, always from the same for its number. */
function valueOf(bins: Uint32Array, bin: number): number {
  let from = bin;
  for (let attempt = 1; bins[from] === emptyBin; attempt += 1) {
    from = mix(Math.imul(bin + 1, 0x9e3779b1) + Math.imul(attempt, 0x85ebca77)) >>> (32 - binBits);
  }
  return bins[from] as number;
}

/** The finaliser of MurmurHash3 by Austin Appleby (public domain). */
export function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The share of pieces that two texts have in common, told from their signatures; off by about 0.04. */
export function similarity(one: Uint16Array, other: Uint16Array, onePlace = 0, otherPlace = 0): number {
  let equal = 0;
  for (let bin = 0; bin < signatureBins; bin += 1) {
    if (one[onePlace + bin] === other[otherPlace + bin]) equal += 1;
  }
  return equal / signatureBins;
}
