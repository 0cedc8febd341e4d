import { describe, expect, it } from 'vitest';
import { CLOCK_BASE } from '../../../src/sim/kernel/kernel.js';
import { becomeRunning } from '../../../src/lockstep/rows/switching.js';
import { clockAt } from '../../../src/lockstep/time/clock.js';
import { Recording } from '../support/recording.js';

const S = 1;

/** Task 10 sleeps at 2 ms on CPU 0; what the recording shows of it afterwards is put in by `later`. */
function sleeps(later: (r: Recording) => Recording): { clock: number; begun: number } {
  const r = later(new Recording().task(10).task(11).event(2_000_000, 0, 'switch', 0, 10, S));
  const w = r.world();
  const p = becomeRunning(w, 10, 0);
  const begun = w.k.se.exec_start[p]!;
  w.k.se.vruntime[p] = 5_000_000;
  w.k.cfs.min_vruntime[0] = 4_500_000;
  return { clock: w.runtimes.clockOfSleep(w, p, 0, 1_003_000), begun };
}

const place = (pid: number, cpu: number, before: number, minVruntime = before) => ({
  ts: 2_500_000, cpu, on: 0, pid, tg: 0, initial: 0, before, after: before, candidate: 0, min_vruntime: minVruntime, nr: 1,
});

describe('the clock with which a task went to sleep', () => {
  it('is told by its vruntime when it wakes up on the same CPU', () => {
    const { clock, begun } = sleeps((r) => r.put('places', place(10, 0, 5_003_210)));
    expect(clock - begun).toBe(3210);
    expect(begun).toBeGreaterThan(CLOCK_BASE);
  });

  it('is told by the floor of the queue that it has left empty', () => {
    const { clock, begun } = sleeps((r) => r.put('places', place(11, 0, 4_000_000, 5_002_000)));
    expect(clock - begun).toBe(2000);
  });

  it('is not known where the task wakes up on another CPU, or the floor has not moved', () => {
    expect(sleeps((r) => r.put('places', place(10, 1, 5_003_000))).clock).toBeNaN();
    expect(sleeps((r) => r.put('places', place(11, 0, 4_000_000, 4_500_000))).clock).toBeNaN();
    expect(sleeps((r) => r.event(2_200_000, 0, 'switch', 11, 0, 0).put('places', place(12, 0, 4_000_000, 5_002_000))).clock).toBeNaN();
    expect(sleeps((r) => r.event(2_200_000, 1, 'migrate', 10, 0, 1).put('places', place(10, 0, 5_003_000, 4_500_000))).clock).toBeNaN();
  });

  it('is not believed far from the stamp', () => {
    expect(sleeps((r) => r.put('places', place(10, 0, 5_103_000))).clock).toBeNaN();
  });
});

describe('the clock with which a task was charged when another was placed', () => {
  const charged = (curr: number, testAfter: number): number => {
    const r = new Recording().task(10).task(11).put('places', place(11, 0, 4_000_000));
    r.put('preempts', { ts: 2_500_000 + testAfter, cpu: 0, on: 0, curr, pid: 11, curr_vruntime: 5_004_000, cause: 7 });
    const w = r.world();
    const p = becomeRunning(w, 10, 0);
    w.k.se.vruntime[p] = 5_000_000;
    return w.runtimes.clockOfPlace(w, 0, 0, 1_004_000) - clockAt(w.clock, 1_000_000);
  };

  it('is told by the test for preemption that follows', () => {
    expect(charged(10, 1000)).toBe(4000);
  });

  it('is not told by the test of another task, or by a later one', () => {
    expect(charged(12, 1000)).toBeNaN();
    expect(charged(10, 20_000)).toBeNaN();
  });
});
