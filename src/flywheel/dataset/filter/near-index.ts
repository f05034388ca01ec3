/**
 * Signatures that are found again by a similar one, without comparing all with all: locality-sensitive hashing by bands
 * (Broder 1997; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3). All of it lies in typed arrays: 100,000
 * signatures with their index take about 90 MB. Knows signatures; nothing of texts.
 */
import { mix, signatureBins, similarity } from './min-hash.ts';

/**
 * Two texts that share 80 % of their pieces meet in one of 20 bands of 6 bins with a probability of 0.998, those that share
 * 85 % with 0.9999. What meets is compared by the whole signature.
 */
const defaultBanding = { bands: 20, rows: 6 } as const;

export interface Banding {
  readonly bands: number;
  /** Bins that a band holds; bands x rows is `signatureBins` at most. */
  readonly rows: number;
}

/** Of a band's bucket, the newest that are looked at: a bucket of thousands holds the same text over and over. */
const longestChain = 24;

export interface NearIndexState {
  readonly count: number;
  readonly signatures: Uint16Array;
}

export class NearIndex {
  readonly #banding: Banding;
  #count = 0;
  #signatures = new Uint16Array(1024 * signatureBins);
  /** Open addressing: the band's hash, and the newest entry of its bucket plus one. */
  #hashes = new Uint32Array(1 << 15);
  #heads = new Uint32Array(1 << 15);
  #used = 0;
  /** For each entry and band, the entry before it in the bucket plus one. */
  #previous = new Uint32Array(1024 * 20);

  constructor(banding: Banding = defaultBanding) {
    this.#banding = banding;
    this.#previous = new Uint32Array(1024 * banding.bands);
  }

  get count(): number {
    return this.#count;
  }

  /** Entries whose similarity is `least` or more, the newest first in each band; each once. */
  find(signature: Uint16Array, least: number): number[] {
    const seen = new Set<number>();
    const found: number[] = [];
    for (let band = 0; band < this.#banding.bands; band += 1) {
      const head = this.#heads[this.#slotOf(this.#hashOf(signature, 0, band))] as number;
      let entry = head;
      for (let step = 0; entry !== 0 && step < longestChain; step += 1) {
        if (!seen.has(entry)) {
          seen.add(entry);
          const place = (entry - 1) * signatureBins;
          if (similarity(signature, this.#signatures, 0, place) >= least) found.push(entry - 1);
        }
        entry = this.#previous[(entry - 1) * this.#banding.bands + band] as number;
      }
    }
    return found;
  }

  /** Adds a signature; its number is the count before. */
  add(signature: Uint16Array): number {
    const entry = this.#count;
    this.#count += 1;
    this.#signatures = grown(this.#signatures, this.#count * signatureBins);
    this.#signatures.set(signature, entry * signatureBins);
    this.#enter(entry);
    return entry;
  }

  /** A copy of a signature that was added. */
  signature(entry: number): Uint16Array {
    return this.#signatures.slice(entry * signatureBins, (entry + 1) * signatureBins);
  }

  /** All signatures, without a copy: they stay as they are until the next is added. */
  state(): NearIndexState {
    return { count: this.#count, signatures: this.#signatures.subarray(0, this.#count * signatureBins) };
  }

  /** A copy of the signatures from an entry on, one after the other. */
  signaturesFrom(entry: number): Uint16Array<ArrayBuffer> {
    return this.#signatures.slice(entry * signatureBins, this.#count * signatureBins);
  }

  #enter(entry: number): void {
    const { bands } = this.#banding;
    this.#previous = grown(this.#previous, (entry + 1) * bands);
    for (let band = 0; band < bands; band += 1) {
      if (this.#used * 2 > this.#heads.length) this.#spread();
      const hash = this.#hashOf(this.#signatures, entry * signatureBins, band);
      const slot = this.#slotOf(hash);
      if (this.#heads[slot] === 0) {
        this.#hashes[slot] = hash;
        this.#used += 1;
      }
      this.#previous[entry * bands + band] = this.#heads[slot] as number;
      this.#heads[slot] = entry + 1;
    }
  }

  #hashOf(signature: Uint16Array, place: number, band: number): number {
    const { rows } = this.#banding;
    let hash = mix(band + 1);
    for (let row = 0; row < rows; row += 1) {
      hash = mix(Math.imul(hash, 31) + (signature[place + band * rows + row] as number));
    }
    return hash;
  }

  #slotOf(hash: number): number {
    const last = this.#heads.length - 1;
    let slot = hash & last;
    while (this.#heads[slot] !== 0 && this.#hashes[slot] !== hash) slot = (slot + 1) & last;
    return slot;
  }

  /** Twice the room. */
  #spread(): void {
    const [hashes, heads] = [this.#hashes, this.#heads];
    this.#hashes = new Uint32Array(hashes.length * 2);
    this.#heads = new Uint32Array(heads.length * 2);
    for (let slot = 0; slot < heads.length; slot += 1) {
      if (heads[slot] === 0) continue;
      const place = this.#slotOf(hashes[slot] as number);
      this.#hashes[place] = hashes[slot] as number;
      this.#heads[place] = heads[slot] as number;
    }
  }
}

/** The same numbers with room for `length`, half as much again where it has to grow. */
function grown<Numbers extends Uint16Array | Uint32Array>(numbers: Numbers, length: number): Numbers {
  if (length <= numbers.length) return numbers;
  const longer = new (numbers.constructor as new (length: number) => Numbers)(Math.ceil(length * 1.5));
  longer.set(numbers);
  return longer;
}
