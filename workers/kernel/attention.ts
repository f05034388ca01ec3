/**
 * Rotary positions, the cache of keys and values, and attention of each token to all before it.
 * A cache is a list of blocks of 64 positions; in a block stand, for each layer, keys and then values, each head's by itself: of keys
 * the first number of all 64, then the second, so that a score of several is made without adding across a vector; values whole.
 */
import * as at from './parameters';
import { exp, sumOf } from './vectors';

const blockShift: i32 = 6;
const blockPlaces: i32 = 1 << blockShift;
/** Bytes of one number of all keys of a block. */
const rowBytes: usize = <usize>blockPlaces << 2;

/** Tokens that attend together at most: scratch is laid out for as many. */
export const tileTokens: i32 = 4;

/** Where the block that holds positions from 64 times `index` on begins. */
@inline
function blockOf(token: i32, index: i32): usize {
  const blocks = <usize>load<u32>(at.blockLists() + (<usize>token << 2));
  return <usize>load<u32>(blocks + (<usize>index << 2));
}

/** Positions that a token attends to. */
@inline
function seenBy(token: i32): i32 {
  return load<i32>(at.positions() + (<usize>token << 2)) + 1;
}

/** Where a head of a token stands among rows of all heads. */
@inline
function headOf(rows: usize, token: i32, head: i32): usize {
  return rows + (<usize>((token * at.heads() + head) * at.headSize()) << 2);
}

/** Bytes from the start of a block to what a head of a layer keeps there; `kind` is 0 for keys, 1 for values. */
@inline
function within(layer: i32, kind: i32, head: i32): usize {
  return (<usize>((layer * 2 + kind) * at.keyHeads() + head) << blockShift) * (<usize>at.headSize() << 2);
}

/** Turns each head of a row by the token's position (arXiv:2104.09864). */
function turn(row: usize, count: i32, position: i32): void {
  const half = at.headSize() >> 1;
  const table = <usize>(position * half) << 2;
  const cosines = at.cosines() + table;
  const sines = at.sines() + table;
  const neighbours = at.ropeTurnsNeighbours();
  for (let head = 0; head < count; head += 1) {
    const start = row + (<usize>(head * half) << 3);
    for (let index = 0; index < half; index += 1) {
      const cosine = load<f32>(cosines + (<usize>index << 2));
      const sine = load<f32>(sines + (<usize>index << 2));
      const left = start + (neighbours ? <usize>index << 3 : <usize>index << 2);
      const right = left + (neighbours ? 4 : <usize>half << 2);
      const x = load<f32>(left);
      const y = load<f32>(right);
      store<f32>(left, x * cosine - y * sine);
      store<f32>(right, y * cosine + x * sine);
    }
  }
}

/** Turns a token's queries and keys, and puts keys and values where its sequence keeps them. */
export function keep(token: i32, layer: i32): void {
  const headSize = at.headSize();
  const headBytes = <usize>headSize << 2;
  const keyHeads = at.keyHeads();
  const position = load<i32>(at.positions() + (<usize>token << 2));
  turn(at.queries() + <usize>(token * at.heads()) * headBytes, at.heads(), position);
  const keys = at.keys() + <usize>(token * keyHeads) * headBytes;
  const values = at.values() + <usize>(token * keyHeads) * headBytes;
  turn(keys, keyHeads, position);
  const block = blockOf(token, position >> blockShift);
  const place = <usize>(position & (blockPlaces - 1));
  for (let head = 0; head < keyHeads; head += 1) {
    const from = keys + <usize>head * headBytes;
    const to = block + within(layer, 0, head) + (place << 2);
    for (let part = 0; part < headSize; part += 1) {
      store<f32>(to + <usize>part * rowBytes, load<f32>(from + (<usize>part << 2)));
    }
    memory.copy(block + within(layer, 1, head) + place * headBytes, values + <usize>head * headBytes, headBytes);
  }
}

function mostOf(numbers: usize, count: i32): f32 {
  let most = v128.load(numbers);
  for (let index = 4; index < count; index += 4) most = f32x4.max(most, v128.load(numbers + (<usize>index << 2)));
  const pairs = f32x4.max(most, i8x16.shuffle(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** Numbers become their shares of e to each of them; what stands after them up to a multiple of 4 becomes 0. */
function softmax(numbers: usize, count: i32): void {
  const whole = (count + 3) & ~3;
  for (let index = count; index < whole; index += 1) store<f32>(numbers + (<usize>index << 2), -Infinity);
  const top = f32x4.splat(mostOf(numbers, whole));
  let sum = f32x4.splat(0);
  for (let index = 0; index < whole; index += 4) {
    const place = numbers + (<usize>index << 2);
    const weights = exp(f32x4.sub(v128.load(place), top));
    v128.store(place, weights);
    sum = f32x4.add(sum, weights);
  }
  const inverse = f32x4.splat(1 / sumOf(sum));
  for (let index = 0; index < whole; index += 4) {
    const place = numbers + (<usize>index << 2);
    v128.store(place, f32x4.mul(v128.load(place), inverse));
  }
}

/** Scores of three heads, whose queries stand one after the other, with `count` keys of a block, rounded up to 8. */
function scoreThree(queries: usize, block: usize, headSize: i32, count: i32, scale: f32, to: usize, stride: usize): void {
  const headBytes = <usize>headSize << 2;
  const factor = f32x4.splat(scale);
  const end = <usize>count << 2;
  for (let place: usize = 0; place < end; place += 32) {
    let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0;
    let key = block + place;
    let query = queries;
    for (let part = 0; part < headSize; part += 1) {
      const k0 = v128.load(key);
      const k1 = v128.load(key, 16);
      const a = v128.load32_splat(query);
      const b = v128.load32_splat(query + headBytes);
      const c = v128.load32_splat(query + 2 * headBytes);
      a0 = f32x4.relaxed_madd(a, k0, a0);
      a1 = f32x4.relaxed_madd(a, k1, a1);
      b0 = f32x4.relaxed_madd(b, k0, b0);
      b1 = f32x4.relaxed_madd(b, k1, b1);
      c0 = f32x4.relaxed_madd(c, k0, c0);
      c1 = f32x4.relaxed_madd(c, k1, c1);
      key += rowBytes;
      query += 4;
    }
    const at0 = to + place, at1 = at0 + stride, at2 = at1 + stride;
    v128.store(at0, f32x4.mul(a0, factor));
    v128.store(at0, f32x4.mul(a1, factor), 16);
    v128.store(at1, f32x4.mul(b0, factor));
    v128.store(at1, f32x4.mul(b1, factor), 16);
    v128.store(at2, f32x4.mul(c0, factor));
    v128.store(at2, f32x4.mul(c1, factor), 16);
  }
}

/** As `scoreThree`, for one head. */
function scoreOne(query: usize, block: usize, headSize: i32, count: i32, scale: f32, to: usize): void {
  const factor = f32x4.splat(scale);
  const end = <usize>count << 2;
  for (let place: usize = 0; place < end; place += 32) {
    let a0 = f32x4.splat(0), a1 = a0;
    let key = block + place;
    for (let part: usize = 0; part < <usize>headSize << 2; part += 4) {
      const a = v128.load32_splat(query + part);
      a0 = f32x4.relaxed_madd(a, v128.load(key), a0);
      a1 = f32x4.relaxed_madd(a, v128.load(key, 16), a1);
      key += rowBytes;
    }
    v128.store(to + place, f32x4.mul(a0, factor));
    v128.store(to + place, f32x4.mul(a1, factor), 16);
  }
}

/** Adds to three heads' outputs, one after the other, `count` values of a block by their weights. */
function gatherThree(weights: usize, stride: usize, block: usize, headSize: i32, count: i32, to: usize): void {
  const headBytes = <usize>headSize << 2;
  const end = weights + (<usize>count << 2);
  for (let part: usize = 0; part < headBytes; part += 32) {
    const out0 = to + part, out1 = out0 + headBytes, out2 = out1 + headBytes;
    let a0 = v128.load(out0), a1 = v128.load(out0, 16);
    let b0 = v128.load(out1), b1 = v128.load(out1, 16);
    let c0 = v128.load(out2), c1 = v128.load(out2, 16);
    let value = block + part;
    for (let weight = weights; weight < end; weight += 4) {
      const v0 = v128.load(value);
      const v1 = v128.load(value, 16);
      const a = v128.load32_splat(weight);
      const b = v128.load32_splat(weight + stride);
      const c = v128.load32_splat(weight + 2 * stride);
      a0 = f32x4.relaxed_madd(a, v0, a0);
      a1 = f32x4.relaxed_madd(a, v1, a1);
      b0 = f32x4.relaxed_madd(b, v0, b0);
      b1 = f32x4.relaxed_madd(b, v1, b1);
      c0 = f32x4.relaxed_madd(c, v0, c0);
      c1 = f32x4.relaxed_madd(c, v1, c1);
      value += headBytes;
    }
    v128.store(out0, a0);
    v128.store(out0, a1, 16);
    v128.store(out1, b0);
    v128.store(out1, b1, 16);
    v128.store(out2, c0);
    v128.store(out2, c1, 16);
  }
}

/** As `gatherThree`, for one head. */
function gatherOne(weights: usize, block: usize, headSize: i32, count: i32, to: usize): void {
  const headBytes = <usize>headSize << 2;
  const end = weights + (<usize>count << 2);
  for (let part: usize = 0; part < headBytes; part += 32) {
    let a0 = v128.load(to + part), a1 = v128.load(to + part, 16);
    let value = block + part;
    for (let weight = weights; weight < end; weight += 4) {
      const a = v128.load32_splat(weight);
      a0 = f32x4.relaxed_madd(a, v128.load(value), a0);
      a1 = f32x4.relaxed_madd(a, v128.load(value, 16), a1);
      value += headBytes;
    }
    v128.store(to + part, a0);
    v128.store(to + part, a1, 16);
  }
}

/**
 * Attention of the tokens from `firstToken` to before `lastToken`, a tile at most, for the heads from `firstHead` to before
 * `lastHead`, which share a key head. Block by block, so that a block which several of them read is fetched once. `scores` is the
 * thread's own scratch.
 */
export function attend(firstToken: i32, lastToken: i32, firstHead: i32, lastHead: i32, layer: i32, scores: usize): void {
  const headSize = at.headSize();
  const headBytes = <usize>headSize << 2;
  const count = lastHead - firstHead;
  const keyHead = firstHead / (at.heads() / at.keyHeads());
  const keyPlace = within(layer, 0, keyHead);
  const valuePlace = within(layer, 1, keyHead);
  const scale: f32 = 1 / sqrt<f32>(<f32>headSize);
  const stride = at.scoresRow();
  let most = 0;
  for (let token = firstToken; token < lastToken; token += 1) most = max(most, seenBy(token));
  const blocks = (most + blockPlaces - 1) >> blockShift;
  for (let index = 0; index < blocks; index += 1) {
    for (let token = firstToken; token < lastToken; token += 1) {
      const places = min(blockPlaces, seenBy(token) - (index << blockShift));
      if (places <= 0) continue;
      const block = blockOf(token, index) + keyPlace;
      let query = headOf(at.queries(), token, firstHead);
      let to = scores + <usize>((token - firstToken) * count) * stride + (<usize>index << (blockShift + 2));
      let head = 0;
      for (; head + 3 <= count; head += 3) {
        scoreThree(query, block, headSize, places, scale, to, stride);
        query += 3 * headBytes;
        to += 3 * stride;
      }
      for (; head < count; head += 1) {
        scoreOne(query, block, headSize, places, scale, to);
        query += headBytes;
        to += stride;
      }
    }
  }
  for (let token = firstToken; token < lastToken; token += 1) {
    const rows = scores + <usize>((token - firstToken) * count) * stride;
    for (let head = 0; head < count; head += 1) softmax(rows + <usize>head * stride, seenBy(token));
    memory.fill(headOf(at.attended(), token, firstHead), 0, <usize>count * headBytes);
  }
  for (let index = 0; index < blocks; index += 1) {
    for (let token = firstToken; token < lastToken; token += 1) {
      const places = min(blockPlaces, seenBy(token) - (index << blockShift));
      if (places <= 0) continue;
      const block = blockOf(token, index) + valuePlace;
      let to = headOf(at.attended(), token, firstHead);
      let weights = scores + <usize>((token - firstToken) * count) * stride + (<usize>index << (blockShift + 2));
      let head = 0;
      for (; head + 3 <= count; head += 3) {
        gatherThree(weights, stride, block, headSize, places, to);
        to += 3 * headBytes;
        weights += 3 * stride;
      }
      for (; head < count; head += 1) {
        gatherOne(weights, block, headSize, places, to);
        to += headBytes;
        weights += stride;
      }
    }
  }
}
