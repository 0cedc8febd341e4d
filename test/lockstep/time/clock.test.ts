import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockAt, fitClock } from '../../../src/lockstep/time/clock.js';
import { CLOCK_BASE } from '../../../src/sim/kernel/kernel.js';
import { Recording } from '../support/recording.js';

/** Decisions whose clock was read `lag` ns before their stamp, by a clock that is `offset` behind and runs `ppm` fast. */
function decisions(stamps: readonly number[], offset: number, ppm: number, lag: (i: number) => number): Recording {
  const r = new Recording();
  stamps.forEach((ts, i) => r.put('decisions', { ts, clock_task: Math.round(ts - offset + (ts * ppm) / 1e6) - lag(i) }));
  return r;
}

const every = (count: number, step: number): number[] => Array.from({ length: count }, (_, i) => 1000 + i * step);

describe('fitClock', () => {
  it('takes the least lag for the offset where the recording is short', () => {
    const fit = fitClock(decisions(every(50, 1e6), 71_000_000, 0, (i) => 200 + (i % 7) * 100).contents());
    expect(fit).toEqual({ offsetNs: 71_000_200, ppm: 0, records: 50 });
  });

  it('finds rate and offset where it is long, whatever the lags of most records', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -3, max: 3 }), fc.integer({ min: -2e9, max: 2e9 }),
        fc.array(fc.nat(20_000), { minLength: 400, maxLength: 400 }),
        (ppm, offset, lags) => {
          // In both ends some record is made at once.
          const lag = (i: number): number => (i % 50 === 0 ? 0 : lags[i]!);
          const fit = fitClock(decisions(every(400, 5e6), offset, ppm, lag).contents());
          expect(fit.ppm).toBe(ppm);
          expect(Math.abs(fit.offsetNs - offset)).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  it('passes over records without a clock', () => {
    const r = decisions(every(50, 1e6), 71_000_000, 0, () => 200);
    r.put('decisions', { ts: 999, clock_task: -1 });
    expect(fitClock(r.contents())).toEqual({ offsetNs: 71_000_200, ppm: 0, records: 50 });
  });

  it('claims no rate from few records', () => {
    const fit = fitClock(decisions(every(60, 2e7), 5, 1, () => 0).contents());
    expect(fit.ppm).toBe(0);
    expect(fit.records).toBe(60);
  });

  it('only shifts where the recording shows no clock, beyond the base of the model\'s own', () => {
    const fit = fitClock(new Recording().contents());
    expect(fit).toEqual({ offsetNs: -2 * CLOCK_BASE, ppm: 0, records: 0 });
    expect(clockAt(fit, 123_456_789)).toBe(123_456_789 + 2 * CLOCK_BASE);
  });
});

describe('clockAt', () => {
  it('is whole ns, and grows with the stamp', () => {
    const fit = { offsetNs: 70_981_674.5, ppm: 1, records: 100 };
    expect(clockAt(fit, 1e9)).toBe(Math.round(1e9 - 70_981_674.5 + 1000));
    expect(clockAt(fit, 1e9 + 1)).toBeGreaterThan(clockAt(fit, 1e9));
  });
});
