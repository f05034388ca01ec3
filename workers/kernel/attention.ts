/**
 * Rotary positions, the cache of keys and values, and attention of each token to all before it.
 * A cache is a list of blocks of 64 positions; in a block stand, for each layer, keys and then values, each head's by itself.
 */
import * as at from './parameters';
import { dot, exp, sumOf } from './vectors';

const blockShift: i32 = 6;

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
  const headBytes = <usize>at.headSize() << 2;
  const keyHeads = at.keyHeads();
  const position = load<i32>(at.positions() + (<usize>token << 2));
  turn(at.queries() + <usize>(token * at.heads()) * headBytes, at.heads(), position);
  const keys = at.keys() + <usize>(token * keyHeads) * headBytes;
  const values = at.values() + <usize>(token * keyHeads) * headBytes;
  turn(keys, keyHeads, position);
  const blocks = <usize>load<u32>(at.blockLists() + (<usize>token << 2));
  const block = <usize>load<u32>(blocks + (<usize>(position >> blockShift) << 2));
  const place = <usize>(position & 63) * headBytes;
  for (let head = 0; head < keyHeads; head += 1) {
    memory.copy(block + within(layer, 0, head) + place, keys + <usize>head * headBytes, headBytes);
    memory.copy(block + within(layer, 1, head) + place, values + <usize>head * headBytes, headBytes);
  }
}

/** Numbers become their shares of e to each of them; what stands after them up to a multiple of 4 becomes 0. */
function softmax(numbers: usize, count: i32): void {
  let most = load<f32>(numbers);
  for (let index = 1; index < count; index += 1) most = max<f32>(most, load<f32>(numbers + (<usize>index << 2)));
  const whole = (count + 3) & ~3;
  for (let index = count; index < whole; index += 1) store<f32>(numbers + (<usize>index << 2), -Infinity);
  const top = f32x4.splat(most);
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

/** The query heads that share a key head, of one token. `scores` is the thread's own scratch. */
export function attend(token: i32, keyHead: i32, layer: i32, scores: usize): void {
  const headSize = at.headSize();
  const headBytes = <usize>headSize << 2;
  const shared = at.heads() / at.keyHeads();
  const position = load<i32>(at.positions() + (<usize>token << 2));
  const count = position + 1;
  const blocks = <usize>load<u32>(at.blockLists() + (<usize>token << 2));
  const first = <usize>(token * at.heads() + keyHead * shared) * headBytes;
  const queries = at.queries() + first;
  const scoreBytes = <usize>((count + 3) & ~3) << 2;
  const scale: f32 = 1 / sqrt<f32>(<f32>headSize);
  const keyPlace = within(layer, 0, keyHead);
  const valuePlace = within(layer, 1, keyHead);
  for (let place = 0; place < count; place += 1) {
    const block = <usize>load<u32>(blocks + (<usize>(place >> blockShift) << 2));
    const key = block + keyPlace + <usize>(place & 63) * headBytes;
    for (let head = 0; head < shared; head += 1) {
      const score = dot(queries + <usize>head * headBytes, key, headSize) * scale;
      store<f32>(scores + <usize>head * scoreBytes + (<usize>place << 2), score);
    }
  }
  for (let head = 0; head < shared; head += 1) {
    const weights = scores + <usize>head * scoreBytes;
    softmax(weights, count);
    const to = at.attended() + first + <usize>head * headBytes;
    let part: usize = 0;
    // Eight numbers at a time: the sides of a head are multiples of 8.
    for (; part + 64 <= headBytes; part += 64) {
      let a = f32x4.splat(0), b = a, c = a, d = a;
      for (let place = 0; place < count; place += 1) {
        const block = <usize>load<u32>(blocks + (<usize>(place >> blockShift) << 2));
        const value = block + valuePlace + <usize>(place & 63) * headBytes + part;
        const weight = v128.load32_splat(weights + (<usize>place << 2));
        a = f32x4.relaxed_madd(weight, v128.load(value), a);
        b = f32x4.relaxed_madd(weight, v128.load(value, 16), b);
        c = f32x4.relaxed_madd(weight, v128.load(value, 32), c);
        d = f32x4.relaxed_madd(weight, v128.load(value, 48), d);
      }
      v128.store(to + part, a);
      v128.store(to + part, b, 16);
      v128.store(to + part, c, 32);
      v128.store(to + part, d, 48);
    }
    for (; part < headBytes; part += 16) {
      let a = f32x4.splat(0);
      for (let place = 0; place < count; place += 1) {
        const block = <usize>load<u32>(blocks + (<usize>(place >> blockShift) << 2));
        const value = block + valuePlace + <usize>(place & 63) * headBytes + part;
        a = f32x4.relaxed_madd(v128.load32_splat(weights + (<usize>place << 2)), v128.load(value), a);
      }
      v128.store(to + part, a);
    }
  }
}
