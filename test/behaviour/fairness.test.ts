import { describe, expect, it } from 'vitest';
import { load_weight_of } from '../../src/sim/kernel/math/weights.js';
import { events, machine, MS, NO_COSTS, run, SEC, workload } from '../support/scenarios.js';

const weight = (nice: number, policy = 0): number => load_weight_of(nice, policy);

/** Largest distance of a task's share of the time from its weight's share, in parts of the latter. */
function worstShare(tasks: ReadonlyArray<{ runNs: number; nice: number }>, timeNs: number): number {
  const sum = tasks.reduce((all, task) => all + weight(task.nice), 0);
  return Math.max(...tasks.map((task) => Math.abs(task.runNs / timeNs / (weight(task.nice) / sum) - 1)));
}

describe('fairness', () => {
  // update_curr() adds calc_delta_fair(delta) = delta · 1024 / weight to vruntime, and the leftmost runs: in the long run
  // time is shared as the weights of sched_prio_to_weight[] are.
  const mixes: Record<string, readonly number[]> = {
    equal: [0, 0, 0, 0],
    'two nice values': [0, 5],
    'four nice values': [0, 5, -5, 10],
    'far apart': [-12, 8],
    seven: [-10, -3, 0, 1, 4, 9, 15],
  };
  for (const [name, nices] of Object.entries(mixes)) {
    it(`on one CPU, ${name}: shares equal weights over their sum within 1 %`, () => {
      const work = workload(8, (s, w) => {
        const mask = w.mask([3]);
        nices.forEach((nice, i) => s.spinner(`hog${i}`, { nice, mask }));
      });
      // Between two moments, for what a task was given or held back at its birth is not made up for.
      const runs = [10 * SEC, 90 * SEC].map((durationNs) =>
        run({ profile: machine('pvt8c', { costs: NO_COSTS }), workload: work, durationNs }),
      );
      const tasks = runs[1]!.tasks.map((task, i) => ({ ...task, runNs: task.runNs - runs[0]!.tasks[i]!.runNs }));
      expect(worstShare(tasks, 80 * SEC)).toBeLessThan(0.01);
    });
  }

  it('nice 19 next to nice −20 gets one tick in 88776 / 15', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([3]);
      s.spinner('first', { nice: -20, mask, cpu: 3 });
      s.spinner('last', { nice: 19, mask, cpu: 3 });
    });
    const profile = machine('pvt8c', { costs: NO_COSTS });
    const result = run({ profile, workload: work, durationNs: 150 * SEC, record: true });
    const last = result.tasks[1]!;
    const starts = events(result, 'switch').filter((row) => row['pid'] === last.pid);
    expect(starts.length).toBeGreaterThan(4);
    const period = (starts.at(-1)!['ts']! - starts[0]!['ts']!) / (starts.length - 1);
    const each = last.runNs / starts.length;
    expect(each).toBeLessThanOrEqual(4 * MS);
    expect(Math.abs((each / period) * (88776 / 15) - 1)).toBeLessThan(0.01);
  });

  it('on one CPU at HZ 1000, with the usual costs, no time is lost but that of the kernel', () => {
    const work = workload(4, (s, w) => {
      const mask = w.mask([0]);
      [0, 3, -3].forEach((nice, i) => s.spinner(`hog${i}`, { nice, mask }));
    });
    const { tasks } = run({ profile: 'flat4', workload: work, durationNs: 30 * SEC });
    expect(worstShare(tasks, 30 * SEC)).toBeLessThan(0.01);
  });

  it('on four CPUs, two kinds of weight with a whole number of each per CPU', () => {
    // Load balancing moves loads, not tasks: each CPU gets one heavy and one light task, or the same load otherwise.
    const work = workload(4, (s) => {
      for (let i = 0; i < 8; i++) s.spinner(`hog${i}`, { nice: i % 2 === 0 ? 0 : 3 });
    });
    const { tasks } = run({ profile: 'flat4', workload: work, durationNs: 20 * SEC });
    const of = (nice: number): number =>
      tasks.filter((task) => task.nice === nice).reduce((sum, task) => sum + task.runNs, 0);
    const expected = weight(0) / (weight(0) + weight(3));
    expect(Math.abs(of(0) / (of(0) + of(3)) - expected)).toBeLessThan(0.03 * expected);
  });

  it('leaves no CPU idle while tasks wait (work conservation)', () => {
    for (const n of [8, 9, 13, 20]) {
      const work = workload(8, (s) => {
        for (let i = 0; i < n; i++) s.spinner(`hog${i}`, { nice: [0, 5, -5][i % 3]! });
      });
      const { tasks } = run({ profile: machine('pvt8c', { costs: NO_COSTS }), workload: work, durationNs: 2 * SEC });
      const used = tasks.reduce((sum, task) => sum + task.runNs, 0);
      expect(used / (8 * 2 * SEC)).toBeGreaterThan(0.995);
      expect(used).toBeLessThanOrEqual(8 * 2 * SEC);
    }
  });

  it('a task that comes later does not catch up on what it missed', () => {
    // place_entity(): a new task begins at min_vruntime plus a slice.
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      s.spinner('early', { mask });
      s.spinner('late', { mask, startNs: 5 * SEC });
    });
    const { tasks } = run({ profile: 'pvt8c', workload: work, durationNs: 10 * SEC });
    expect(Math.abs(tasks[0]!.runNs / SEC - 7.5)).toBeLessThan(0.05);
    expect(Math.abs(tasks[1]!.runNs / SEC - 2.5)).toBeLessThan(0.05);
  });

  it('a task that slept long gets at most half a latency period ahead', () => {
    // place_entity() with GENTLE_FAIR_SLEEPERS: min_vruntime − sched_latency / 2.
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      s.spinner('hog', { mask });
      s.task(
        'sleeper',
        (p) => {
          p.sleep(5 * SEC);
          p.run(10 * SEC);
        },
        { mask },
      );
    });
    const result = run({ profile: machine('pvt8c', { costs: NO_COSTS }), workload: work, durationNs: 7 * SEC });
    const [hog, sleeper] = result.tasks.map((task) => task.runNs);
    expect(Math.abs(hog! - 5 * SEC - sleeper!)).toBeLessThan(60e6);
    expect(sleeper).toBeGreaterThan(0.98 * SEC);
  });
});
