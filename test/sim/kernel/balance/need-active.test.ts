import { describe, expect, it } from 'vitest';
import { init_lb_env } from '../../../../src/sim/kernel/balance/lb-env.js';
import { need_active_balance, should_we_balance } from '../../../../src/sim/kernel/balance/need-active.js';
import {
  CPU_IDLE,
  CPU_NEWLY_IDLE,
  CPU_NOT_IDLE,
  migrate_load,
  migrate_misfit,
  migrate_task,
  SD_ASYM_PACKING,
} from '../../../../src/sim/kernel/constants.js';
import { type Bench, bench, domain, fillCpus } from '../../../support/balance-kernel.js';

function pull(dst: number, src: number, idle: number, height = 0, shape = {}): Bench {
  const b = bench(shape);
  const sd = domain(b.k, dst, height);
  init_lb_env(b.k, b.k.lb_env, sd, dst, idle);
  fillCpus(b.k, b.k.lb_env, sd);
  b.k.lb_env.src_cpu = src;
  return b;
}

describe('need_active_balance', () => {
  it('after cache_nice_tries + 3 failures to move a task', () => {
    const b = pull(0, 1, CPU_IDLE);
    const env = b.k.lb_env;
    env.migration_type = migrate_task;
    b.k.sd.nr_balance_failed[env.sd] = 3;
    expect(need_active_balance(b.k, env)).toBe(false);
    b.k.sd.nr_balance_failed[env.sd] = 4;
    expect(need_active_balance(b.k, env)).toBe(true);
    env.migration_type = migrate_load;
    expect(need_active_balance(b.k, env)).toBe(false);
  });

  it('for a misfit task at once', () => {
    const b = pull(0, 1, CPU_IDLE);
    b.k.lb_env.migration_type = migrate_misfit;
    expect(need_active_balance(b.k, b.k.lb_env)).toBe(true);
  });

  it('for the only task of a CPU that has been reduced, by an idle CPU', () => {
    const b = pull(0, 1, CPU_IDLE);
    b.k.rq.cpu_capacity[1] = 700;
    expect(need_active_balance(b.k, b.k.lb_env)).toBe(false);
    b.k.cfs.h_nr_running[1] = 1;
    expect(need_active_balance(b.k, b.k.lb_env)).toBe(true);
    b.k.rq.cpu_capacity[0] = 800;
    expect(need_active_balance(b.k, b.k.lb_env)).toBe(false);
    b.k.rq.cpu_capacity[0] = 1024;
    b.k.lb_env.idle = CPU_NOT_IDLE;
    expect(need_active_balance(b.k, b.k.lb_env)).toBe(false);
  });

  it('for packing, towards the preferred CPU', () => {
    for (const [dst, src, wanted] of [[0, 1, true], [1, 0, false]] as const) {
      const b = pull(dst, src, CPU_IDLE);
      b.k.sd.flags[b.k.lb_env.sd] = SD_ASYM_PACKING;
      expect(need_active_balance(b.k, b.k.lb_env)).toBe(wanted);
    }
  });
});

describe('should_we_balance', () => {
  const CORES = { cores: [2, 2] };

  it('picks the first idle CPU of the local group, or its first CPU', () => {
    const b = pull(1, -1, CPU_IDLE, 1, CORES);
    expect(should_we_balance(b.k, b.k.lb_env)).toBe(false);
    b.k.rq.nr_running[0] = 1;
    expect(should_we_balance(b.k, b.k.lb_env)).toBe(true);
    b.k.rq.nr_running[1] = 1;
    expect(should_we_balance(b.k, b.k.lb_env)).toBe(false);
    b.k.lb_env.dst_cpu = 0;
    expect(should_we_balance(b.k, b.k.lb_env)).toBe(true);
  });

  it('lets every newly idle CPU, until it gets work', () => {
    const b = pull(1, -1, CPU_NEWLY_IDLE, 1, CORES);
    expect(should_we_balance(b.k, b.k.lb_env)).toBe(true);
    b.k.rq.ttwu_pending[1] = 1;
    expect(should_we_balance(b.k, b.k.lb_env)).toBe(false);
    b.k.rq.ttwu_pending[1] = 0;
    b.k.rq.nr_running[1] = 1;
    expect(should_we_balance(b.k, b.k.lb_env)).toBe(false);
  });

  it('does not balance for a CPU that was taken out', () => {
    const b = pull(0, -1, CPU_NEWLY_IDLE, 1, CORES);
    b.k.lb_env.cpus[0] = 0;
    expect(should_we_balance(b.k, b.k.lb_env)).toBe(false);
  });
});
