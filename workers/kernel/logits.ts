/**
 * A row of logits, looked through whole: the highest, where it stands, and how much all of them share. A program of its
 * own, beside the model's: whichever engine computed the row, the loop that picks the next token asks here.
 */

/** The row lies here, a multiple of 32 floats; what is beyond the vocabulary is minus infinity. */
const row: usize = 1024;

/** Behind it the mask: one bit a token, 32 to a word, lowest bit first. */
@inline
function wordAt(words: i32, word: i32, masked: bool): u32 {
  return masked ? load<u32>(row + (<usize>words << 7) + (<usize>word << 2)) : 0xffffffff;
}

/** Ones in each lane whose bit is set. */
@inline
function lanes(bits: u32): v128 {
  return i32x4.ne(v128.and(i32x4.splat(bits), i32x4(1, 2, 4, 8)), i32x4.splat(0));
}

export function place(): usize {
  return row;
}

/** The highest of those that the mask lets through; minus infinity where there is none. What is no number is passed over. */
export function highest(words: i32, masked: bool): f32 {
  const none = f32x4.splat(-Infinity);
  let top = none;
  for (let word = 0; word < words; word += 1) {
    const bits = wordAt(words, word, masked);
    if (bits == 0) continue;
    const at = row + (<usize>word << 7);
    if (bits == 0xffffffff) {
      for (let part: usize = 0; part < 128; part += 16) top = f32x4.pmax(top, v128.load(at + part));
    } else {
      for (let part: u32 = 0; part < 8; part += 1) {
        const logits = v128.load(at + (<usize>part << 4));
        top = f32x4.pmax(top, v128.bitselect(logits, none, lanes(bits >>> (part << 2))));
      }
    }
  }
  let best: f32 = f32x4.extract_lane(top, 0);
  if (f32x4.extract_lane(top, 1) > best) best = f32x4.extract_lane(top, 1);
  if (f32x4.extract_lane(top, 2) > best) best = f32x4.extract_lane(top, 2);
  if (f32x4.extract_lane(top, 3) > best) best = f32x4.extract_lane(top, 3);
  return best;
}

/** The first token that has this logit and passes the mask; -1 where there is none. */
export function first(words: i32, masked: bool, logit: f32): i32 {
  const wanted = f32x4.splat(logit);
  for (let word = 0; word < words; word += 1) {
    const bits = wordAt(words, word, masked);
    if (bits == 0) continue;
    const at = row + (<usize>word << 7);
    for (let part: u32 = 0; part < 8; part += 1) {
      const found = f32x4.eq(v128.load(at + (<usize>part << 4)), wanted);
      const hits = i32x4.bitmask(found) & (bits >>> (part << 2)) & 15;
      if (hits != 0) return (word << 5) + (part << 2) + ctz<i32>(hits);
    }
  }
  return -1;
}

/**
 * e to the power of each number from -87 to 0, to within six decimal digits: what a softmax over so many needs. 2 to the
 * power of the nearest whole number, times Taylor's polynomial of the rest.
 */
@inline
function share(below: v128): v128 {
  const y = f32x4.mul(below, f32x4.splat(1.44269504088896341));
  const n = f32x4.nearest(y);
  const r = f32x4.sub(y, n);
  let power = f32x4.splat(1.3333558e-3);
  power = f32x4.add(f32x4.mul(power, r), f32x4.splat(9.6181291e-3));
  power = f32x4.add(f32x4.mul(power, r), f32x4.splat(5.5504109e-2));
  power = f32x4.add(f32x4.mul(power, r), f32x4.splat(2.40226507e-1));
  power = f32x4.add(f32x4.mul(power, r), f32x4.splat(6.93147181e-1));
  power = f32x4.add(f32x4.mul(power, r), f32x4.splat(1));
  // Multiplies by 2 to the power of n: its place in a float is the exponent.
  return i32x4.add(power, i32x4.shl(i32x4.trunc_sat_f32x4_s(n), 23));
}

/** The shares of four, where they lie; none of what is far below, and of what is no number. */
@inline
function sharesAt(at: usize, top: v128): v128 {
  const below = f32x4.sub(v128.load(at), top);
  return v128.and(share(below), f32x4.ge(below, f32x4.splat(-80)));
}

/** The sum of e to the power of each logit less `top`, over those that the mask lets through. */
export function sum(words: i32, masked: bool, top: f32): f64 {
  const tops = f32x4.splat(top);
  let all = f64x2.splat(0);
  for (let word = 0; word < words; word += 1) {
    const bits = wordAt(words, word, masked);
    if (bits == 0) continue;
    const at = row + (<usize>word << 7);
    let one: v128;
    let other: v128;
    if (bits == 0xffffffff) {
      one = f32x4.add(
        f32x4.add(sharesAt(at, tops), sharesAt(at + 16, tops)),
        f32x4.add(sharesAt(at + 32, tops), sharesAt(at + 48, tops)),
      );
      other = f32x4.add(
        f32x4.add(sharesAt(at + 64, tops), sharesAt(at + 80, tops)),
        f32x4.add(sharesAt(at + 96, tops), sharesAt(at + 112, tops)),
      );
    } else {
      one = f32x4.splat(0);
      other = f32x4.splat(0);
      for (let part: u32 = 0; part < 8; part += 1) {
        one = f32x4.add(one, v128.and(sharesAt(at + (<usize>part << 4), tops), lanes(bits >>> (part << 2))));
      }
    }
    const some = f32x4.add(one, other);
    const upper = i8x16.shuffle(some, some, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    all = f64x2.add(all, f64x2.add(f64x2.promote_low_f32x4(some), f64x2.promote_low_f32x4(upper)));
  }
  return f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
}
