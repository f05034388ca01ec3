/**
 * Products of packed weights with quantised rows. Four rows of weights stand together, so that a sum over 32 of each fills
 * one vector and nothing is added across it. Written for the 8-bit products of relaxed SIMD, one operand of which has 7 bits.
 *
 * A block of 4-bit weights, 32 of each of four rows, is 96 bytes: 4 vectors of which the low halves of the bytes are the
 * weights 4j to 4j+3 of each row and the high halves 4j+16 to 4j+19, then four scales and four least values. A block of 8-bit
 * weights is 160 bytes: 8 vectors, four scales, and 64 times the sum of the weights of each row.
 */
import { columnBytes, withLora } from './lora';
import * as at from './parameters';
import { fineSteps } from './quantise';
import { settled } from './vectors';

export const narrowBlock: usize = 96;
export const wideBlock: usize = 160;

@inline
function products(sum: v128, weights: v128, bytes: usize): v128 {
  return i16x8.add(sum, i16x8.relaxed_dot_i8x16_i7x16_s(v128.load32_splat(bytes), weights));
}

@inline
function settledPairs(total: v128, pairs: v128, scale: v128, least: v128, rowScale: usize, rowSum: usize): v128 {
  return settled(total, i32x4.extadd_pairwise_i16x8_s(pairs), scale, least, rowScale, rowSum);
}

/**
 * Four rows of weights at a time, from the group `first` to before `last`: outputs of every token, `outputs` floats apart, set
 * or, with `adds`, added. `inputs` is a multiple of 32. `lora` points at rank, A and B, or is 0; `low` is where the
 * numbers that A makes of the first token's row stand. `bias` may be 0.
 */
export function multiply(
  weights: usize, first: i32, last: i32, inputs: i32, to: usize, outputs: i32, adds: bool, bias: usize, lora: usize, low: usize,
): void {
  const tokens = at.tokens();
  const blocks = inputs >> 5;
  const bytes = at.bytes();
  const scales = at.scales();
  const sums = at.sums();
  const mask = i8x16.splat(15);
  const rowBytes = <usize>inputs;
  const rowScales = <usize>blocks << 2;
  const rowOutputs = <usize>outputs << 2;
  const rank = lora === 0 ? 0 : <i32>load<u32>(lora);
  const columns: usize = lora === 0 ? 0 : <usize>load<u32>(lora + 8);
  const lowBytes = <usize>at.lowStride() << 2;
  for (let group = first; group < last; group += 1) {
    const row = weights + <usize>group * <usize>blocks * narrowBlock;
    const start = bias === 0 ? f32x4.splat(0) : v128.load(bias + (<usize>group << 4));
    const column = columns + <usize>group * columnBytes(rank);
    let token = 0;
    // Three go as four: there is room behind them, and one by one they take longer.
    for (; token + 3 <= tokens; token += 4) {
      let t0 = start, t1 = start, t2 = start, t3 = start;
      let b0 = bytes + <usize>token * rowBytes;
      let s0 = scales + <usize>token * rowScales;
      let m0 = sums + <usize>token * rowScales;
      let block = row;
      for (let index = 0; index < blocks; index += 1) {
        const b1 = b0 + rowBytes, b2 = b1 + rowBytes, b3 = b2 + rowBytes;
        let a0 = i16x8.splat(0), a1 = i16x8.splat(0), a2 = i16x8.splat(0), a3 = i16x8.splat(0);
        for (let part: usize = 0; part < 16; part += 4) {
          const both = v128.load(block + (part << 2));
          const near = v128.and(both, mask);
          a0 = products(a0, near, b0 + part);
          a1 = products(a1, near, b1 + part);
          a2 = products(a2, near, b2 + part);
          a3 = products(a3, near, b3 + part);
          const far = v128.and(i16x8.shr_u(both, 4), mask);
          a0 = products(a0, far, b0 + part + 16);
          a1 = products(a1, far, b1 + part + 16);
          a2 = products(a2, far, b2 + part + 16);
          a3 = products(a3, far, b3 + part + 16);
        }
        const scale = v128.load(block, 64);
        const least = v128.load(block, 80);
        t0 = settledPairs(t0, a0, scale, least, s0, m0);
        t1 = settledPairs(t1, a1, scale, least, s0 + rowScales, m0 + rowScales);
        t2 = settledPairs(t2, a2, scale, least, s0 + 2 * rowScales, m0 + 2 * rowScales);
        t3 = settledPairs(t3, a3, scale, least, s0 + 3 * rowScales, m0 + 3 * rowScales);
        b0 += 32;
        s0 += 4;
        m0 += 4;
        block += narrowBlock;
      }
      const place = to + <usize>token * rowOutputs + (<usize>group << 4);
      const lows = low + <usize>token * lowBytes;
      if (rank > 0) {
        t0 = withLora(t0, lows, rank, column);
        t1 = withLora(t1, lows + lowBytes, rank, column);
        t2 = withLora(t2, lows + 2 * lowBytes, rank, column);
        t3 = withLora(t3, lows + 3 * lowBytes, rank, column);
      }
      put(place, t0, adds);
      put(place + rowOutputs, t1, adds);
      put(place + 2 * rowOutputs, t2, adds);
      put(place + 3 * rowOutputs, t3, adds);
    }
    for (; token < tokens; token += 1) {
      let total = start;
      const b = bytes + <usize>token * rowBytes;
      const s = scales + <usize>token * rowScales;
      const m = sums + <usize>token * rowScales;
      for (let index = 0; index < blocks; index += 1) {
        const block = row + <usize>index * narrowBlock;
        const place = b + (<usize>index << 5);
        let sum = i16x8.splat(0);
        let other = i16x8.splat(0);
        for (let part: usize = 0; part < 16; part += 4) {
          const both = v128.load(block + (part << 2));
          sum = products(sum, v128.and(both, mask), place + part);
          other = products(other, v128.and(i16x8.shr_u(both, 4), mask), place + part + 16);
        }
        sum = i16x8.add(sum, other);
        total = settledPairs(total, sum, v128.load(block, 64), v128.load(block, 80), s + (<usize>index << 2), m + (<usize>index << 2));
      }
      if (rank > 0) total = withLora(total, low + <usize>token * lowBytes, rank, column);
      put(to + <usize>token * rowOutputs + (<usize>group << 4), total, adds);
    }
  }
}

@inline
function put(place: usize, total: v128, adds: bool): void {
  v128.store(place, adds ? f32x4.add(v128.load(place), total) : total);
}

@inline
function wideProducts(sum: v128, weights: v128, bytes: usize): v128 {
  const pairs = i16x8.relaxed_dot_i8x16_i7x16_s(weights, v128.load32_splat(bytes));
  return i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(pairs));
}

/** A sum over a block of 8-bit weights, of both bytes of the input, in the units of the coarse one. */
@inline
function wideWhole(most: v128, rest: v128, zero: v128): v128 {
  const fine = f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(rest), zero), f32x4.splat(1 / fineSteps));
  return f32x4.add(f32x4.sub(f32x4.convert_i32x4_s(most), zero), fine);
}

/**
 * As `multiply`, for 8-bit weights and rows that were quantised twice: `rows` of them, whose outputs stand `outputs` floats apart.
 * Four rows at a time, so that the weights, most of a model's, are read once for them.
 */
export function multiplyWide(
  weights: usize, first: i32, last: i32, inputs: i32, rows: i32, bytes: usize, scales: usize, to: usize, outputs: i32,
): void {
  const blocks = inputs >> 5;
  const rowBytes = <usize>inputs << 1;
  const rowScales = <usize>blocks << 2;
  const rowOutputs = <usize>outputs << 2;
  for (let group = first; group < last; group += 1) {
    const start = weights + <usize>group * <usize>blocks * wideBlock;
    const place = to + (<usize>group << 4);
    let row = 0;
    for (; row + 3 <= rows; row += 4) {
      let t0 = f32x4.splat(0), t1 = t0, t2 = t0, t3 = t0;
      let block = start;
      let coarse = bytes + <usize>row * rowBytes;
      let s = scales + <usize>row * rowScales;
      for (let index = 0; index < blocks; index += 1) {
        let m0 = i32x4.splat(0), m1 = m0, m2 = m0, m3 = m0, r0 = m0, r1 = m0, r2 = m0, r3 = m0;
        for (let part: usize = 0; part < 32; part += 4) {
          const weight = v128.load(block + (part << 2));
          let byte = coarse + part;
          m0 = wideProducts(m0, weight, byte);
          r0 = wideProducts(r0, weight, byte + <usize>inputs);
          byte += rowBytes;
          m1 = wideProducts(m1, weight, byte);
          r1 = wideProducts(r1, weight, byte + <usize>inputs);
          byte += rowBytes;
          m2 = wideProducts(m2, weight, byte);
          r2 = wideProducts(r2, weight, byte + <usize>inputs);
          byte += rowBytes;
          m3 = wideProducts(m3, weight, byte);
          r3 = wideProducts(r3, weight, byte + <usize>inputs);
        }
        const scale = v128.load(block, 128);
        const zero = v128.load(block, 144);
        t0 = f32x4.relaxed_madd(wideWhole(m0, r0, zero), f32x4.mul(scale, v128.load32_splat(s)), t0);
        t1 = f32x4.relaxed_madd(wideWhole(m1, r1, zero), f32x4.mul(scale, v128.load32_splat(s + rowScales)), t1);
        t2 = f32x4.relaxed_madd(wideWhole(m2, r2, zero), f32x4.mul(scale, v128.load32_splat(s + 2 * rowScales)), t2);
        t3 = f32x4.relaxed_madd(wideWhole(m3, r3, zero), f32x4.mul(scale, v128.load32_splat(s + 3 * rowScales)), t3);
        block += wideBlock;
        coarse += 32;
        s += 4;
      }
      const out = place + <usize>row * rowOutputs;
      v128.store(out, t0);
      v128.store(out + rowOutputs, t1);
      v128.store(out + 2 * rowOutputs, t2);
      v128.store(out + 3 * rowOutputs, t3);
    }
    for (; row < rows; row += 1) {
      let total = f32x4.splat(0);
      for (let index = 0; index < blocks; index += 1) {
        const block = start + <usize>index * wideBlock;
        const coarse = bytes + <usize>row * rowBytes + (<usize>index << 5);
        const fine = coarse + <usize>inputs;
        let most = i32x4.splat(0);
        let rest = i32x4.splat(0);
        for (let part: usize = 0; part < 32; part += 4) {
          const weight = v128.load(block + (part << 2));
          most = wideProducts(most, weight, coarse + part);
          rest = wideProducts(rest, weight, fine + part);
        }
        const scale = f32x4.mul(v128.load(block, 128), v128.load32_splat(scales + <usize>row * rowScales + (<usize>index << 2)));
        total = f32x4.relaxed_madd(wideWhole(most, rest, v128.load(block, 144)), scale, total);
      }
      v128.store(place + <usize>row * rowOutputs, total);
    }
  }
}

/** One row of 8-bit weights as floats: what an embedding is. */
export function unpackRow(weights: usize, row: i32, inputs: i32, to: usize): void {
  const blocks = inputs >> 5;
  const group = weights + <usize>(row >> 2) * <usize>blocks * wideBlock;
  const lane = <usize>(row & 3) << 2;
  for (let index = 0; index < inputs; index += 1) {
    const block = group + <usize>(index >> 5) * wideBlock;
    const within = index & 31;
    const weight = load<i8>(block + (<usize>(within >> 2) << 4) + lane + <usize>(within & 3));
    store<f32>(to + (<usize>index << 2), <f32>weight * load<f32>(block + 128 + lane));
  }
}
