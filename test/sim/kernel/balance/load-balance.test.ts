import { describe, expect, it } from 'vitest';
import { active_load_balance_cpu_stop } from '../../../../src/sim/kernel/balance/active.js';
import { BALANCING, begin_balance, finish_balance, load_balance } from '../../../../src/sim/kernel/balance/load-balance.js';
import {
  CAUSE_ACTIVE,
  CPU_IDLE,
  CPU_NEWLY_IDLE,
  CPU_NOT_IDLE,
  LBF_ALL_PINNED,
  LBF_SOME_PINNED,
  REASON_ACTIVE_BALANCE,
  STAGE_NO_BUSIEST_GROUP,
  STAGE_NOT_BALANCER,
  STAGE_TRIED,
} from '../../../../src/sim/kernel/constants.js';
import { put_prev_entity } from '../../../../src/sim/kernel/fair/entity.js';
import { type Bench, bench, type Born, domain, queue, run, type Shape } from '../../../support/balance-kernel.js';

/** Puts one running and `waiting` more tasks, rows from `first`, on `cpu`, which then counts as overloaded. */
function crowd(b: Bench, cpu: number, first: number, waiting: number, born: Born = {}): void {
  run(b.k, queue(b.k, first, cpu, born));
  for (let i = 1; i <= waiting; i++) queue(b.k, first + i, cpu, born);
  b.k.avg.runnable_avg[b.k.cfs_avg + cpu] = 1024 * (waiting + 1);
  b.k.avg.util_avg[b.k.cfs_avg + cpu] = 1024;
}

/** Four CPUs; CPU 1 runs one task and has `waiting` more. */
function busy(waiting: number, born: Born = {}, shape: Shape = {}): Bench {
  const b = bench(shape);
  crowd(b, 1, 0, waiting, born);
  return b;
}

const nr = (b: Bench): number[] => [...b.k.rq.nr_running];

describe('load_balance', () => {
  it('pulls half of the difference', () => {
    const b = busy(5);
    const sd = domain(b.k, 0);
    b.k.sd.nr_balance_failed[sd] = 1;
    b.k.sd.balance_interval[sd] = 8;
    expect(load_balance(b.k, 0, sd, CPU_IDLE)).toBe(3);
    expect(nr(b)).toEqual([3, 3, 0, 0]);
    expect(b.balanced).toMatchObject([{ sd, stage: STAGE_TRIED, busiest: 1, moved: 3, active: 0 }]);
    expect(b.k.sd.nr_balance_failed[sd]).toBe(0);
    expect(b.k.sd.balance_interval[sd]).toBe(b.k.sd.min_interval[sd]);
    expect(b.k.sd_stats.lb_count[sd * 3]).toBe(1);
    expect(b.k.sd_stats.lb_imbalance[sd * 3]).toBe(3);
    expect(b.k.lb_env.continue_balancing).toBe(true);
  });

  it('finds nothing left behind the lock where another CPU has looked at the same time and come first', () => {
    const b = busy(1);
    const look = (cpu: number): number => {
      b.k.g.this_cpu[0] = cpu;
      return begin_balance(b.k, cpu, domain(b.k, cpu), CPU_IDLE);
    };
    const pull = (cpu: number): number => {
      b.k.g.this_cpu[0] = cpu;
      return finish_balance(b.k, cpu);
    };
    expect([look(0), look(2)]).toEqual([BALANCING, BALANCING]);
    expect(pull(0)).toBe(1);
    expect(nr(b)).toEqual([1, 1, 0, 0]);
    b.asked.length = 0;
    expect(pull(2)).toBe(0);
    expect(b.asked).toEqual([]);
    expect(b.balanced).toMatchObject([{ stage: STAGE_TRIED, busiest: 1, moved: 1 }, { stage: STAGE_TRIED, busiest: 1, moved: 0 }]);
    expect(b.k.sd.nr_balance_failed[domain(b.k, 2)]).toBe(1);
  });

  it('moves more than one task when newly idle, as without CONFIG_PREEMPTION', () => {
    const b = busy(5);
    expect(load_balance(b.k, 0, domain(b.k, 0), CPU_NEWLY_IDLE)).toBe(3);
  });

  it('is not this CPU that balances where another of its group is idle', () => {
    const b = bench({ cores: [2, 2] });
    const sd = domain(b.k, 1, 1);
    expect(load_balance(b.k, 1, sd, CPU_IDLE)).toBe(0);
    expect(b.balanced).toMatchObject([{ stage: STAGE_NOT_BALANCER, busiest: -1 }]);
    expect(b.k.lb_env.continue_balancing).toBe(false);
    expect(b.k.sd_stats.lb_balanced[sd * 3]).toBe(1);
  });

  it('charges the base always and the CPUs where it looks at them', () => {
    const b = bench({ cores: [2, 2], costs: { lb_base: 100, lb_per_cpu: 7 } });
    load_balance(b.k, 1, domain(b.k, 1, 1), CPU_IDLE);
    expect(b.k.g.charged[0]).toBe(100);
    load_balance(b.k, 0, domain(b.k, 0, 1), CPU_IDLE);
    expect(b.k.g.charged[0]).toBe(228);
  });

  it('goes on after every 32 tasks up to nr_migrate, with all of them hot', () => {
    const b = busy(60, { ranAgo: 1 }, { sysctl: { nr_migrate: 50 } });
    load_balance(b.k, 0, domain(b.k, 0), CPU_IDLE);
    // 50 turns, one of which is the break itself.
    expect(b.asked).toHaveLength(49);
  });
});

describe('load_balance: nr_balance_failed', () => {
  const HOT = { sysctl: { migration_cost_ns: -1 } };

  it('climbs with every failure, until a hot task is forced and it is reset', () => {
    const b = busy(3, {}, HOT);
    const sd = domain(b.k, 0);
    expect(b.k.sd.cache_nice_tries[sd]).toBe(1);
    expect(load_balance(b.k, 0, sd, CPU_IDLE)).toBe(0);
    expect(b.k.sd.nr_balance_failed[sd]).toBe(1);
    expect(load_balance(b.k, 0, sd, CPU_NOT_IDLE)).toBe(0);
    expect(b.k.sd.nr_balance_failed[sd]).toBe(2);
    expect(b.k.sd_stats.lb_failed[sd * 3 + CPU_NOT_IDLE]).toBe(1);
    expect(load_balance(b.k, 0, sd, CPU_IDLE)).toBe(2);
    expect(b.k.sd.nr_balance_failed[sd]).toBe(0);
    expect(b.asked.filter((a) => a.result === 2)).toHaveLength(2);
  });

  it('is never raised by a newly idle CPU', () => {
    const b = busy(3, {}, HOT);
    const sd = domain(b.k, 0);
    for (let i = 0; i < 5; i++) expect(load_balance(b.k, 0, sd, CPU_NEWLY_IDLE)).toBe(0);
    expect(b.k.sd.nr_balance_failed[sd]).toBe(0);
    expect(b.k.sd_stats.lb_failed[sd * 3 + CPU_NEWLY_IDLE]).toBe(5);
  });

  it('is reset where there is nothing to balance', () => {
    const b = bench();
    const sd = domain(b.k, 0);
    b.k.sd.nr_balance_failed[sd] = 7;
    load_balance(b.k, 0, sd, CPU_NEWLY_IDLE);
    expect(b.balanced).toMatchObject([{ stage: STAGE_NO_BUSIEST_GROUP }]);
    expect(b.k.sd.nr_balance_failed[sd]).toBe(0);
  });
});

describe('load_balance: balance_interval', () => {
  it('doubles up to its maximum while balanced, but not for a newly idle CPU', () => {
    const b = bench();
    const sd = domain(b.k, 0);
    expect([b.k.sd.min_interval[sd], b.k.sd.max_interval[sd]]).toEqual([4, 8]);
    b.k.sd.balance_interval[sd] = 4;
    load_balance(b.k, 0, sd, CPU_NEWLY_IDLE);
    expect(b.k.sd.balance_interval[sd]).toBe(4);
    load_balance(b.k, 0, sd, CPU_IDLE);
    load_balance(b.k, 0, sd, CPU_IDLE);
    expect(b.k.sd.balance_interval[sd]).toBe(8);
  });

  it('doubles up to 512 ms while all is pinned', () => {
    const b = bench();
    b.k.mask.set(1, [1]);
    crowd(b, 1, 0, 3, { mask: 1 });
    const sd = domain(b.k, 0);
    for (let i = 0; i < 10; i++) load_balance(b.k, 0, sd, CPU_IDLE);
    expect(b.k.sd.balance_interval[sd]).toBe(512);
    expect(b.k.sd.nr_balance_failed[sd]).toBe(0);
    expect(b.balanced[0]!.flags & LBF_ALL_PINNED).toBe(LBF_ALL_PINNED);
  });
});

describe('load_balance: pinned tasks', () => {
  it('tries again without a queue whose tasks are all pinned', () => {
    const b = bench();
    b.k.mask.set(1, [1]);
    crowd(b, 1, 0, 5, { mask: 1 });
    crowd(b, 2, 10, 3);
    expect(load_balance(b.k, 0, domain(b.k, 0), CPU_IDLE)).toBe(2);
    expect(nr(b)).toEqual([2, 6, 2, 0]);
    expect(b.balanced).toMatchObject([{ busiest: 2, moved: 2 }]);
    expect(b.k.lb_env.cpus[1]).toBe(0);
    expect(b.k.lb_env.flags & LBF_SOME_PINNED).toBe(LBF_SOME_PINNED);
  });

  it('pulls for another CPU of the group that the tasks may use', () => {
    const b = bench({ cores: [2, 2] });
    b.k.mask.set(1, [1, 2]);
    crowd(b, 2, 0, 3, { mask: 1 });
    expect(load_balance(b.k, 0, domain(b.k, 0, 1), CPU_IDLE)).toBe(2);
    expect(nr(b)).toEqual([0, 2, 2, 0]);
    expect(b.k.lb_env.dst_cpu).toBe(1);
    expect(b.k.lb_env.cpus[0]).toBe(0);
  });

  it('tells the parent group that pinned tasks are in the way, and takes it back once balanced', () => {
    const b = bench({ cores: [2, 2] });
    b.k.mask.set(1, [1]);
    crowd(b, 1, 0, 3, { mask: 1 });
    const sd = domain(b.k, 0);
    const sgc = b.k.sg.sgc[b.k.sd.groups[b.k.sd.parent[sd]!]!]!;
    expect(load_balance(b.k, 0, sd, CPU_IDLE)).toBe(0);
    expect(b.k.sgc.imbalance[sgc]).toBe(1);
    // Still all pinned: the flag stays.
    load_balance(b.k, 0, sd, CPU_IDLE);
    expect(b.k.sgc.imbalance[sgc]).toBe(1);
    // CPU 2 sees a group that is not overloaded but imbalanced by affinity, and asks for one task, where
    // the number of tasks would ask for two.
    b.k.avg.runnable_avg[b.k.cfs_avg + 1] = 0;
    load_balance(b.k, 2, domain(b.k, 2, 1), CPU_IDLE);
    expect(b.k.sd_stats.lb_imbalance[domain(b.k, 2, 1) * 3]).toBe(1);

    const idle = bench({ cores: [2, 2] });
    idle.k.sgc.imbalance[sgc] = 1;
    load_balance(idle.k, 0, domain(idle.k, 0), CPU_IDLE);
    expect(idle.k.sgc.imbalance[sgc]).toBe(0);
  });
});

describe('active balance', () => {
  /** CPU 1 runs task 0, which may go anywhere, and task 1, which may not, waits there. */
  function stuck(runner: Born = {}): Bench {
    const b = bench();
    b.k.mask.set(1, [1]);
    run(b.k, queue(b.k, 0, 1, runner));
    queue(b.k, 1, 1, { mask: 1 });
    b.k.avg.runnable_avg[b.k.cfs_avg + 1] = 2048;
    b.k.avg.util_avg[b.k.cfs_avg + 1] = 1024;
    return b;
  }

  it('starts once nr_balance_failed is above cache_nice_tries + 2', () => {
    const b = stuck();
    const sd = domain(b.k, 0);
    for (let i = 0; i < 3; i++) load_balance(b.k, 0, sd, CPU_IDLE);
    expect(b.activeBalances).toEqual([]);
    b.k.sd.balance_interval[sd] = 8;
    load_balance(b.k, 0, sd, CPU_IDLE);
    expect(b.activeBalances).toEqual([1]);
    expect(b.balanced.at(-1)).toMatchObject({ moved: 0, active: 1 });
    expect(b.k.sd.nr_balance_failed[sd]).toBe(4);
    expect(b.k.sd.balance_interval[sd]).toBe(4);
    expect([b.k.rq.active_balance[1], b.k.rq.push_cpu[1]]).toEqual([1, 0]);
    // A second one is not queued while the first is on its way.
    load_balance(b.k, 0, sd, CPU_IDLE);
    expect(b.activeBalances).toEqual([1]);
  });

  it('does not start where the running task may not come, and then backs off', () => {
    const b = stuck();
    const sd = domain(b.k, 0);
    b.k.mask.set(2, [1, 2, 3]);
    b.k.task.mask[0] = 2;
    b.k.sd.nr_balance_failed[sd] = 9;
    b.k.sd.balance_interval[sd] = 4;
    load_balance(b.k, 0, sd, CPU_IDLE);
    expect(b.activeBalances).toEqual([]);
    expect(b.balanced.at(-1)).toMatchObject({ active: 0, moved: 0 });
    expect(b.k.sd.balance_interval[sd]).toBe(8);
  });

  it('pushes the displaced task, hot as it is, and books it', () => {
    const b = stuck({ ranAgo: 0 });
    const { k } = b;
    const sd = domain(k, 0);
    k.sd.nr_balance_failed[sd] = 9;
    load_balance(k, 0, sd, CPU_IDLE);
    expect(b.activeBalances).toEqual([1]);
    // The stopper has displaced task 0 and counts itself.
    put_prev_entity(k, 1, 0);
    k.task.on_cpu[0] = 0;
    k.rq.curr[1] = -1;
    k.rq.stop_running[1] = 1;
    k.rq.nr_running[1]!++;
    k.g.this_cpu[0] = 1;
    b.asked.length = 0;
    expect(active_load_balance_cpu_stop(k, 1)).toBe(0);
    expect(b.asked.at(-1)).toMatchObject({ p: 0, reason: REASON_ACTIVE_BALANCE, result: 1 });
    expect(b.migrated).toEqual([{ p: 0, from: 1, to: 0, cause: CAUSE_ACTIVE }]);
    expect([k.task.cpu[0], k.rq.nr_running[0]]).toEqual([0, 1]);
    expect([k.sd.alb_count[sd], k.sd.alb_pushed[sd], k.sd.alb_failed[sd]]).toEqual([1, 1, 0]);
    expect([k.sd.nr_balance_failed[sd], k.rq.active_balance[1]]).toEqual([0, 0]);
  });

  it('does nothing where all have left meanwhile, or nobody asked', () => {
    const b = bench();
    b.k.g.this_cpu[0] = 1;
    b.k.rq.active_balance[1] = 1;
    b.k.rq.push_cpu[1] = 0;
    b.k.rq.nr_running[1] = 1;
    expect(active_load_balance_cpu_stop(b.k, 1)).toBe(-1);
    expect(b.k.rq.active_balance[1]).toBe(0);
    b.k.rq.nr_running[1] = 2;
    expect(active_load_balance_cpu_stop(b.k, 1)).toBe(-1);
    expect(b.k.sd.alb_count[domain(b.k, 0)]).toBe(0);
  });

  it('counts a push that finds nothing to move', () => {
    const b = bench();
    b.k.mask.set(1, [1]);
    queue(b.k, 1, 1, { mask: 1 });
    b.k.g.this_cpu[0] = 1;
    b.k.rq.active_balance[1] = 1;
    b.k.rq.push_cpu[1] = 0;
    b.k.rq.nr_running[1] = 2;
    b.k.sd.nr_balance_failed[domain(b.k, 0)] = 5;
    expect(active_load_balance_cpu_stop(b.k, 1)).toBe(-1);
    expect(b.k.sd.alb_failed[domain(b.k, 0)]).toBe(1);
    expect(b.k.sd.nr_balance_failed[domain(b.k, 0)]).toBe(5);
  });
});
