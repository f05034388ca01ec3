/**
 * What an adapter adds: A makes a few numbers of a token's row, B adds their share to each output. Both are read as bytes of
 * 7 bits, 64 standing for zero, four rows side by side (src/engine/kernel/pack-lora.ts): as floats they would be a fourth of
 * what a step reads.
 *
 * A block of A, 32 weights of each of four rows, is 160 bytes: 8 vectors that hold four weights of each row, four scales, and
 * -64 times each. B has for four outputs a vector for every four numbers of A's, then scales and -64 times them alike.
 * The numbers that A makes stand in the token's part of `low` as bytes, then their scale and their sum as floats.
 */
import * as at from './parameters';
import { settled, sumOf } from './vectors';

const block: usize = 160;

// Words of a linear in the adapter's table.
const linears: i32 = 7;
const words: usize = 3;

/** Where rank, A and B of a linear stand; 0 without an adapter. The rank is a multiple of 4. */
@inline
export function loraOf(layer: i32, linear: i32): usize {
  const table = at.loraTable();
  return table === 0 ? 0 : table + <usize>(layer * linears + linear) * (words << 2);
}

/** Where in the first token's part of `low` the numbers of a linear begin, `before` of those that read the same row before it. */
export function lowOf(layer: i32, linear: i32, before: i32): usize {
  if (at.loraTable() === 0) return 0;
  let place = at.low();
  for (let other = linear - before; other < linear; other += 1) place += <usize>load<u32>(loraOf(layer, other)) << 2;
  return place;
}

/** Four sums of products of 7-bit weights. */
@inline
function products(sum: v128, weights: v128, bytes: usize): v128 {
  const pairs = i16x8.relaxed_dot_i8x16_i7x16_s(v128.load32_splat(bytes), weights);
  return i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(pairs));
}

/** Rows of A times the quantised rows of the tokens from `first` to before `last`, as floats. */
function multiplyA(matrix: usize, rank: i32, inputs: i32, first: i32, last: i32, to: usize): void {
  const blocks = inputs >> 5;
  const rowBytes = <usize>inputs;
  const rowScales = <usize>blocks << 2;
  const rowLow = <usize>at.lowStride() << 2;
  for (let group = 0; group < rank >> 2; group += 1) {
    const row = matrix + <usize>group * <usize>blocks * block;
    let token = first;
    for (; token + 4 <= last; token += 4) {
      let t0 = f32x4.splat(0), t1 = t0, t2 = t0, t3 = t0;
      let b = at.bytes() + <usize>token * rowBytes;
      let s = at.scales() + <usize>token * rowScales;
      let m = at.sums() + <usize>token * rowScales;
      for (let place = row; place < row + <usize>blocks * block; place += block) {
        let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
        for (let part: usize = 0; part < 32; part += 4) {
          const weights = v128.load(place + (part << 2));
          a0 = products(a0, weights, b + part);
          a1 = products(a1, weights, b + part + rowBytes);
          a2 = products(a2, weights, b + part + 2 * rowBytes);
          a3 = products(a3, weights, b + part + 3 * rowBytes);
        }
        const scale = v128.load(place, 128);
        const least = v128.load(place, 144);
        t0 = settled(t0, a0, scale, least, s, m);
        t1 = settled(t1, a1, scale, least, s + rowScales, m + rowScales);
        t2 = settled(t2, a2, scale, least, s + 2 * rowScales, m + 2 * rowScales);
        t3 = settled(t3, a3, scale, least, s + 3 * rowScales, m + 3 * rowScales);
        b += 32;
        s += 4;
        m += 4;
      }
      const out = to + <usize>token * rowLow + (<usize>group << 4);
      v128.store(out, t0);
      v128.store(out + rowLow, t1);
      v128.store(out + 2 * rowLow, t2);
      v128.store(out + 3 * rowLow, t3);
    }
    for (; token < last; token += 1) {
      let total = f32x4.splat(0);
      let b = at.bytes() + <usize>token * rowBytes;
      let s = at.scales() + <usize>token * rowScales;
      let m = at.sums() + <usize>token * rowScales;
      for (let place = row; place < row + <usize>blocks * block; place += block) {
        let sum = i32x4.splat(0);
        let other = sum;
        for (let part: usize = 0; part < 32; part += 8) {
          sum = products(sum, v128.load(place + (part << 2)), b + part);
          other = products(other, v128.load(place + (part << 2), 16), b + part + 4);
        }
        total = settled(total, i32x4.add(sum, other), v128.load(place, 128), v128.load(place, 144), s, m);
        b += 32;
        s += 4;
        m += 4;
      }
      v128.store(to + <usize>token * rowLow + (<usize>group << 4), total);
    }
  }
}

/** `rank` floats become bytes, their scale and their sum, at the same place. */
function roundLow(place: usize, rank: i32): void {
  let most: f32 = 0;
  const end = place + (<usize>rank << 2);
  for (let from = place; from < end; from += 4) most = max<f32>(most, abs<f32>(load<f32>(from)));
  const scale = most / 127;
  const inverse: f32 = most > 0 ? 127 / most : 0;
  let sum = i32x4.splat(0);
  let to = place;
  for (let from = place; from < end; from += 16) {
    const whole = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(from), f32x4.splat(inverse))));
    sum = i32x4.add(sum, whole);
    const narrow = i16x8.narrow_i32x4_s(whole, whole);
    v128.store32_lane(to, i8x16.narrow_i16x8_s(narrow, narrow), 0);
    to += 4;
  }
  store<f32>(to, scale);
  store<f32>(to + 4, scale * sumOf(f32x4.convert_i32x4_s(sum)));
}

/** A of `count` linears from `linear` on, times the quantised rows of the tokens from `first` to before `last`. */
export function reduce(first: i32, last: i32, layer: i32, linear: i32, count: i32, inputs: i32): void {
  if (at.loraTable() === 0) return;
  const rowLow = <usize>at.lowStride() << 2;
  let to = at.low();
  for (let index = linear; index < linear + count; index += 1) {
    const lora = loraOf(layer, index);
    const rank = <i32>load<u32>(lora);
    if (rank === 0) continue;
    multiplyA(<usize>load<u32>(lora + 4), rank, inputs, first, last, to);
    for (let token = first; token < last; token += 1) roundLow(to + <usize>token * rowLow, rank);
    to += <usize>rank << 2;
  }
}

/** Bytes of B for four outputs. */
@inline
export function columnBytes(rank: i32): usize {
  return (<usize>rank << 2) + 32;
}

/** Four outputs of a token with what the adapter adds to them. */
@inline
export function withLora(total: v128, low: usize, rank: i32, columns: usize): v128 {
  let sum = i32x4.splat(0);
  for (let index: usize = 0; index < <usize>rank; index += 4) {
    sum = products(sum, v128.load(columns + (index << 2)), low + index);
  }
  const after = columns + (<usize>rank << 2);
  return settled(total, sum, v128.load(after), v128.load(after, 16), low + <usize>rank, low + <usize>rank + 4);
}
