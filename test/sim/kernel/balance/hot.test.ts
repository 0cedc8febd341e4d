import { beforeEach, describe, expect, it } from 'vitest';
import { migrate_degrades_locality, task_hot } from '../../../../src/sim/kernel/balance/hot.js';
import { init_lb_env } from '../../../../src/sim/kernel/balance/lb-env.js';
import { CPU_IDLE, SCHED_BATCH, SCHED_IDLE } from '../../../../src/sim/kernel/constants.js';
import { type Bench, bench, domain, queue, type Shape } from '../../../support/balance-kernel.js';

/** The env of a pull from `src` to `dst` in the domain `height` levels above the lowest of `dst`. */
function pull(b: Bench, src: number, dst: number, height: number): void {
  init_lb_env(b.k, b.k.lb_env, domain(b.k, dst, height), dst, CPU_IDLE);
  b.k.lb_env.src_cpu = src;
}

/** Asks task_hot() about a task that ran `ranAgo` ns ago on CPU 1, pulled by CPU 0. */
function hot(shape: Shape, ranAgo: number, prepare: (b: Bench) => void = () => undefined): number {
  const b = bench(shape);
  queue(b.k, 0, 1, { ranAgo });
  pull(b, 1, 0, 0);
  prepare(b);
  return task_hot(b.k, 0, b.k.lb_env);
}

describe('task_hot', () => {
  it('is hot until the migration cost has passed, and not a nanosecond longer', () => {
    expect(hot({}, 499_999)).toBe(1);
    expect(hot({}, 500_000)).toBe(0);
    expect(hot({ sysctl: { migration_cost_ns: 5_000_000 } }, 4_999_999)).toBe(1);
  });

  it('knows the two special costs', () => {
    expect(hot({ sysctl: { migration_cost_ns: -1 } }, 10 ** 9)).toBe(1);
    expect(hot({ sysctl: { migration_cost_ns: 0 } }, 0)).toBe(0);
  });

  it('never finds a task hot between SMT siblings, whatever else holds', () => {
    const smt = { cores: [2, 2], sysctl: { migration_cost_ns: -1 } };
    const buddy = (b: Bench): void => {
      b.k.cfs.last[1] = 0;
      b.k.rq.nr_running[0] = 3;
    };
    expect(hot(smt, 0)).toBe(0);
    expect(hot(smt, 0, buddy)).toBe(0);
    expect(hot(smt, 0, (b) => pull(b, 1, 0, 1))).toBe(1);
  });

  it('never finds a SCHED_IDLE task hot, but a SCHED_BATCH one', () => {
    const policy = (value: number) => (b: Bench): void => {
      b.k.task.policy[0] = value;
    };
    expect(hot({}, 0, policy(SCHED_IDLE))).toBe(0);
    expect(hot({}, 0, policy(SCHED_BATCH))).toBe(1);
  });

  it.each(['next', 'last'] as const)('keeps the %s buddy from a busy destination', (which) => {
    const buddy = (nr: number) => (b: Bench): void => {
      b.k.cfs[which][1] = 0;
      b.k.rq.nr_running[0] = nr;
    };
    expect(hot({}, 10 ** 8, buddy(1))).toBe(1);
    expect(hot({}, 10 ** 8, buddy(0))).toBe(0);
    expect(hot({ features: { CACHE_HOT_BUDDY: false } }, 10 ** 8, buddy(1))).toBe(0);
  });
});

describe('migrate_degrades_locality', () => {
  let b: Bench;
  beforeEach(() => {
    b = bench({ cores: [1, 1, 1, 1], nodes: [0, 0, 1, 1] });
    queue(b.k, 0, 0);
  });

  it('says nothing of a task without a preferred node', () => {
    pull(b, 0, 2, 1);
    expect(migrate_degrades_locality(b.k, 0, b.k.lb_env)).toBe(-1);
  });

  it('keeps a task on its node and lets it go there', () => {
    pull(b, 0, 2, 1);
    b.k.task.numa_preferred_nid[0] = 0;
    expect(migrate_degrades_locality(b.k, 0, b.k.lb_env)).toBe(1);
    b.k.task.numa_preferred_nid[0] = 1;
    expect(migrate_degrades_locality(b.k, 0, b.k.lb_env)).toBe(0);
  });

  it('only looks at NUMA domains, and only across nodes', () => {
    b.k.task.numa_preferred_nid[0] = 0;
    pull(b, 0, 1, 0);
    expect(migrate_degrades_locality(b.k, 0, b.k.lb_env)).toBe(-1);
    pull(b, 0, 1, 1);
    expect(migrate_degrades_locality(b.k, 0, b.k.lb_env)).toBe(-1);
  });
});
