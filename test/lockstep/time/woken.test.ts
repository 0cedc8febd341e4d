import { describe, expect, it } from 'vitest';
import { Runtimes } from '../../../src/lockstep/time/runtimes.js';
import { fitWoken } from '../../../src/lockstep/time/woken.js';
import { Recording } from '../support/recording.js';

const GATE_NS = 480;

/** Task 10 wakes up on idle CPU 0, runs for 5 µs and sleeps, `times` times; its placements are recorded `lag` ns late. */
function recording(times: number, lag: number): Recording {
  const r = new Recording().task(10);
  let vruntime = 1_000_000;
  for (let i = 0; i < times; i++) {
    const woken = 1_000_000 * (i + 1);
    const slept = woken + 5000;
    r.put('places', {
      ts: woken + lag, cpu: 0, on: 0, pid: 10, tg: 0, initial: 0, before: vruntime, after: vruntime, candidate: 0, min_vruntime: 0, nr: 1,
    });
    vruntime += 5000;
    r.event(woken + 2000, 0, 'switch', 10, 0, 0);
    r.put('newidles', { ts: slept + GATE_NS, cpu: 0, on: 0, gate: 4, cost: 0 }).event(slept + 1500, 0, 'switch', 0, 10, 1);
  }
  return r;
}

const woken = (times: number, lag: number): number => {
  const contents = recording(times, lag).contents();
  return fitWoken(contents, new Runtimes(contents), GATE_NS);
};

describe('how late a placement on an idle CPU is recorded', () => {
  it('is measured from what the task then ran', () => {
    expect(woken(30, 333)).toBe(333);
  });

  it('is what is usual where there is too little to measure it', () => {
    expect(woken(3, 333)).toBe(woken(0, 0));
    expect(woken(3, 333)).not.toBe(333);
  });
});
