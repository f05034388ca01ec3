/**
 * Rows of floats as small integers, 32 at a time with a scale of their own: what products with packed weights read.
 */

@inline
function largest(from: usize): f32 {
  let most = f32x4.abs(v128.load(from));
  for (let place: usize = 16; place < 128; place += 16) {
    most = f32x4.max(most, f32x4.abs(v128.load(from + place)));
  }
  const pairs = f32x4.max(most, i8x16.shuffle(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

@inline
function rounded(numbers: v128, inverse: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(numbers, inverse)));
}

/** Each 32 floats as signed bytes of at most 127, their scale, and their sum as floats. */
export function quantise(from: usize, count: i32, bytes: usize, scales: usize, sums: usize): void {
  const blocks = count >> 5;
  for (let block = 0; block < blocks; block += 1) {
    const start = from + (<usize>block << 7);
    const most = largest(start);
    const scale = most / 127;
    const inverse = f32x4.splat(most > 0 ? 127 / most : 0);
    let sum = i32x4.splat(0);
    for (let half: usize = 0; half < 2; half += 1) {
      const place = start + (half << 6);
      const a = rounded(v128.load(place), inverse);
      const b = rounded(v128.load(place + 16), inverse);
      const c = rounded(v128.load(place + 32), inverse);
      const d = rounded(v128.load(place + 48), inverse);
      sum = i32x4.add(sum, i32x4.add(i32x4.add(a, b), i32x4.add(c, d)));
      const packed = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
      v128.store(bytes + (<usize>block << 5) + (half << 4), packed);
    }
    store<f32>(scales + (<usize>block << 2), scale);
    const whole = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
    store<f32>(sums + (<usize>block << 2), scale * <f32>whole);
  }
}

/** Steps of the fine byte that make one of the coarse byte. */
export const fineSteps: f32 = 126;

/**
 * Each 32 floats as two rows of bytes from 1 to 127, 64 standing for zero: a coarse one and, at `bytes + count`, a fine one
 * for what it leaves. Together some 14 bits. `scales` gets the coarse step.
 */
export function quantiseTwice(from: usize, count: i32, bytes: usize, scales: usize): void {
  const blocks = count >> 5;
  const middle = i8x16.splat(64);
  for (let block = 0; block < blocks; block += 1) {
    const start = from + (<usize>block << 7);
    const most = largest(start);
    const step = most / 63;
    const inverse = f32x4.splat(most > 0 ? 63 / most : 0);
    const fine = f32x4.splat(most > 0 ? 63 * fineSteps / most : 0);
    const coarseStep = f32x4.splat(step);
    for (let half: usize = 0; half < 2; half += 1) {
      const place = start + (half << 6);
      const x0 = v128.load(place);
      const x1 = v128.load(place + 16);
      const x2 = v128.load(place + 32);
      const x3 = v128.load(place + 48);
      const a = rounded(x0, inverse);
      const b = rounded(x1, inverse);
      const c = rounded(x2, inverse);
      const d = rounded(x3, inverse);
      const to = bytes + (<usize>block << 5) + (half << 4);
      v128.store(to, i8x16.add(middle, i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))));
      const r0 = rounded(f32x4.sub(x0, f32x4.mul(f32x4.convert_i32x4_s(a), coarseStep)), fine);
      const r1 = rounded(f32x4.sub(x1, f32x4.mul(f32x4.convert_i32x4_s(b), coarseStep)), fine);
      const r2 = rounded(f32x4.sub(x2, f32x4.mul(f32x4.convert_i32x4_s(c), coarseStep)), fine);
      const r3 = rounded(f32x4.sub(x3, f32x4.mul(f32x4.convert_i32x4_s(d), coarseStep)), fine);
      v128.store(to + count, i8x16.add(middle, i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(r0, r1), i16x8.narrow_i32x4_s(r2, r3))));
    }
    store<f32>(scales + (<usize>block << 2), step);
  }
}
