import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../src/bundle/trace/formats.js';
import { LinePrefix, lexFtracePrefix } from '../../../src/bundle/trace/prefix.js';
import { atTickRate } from '../../../src/bundle/trace/tick-rate.js';

function at(time: string, hertz: number): [number, number, number] {
  const p = new LinePrefix();
  expect(atTickRate(lexFtracePrefix, hertz)(`  x-1  [000] ..... ${time}: a: b`, p)).toBe(true);
  return [p.seconds, p.nanoseconds, p.resolutionNs];
}

describe('atTickRate', () => {
  it('makes ns of ticks, and leaves seconds alone', () => {
    expect(at('2900000000', 2.9e9)).toEqual([1, 0, 1]);
    expect(at('1450000029', 2.9e9)).toEqual([0, 500_000_010, 1]);
    expect(at('7', 250)).toEqual([0, 28_000_000, 4_000_000]);
    expect(at('1748941749', 1e9)).toEqual([1, 748_941_749, 1]);
    expect(at('12.345678', 2.9e9)).toEqual([12, 345_678_000, 1000]);
  });

  it('is right to the ns for any time stamp of 64 bits', () => {
    const ticks = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(ticks, fc.integer({ min: 4096, max: 2 ** 33 }), (value, hertz) => {
        const [seconds, nanoseconds] = at(String(value), hertz);
        expect(BigInt(seconds)).toBe(value / BigInt(hertz));
        const exact = ((value % BigInt(hertz)) * 1_000_000_000n) / BigInt(hertz);
        expect(Math.abs(nanoseconds - Number(exact))).toBeLessThanOrEqual(1);
        expect(nanoseconds).toBeLessThan(1e9);
      }),
    );
  });

  it('leaves lines alone that its lexer does not know', () => {
    expect(atTickRate(FORMATS.ftrace.lexer, 1e9)('garbage', new LinePrefix())).toBe(false);
  });
});
