import { describe, expect, it } from 'vitest';
import { onFork, onWakeup, onWakeupNew } from '../../../src/lockstep/rows/wakeups.js';
import { onMigrate, onPrio } from '../../../src/lockstep/rows/moves.js';
import { onTimer } from '../../../src/lockstep/rows/preempts.js';
import { onWaking } from '../../../src/lockstep/rows/sending.js';
import { onSwitch } from '../../../src/lockstep/rows/switching.js';
import type { World } from '../../../src/lockstep/world/world.js';
import { scale_rt_capacity } from '../../../src/sim/kernel/balance/capacity.js';
import { cpu_util_rt } from '../../../src/sim/kernel/core/rt-avg.js';
import { update_blocked_averages } from '../../../src/sim/kernel/fair/blocked.js';
import { NIL } from '../../../src/sim/kernel/state/table.js';
import { Recording, start } from '../support/recording.js';

const MS = 1_000_000;
/** What the queue of CPU 0 has: tasks in all, fair ones, and the load of those. */
const queue = ({ k }: World): number[] => [k.rq.nr_running[0]!, k.cfs.h_nr_running[0]!, k.cfs.weight[0]! / 1024];

describe('a real-time task', () => {
  it('that wakes takes the CPU from a fair one, which keeps its place', () => {
    const w = new Recording().task(10, 120).task(50, 79).world();
    const p = start(w, 10, 0);
    const before = w.k.se.vruntime[p]!;
    onWakeup(w, 2 * MS, 0, 50);
    expect([...queue(w), w.k.rq.need_resched[0]]).toEqual([2, 1, 1024, 1]);
    onSwitch(w, 3 * MS, 0, 50, 10, 0);
    expect([w.k.rq.curr[0], w.above.current(0), w.k.task.on_cpu[p]]).toEqual([NIL, 50, 0]);
    const ran = w.k.se.vruntime[p]!;
    expect(ran).toBeGreaterThan(before);
    onSwitch(w, 7 * MS, 0, 10, 50, 1);
    expect(queue(w)).toEqual([1, 1, 1024]);
    expect([w.k.rq.curr[0], w.above.runs(0), w.k.se.vruntime[p]]).toEqual([p, false, ran]);
  });

  it('leaves fair tasks the less of a CPU the longer it runs, and gives it back in time', () => {
    const w = new Recording().task(10, 120).task(50, 79).world();
    start(w, 10, 0);
    const left = (): number => scale_rt_capacity(w.k, 0);
    expect(left()).toBe(1024);
    onSwitch(w, 2 * MS, 0, 50, 10, 0);
    onTimer(w, 10 * MS);
    const soon = left();
    onTimer(w, 34 * MS);
    // A half-life of 32 ms has gone by.
    expect(left()).toBeGreaterThan(1024 / 2 - 30);
    expect(left()).toBeLessThan(1024 / 2 + 30);
    expect(soon).toBeGreaterThan(left());
    onSwitch(w, 34 * MS, 0, 10, 50, 1);
    w.at(98 * MS, 0, 0);
    update_blocked_averages(w.k, 0);
    expect(left()).toBeGreaterThan(1024 - 512 / 3);
    expect(w.k.rq.has_blocked_load[0]).toBe(0);
  });

  it('is no stopper: those leave the capacity as it is', () => {
    const w = new Recording().task(10, 120).task(20, 0).world();
    start(w, 10, 0);
    w.above.switchTo(0, -2);
    onTimer(w, 34 * MS);
    expect([cpu_util_rt(w.k, 0), scale_rt_capacity(w.k, 0)]).toEqual([0, 1024]);
  });

  it('counts where it waits, wherever it is moved', () => {
    const w = new Recording().task(10, 120).task(50, 79).world();
    start(w, 10, 0);
    onWakeup(w, 2 * MS, 0, 50);
    onMigrate(w, 3 * MS, 0, 50, 0, 1);
    expect([w.k.rq.nr_running[0], w.k.rq.nr_running[1], w.above.cpuOf(50, 1)]).toEqual([1, 1, 1]);
    onSwitch(w, 4 * MS, 1, 50, 0, 0);
    onSwitch(w, 5 * MS, 1, 0, 50, 1);
    expect(w.k.rq.nr_running[1]).toBe(0);
  });

  it('that wakes ends the idleness of its CPU', () => {
    const w = new Recording().task(50, 79).world();
    const before = (w.k.rq.avg_idle[0] = 900_000);
    w.k.rq.idle_stamp[0] = w.k.sched_clock();
    onWakeup(w, 1 * MS + 80_000, 0, 50);
    expect(w.k.rq.idle_stamp[0]).toBe(0);
    expect(w.k.rq.avg_idle[0]).toBeLessThan(before);
  });

  it('counts no more, and none beside it, once the class has used up its share of the CPU', () => {
    const w = new Recording().task(10, 120).task(50, 79).task(51, 79).world();
    start(w, 10, 0);
    onWakeup(w, 2 * MS, 0, 50);
    onWakeup(w, 2 * MS, 0, 51);
    onSwitch(w, 3 * MS, 0, 50, 10, 0);
    expect(queue(w)).toEqual([3, 1, 1024]);
    onSwitch(w, 4 * MS, 0, 10, 50, 0);
    expect(queue(w)).toEqual([1, 1, 1024]);
    // One that wakes meanwhile, or is taken away, changes nothing.
    onMigrate(w, 5 * MS, 0, 51, 0, 1);
    expect([queue(w), w.k.rq.nr_running[1]]).toEqual([[1, 1, 1024], 1]);
    onSwitch(w, 6 * MS, 0, 50, 10, 0);
    expect(queue(w)).toEqual([2, 1, 1024]);
  });

  it('counts no more where a fair one is picked while it waits', () => {
    const w = new Recording().task(10, 120).task(11, 120).task(50, 79).world();
    start(w, 10, 0);
    start(w, 11, 0);
    onWakeup(w, 2 * MS, 0, 50);
    expect(queue(w)).toEqual([3, 2, 2048]);
    onSwitch(w, 3 * MS, 0, 11, 10, 0);
    expect(queue(w)).toEqual([2, 2, 2048]);
    onSwitch(w, 4 * MS, 0, 50, 11, 0);
    expect(queue(w)).toEqual([3, 2, 2048]);
  });

  it('is born one where its first record says so', () => {
    const r = new Recording().task(10, 79).task(20, 79).event(500, 0, 'fork', 10, 20).event(600, 0, 'wakeup_new', 20, 0);
    const w = r.world();
    onFork(w, 500, 0, 20);
    onWakeupNew(w, 600, 0, 20);
    expect([w.roster.row(20), w.roster.isAbove(20), w.k.rq.nr_running[0]]).toEqual([NIL, true, 1]);
  });
});

describe('a deadline task', () => {
  it('is above the fair class, and off its queue from when it has used up its runtime until it runs again', () => {
    const w = new Recording().task(10, 120).task(60, 120).world();
    start(w, 10, 0);
    start(w, 60, 0);
    onPrio(w, 2 * MS, 60, -1);
    expect([w.roster.isAbove(60), w.roster.isDeadline(60), ...queue(w)]).toEqual([true, true, 2, 1, 1024]);
    onSwitch(w, 3 * MS, 0, 60, 10, 0);
    onSwitch(w, 4 * MS, 0, 10, 60, 0);
    expect([...queue(w), w.above.cpuOf(60, 0)]).toEqual([1, 1, 1024, -1]);
    onSwitch(w, 8 * MS, 0, 60, 10, 0);
    expect(queue(w)).toEqual([2, 1, 1024]);
    onPrio(w, 9 * MS, 60, 120);
    expect([w.roster.isAbove(60), ...queue(w)]).toEqual([false, 2, 2, 2048]);
  });

  it('that goes for a real-time one has used up its runtime too', () => {
    const w = new Recording().task(60, 120).task(50, 79).world();
    onPrio(w, 2 * MS, 60, -1);
    onSwitch(w, 3 * MS, 0, 60, 0, 0);
    onWakeup(w, 3 * MS + 1, 0, 50);
    onSwitch(w, 4 * MS, 0, 50, 60, 0);
    expect([w.k.rq.nr_running[0], w.above.cpuOf(60, 0)]).toEqual([1, -1]);
    // And comes back as soon as it may.
    onSwitch(w, 5 * MS, 0, 60, 50, 0);
    expect([w.k.rq.nr_running[0], w.above.cpuOf(60, 0)]).toEqual([2, 0]);
  });

  it('that a stopper takes the CPU from stays where it is', () => {
    const w = new Recording().task(60, 120).world();
    onPrio(w, 2 * MS, 60, -1);
    onSwitch(w, 3 * MS, 0, 60, 0, 0);
    onSwitch(w, 4 * MS, 0, -2, 60, 0);
    expect([w.k.rq.nr_running[0], w.above.cpuOf(60, 0)]).toEqual([2, 0]);
  });

  it('that wakes is queued when it runs: before that it may have no runtime left', () => {
    const w = new Recording().task(10, 120).task(60, 120).world();
    start(w, 10, 0);
    onPrio(w, 2 * MS, 60, -1);
    onWakeup(w, 3 * MS, 0, 60);
    expect([...queue(w), w.k.rq.need_resched[0]]).toEqual([1, 1, 1024, 0]);
    onSwitch(w, 4 * MS, 0, 60, 10, 0);
    expect(queue(w)).toEqual([2, 1, 1024]);
  });
});

describe('a task that changes its class', () => {
  const recording = (): Recording => new Recording().task(10, 120).task(11, 120);

  it('takes its load with it, running or waiting, and brings it back', () => {
    const w = recording().world();
    const [p, q] = [start(w, 10, 0), start(w, 11, 0)];
    onTimer(w, 40 * MS);
    const load = w.k.avg.load_avg[w.k.cfs_avg]!;
    expect(load).toBeGreaterThan(500);
    onPrio(w, 43 * MS, 10, 79);
    expect(queue(w)).toEqual([2, 1, 1024]);
    expect([w.k.rq.curr[0], w.above.current(0)]).toEqual([NIL, 10]);
    onPrio(w, 43 * MS, 11, 60);
    expect(queue(w)).toEqual([2, 0, 0]);
    expect(w.k.avg.load_avg[w.k.cfs_avg]!).toBeLessThan(load / 100);
    onPrio(w, 44 * MS, 11, 125);
    onPrio(w, 44 * MS, 10, 120);
    expect(queue(w)).toEqual([2, 2, 1024 + 335]);
    expect([w.k.rq.curr[0], w.above.runs(0), w.k.task.nice[q], w.roster.isAbove(10)]).toEqual([p, false, 5, false]);
    expect([w.k.rq.stop_running[0], w.k.rq.rt_running[0]]).toEqual([0, 0]);
  });

  it('asleep comes back where it slept', () => {
    const w = recording().world();
    const p = start(w, 10, 0);
    onSwitch(w, 2 * MS, 0, 0, 10, 1);
    onPrio(w, 3 * MS, 10, 79);
    expect([...queue(w), w.above.cpuOf(10, 0)]).toEqual([0, 0, 0, -1]);
    onPrio(w, 4 * MS, 10, 120);
    expect([...queue(w), w.k.task.on_rq[p]]).toEqual([0, 0, 0, 0]);
  });
});

describe('a task that goes though it could stay', () => {
  /** Whether the model agrees that the next in line is picked, though the one that goes is ahead of it. */
  const goes = (needResched: number, woken = false): number => {
    const w = new Recording().task(10, 120).task(11, 120).put('places', { ts: 900 * MS, pid: 11 }).world();
    const [p, q] = [start(w, 10, 0), start(w, 11, 0)];
    w.k.se.vruntime[q] = w.k.se.vruntime[p]! + MS / 2;
    w.k.rq.need_resched[0] = needResched;
    if (woken) onWaking(w, 10, 0);
    onSwitch(w, MS + 100_000, 0, 11, 10, 0);
    expect(w.tally.counts.pick_next).toMatchObject({ count: 1, decidable: 1 });
    return w.tally.counts.pick_next.agree;
  };

  it('has yielded where nobody told it to go', () => {
    expect(goes(0)).toBe(1);
  });

  it('has not where it was told to', () => {
    expect(goes(1)).toBe(0);
  });

  it('has not where it was woken meanwhile, for it was on its way to sleep', () => {
    expect(goes(0, true)).toBe(0);
  });
});
