import { beforeEach, describe, expect, it } from 'vitest';
import { can_migrate_task } from '../../../../src/sim/kernel/balance/can-migrate.js';
import { init_lb_env } from '../../../../src/sim/kernel/balance/lb-env.js';
import {
  CPU_IDLE,
  CPU_NEWLY_IDLE,
  LBF_ACTIVE_LB,
  LBF_ALL_PINNED,
  LBF_DST_PINNED,
  LBF_SOME_PINNED,
  PF_PER_CPU_KTHREAD,
  REASON_ACTIVE_BALANCE,
  REASON_AFFINITY,
  REASON_DECIDED,
  REASON_PER_CPU_KTHREAD,
  REASON_RUNNING,
  REASON_THROTTLED,
} from '../../../../src/sim/kernel/constants.js';
import { type Bench, bench, domain, fillCpus, queue, run } from '../../../support/balance-kernel.js';

const P = 0;
const COLD = { ranAgo: 10_000_000 };
const HOT = { ranAgo: 1000 };

let b: Bench;

/** Sets up a pull from CPU 2 to CPU 0 in the MC domain of two cores of two threads. */
function pull(idle = CPU_IDLE): void {
  const { k } = b;
  const sd = domain(k, 0, 1);
  init_lb_env(k, k.lb_env, sd, 0, idle);
  fillCpus(k, k.lb_env, sd);
  k.lb_env.src_cpu = 2;
  k.lb_env.flags = LBF_ALL_PINNED;
}

function ask(): boolean {
  return can_migrate_task(b.k, P, b.k.lb_env);
}

beforeEach(() => {
  b = bench({ cores: [2, 2], groups: 2 });
  pull();
});

describe('can_migrate_task: the exits', () => {
  it.each([0, 2])('refuses where the group is throttled on CPU %i', (cpu) => {
    queue(b.k, P, 2, { ...COLD, tg: 1 });
    b.k.cfs_bandwidth_used = true;
    b.k.cfs.throttle_count[b.k.tg_cfs_rq(1, cpu)] = 1;
    expect(ask()).toBe(false);
    expect(b.asked).toEqual([{ p: P, reason: REASON_THROTTLED, hot: -2, result: 0, dst: 0 }]);
    expect(b.k.lb_env.flags).toBe(LBF_ALL_PINNED);
  });

  it('refuses per-CPU kthreads', () => {
    queue(b.k, P, 2, { ...COLD, flags: PF_PER_CPU_KTHREAD });
    expect(ask()).toBe(false);
    expect(b.asked).toEqual([{ p: P, reason: REASON_PER_CPU_KTHREAD, hot: -2, result: 0, dst: 0 }]);
    expect(b.k.lb_env.flags).toBe(LBF_ALL_PINNED);
  });

  it('refuses by affinity and names another CPU of the group', () => {
    b.k.mask.set(1, [1, 2]);
    queue(b.k, P, 2, { ...COLD, mask: 1 });
    expect(ask()).toBe(false);
    expect(b.asked[0]).toEqual({ p: P, reason: REASON_AFFINITY, hot: -2, result: 0, dst: 0 });
    expect(b.k.lb_env.flags).toBe(LBF_ALL_PINNED | LBF_SOME_PINNED | LBF_DST_PINNED);
    expect(b.k.lb_env.new_dst_cpu).toBe(1);
    expect(b.k.task.nr_failed_migrations_affine[P]).toBe(1);
  });

  it('names no CPU that the balance may not use or the task may not run on', () => {
    b.k.mask.set(1, [1, 2]);
    b.k.mask.set(2, [2, 3]);
    queue(b.k, P, 2, { ...COLD, mask: 1 });
    b.k.lb_env.cpus[1] = 0;
    ask();
    expect(b.k.lb_env.flags).toBe(LBF_ALL_PINNED | LBF_SOME_PINNED);
    b.k.lb_env.cpus[1] = 1;
    b.k.task.mask[P] = 2;
    ask();
    expect(b.k.lb_env.flags).toBe(LBF_ALL_PINNED | LBF_SOME_PINNED);
  });

  it('names no other CPU when newly idle, in an active balance or when it has one already', () => {
    b.k.mask.set(1, [1, 2]);
    queue(b.k, P, 2, { ...COLD, mask: 1 });
    pull(CPU_NEWLY_IDLE);
    ask();
    expect(b.k.lb_env.flags).toBe(LBF_ALL_PINNED | LBF_SOME_PINNED);
    pull();
    b.k.lb_env.flags = LBF_ACTIVE_LB;
    ask();
    expect(b.k.lb_env.flags).toBe(LBF_ACTIVE_LB | LBF_SOME_PINNED);
    pull();
    b.k.lb_env.flags = LBF_DST_PINNED;
    b.k.lb_env.new_dst_cpu = 3;
    ask();
    expect(b.k.lb_env.new_dst_cpu).toBe(3);
  });

  it('refuses the running task, which shows that not all are pinned', () => {
    run(b.k, queue(b.k, P, 2, COLD));
    expect(ask()).toBe(false);
    expect(b.asked).toEqual([{ p: P, reason: REASON_RUNNING, hot: -2, result: 0, dst: 0 }]);
    expect(b.k.lb_env.flags).toBe(0);
    expect(b.k.task.nr_failed_migrations_running[P]).toBe(1);
  });

  it('lets the stopper take a hot task without asking', () => {
    queue(b.k, P, 2, HOT);
    b.k.lb_env.flags = LBF_ACTIVE_LB;
    expect(ask()).toBe(true);
    expect(b.asked).toEqual([{ p: P, reason: REASON_ACTIVE_BALANCE, hot: -2, result: 1, dst: 0 }]);
    expect(b.k.task.sched_task_hot[P]).toBe(0);
  });

  it('takes a cold task', () => {
    queue(b.k, P, 2, COLD);
    b.k.task.sched_task_hot[P] = 1;
    expect(ask()).toBe(true);
    expect(b.asked).toEqual([{ p: P, reason: REASON_DECIDED, hot: 0, result: 1, dst: 0 }]);
    expect(b.k.task.sched_task_hot[P]).toBe(0);
  });

  it('refuses a hot task, and forces it once nr_balance_failed is above cache_nice_tries', () => {
    queue(b.k, P, 2, HOT);
    const sd = b.k.lb_env.sd;
    b.k.sd.cache_nice_tries[sd] = 1;
    b.k.sd.nr_balance_failed[sd] = 1;
    expect(ask()).toBe(false);
    expect(b.k.task.nr_failed_migrations_hot[P]).toBe(1);
    b.k.sd.nr_balance_failed[sd] = 2;
    expect(ask()).toBe(true);
    expect(b.asked.map((a) => [a.reason, a.hot, a.result])).toEqual([
      [REASON_DECIDED, 1, 0],
      [REASON_DECIDED, 1, 2],
    ]);
    expect(b.k.task.sched_task_hot[P]).toBe(1);
    expect(b.k.task.nr_failed_migrations_hot[P]).toBe(1);
  });
});

describe('can_migrate_task: a policy', () => {
  it('replaces the soft test in both directions', () => {
    queue(b.k, P, 2, HOT);
    const told: number[] = [];
    let answer = true;
    b.k.policy = {
      may_migrate: (_p, _env, hot) => {
        told.push(hot);
        return answer;
      },
      select_cpu: (_p, _prev, _flags, stock) => stock,
    };
    expect(ask()).toBe(true);
    expect(b.asked.at(-1)).toMatchObject({ hot: 1, result: 2 });
    expect(b.k.task.sched_task_hot[P]).toBe(1);

    answer = false;
    b.k.se.exec_start[P] = 0;
    b.k.sd.nr_balance_failed[b.k.lb_env.sd] = 99;
    expect(ask()).toBe(false);
    expect(b.asked.at(-1)).toMatchObject({ hot: 0, result: 0 });
    expect(b.k.task.sched_task_hot[P]).toBe(0);
    expect(told).toEqual([1, 0]);
  });

  it('is not asked where a hard refusal or the stopper decides', () => {
    let calls = 0;
    b.k.policy = { may_migrate: () => ++calls > 0, select_cpu: (_p, _prev, _flags, stock) => stock };
    b.k.mask.set(1, [2]);
    queue(b.k, P, 2, { ...COLD, mask: 1 });
    expect(ask()).toBe(false);
    b.k.task.mask[P] = 0;
    b.k.task.on_cpu[P] = 1;
    expect(ask()).toBe(false);
    b.k.task.on_cpu[P] = 0;
    b.k.lb_env.flags = LBF_ACTIVE_LB;
    expect(ask()).toBe(true);
    expect(calls).toBe(0);
  });
});
