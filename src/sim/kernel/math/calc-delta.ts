import { fls, mul_u64_u32_shr } from './arith.js';
import { scale_load_down } from './weights.js';
import { POW2 } from './pow2.js';

const WMULT_CONST = 0xffff_ffff;
const TWO_32 = 2 ** 32;

/**
 * The inverse of a scaled load weight: 2^32 / weight.
 * @kernel kernel/sched/fair.c __update_inv_weight
 * @omits the caching of the result, which is left to the caller
 */
export function inv_weight(weight: number): number {
  const w = scale_load_down(weight);
  if (w >= WMULT_CONST) return 1;
  if (w === 0) return WMULT_CONST;
  return Math.floor(WMULT_CONST / w);
}

/**
 * delta · weight / lw, with lw given by its inverse: the way the kernel divides by a load without dividing.
 *
 *     fact = weight · inv      reduced to 32 bits by shifting right, the shift remembered
 *     result = (delta · fact) >> (32 − bits shifted out)
 *
 * @param delta ns, 0 ≤ delta < 2^53
 * @param weight scaled load weight of the numerator
 * @param inv inverse of the denominator, from `inv_weight` or the weight tables
 * @returns ns
 * @kernel kernel/sched/fair.c __calc_delta
 * @omits nothing
 */
export function __calc_delta(delta: number, weight: number, inv: number): number {
  let fact = scale_load_down(weight);
  let shift = 32;
  if (fact >= TWO_32) {
    const bits = fls(Math.floor(fact / TWO_32));
    shift -= bits;
    fact = Math.floor(fact / POW2[bits]!);
  }
  const product = fact * inv;
  if (product < TWO_32) return mul_u64_u32_shr(delta, product, shift);
  if (product < 2 ** 53) {
    const bits = fls(Math.floor(product / TWO_32));
    return mul_shr(delta, Math.floor(product / POW2[bits]!), shift - bits);
  }
  // Both factors are close to 2^32, which no load is. Halves keep it exact all the same.
  const hi = Math.floor(fact / 65536);
  const low = (fact - hi * 65536) * inv;
  const low_hi = Math.floor(low / 65536);
  const mid = hi * inv + low_hi;
  const top = Math.floor(mid / 65536);
  const bits = fls(top);
  const bottom = (mid - top * 65536) * 65536 + (low - low_hi * 65536);
  return mul_shr(delta, top * POW2[32 - bits]! + Math.floor(bottom / POW2[bits]!), shift - bits);
}

/** (a · mul) >> shift; a shift below 0 is undefined in the kernel and is taken as 0. */
function mul_shr(a: number, mul: number, shift: number): number {
  return mul_u64_u32_shr(a, mul, shift < 0 ? 0 : shift);
}
