import { describe, expect, it } from 'vitest';
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
