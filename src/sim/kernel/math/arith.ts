/**
 * The kernel's 64-bit integer arithmetic in JavaScript numbers, exact.
 *
 * A number holds an integer exactly up to 2^53. Products of two kernel quantities can be larger; these functions split
 * the factors so that no partial product is. Every one is tested against BigInt.
 */

import { POW2 } from './pow2.js';

const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;
const MAX_EXACT = 2 ** 53;

/**
 * (a · mul) >> 32 for 0 ≤ a < 2^53, 0 ≤ mul < 2^32. Exact where the result is below 2^53.
 * @kernel include/linux/math64.h mul_u64_u32_shr
 * @omits shifts other than 32
 */
export function mul_u64_u32_shr32(a: number, mul: number): number {
  const whole = a * mul;
  if (whole < MAX_EXACT) return Math.floor(whole / TWO_32);
  const hi = Math.floor(a / TWO_32);
  const lo = a - hi * TWO_32;
  const lo_hi = Math.floor(lo / TWO_16);
  const lo_lo = lo - lo_hi * TWO_16;
  return hi * mul + Math.floor((lo_hi * mul + Math.floor((lo_lo * mul) / TWO_16)) / TWO_16);
}

/**
 * (a · mul) >> shift for 0 ≤ a < 2^53, 0 ≤ mul < 2^32, 0 ≤ shift ≤ 32. Exact where the result is below 2^53.
 * @kernel include/linux/math64.h mul_u64_u32_shr
 * @omits nothing
 */
export function mul_u64_u32_shr(a: number, mul: number, shift: number): number {
  const whole = a * mul;
  if (whole < MAX_EXACT) return Math.floor(whole / POW2[shift]!);
  // a·mul = (top·2^32 + bottom) with bottom < 2^32; then shift the two halves apart.
  const hi = Math.floor(a / TWO_32);
  const lo = a - hi * TWO_32;
  const lo_hi = Math.floor(lo / TWO_16);
  const lo_lo = lo - lo_hi * TWO_16;
  const low = lo_lo * mul;
  const low_hi = Math.floor(low / TWO_16);
  const mid = lo_hi * mul + low_hi;
  const mid_hi = Math.floor(mid / TWO_16);
  const bottom = (mid - mid_hi * TWO_16) * TWO_16 + (low - low_hi * TWO_16);
  const top = hi * mul + mid_hi;
  return top * POW2[32 - shift]! + Math.floor(bottom / POW2[shift]!);
}

/** floor(a · b / c) for integers a, b ≥ 0 and c > 0. Exact; the result must be below 2^53. */
export function mul_div(a: number, b: number, c: number): number {
  const whole = a * b;
  if (whole < MAX_EXACT) return Math.floor(whole / c);
  return Number((BigInt(a) * BigInt(b)) / BigInt(c));
}

/** The sign of a·b − c·d for any integers, exact: −1, 0 or 1. */
export function mul_compare(a: number, b: number, c: number, d: number): number {
  const left = a * b;
  const right = c * d;
  if (Math.abs(left) < MAX_EXACT && Math.abs(right) < MAX_EXACT) return left < right ? -1 : left > right ? 1 : 0;
  const exact = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
  return exact < 0n ? -1 : exact > 0n ? 1 : 0;
}

/** The number of the highest bit set, counted from 1; 0 for 0 (fls). For 0 ≤ x < 2^32. */
export function fls(x: number): number {
  return 32 - Math.clz32(x);
}

/**
 * floor(a / b) for integers 0 ≤ a < 2^53 and 0 < b. A double's quotient may be rounded up to the next integer when a is
 * large; the remainder tells.
 */
export function div_u64(a: number, b: number): number {
  const q = Math.floor(a / b);
  return q * b > a ? q - 1 : q;
}

/** x − y, or 0 where that would be below 0 (the kernel's sub_positive). */
export function sub_positive(x: number, y: number): number {
  return x > y ? x - y : 0;
}

/** x + delta, or 0 where that would be below 0 (the kernel's add_positive). */
export function add_positive(x: number, delta: number): number {
  const sum = x + delta;
  return sum < 0 ? 0 : sum;
}

/** The kernel's max_t(u32, x, y): both lose what is above 32 bits, as they do there. For 0 ≤ x, y < 2^53. */
export function max_u32(x: number, y: number): number {
  const a = x < TWO_32 ? x : x % TWO_32;
  const b = y < TWO_32 ? y : y % TWO_32;
  return a > b ? a : b;
}
