/**
 * Arithmetic on rows of 32-bit floats whose length is a multiple of 4.
 */

/** The sum of four numbers. */
@inline
export function sumOf(vector: v128): f32 {
  const pairs = f32x4.add(vector, i8x16.shuffle(vector, vector, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

@inline
export function dot(left: usize, right: usize, count: i32): f32 {
  let one = f32x4.splat(0);
  let other = f32x4.splat(0);
  let place: usize = 0;
  const bytes = <usize>count << 2;
  for (; place + 32 <= bytes; place += 32) {
    one = f32x4.relaxed_madd(v128.load(left + place), v128.load(right + place), one);
    other = f32x4.relaxed_madd(v128.load(left + place + 16), v128.load(right + place + 16), other);
  }
  for (; place < bytes; place += 16) {
    one = f32x4.relaxed_madd(v128.load(left + place), v128.load(right + place), one);
  }
  return sumOf(f32x4.add(one, other));
}

/** e to the power of each number, to within two units of the last place (the polynomial of Cephes' expf). */
@inline
export function exp(numbers: v128): v128 {
  const x = f32x4.max(f32x4.min(numbers, f32x4.splat(88)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let y = f32x4.splat(1.9875691500e-4);
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.3981999507e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(8.3334519073e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(4.1665795894e-2));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.6666665459e-1));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(y, r), r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, power);
}

/** Root mean square normalisation (arXiv:1910.07467) of one row. */
export function normalise(from: usize, weight: usize, to: usize, count: i32, epsilon: f32): void {
  const scale = f32x4.splat(1 / sqrt<f32>(dot(from, from, count) / <f32>count + epsilon));
  const bytes = <usize>count << 2;
  for (let place: usize = 0; place < bytes; place += 16) {
    const scaled = f32x4.mul(v128.load(from + place), scale);
    v128.store(to + place, f32x4.mul(scaled, v128.load(weight + place)));
  }
}

/** `gate` becomes gate * sigmoid(gate) * up. */
export function swiglu(gate: usize, up: usize, count: i32): void {
  const one = f32x4.splat(1);
  const bytes = <usize>count << 2;
  for (let place: usize = 0; place < bytes; place += 16) {
    const x = v128.load(gate + place);
    const sigmoid = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
    v128.store(gate + place, f32x4.mul(f32x4.mul(x, sigmoid), v128.load(up + place)));
  }
}

/**
 * Adds four sums of products of whole numbers to `total` as floats: times the scales of weights and row, and the least weights
 * times the row's sum.
 */
@inline
export function settled(total: v128, sum: v128, scale: v128, least: v128, rowScale: usize, rowSum: usize): v128 {
  const scaled = f32x4.relaxed_madd(f32x4.mul(f32x4.convert_i32x4_s(sum), scale), v128.load32_splat(rowScale), total);
  return f32x4.relaxed_madd(least, v128.load32_splat(rowSum), scaled);
}
