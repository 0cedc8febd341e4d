import { max, u32, u64 } from './ctypes.js';

/** fls(): the number of the highest bit set, from 1; 0 for 0. */
export function fls(x: bigint): number {
  return x === 0n ? 0 : x.toString(2).length;
}

/** mul_u64_u32_shr() as it is with 128-bit integers. */
export function mulU64U32Shr(a: bigint, mul: bigint, shift: number): bigint {
  return u64((a * mul) >> BigInt(shift));
}

/** scale_load_down() on 64-bit. */
export function scaleLoadDown(weight: bigint): bigint {
  return weight === 0n ? 0n : max(2n, weight >> 10n);
}

const WMULT_CONST = 0xffff_ffffn;

/** `struct load_weight`. */
export interface LoadWeight {
  weight: bigint;
  /** 0 where it must be computed. */
  inv_weight: bigint;
}

/** __update_inv_weight() */
export function updateInvWeight(lw: LoadWeight): void {
  if (lw.inv_weight !== 0n) return;
  const w = scaleLoadDown(lw.weight);
  if (w >= WMULT_CONST) lw.inv_weight = 1n;
  else if (w === 0n) lw.inv_weight = WMULT_CONST;
  else lw.inv_weight = WMULT_CONST / w;
}

/** __calc_delta() */
export function calcDelta(deltaExec: bigint, weight: bigint, lw: LoadWeight): bigint {
  let fact = scaleLoadDown(weight);
  let shift = 32;
  updateInvWeight(lw);
  let high = u32(fact >> 32n);
  if (high !== 0n) {
    const fs = fls(high);
    shift -= fs;
    fact >>= BigInt(fs);
  }
  fact = u32(fact) * u32(lw.inv_weight);
  high = u32(fact >> 32n);
  if (high !== 0n) {
    const fs = fls(high);
    shift -= fs;
    fact >>= BigInt(fs);
  }
  return mulU64U32Shr(deltaExec, u32(fact), shift);
}
