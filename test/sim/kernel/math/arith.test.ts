import { describe, expect, it } from 'vitest';
import {
  add_positive, div_u64, fls, max_u32, mul_compare, mul_div, mul_u64_u32_shr, mul_u64_u32_shr32, sub_positive,
} from '../../../../src/sim/kernel/math/arith.js';
import * as ref from '../../../reference/arith.js';
import { addPositive64, maxU32, subPositive64 } from '../../../reference/ctypes.js';
import { repeat, same } from '../../../reference/draw.js';

const N = 100_000;
const EXACT = 2n ** 53n;

describe('64-bit arithmetic equals BigInt', () => {
  it('mul_u64_u32_shr32', () => {
    let compared = 0;
    repeat(N, 1, (draw) => {
      const a = draw.bits(53);
      const mul = draw.bits(32);
      const want = ref.mulU64U32Shr(BigInt(a), BigInt(mul), 32);
      same('mul_u64_u32_shr32', mul_u64_u32_shr32(a, mul), want, a, mul);
      compared++;
    });
    expect(compared).toBe(N);
  });

  it('mul_u64_u32_shr with every shift, wherever the result can be held', () => {
    let compared = 0;
    repeat(2 * N, 2, (draw) => {
      const a = draw.bits(53);
      const mul = draw.bits(32);
      const shift = draw.below(33);
      const want = (BigInt(a) * BigInt(mul)) >> BigInt(shift);
      if (want >= EXACT) return;
      compared++;
      same('mul_u64_u32_shr', mul_u64_u32_shr(a, mul, shift), want, a, mul, shift);
    });
    expect(compared).toBeGreaterThan(N);
  });

  it('mul_div', () => {
    let compared = 0;
    repeat(2 * N, 3, (draw) => {
      const a = draw.bits(53);
      const b = draw.bits(53);
      const c = Math.max(1, draw.bits(53));
      const want = (BigInt(a) * BigInt(b)) / BigInt(c);
      if (want >= EXACT) return;
      compared++;
      same('mul_div', mul_div(a, b, c), want, a, b, c);
    });
    expect(compared).toBeGreaterThan(N);
  });

  it('mul_compare, with signs and near-equal products', () => {
    repeat(N, 4, (draw) => {
      const a = draw.signed(53);
      const b = draw.signed(53);
      // Half of the cases have products that differ by little or not at all.
      const near = draw.chance(50);
      const c = near ? b + draw.below(3) - 1 : draw.signed(53);
      const d = near ? a + draw.below(3) - 1 : draw.signed(53);
      if (!Number.isSafeInteger(c) || !Number.isSafeInteger(d)) return;
      const left = BigInt(a) * BigInt(b);
      const right = BigInt(c) * BigInt(d);
      same('mul_compare', mul_compare(a, b, c, d), left < right ? -1n : left > right ? 1n : 0n, a, b, c, d);
    });
  });

  it('fls', () => {
    expect(fls(0)).toBe(0);
    repeat(N, 5, (draw) => {
      const x = draw.bits(32);
      same('fls', fls(x), BigInt(ref.fls(BigInt(x))), x);
    });
  });

  it('div_u64, with dividends next to multiples of the divisor', () => {
    repeat(N, 6, (draw) => {
      const b = Math.max(1, draw.bits(draw.chance(50) ? 32 : 53));
      const a = draw.chance(50) ? draw.bits(53) : Math.min(2 ** 53 - 1, nextTo(b, draw.bits(53), draw.below(3) - 1));
      same('div_u64', div_u64(a, b), BigInt(a) / BigInt(b), a, b);
    });
  });

  it('max_u32 loses what is above 32 bits', () => {
    expect(max_u32(2 ** 32 + 1, 5)).toBe(5);
    repeat(N, 7, (draw) => {
      const x = draw.bits(53);
      const y = draw.bits(53);
      same('max_u32', max_u32(x, y), maxU32(BigInt(x), BigInt(y)), x, y);
    });
  });

  it('sub_positive and add_positive', () => {
    repeat(N, 8, (draw) => {
      const x = draw.bits(52);
      const y = draw.bits(52);
      const delta = draw.signed(52);
      same('sub_positive', sub_positive(x, y), subPositive64(BigInt(x), BigInt(y)), x, y);
      same('add_positive', add_positive(x, delta), addPositive64(BigInt(x), BigInt(delta)), x, delta);
    });
  });
});

/** The multiple of `b` that is next below `a`, moved by `by`. */
function nextTo(b: number, a: number, by: number): number {
  return Math.max(0, Number((BigInt(a) / BigInt(b)) * BigInt(b)) + by);
}
