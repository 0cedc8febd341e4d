import { describe, expect, it } from 'vitest';
import { tickPhase } from '../../src/bundle/tick-phase.js';
import { streamOf } from '../../src/lockstep/stream.js';
import { Recording, group } from './support/recording.js';

/** Task 10 runs on CPU 0 from 1000; a newly-idle balance of `cost` ns is recorded at `ts`, the switch to idle at 40,000. */
function begins(ts: number, cost: number, state: number, throttledAt: number | null): unknown[] {
  const r = new Recording([group(2, 0, 1e6)]).task(10).event(1000, 0, 'switch', 10, 0, 0);
  if (throttledAt !== null) r.event(throttledAt, 0, 'throttle', -1, 2, 1);
  r.put('newidles', { ts, cpu: 0, on: 0, gate: 0, cost }).event(40_000, 0, 'switch', 0, 10, state);
  const w = r.world();
  const stream = streamOf(r.contents(), r.machine.hz, null, w.lags, () => 2);
  return stream.begins.map((begin) => ({ prev: begin.prev, state: begin.state, newidle: begin.newidle }));
}

describe('the beginning of a switch with a newly-idle balance', () => {
  it('takes a task that blocks off its queue', () => {
    expect(begins(30_000, 5000, 1, null)).toEqual([{ prev: 10, state: 1, newidle: 0 }]);
  });

  it('leaves a task queued whose group was throttled right before', () => {
    expect(begins(30_000, 5000, 0, 24_000)).toEqual([{ prev: 10, state: 0, newidle: 0 }]);
  });

  it('is not explained by a throttling long before', () => {
    expect(begins(30_000, 5000, 0, 2000)).toEqual([{ prev: 10, state: 1, newidle: 0 }]);
  });
});

describe('the phase of the ticks', () => {
  const HZ = 250;
  const PERIOD = 1e9 / HZ;
  const TICK = { cpu: 0, on: 0 };

  it('is that of the ticks that are recorded', () => {
    const r = new Recording();
    for (let i = 1; i < 60; i++) r.put('ticks', { ts: i * PERIOD + 700_000 + i, ...TICK });
    expect(tickPhase(r.contents(), HZ)).toBeCloseTo(700_003, -1);
  });

  it('is that of what else ticks do where no task was waiting at any', () => {
    const kicked = new Recording();
    for (let i = 1; i < 60; i++) kicked.put('kicks', { ts: i * PERIOD + 700_250 + i, ...TICK });
    expect(tickPhase(kicked.contents(), HZ)).toBeCloseTo(700_003, -1);
    const balanced = new Recording();
    for (let i = 1; i < 60; i++) balanced.put('balances', { ts: i * PERIOD + 702_400 + i, cpu: 0, idle: i % 2 });
    // A newly-idle balance comes at any time.
    for (let i = 1; i < 60; i++) balanced.put('balances', { ts: i * PERIOD + 300_000, cpu: 0, idle: 2 });
    expect(tickPhase(balanced.contents(), HZ)).toBeCloseTo(700_003, -1);
  });

  it('is not known where nothing shows a tick', () => {
    expect(tickPhase(new Recording().contents(), HZ)).toBeNull();
  });
});
