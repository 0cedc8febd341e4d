import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXACT, log2Fixed, ONE, shiftRight } from '../../src/libml/integers.js';
import { exponentOf } from '../../src/libml/program.js';
import { narrowed, scaled, scalingOf, type InputScaling } from '../../src/libml/scaling.js';

const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, EXACT, -EXACT, 2 ** 31, 2 ** 32, 2 ** 32 - 1, 2 ** 52),
);

/** log2Fixed as C has it: shifts and a count of leading zeros, on 64 bits. */
function reference(v: bigint): bigint {
  const u = (v < 0n ? -v : v) + 1n;
  const zeros = 64n - BigInt(u.toString(2).length);
  const log = ((62n - zeros) << 16n) + ((u << zeros) >> 47n);
  return v < 0n ? -log : log;
}

describe('integers', () => {
  it('shift right as s64 does', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 0, max: 63 }), (v, n) => {
        expect(BigInt(shiftRight(v, n))).toBe(BigInt(v) >> BigInt(n));
      }),
    );
  });

  it('the logarithm is that of shifts and leading zeros on s64, to the bit', () => {
    fc.assert(
      fc.property(whole, (v) => {
        expect(BigInt(log2Fixed(v))).toBe(reference(BigInt(v)));
      }),
      { numRuns: 2000 },
    );
    for (let v = 0; v < 5000; v++) expect(BigInt(log2Fixed(v))).toBe(reference(BigInt(v)));
  });

  it('the logarithm is odd and monotone, exact at powers of two and at most 0.0861 low between', () => {
    for (let e = 0; e <= 53; e++) expect(log2Fixed(2 ** e - 1)).toBe(e * ONE);
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(log2Fixed(-a) + log2Fixed(a)).toBe(0);
        if (a <= b) expect(log2Fixed(a)).toBeLessThanOrEqual(log2Fixed(b));
        const low = Math.log2(Math.abs(a) + 1) - Math.abs(log2Fixed(a)) / ONE;
        expect(low).toBeGreaterThan(-1e-9);
        expect(low).toBeLessThan(0.0861);
      }),
    );
  });

  it('exponents are those of the binary representation', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-200, max: 1e200, noNaN: true }), (x) => {
        const e = exponentOf(x);
        expect(2 ** e <= x && x < 2 ** (e + 1)).toBe(true);
      }),
    );
    for (let e = -60; e <= 60; e++) expect(exponentOf(2 ** e)).toBe(e);
  });
});

/** The definition in the comment of InputScaling, on integers of any size. */
function definition(s: InputScaling, raw: bigint): bigint {
  const clamped = raw < BigInt(s.lo) ? BigInt(s.lo) : raw > BigInt(s.hi) ? BigInt(s.hi) : raw;
  const v = s.kind === 'log2' ? reference(clamped) : clamped;
  return (((v - BigInt(s.base)) >> BigInt(s.preShift)) * BigInt(s.multiplier) + BigInt(s.add)) >> BigInt(s.shift);
}

const scalings = fc
  .tuple(fc.constantFrom('linear' as const, 'log2' as const), whole, whole, fc.constantFrom<[number, number]>([-1, 1], [0, 1], [-64, 64], [0.3, 0.4]))
  .filter(([kind, a, b]) => a < b && b - a <= EXACT && (kind === 'linear' || log2Fixed(a) < log2Fixed(b)))
  .map(([kind, lo, hi, to]) => ({ s: scalingOf(kind, lo, hi, to), to }));

describe('the scaling of an input', () => {
  it('is its definition on integers without bounds, for every raw value', () => {
    fc.assert(
      fc.property(scalings, whole, fc.integer({ min: 0, max: 8 }), ({ s }, raw, bits) => {
        for (const v of [raw, s.lo, s.hi, s.lo - 1, s.hi + 1].filter(Number.isSafeInteger)) {
          expect(BigInt(scaled(s, v))).toBe(definition(s, BigInt(v)));
          expect(BigInt(scaled(narrowed(s, bits), v))).toBe(definition(narrowed(s, bits), BigInt(v)));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('maps the ends onto the ends, the inside between them, and is monotone', () => {
    fc.assert(
      fc.property(scalings, whole, whole, ({ s, to }, a, b) => {
        const ends = to.map((end) => Math.round(end * ONE));
        expect(Math.abs(scaled(s, s.lo) - ends[0]!)).toBeLessThanOrEqual(1);
        expect(Math.abs(scaled(s, s.hi) - ends[1]!)).toBeLessThanOrEqual(1 + (ends[1]! - ends[0]!) / 2 ** 20);
        if (a <= b) expect(scaled(s, a)).toBeLessThanOrEqual(scaled(s, b));
        expect(scaled(s, -EXACT)).toBe(scaled(s, s.lo));
        expect(scaled(s, EXACT)).toBe(scaled(s, s.hi));
      }),
      { numRuns: 1000 },
    );
  });

  it('is linear where it says so, a logarithm where it says so', () => {
    const linear = scalingOf('linear', 0, 1000);
    expect(scaled(linear, 250) / ONE).toBeCloseTo(-0.5, 4);
    const log = scalingOf('log2', 0, 2 ** 30 - 1, [0, 30]);
    expect(scaled(log, 2 ** 20 - 1) / ONE).toBeCloseTo(20, 3);
    expect(scaled(scalingOf('linear', 0, 1), 1)).toBe(ONE);
    expect(scaled(scalingOf('linear', 0, 1), 0)).toBe(-ONE);
  });

  it('narrowed is the same number rounded to fewer bits', () => {
    fc.assert(
      fc.property(scalings, whole, fc.integer({ min: 1, max: 8 }), ({ s }, raw, bits) => {
        expect(scaled(narrowed(s, bits), raw)).toBe(Math.floor((scaled(s, raw) + 2 ** (bits - 1)) / 2 ** bits));
      }),
    );
  });

  it.each([[1, 1], [5, 1], [0.5, 3], [NaN, 3], [0, 2 ** 53], [-EXACT, EXACT]])('refuses the ends %d and %d', (lo, hi) => {
    expect(() => scalingOf('linear', lo, hi)).toThrow('scaling: expected');
  });

  it('refuses ends that one logarithm stands for', () => {
    expect(() => scalingOf('log2', 2 ** 50, 2 ** 50 + 1)).toThrow('scaling: expected ends whose logarithms differ');
  });
});
