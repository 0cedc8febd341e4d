/**
 * Integer arithmetic of 64 bits in doubles, which are exact up to 2^53: what a program needs of it. C does the same with s64;
 * that nothing passes 2^53 is proven for each program (`proof.ts`).
 */

/** The largest integer that everything up to is exact in a double: 2^53 − 1. */
export const EXACT = Number.MAX_SAFE_INTEGER;

/** Fraction bits of the fixed-point logarithm, and of scaled inputs. */
export const FRACTION = 16;
/** 1 with that many fraction bits. */
export const ONE = 65536;

/** 2^(FRACTION − e) for e 0…53. */
const TO_MANTISSA = Float64Array.from({ length: 54 }, (_, e) => ONE * powerOfTwo(-e));

/** 2^−n for n 0…63, for arithmetic right shifts: floor(v · 2^−n), which is what gcc makes of v >> n. */
const HALVES = Float64Array.from({ length: 64 }, (_, n) => powerOfTwo(-n));

/** 2^e, exact. @param e an integer, −1000…1000 */
export function powerOfTwo(e: number): number {
  let power = 1;
  for (let i = 0; i < e; i++) power *= 2;
  for (let i = 0; i > e; i--) power /= 2;
  return power;
}

/** v >> n of a 64-bit integer: towards −∞. @param v within ±2^53 @param n 0…63 */
export function shiftRight(v: number, n: number): number {
  return Math.floor(v * HALVES[n]!);
}

/** 2^−n, as a factor that a shift is made with. @param n 0…63 */
export function halves(n: number): number {
  return HALVES[n]!;
}

/**
 * log2(|v| + 1) with the sign of v, in fixed point: the place of the leading bit of |v| + 1, and the bits after it as the
 * fraction, which is the logarithm interpolated linearly between powers of two. Odd, continuous and monotone, 0 at 0; at most
 * 0.087 below the true logarithm. In C two shifts and a count of leading zeros.
 *
 * @param v integer within ±(2^53 − 1)
 * @returns within ±53 · 2^16
 */
export function log2Fixed(v: number): number {
  const u = (v < 0 ? -v : v) + 1;
  const e = u < 2 ** 32 ? 31 - Math.clz32(u) : 63 - Math.clz32(Math.floor(u / 2 ** 32));
  const log = (e - 1) * ONE + Math.floor(u * TO_MANTISSA[e]!);
  return v < 0 ? -log : log;
}
