import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attach_tasks, detach_tasks, shr_bound } from '../../../../src/sim/kernel/balance/detach.js';
import { init_lb_env, SCHED_NR_MIGRATE_BREAK } from '../../../../src/sim/kernel/balance/lb-env.js';
import {
  CAUSE_BALANCE,
  CPU_IDLE,
  CPU_NOT_IDLE,
  LBF_ALL_PINNED,
  LBF_NEED_BREAK,
  migrate_load,
  migrate_misfit,
  migrate_task,
  migrate_util,
} from '../../../../src/sim/kernel/constants.js';
import { type Bench, bench, type Born, domain, fillCpus, queue, run, type Shape } from '../../../support/balance-kernel.js';

/** CPU 1 runs task 0 and `waiting` wait there, the first of them for longest; CPU 0 pulls `imbalance` of `type`. */
function pull(type: number, imbalance: number, waiting: readonly Born[], shape: Shape = {}, idle = CPU_IDLE): Bench {
  const b = bench(shape);
  const { k } = b;
  run(k, queue(k, 0, 1, { load: 1024, util: 100 }));
  waiting.forEach((born, i) => queue(k, i + 1, 1, born));
  const env = k.lb_env;
  const sd = domain(k, 0);
  init_lb_env(k, env, sd, 0, idle);
  fillCpus(k, env, sd);
  env.src_cpu = 1;
  env.migration_type = type;
  env.imbalance = imbalance;
  env.loop_max = 32;
  env.flags = LBF_ALL_PINNED;
  return b;
}

const list = (b: Bench, cpu: number): number[] => {
  const out: number[] = [];
  for (let p = b.k.rq.cfs_tasks_head[cpu]!; p !== -1; p = b.k.task.group_next[p]!) out.push(p);
  return out;
};

const detached = (b: Bench): number[] => {
  const out: number[] = [];
  for (let p = b.k.lb_env.tasks; p !== -1; p = b.k.task.group_next[p]!) out.push(p);
  return out;
};

describe('shr_bound', () => {
  it('is a shift of a 64-bit number', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 200 }), (val, shift) => {
        expect(shr_bound(val, shift)).toBe(Number(BigInt(val) >> BigInt(Math.min(shift, 63))));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('detach_tasks', () => {
  it('asks the one that waited longest first and keeps the others in order', () => {
    const b = pull(migrate_task, 2, [{}, {}, {}]);
    expect(list(b, 1)).toEqual([3, 2, 1, 0]);
    // Task 0 runs: it is refused and goes to the head.
    expect(detach_tasks(b.k, b.k.lb_env)).toBe(2);
    expect(b.asked.map((a) => a.p)).toEqual([0, 1, 2]);
    expect(detached(b)).toEqual([2, 1]);
    expect(list(b, 1)).toEqual([0, 3]);
    expect(b.migrated).toEqual([1, 2].map((p) => ({ p, from: 1, to: 0, cause: CAUSE_BALANCE })));
    attach_tasks(b.k, b.k.lb_env);
    expect(list(b, 0)).toEqual([1, 2]);
    expect(b.k.rq.nr_running[0]).toBe(2);
    expect(b.k.lb_env.tasks).toBe(-1);
    expect(b.k.sd_stats.lb_gained[b.k.lb_env.sd * 3 + CPU_IDLE]).toBe(2);
  });

  it('by load: skips what is more than the imbalance, which failures make count for less', () => {
    const b = pull(migrate_load, 1000, [{ load: 1200 }, { load: 600 }, { load: 600 }]);
    const env = b.k.lb_env;
    const cfs = b.k.cfs_avg + 1;
    // task_h_load = load·cfs load / (cfs load + 1), which takes 1 off.
    const h = (load: number): number => Math.floor((load * b.k.avg.load_avg[cfs]!) / (b.k.avg.load_avg[cfs]! + 1));
    expect(detach_tasks(b.k, env)).toBe(1);
    expect(detached(b)).toEqual([2]);
    expect(env.imbalance).toBe(1000 - h(600));

    const again = pull(migrate_load, 1000, [{ load: 1200 }, { load: 600 }, { load: 600 }]);
    again.k.sd.nr_balance_failed[again.k.lb_env.sd] = 1;
    expect(detach_tasks(again.k, again.k.lb_env)).toBe(1);
    expect(detached(again)).toEqual([1]);
    expect(again.k.lb_env.imbalance).toBeLessThan(0);
  });

  it('by load with LB_MIN: leaves small tasks until it has failed', () => {
    const small = [{ load: 10 }, { load: 10 }];
    const b = pull(migrate_load, 100, small, { features: { LB_MIN: true } });
    expect(detach_tasks(b.k, b.k.lb_env)).toBe(0);
    b.k.sd.nr_balance_failed[b.k.lb_env.sd] = 1;
    b.k.lb_env.loop = 0;
    expect(detach_tasks(b.k, b.k.lb_env)).toBe(2);
  });

  it('by utilisation', () => {
    const b = pull(migrate_util, 300, [{ util: 400 }, { util: 200 }, { util: 101 }]);
    expect(detach_tasks(b.k, b.k.lb_env)).toBe(1);
    expect(detached(b)).toEqual([2]);
    expect(b.k.lb_env.imbalance).toBe(100);
  });

  it('by misfit: only a task that does not fit, and only one', () => {
    const b = pull(migrate_misfit, 1, [{ util: 100 }, { util: 900 }, { util: 900 }]);
    expect(detach_tasks(b.k, b.k.lb_env)).toBe(1);
    expect(detached(b)).toEqual([2]);
    expect(b.k.lb_env.imbalance).toBe(0);
  });

  it('counts a forced task, and one that was hot but did not fit', () => {
    const b = pull(migrate_util, 300, [{ util: 400, ranAgo: 10 }, { util: 200, ranAgo: 10 }]);
    const sd = b.k.lb_env.sd;
    b.k.sd.cache_nice_tries[sd] = -1;
    expect(detach_tasks(b.k, b.k.lb_env)).toBe(1);
    expect(b.asked.filter((a) => a.result === 2).map((a) => a.p)).toContain(1);
    expect([1, 2].map((p) => b.k.task.nr_forced_migrations[p])).toEqual([0, 1]);
    expect(b.k.task.nr_failed_migrations_hot[1]).toBeGreaterThan(0);
    expect(b.k.sd_stats.lb_hot_gained[sd * 3 + CPU_IDLE]).toBe(1);
    expect(b.k.task.sched_task_hot[2]).toBe(0);
  });

  it('leaves one task to the source where the destination is idle, none where it is busy', () => {
    const idle = pull(migrate_task, 9, [{}, {}]);
    idle.k.rq.curr[1] = -1;
    idle.k.task.on_cpu[0] = 0;
    expect(detach_tasks(idle.k, idle.k.lb_env)).toBe(2);
    expect(idle.k.rq.nr_running[1]).toBe(1);
    const busy = pull(migrate_task, 9, [{}, {}], {}, CPU_NOT_IDLE);
    expect(detach_tasks(busy.k, busy.k.lb_env)).toBe(2);
    expect(busy.asked.map((a) => a.p)).toContain(0);
  });

  it('has nothing to do on a queue of one or without imbalance', () => {
    const one = pull(migrate_task, 2, []);
    expect(detach_tasks(one.k, one.k.lb_env)).toBe(0);
    expect(one.k.lb_env.flags).toBe(0);
    const none = pull(migrate_task, 0, [{}, {}]);
    expect(detach_tasks(none.k, none.k.lb_env)).toBe(0);
    expect(none.asked).toEqual([]);
    expect(none.k.lb_env.flags).toBe(LBF_ALL_PINNED);
  });

  it('breaks after 32 tasks, and stops at loop_max', () => {
    const hot = Array.from({ length: 40 }, () => ({ ranAgo: 1 }));
    const b = pull(migrate_task, 5, hot);
    const env = b.k.lb_env;
    env.loop_max = 40;
    expect(detach_tasks(b.k, env)).toBe(0);
    expect(b.asked).toHaveLength(SCHED_NR_MIGRATE_BREAK);
    expect(env.flags & LBF_NEED_BREAK).toBe(LBF_NEED_BREAK);
    expect(env.loop_break).toBe(64);
    env.flags = 0;
    detach_tasks(b.k, env);
    // The task at which it broke was counted and not asked about.
    expect(b.asked).toHaveLength(39);
    expect(env.flags & LBF_NEED_BREAK).toBe(0);
  });

  it('charges by task asked about and by task moved', () => {
    const b = pull(migrate_task, 1, [{}, {}], { costs: { lb_per_task: 10, lb_per_move: 1000 } });
    detach_tasks(b.k, b.k.lb_env);
    expect(b.asked).toHaveLength(2);
    expect(b.k.g.charged[0]).toBe(1020);
  });
});
