import { describe, expect, it } from 'vitest';
import { blockSpread } from '../../src/calibration/block-spread.js';
import type { Series } from '../../src/experiment/series.js';
import { Stream } from '../../src/sim/engine/rng.js';

const T = 1e9;
/** Half a 95 % interval of t with 12 degrees of freedom. */
const HALF = 2.179;

function series(ts: readonly number[], rest: Partial<Series> = {}): Series {
  return { metric: 'm', kind: 'count', ts: [...ts].sort((a, b) => a - b), values: [], of: [], at: 0, ...rest };
}

/** Events at times by chance, `n` of them in each of the parts of [0, T). */
function byChance(stream: Stream, ...parts: number[]): number[] {
  const length = T / parts.length;
  return parts.flatMap((n, part) => Array.from({ length: n }, () => part * length + (stream.below(1e6) / 1e6) * length));
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of `one` over streams of their own. */
function repeat(n: number, one: (stream: Stream) => number): number {
  return average(Array.from({ length: n }, (_, i) => one(new Stream(i, 'test'))));
}

describe('the spread that blocks tell', () => {
  it('of events by chance is that of a Poisson count', () => {
    const spread = repeat(40, (stream) => blockSpread(series(byChance(stream, 2000)), T)!);
    expect(spread / (HALF / Math.sqrt(2000))).toBeGreaterThan(0.85);
    expect(spread / (HALF / Math.sqrt(2000))).toBeLessThan(1.15);
  });

  it('of regular events is small, of events in bunches large', () => {
    const regular = blockSpread(series(Array.from({ length: 2000 }, (_, i) => (i * T) / 2000)), T)!;
    expect(regular).toBeLessThan(0.002);
    const bunches = repeat(20, (stream) => {
      const at = byChance(stream, 200);
      return blockSpread(series(at.flatMap((ts) => Array.from({ length: 10 }, (_, i) => ts + i))), T)!;
    });
    expect(bunches).toBeGreaterThan((2 * HALF) / Math.sqrt(2000));
  });

  it('is not widened by a start and an end that come by design', () => {
    const flat = repeat(40, (stream) => blockSpread(series(byChance(stream, 2000)), T)!);
    const phases = repeat(40, (stream) => blockSpread(series(byChance(stream, 0, 400, 400, 400, 400, 400, 0)), T)!);
    expect(phases / flat).toBeLessThan(2);
  });

  it('of few events is at least that of chance', () => {
    expect(blockSpread(series([1, 2, 3, 4]), T)).toBeCloseTo(HALF / 2, 2);
  });

  it('of a share is that of its events, whatever the phases of the attempts', () => {
    const share = (parts: readonly number[]): number =>
      repeat(30, (stream) => {
        const of = byChance(stream, ...parts).sort((a, b) => a - b);
        return blockSpread(series(of.filter(() => stream.below(4) === 0), { kind: 'share', of }), T)!;
      });
    const expected = (HALF * Math.sqrt(0.75 * 0.25 * 4000)) / 1000;
    expect(share([4000]) / expected).toBeGreaterThan(0.8);
    expect(share([4000]) / expected).toBeLessThan(1.25);
    expect(share([200, 3600, 200]) / expected).toBeLessThan(1.4);
  });

  it('of a quantile reaches as far as the samples at the ends of its interval', () => {
    const ts = Array.from({ length: 10_000 }, (_, i) => (i * T) / 10_000);
    const stream = new Stream(1, 'test');
    const values = ts.map(() => 1000 + stream.below(1000));
    const spread = blockSpread(series(ts, { kind: 'quantile', values, at: 0.5 }), T)!;
    // ±HALF · 0.5/√10000 of probability, on a density of 1/1000 around 1500.
    expect(spread).toBeGreaterThan(((HALF * 0.005 * 1000) / 1500) * 0.7);
    expect(spread).toBeLessThan(((HALF * 0.005 * 1000) / 1500) * 1.6);
  });

  it('is none where nothing happened, for a span, and for forks, which come in bunches', () => {
    expect(blockSpread(series([]), T)).toBeNull();
    expect(blockSpread(series([], { kind: 'span' }), T)).toBeNull();
    expect(blockSpread(series([1, 2], { metric: 'migrations_fork' }), T)).toBeNull();
  });
});
