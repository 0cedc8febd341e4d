import { describe, expect, it } from 'vitest';
import { msecs_to_jiffies } from '../../../../src/sim/kernel/balance/jiffies.js';

/** timeconst.h: the constants that the kernel's build computes for MSEC_TO_HZ, in 64-bit arithmetic. */
function byTimeconst(hz: bigint, m: bigint): bigint {
  let shift = 0n;
  const mulAt = (s: bigint): bigint => ((1n << s) * hz + 999n) / 1000n;
  while (mulAt(shift) < 1n << 31n) shift++;
  const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
  const d = 1000n / gcd(hz, 1000n);
  const adj = ((1n << shift) * (d - 1n)) / d;
  return (mulAt(shift) * m + adj) >> shift;
}

describe('msecs_to_jiffies', () => {
  it('agrees with known values', () => {
    expect([0, 1, 10, 11].map((m) => msecs_to_jiffies(100, m))).toEqual([0, 1, 1, 2]);
    expect([0, 1, 4, 5, 32].map((m) => msecs_to_jiffies(250, m))).toEqual([0, 1, 1, 2, 8]);
    expect([0, 1, 3, 4, 10, 32].map((m) => msecs_to_jiffies(300, m))).toEqual([0, 1, 1, 2, 3, 10]);
    expect([0, 1, 17, 512].map((m) => msecs_to_jiffies(1000, m))).toEqual([0, 1, 17, 512]);
  });

  it.each([100, 250, 1000])('divides and rounds up at HZ=%i', (hz) => {
    for (let m = 0; m < 20_000; m++) {
      expect(msecs_to_jiffies(hz, m)).toBe(Number((BigInt(m) + 1000n / BigInt(hz) - 1n) / (1000n / BigInt(hz))));
    }
  });

  it('is what the multiplication with the build-time constants gives at HZ=300', () => {
    for (let m = 0; m < 200_000; m++) expect(msecs_to_jiffies(300, m)).toBe(Number(byTimeconst(300n, BigInt(m))));
  });
});
