import { beforeEach, describe, expect, it } from 'vitest';
import { adjust_numa_imbalance, calculate_imbalance } from '../../../../src/sim/kernel/balance/imbalance.js';
import { init_lb_env } from '../../../../src/sim/kernel/balance/lb-env.js';
import type { SgLbStats } from '../../../../src/sim/kernel/balance/sg-stats.js';
import {
  CPU_IDLE,
  CPU_NOT_IDLE,
  group_asym_packing,
  group_fully_busy,
  group_has_spare,
  group_imbalanced,
  group_misfit_task,
  group_overloaded,
  migrate_load,
  migrate_misfit,
  migrate_task,
  migrate_util,
  SD_ASYM_CPUCAPACITY,
  SD_NUMA,
  SD_SHARE_PKG_RESOURCES,
} from '../../../../src/sim/kernel/constants.js';
import { bench, domain } from '../../../support/balance-kernel.js';

type Numbers = Partial<Omit<SgLbStats, 'clear' | 'assign'>>;

const { k } = bench();
const env = k.lb_env;
const sd = domain(k, 0);

/** [migration type, imbalance] for the two groups. */
function imbalance(local: Numbers, busiest: Numbers): [number, number] {
  Object.assign(env.sds.local_stat, local);
  Object.assign(env.sds.busiest_stat, busiest);
  calculate_imbalance(k, env);
  return [env.migration_type, env.imbalance];
}

beforeEach(() => {
  init_lb_env(k, env, sd, 0, CPU_IDLE);
  env.sds.init();
  k.sd.flags[sd] = 0;
  k.sd.imb_numa_nr[sd] = 0;
});

describe('calculate_imbalance: the busiest group decides', () => {
  it('misfit: one task between CPUs of different capacity, its load where a CPU has been reduced', () => {
    const busiest = { group_type: group_misfit_task, group_misfit_task_load: 321 };
    expect(imbalance({}, busiest)).toEqual([migrate_load, 321]);
    k.sd.flags[sd] = SD_ASYM_CPUCAPACITY;
    expect(imbalance({}, busiest)).toEqual([migrate_misfit, 1]);
  });

  it('packing: all its tasks', () => {
    expect(imbalance({}, { group_type: group_asym_packing, sum_h_nr_running: 3 })).toEqual([migrate_task, 3]);
  });

  it('imbalanced by affinity: one task', () => {
    expect(imbalance({}, { group_type: group_imbalanced, sum_nr_running: 9 })).toEqual([migrate_task, 1]);
  });
});

describe('calculate_imbalance: the local group has room', () => {
  const local = { group_type: group_has_spare, group_capacity: 2048, group_util: 500 };

  it('fills the spare utilisation where no cache is shared', () => {
    expect(imbalance(local, { group_type: group_overloaded })).toEqual([migrate_util, 1548]);
  });

  it('takes one task where an idle CPU finds no spare utilisation', () => {
    const full = { ...local, group_util: 2100 };
    expect(imbalance(full, { group_type: group_overloaded })).toEqual([migrate_task, 1]);
    env.idle = CPU_NOT_IDLE;
    expect(imbalance(full, { group_type: group_overloaded })).toEqual([migrate_util, 0]);
  });

  it('evens out tasks between single CPUs or siblings', () => {
    k.sd.flags[sd] = SD_SHARE_PKG_RESOURCES;
    const busiest = { group_type: group_overloaded, group_weight: 1, sum_nr_running: 6 };
    expect(imbalance({ ...local, sum_nr_running: 1 }, busiest)).toEqual([migrate_task, 2]);
    env.sds.prefer_sibling = 1;
    expect(imbalance({ ...local, sum_nr_running: 1 }, { ...busiest, group_weight: 4 })).toEqual([migrate_task, 2]);
    expect(imbalance({ ...local, sum_nr_running: 7 }, busiest)).toEqual([migrate_task, 0]);
  });

  it('evens out idle CPUs between larger groups', () => {
    const busiest = { group_type: group_fully_busy, group_weight: 4, idle_cpus: 0 };
    expect(imbalance({ ...local, idle_cpus: 3 }, busiest)).toEqual([migrate_task, 1]);
    expect(imbalance({ ...local, idle_cpus: 1 }, busiest)).toEqual([migrate_task, 0]);
  });

  it('wraps round as unsigned ints do where the busiest group has more idle CPUs', () => {
    k.sd.flags[sd] = SD_SHARE_PKG_RESOURCES;
    const busiest = { group_type: group_overloaded, group_weight: 4, idle_cpus: 2 };
    expect(imbalance({ ...local, idle_cpus: 1 }, busiest)).toEqual([migrate_task, 2 ** 31 - 1]);
    // In a NUMA domain the difference passes through an int.
    k.sd.flags[sd] = SD_SHARE_PKG_RESOURCES | SD_NUMA;
    expect(imbalance({ ...local, idle_cpus: 1 }, busiest)).toEqual([migrate_task, -1]);
  });

  it('leaves a pair of tasks alone on a node that may hold it', () => {
    k.sd.flags[sd] = SD_NUMA;
    k.sd.imb_numa_nr[sd] = 4;
    const busiest = { group_type: group_has_spare, group_weight: 8, idle_cpus: 5 };
    expect(imbalance({ ...local, idle_cpus: 7, sum_nr_running: 1 }, busiest)).toEqual([migrate_task, 0]);
    expect(imbalance({ ...local, idle_cpus: 8, sum_nr_running: 1 }, busiest)).toEqual([migrate_task, 1]);
    expect(imbalance({ ...local, idle_cpus: 7, sum_nr_running: 4 }, busiest)).toEqual([migrate_task, 1]);
  });
});

describe('calculate_imbalance: loads', () => {
  it('moves what the less loaded side can take without passing the average', () => {
    // Averages: local 512·1024/1024 = 512, domain (512+2560)·1024/2048 = 1536, busiest 2560.
    env.sds.total_load = 3072;
    env.sds.total_capacity = 2048;
    const local = { group_type: group_fully_busy, group_load: 512, group_capacity: 1024 };
    const busiest = { group_type: group_overloaded, avg_load: 2560, group_capacity: 1024 };
    expect(imbalance(local, busiest)).toEqual([migrate_load, 1024]);
    expect(env.sds.local_stat.avg_load).toBe(512);
    expect(env.sds.avg_load).toBe(1536);
  });

  it('is bounded by the smaller of the two sides', () => {
    const local = { group_type: group_overloaded, avg_load: 1000, group_capacity: 512 };
    const busiest = { group_type: group_overloaded, avg_load: 3000, group_capacity: 1024 };
    env.sds.avg_load = 2900;
    // (3000 − 2900)·1024/1024 = 100 against (2900 − 1000)·512/1024 = 950.
    expect(imbalance(local, busiest)).toEqual([migrate_load, 100]);
    env.sds.avg_load = 1100;
    // 1900 against (1100 − 1000)·512/1024 = 50.
    expect(imbalance(local, busiest)).toEqual([migrate_load, 50]);
  });

  it('takes the local side where the busiest group is below the average', () => {
    env.sds.avg_load = 4000;
    const local = { group_type: group_overloaded, avg_load: 1000, group_capacity: 1024 };
    expect(imbalance(local, { group_type: group_overloaded, avg_load: 3000, group_capacity: 1024 })).toEqual([
      migrate_load,
      3000,
    ]);
  });

  it('is 0 where the local group is the more loaded, or above the average', () => {
    const local = { group_type: group_fully_busy, group_load: 2000, group_capacity: 1024 };
    env.sds.total_load = 3000;
    env.sds.total_capacity = 2048;
    expect(imbalance(local, { group_type: group_overloaded, avg_load: 2000, group_capacity: 1024 })[1]).toBe(0);
    expect(imbalance(local, { group_type: group_overloaded, avg_load: 2001, group_capacity: 1024 })[1]).toBe(0);
  });
});

describe('adjust_numa_imbalance', () => {
  it('lets an imbalance of up to two tasks stand', () => {
    expect(adjust_numa_imbalance(2, 3, 3)).toBe(0);
    expect(adjust_numa_imbalance(3, 3, 3)).toBe(3);
    expect(adjust_numa_imbalance(2, 4, 3)).toBe(2);
  });
});
