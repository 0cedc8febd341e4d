import { describe, expect, it } from 'vitest';
import { wayOut } from '../../../src/sim/paths/blocking.js';
import type { RunResult } from '../../../src/sim/run-types.js';
import { events, exitTime, machine, MS, NO_COSTS, run, SEC, simulation, US, workload } from '../../support/scenarios.js';

/** schedule() takes 100 µs, the way to it 65, and nothing else any time. */
const slow = machine('pvt8c', { costs: { ...NO_COSTS, schedule: 100 * US } });
const OFF = 65 * US;

/** How often the task `comm` was switched away before `end`. */
function switches(result: RunResult, comm: string, end: number): number {
  const pid = result.tasks.find((task) => task.comm === comm)!.pid;
  return events(result, 'switch').filter((row) => row['a'] === pid && row['ts']! < end).length;
}

describe('a task on its way to sleep', () => {
  /** It waits from 1 ms on for a token that is posted `late` ns after that, from another CPU. */
  const meet = (late: number): RunResult => run({
    profile: slow,
    workload: workload(8, (s, w) => {
      const token = w.semaphore();
      s.task('waits', (p) => {
        p.run(1 * MS);
        p.wait(token);
        p.run(1 * MS);
      }, { cpu: 0, mask: w.mask([0]) });
      s.task('posts', (p) => {
        p.run(1 * MS + late);
        p.post(token);
      }, { cpu: 1, mask: w.mask([1]) });
    }, { ends: 'exit' }),
    durationNs: SEC,
    record: true,
  });

  it('goes on if it is woken before it is off its queue, as soon as schedule() has returned', () => {
    const result = meet(OFF - 5 * US);
    expect(switches(result, 'waits', 1.9 * MS)).toBe(0);
    // Both began after a switch of 100 µs.
    expect(exitTime(result, 'waits')).toBe(100 * US + 1 * MS + OFF + 100 * US + 1 * MS);
  });

  it('is switched away and looks for a CPU if it is woken later', () => {
    const result = meet(OFF + 5 * US);
    expect(switches(result, 'waits', 1.9 * MS)).toBe(1);
  });

  it('is found by its own timer, too', () => {
    const sleeps = (ns: number): number => {
      const work = workload(8, (s) => s.task('sleeps', (p) => {
        p.run(1 * MS);
        p.sleep(ns);
        p.run(1 * MS);
      }), { ends: 'exit' });
      return switches(run({ profile: slow, workload: work, durationNs: SEC, record: true }), 'sleeps', 1.9 * MS);
    };
    expect(sleeps(OFF - 1)).toBe(0);
    expect(sleeps(OFF + 1)).toBe(1);
  });

  it('leaves the CPU to a better one that came meanwhile, without having slept', () => {
    const work = workload(8, (s, w) => {
      const token = w.semaphore();
      const only = { cpu: 0, mask: w.mask([0]) };
      s.task('better', (p) => {
        p.sleep(10_920 * US);
        p.run(1 * MS);
      }, only);
      s.task('waits', (p) => {
        p.run(9_900 * US);
        p.wait(token);
        p.run(5 * MS);
      }, { ...only, startNs: 1 * MS });
      s.task('posts', (p) => {
        p.run(10_930 * US);
        p.post(token);
      }, { cpu: 1, mask: w.mask([1]) });
    }, { ends: 'exit' });
    const result = run({ profile: slow, workload: work, durationNs: SEC, record: true });
    const pid = result.tasks.find(({ comm }) => comm === 'waits')!.pid;
    const away = events(result, 'switch').filter((row) => row['a'] === pid);
    expect(away[0]).toMatchObject({ ts: 11_000 * US + OFF + 100 * US, b: 0 });
  });

  it('is off its queue when the stopper has taken its CPU meanwhile, and the next one follows', () => {
    const sim = simulation({
      profile: slow,
      workload: workload(8, (s, w) => {
        const only = { cpu: 0, mask: w.mask([0]) };
        s.task('sleeps', (p) => {
          p.run(1 * MS);
          p.sleep(5 * MS);
          p.run(1 * MS);
        }, only);
      }, { ends: 'exit' }),
      durationNs: SEC,
      record: true,
    });
    const { kernel: k, machine: m } = sim;
    sim.runUntil(1 * MS + 130 * US);
    expect(m.t.leaving[0]).toBe(1);
    expect(k.task.on_rq[0]).toBe(1);
    m.enter(0);
    m.queue_active_balance(0);
    sim.runUntil(2 * MS);
    expect([m.t.leaving[0], k.task.on_rq[0], k.rq.nr_running[0], k.rq.curr[0]]).toEqual([0, 0, 0, -1]);
    const result = sim.run();
    expect(result.finished).toBe(true);
    expect(result.tasks[0]!.runNs).toBeGreaterThan(2 * MS);
  });
});

describe('a task that its CPU is switching away from', () => {
  /** A switch takes 100 µs, for the first 20 of which the task is still on its CPU. */
  const switching = machine('pvt8c', { costs: { ...NO_COSTS, context_switch: 100 * US } });
  /** It began after such a switch, and waits from then on for a token that is posted `late` ns after that, from another CPU. */
  const meet = (late: number, other: boolean): { searches: number; posted: number; on: number } => {
    const sim = simulation({
      profile: switching,
      workload: workload(8, (s, w) => {
        const token = w.semaphore();
        const only = { cpu: 0, mask: w.mask([0]) };
        s.task('waits', (p) => {
          p.run(1 * MS);
          p.wait(token);
          p.run(1 * MS);
        }, { cpu: 0, mask: w.mask([0, 2]) });
        if (other) s.task('next', (p) => p.run(5 * MS), { ...only, startNs: 1 * MS });
        s.task('posts', (p) => {
          p.run(1 * MS + late);
          p.post(token);
        }, { cpu: 1, mask: w.mask([1]) });
      }, { ends: 'exit' }),
      durationNs: SEC,
      record: true,
    });
    let searches = 0;
    sim.kernel.policy = {
      may_migrate: () => true,
      select_cpu: (p, _prev, flags, stock) => {
        if (p === 0 && flags !== 0) searches++;
        return stock;
      },
    };
    const result = sim.run();
    const pid = result.tasks[0]!.pid;
    const on = events(result, 'switch').filter((row) => row['pid'] === pid).at(-1)!['cpu']!;
    return { searches, posted: exitTime(result, 'posts') - 1 * MS - 100 * US - late, on };
  };

  it('is left to that CPU where it has nothing else to run, without a search for one', () => {
    const early = meet(10 * US, false);
    const late = meet(30 * US, false);
    expect(early).toMatchObject({ posted: 0, on: 0 });
    expect(late).toMatchObject({ posted: 0, on: 0 });
    expect(late.searches - early.searches).toBe(1);
  });

  it('is waited for by who wakes it where that has others to run', () => {
    expect(meet(5 * US, true)).toMatchObject({ posted: 15 * US, on: 2 });
    expect(meet(30 * US, true)).toMatchObject({ posted: 0, on: 2 });
  });
});

describe('the way out', () => {
  it('goes with what schedule() takes', () => {
    const of = (schedule: number, dequeue: number): number => wayOut({ ...NO_COSTS, schedule, dequeue });
    expect(of(900, 100)).toBe(650);
    expect(of(0, 0)).toBe(0);
  });
});
