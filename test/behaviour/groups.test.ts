import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/sim/run-types.js';
import { buildGenerator } from '../../src/workloads/registry.js';
import {
  events, exitTime, listen, machine, MS, NO_COSTS, rows, run, SEC, simulation, spin, workload,
} from '../support/scenarios.js';

const free = (name: string): ReturnType<typeof machine> => machine(name, { costs: NO_COSTS });

function sharesByComm(result: RunResult, timeNs: number): Record<string, number> {
  const shares: Record<string, number> = {};
  for (const task of result.tasks) shares[task.comm] = (shares[task.comm] ?? 0) + task.runNs / timeNs;
  return shares;
}

describe('cpu.weight', () => {
  // A group's entity competes with shares · (load of its queue here) / (load of the group everywhere): calc_group_shares().
  it('100 and 300 share one CPU 1 : 3, however many tasks are in them', () => {
    for (const [inA, inB] of [[1, 1], [4, 1], [1, 5], [3, 3]] as const) {
      const work = workload(8, (s, w) => {
        const mask = w.mask([0]);
        const a = w.group({ name: 'a', weight: 100 });
        const b = w.group({ name: 'b', weight: 300 });
        for (let i = 0; i < inA; i++) s.spinner('a', { group: a, mask });
        for (let i = 0; i < inB; i++) s.spinner('b', { group: b, mask });
      });
      const shares = sharesByComm(run({ profile: free('pvt8c'), workload: work, durationNs: 20 * SEC }), 20 * SEC);
      expect(Math.abs(shares['a']! - 0.25)).toBeLessThan(0.005);
      expect(Math.abs(shares['b']! - 0.75)).toBeLessThan(0.015);
    }
  });

  it('100 and 300 share four CPUs 1 : 3', () => {
    const work = workload(4, (s, w) => {
      const a = w.group({ name: 'a', weight: 100 });
      const b = w.group({ name: 'b', weight: 300 });
      for (let i = 0; i < 4; i++) {
        const mask = w.mask([i]);
        s.spinner('a', { group: a, mask });
        s.spinner('b', { group: b, mask });
      }
    });
    const shares = sharesByComm(run({ profile: free('flat4'), workload: work, durationNs: 20 * SEC }), 20 * SEC);
    expect(Math.abs(shares['a']! - 1)).toBeLessThan(0.02);
    expect(Math.abs(shares['b']! - 3)).toBeLessThan(0.06);
  });

  it('100 and 300 share four CPUs near 1 : 3 when tasks may move', () => {
    const work = workload(4, (s, w) => {
      const a = w.group({ name: 'a', weight: 100 });
      const b = w.group({ name: 'b', weight: 300 });
      for (let i = 0; i < 8; i++) {
        s.spinner('a', { group: a });
        s.spinner('b', { group: b });
      }
    });
    const shares = sharesByComm(run({ profile: free('flat4'), workload: work, durationNs: 20 * SEC }), 20 * SEC);
    expect(Math.abs(shares['a']! - 1)).toBeLessThan(0.1);
    expect(Math.abs(shares['b']! - 3)).toBeLessThan(0.1);
  });

  it('goes down the tree: a group shares what its parent gets', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([5]);
      const a = w.group({ name: 'a', weight: 100 });
      const b = w.group({ name: 'b', weight: 100 });
      const a1 = w.group({ name: 'a1', parent: a, weight: 100 });
      const a2 = w.group({ name: 'a2', parent: a, weight: 300 });
      const deep = w.group({ name: 'deep', parent: a2, weight: 10 });
      s.spinner('a1', { group: a1, mask });
      s.spinner('a2', { group: deep, mask });
      s.spinner('b', { group: b, mask });
      s.spinner('b', { group: b, mask });
    });
    const shares = sharesByComm(run({ profile: free('pvt8c'), workload: work, durationNs: 40 * SEC }), 40 * SEC);
    expect(Math.abs(shares['a1']! - 1 / 8)).toBeLessThan(0.003);
    expect(Math.abs(shares['a2']! - 3 / 8)).toBeLessThan(0.008);
    expect(Math.abs(shares['b']! - 1 / 2)).toBeLessThan(0.01);
  });

  it('a group next to a task of the root: weight 100 is worth one task of nice 0', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      const a = w.group({ name: 'a' });
      for (let i = 0; i < 6; i++) s.spinner('a', { group: a, mask });
      s.spinner('root', { mask });
    });
    const shares = sharesByComm(run({ profile: free('pvt8c'), workload: work, durationNs: 20 * SEC }), 20 * SEC);
    expect(Math.abs(shares['root']! - 0.5)).toBeLessThan(0.01);
  });

  it('cpu.idle: a group of weight 3, however large, next to one of weight 100', () => {
    // sched_group_set_idle(): scale_load(WEIGHT_IDLEPRIO); its tasks are preempted at once by any other.
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      const lazy = w.group({ name: 'lazy', idle: true });
      for (let i = 0; i < 3; i++) s.spinner('lazy', { group: lazy, mask, cpu: 0 });
      s.spinner('normal', { mask, cpu: 0 });
    });
    const shares = sharesByComm(run({ profile: free('pvt8c'), workload: work, durationNs: 60 * SEC }), 60 * SEC);
    expect(Math.abs(shares['lazy']! * (1027 / 3) - 1)).toBeLessThan(0.1);
  });

  it('a task that is moved into another group takes part in its share', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      const rich = w.group({ name: 'rich', weight: 900 });
      s.spinner('root', { mask });
      s.task(
        'mover',
        (p) => {
          p.run(5 * SEC);
          p.group(rich);
          spin(p);
        },
        { mask },
      );
    });
    const result = run({ profile: free('pvt8c'), workload: work, durationNs: 20 * SEC });
    // 10 s half and half, then 1 : 9.
    expect(Math.abs(result.tasks[1]!.runNs / SEC - (5 + 9))).toBeLessThan(0.1);
  });
});

describe('cpu.max', () => {
  const limits = [[1, 50, 100], [1, 10, 100], [3, 50, 100], [8, 200, 100], [8, 30, 20], [20, 350, 100]] as const;
  for (const [tasks, quotaMs, periodMs] of limits) {
    it(`${tasks} tasks with ${quotaMs} ms in ${periodMs} ms get that much`, () => {
      const work = workload(8, (s, w) => {
        const group = w.group({ name: 'capped', quotaNs: quotaMs * MS, periodNs: periodMs * MS });
        for (let i = 0; i < tasks; i++) s.spinner('capped', { group });
      });
      const result = run({ profile: 'pvt8c', workload: work, durationNs: 10 * SEC });
      const share = sharesByComm(result, 10 * SEC)['capped']!;
      const allowed = Math.min(tasks, quotaMs / periodMs);
      expect(share / allowed).toBeGreaterThan(0.98);
      // A CPU notices at its tick that its slice is used up: it may owe up to 4 ms, which it pays back.
      expect(share / allowed).toBeLessThan(1.02);
      expect(result.counters['throttled']).toBeGreaterThan(0);
    });
  }

  it('of a parent bounds its children together', () => {
    const work = workload(8, (s, w) => {
      const top = w.group({ name: 'top', quotaNs: 100 * MS });
      const a = w.group({ name: 'a', parent: top });
      const b = w.group({ name: 'b', parent: top, quotaNs: 20 * MS });
      for (let i = 0; i < 3; i++) s.spinner('a', { group: a });
      s.spinner('b', { group: b });
    });
    const shares = sharesByComm(run({ profile: 'pvt8c', workload: work, durationNs: 10 * SEC }), 10 * SEC);
    expect(Math.abs(shares['a']! + shares['b']! - 1)).toBeLessThan(0.02);
    expect(shares['b']!).toBeLessThan(0.204);
  });

  it('a group that uses less than its quota is never throttled', () => {
    const work = workload(8, (s, w) => {
      const group = w.group({ name: 'modest', quotaNs: 50 * MS });
      s.task('modest', (p) => p.forever(() => {
        p.run(1 * MS);
        p.sleep(4 * MS);
      }), { group });
    });
    const result = run({ profile: 'pvt8c', workload: work, durationNs: 5 * SEC });
    expect(result.counters['throttled']).toBe(0);
    expect(result.tasks[0]!.runNs / SEC).toBeGreaterThan(0.95);
  });

  it('the tasks of a throttled queue stay: reason 0 where the group is throttled on either CPU, and only there', () => {
    // can_migrate_task() asks throttled_lb_pair() first.
    const work = workload(8, (s, w) => {
      const group = w.group({ name: 'capped', quotaNs: 120 * MS, periodNs: 50 * MS });
      for (let i = 0; i < 8; i++) s.spinner('capped', { group });
      for (let i = 0; i < 5; i++) {
        s.task(`other${i}`, (p) => p.forever(() => {
          p.run((2 + i) * MS);
          p.sleep((3 + i) * MS);
        }));
      }
    });
    const sim = simulation({ profile: 'pvt8c', workload: work, durationNs: 5 * SEC });
    const { kernel: k } = sim;
    let throttled = 0;
    let wrong = 0;
    listen(sim, {
      can_migrate(p, env, reason) {
        const tg = k.task.tg[p]!;
        const either = [env.src_cpu, env.dst_cpu].some((cpu) => k.cfs.throttle_count[k.tg_cfs_rq(tg, cpu)]! > 0);
        if ((reason === 0) !== either) wrong++;
        if (reason === 0) throttled++;
      },
      sched_switch(cpu, _prev, _state, next) {
        if (next >= 0 && k.cfs.throttle_count[k.se.cfs_rq[next]!]! > 0) wrong++;
        void cpu;
      },
    });
    sim.run();
    expect(throttled).toBeGreaterThan(20);
    expect(wrong).toBe(0);
  });

  it('the captured workload of groups: throttles about as often as the capture', () => {
    // The capture: 84 throttle events in 0.87 s with 60 ms in 100 ms for group c, and 78 of 486 records with reason 0.
    const work = buildGenerator('groups', { quotaUs: 60_000, periodUs: 100_000 }, { cpus: 8, seed: 2 }, 'test');
    const result = run({ profile: 'pvt8', workload: work, durationNs: 0.87 * SEC, record: true });
    expect(events(result, 'throttle').length).toBeGreaterThan(84 / 2);
    expect(events(result, 'throttle').length).toBeLessThan(84 * 2);
    expect(rows(result, 'decisions').filter((row) => row['reason'] === 0).length).toBeGreaterThan(78 / 4);
  });

  it('burst: what was saved in quiet periods may be used at once', () => {
    // __refill_cfs_bandwidth_runtime(): runtime grows to quota + burst. 30 ms of work with 20 ms in 100 ms.
    const finish = (burstNs: number): number => {
      const work = workload(8, (s, w) => {
        const group = w.group({ name: 'bursty', quotaNs: 20 * MS, burstNs });
        s.task('keeper', (p) => p.forever(() => {
          p.run(100_000);
          p.sleep(10 * MS);
        }), { group });
        s.task('bursty', (p) => {
          p.sleep(430 * MS);
          p.run(30 * MS);
        }, { group });
      });
      return exitTime(run({ profile: free('pvt8c'), workload: work, durationNs: 2 * SEC, record: true }), 'bursty');
    };
    // Without burst the 20 ms are gone and it waits for the next period, at 500 ms.
    expect(finish(0)).toBeGreaterThan(500 * MS);
    expect(finish(20 * MS)).toBeLessThan(470 * MS);
  });
});
