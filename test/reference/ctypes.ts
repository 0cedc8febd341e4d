/*
 * C's integer types on BigInt. A reference computes with as many bits as it needs and then drops what the kernel's type
 * cannot hold, at the very places where C does.
 */

/** (u64)x */
export function u64(x: bigint): bigint {
  return BigInt.asUintN(64, x);
}

/** (s64)x, and (long)x on a 64-bit machine. */
export function s64(x: bigint): bigint {
  return BigInt.asIntN(64, x);
}

/** (u32)x */
export function u32(x: bigint): bigint {
  return BigInt.asUintN(32, x);
}

/** (int)x */
export function s32(x: bigint): bigint {
  return BigInt.asIntN(32, x);
}

export function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** max_t(u32, a, b) */
export function maxU32(a: bigint, b: bigint): bigint {
  return max(u32(a), u32(b));
}

/** sub_positive() on an unsigned long or u64. */
export function subPositive64(value: bigint, subtract: bigint): bigint {
  const result = u64(value - u64(subtract));
  return result > value ? 0n : result;
}

/** sub_positive() on a u32; the value subtracted is cut to the type of the variable first. */
export function subPositive32(value: bigint, subtract: bigint): bigint {
  const result = u32(value - u32(subtract));
  return result > value ? 0n : result;
}

/** add_positive() of a long to an unsigned long or u64. */
export function addPositive64(value: bigint, delta: bigint): bigint {
  const result = u64(value + delta);
  return delta < 0n && result > value ? 0n : result;
}

/** add_positive() of a long to a u32. */
export function addPositive32(value: bigint, delta: bigint): bigint {
  const result = u32(value + delta);
  return delta < 0n && result > value ? 0n : result;
}
