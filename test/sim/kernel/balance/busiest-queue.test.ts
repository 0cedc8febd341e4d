import { describe, expect, it } from 'vitest';
import { find_busiest_queue } from '../../../../src/sim/kernel/balance/busiest-queue.js';
import { init_lb_env } from '../../../../src/sim/kernel/balance/lb-env.js';
import {
  CPU_IDLE,
  migrate_load,
  migrate_misfit,
  migrate_task,
  migrate_util,
  SD_ASYM_CPUCAPACITY,
  SD_ASYM_PACKING,
} from '../../../../src/sim/kernel/constants.js';
import { bench, domain, fillCpus } from '../../../support/balance-kernel.js';

interface Cpu {
  readonly nr?: number;
  readonly load?: number;
  readonly util?: number;
  readonly capacity?: number;
  readonly misfit?: number;
}

/** The CPU chosen of a group of CPUs 4…7 with the given numbers, by CPU 0. */
function choose(type: number, cpus: readonly Cpu[], imbalance = 1, flags = 0, masked: readonly number[] = []): number {
  // Two nodes of four CPUs make a NUMA domain of two groups, 0…3 and 4…7.
  const { k } = bench({ cores: [1, 1, 1, 1, 1, 1, 1, 1], nodes: [0, 0, 0, 0, 1, 1, 1, 1] });
  const sd = domain(k, 0, 1);
  const env = k.lb_env;
  init_lb_env(k, env, sd, 0, CPU_IDLE);
  fillCpus(k, env, sd);
  for (const cpu of masked) env.cpus[cpu] = 0;
  env.migration_type = type;
  env.imbalance = imbalance;
  k.sd.flags[sd] = k.sd.flags[sd]! | flags;
  k.rq.cpu_capacity_orig.fill(1024);
  cpus.forEach((c, i) => {
    const cpu = 4 + i;
    k.cfs.h_nr_running[cpu] = c.nr ?? 0;
    k.rq.nr_running[cpu] = c.nr ?? 0;
    k.avg.load_avg[k.cfs_avg + cpu] = c.load ?? 0;
    k.avg.util_avg[k.cfs_avg + cpu] = c.util ?? 0;
    k.rq.cpu_capacity[cpu] = c.capacity ?? 1024;
    k.rq.misfit_task_load[cpu] = c.misfit ?? 0;
  });
  return find_busiest_queue(k, env, k.sg.next[k.sd.groups[sd]!]!);
}

describe('find_busiest_queue', () => {
  it('by tasks: the most, and the first among equals', () => {
    expect(choose(migrate_task, [{ nr: 1 }, { nr: 3 }, { nr: 3 }, { nr: 2 }])).toBe(5);
    expect(choose(migrate_task, [{ nr: 1 }, { nr: 3 }, { nr: 3 }, { nr: 2 }], 1, 0, [5])).toBe(6);
    expect(choose(migrate_task, [{}, {}, {}, {}])).toBe(-1);
  });

  it('by load: relative to the capacity', () => {
    const cpus = [{ nr: 2, load: 2000 }, { nr: 2, load: 1500, capacity: 512 }, { nr: 2, load: 2900 }, {}];
    expect(choose(migrate_load, cpus)).toBe(5);
    expect(choose(migrate_load, [{ nr: 2, load: 2000 }, { nr: 2, load: 2000 }, {}, {}])).toBe(4);
  });

  it('by load: not a single task that is more than the imbalance, unless its CPU has been reduced', () => {
    const cpus = [{ nr: 1, load: 900 }, { nr: 2, load: 300 }, {}, {}];
    expect(choose(migrate_load, cpus, 899)).toBe(5);
    expect(choose(migrate_load, cpus, 900)).toBe(4);
    // 1024·100 > 800·117: something else takes more of the CPU than imbalance_pct allows.
    expect(choose(migrate_load, [{ nr: 1, load: 900, capacity: 800 }, { nr: 2, load: 300 }, {}, {}], 899)).toBe(4);
    expect(choose(migrate_load, [{ nr: 1, load: 900, capacity: 900 }, { nr: 2, load: 300 }, {}, {}], 899)).toBe(5);
  });

  it('by utilisation: only where at least two tasks run', () => {
    expect(choose(migrate_util, [{ nr: 1, util: 1000 }, { nr: 2, util: 400 }, { nr: 5, util: 401 }, {}])).toBe(6);
    expect(choose(migrate_util, [{ nr: 1, util: 1000 }, {}, {}, {}])).toBe(-1);
  });

  it('by misfit load', () => {
    expect(choose(migrate_misfit, [{ nr: 1, misfit: 5 }, { nr: 1, misfit: 9 }, { nr: 1 }, {}])).toBe(5);
    expect(choose(migrate_misfit, [{ nr: 1 }, { nr: 4 }, {}, {}])).toBe(-1);
  });

  it('takes no single task to a CPU that is no bigger', () => {
    const cpus = [{ nr: 1 }, { nr: 1, capacity: 500 }, {}, {}];
    expect(choose(migrate_task, cpus)).toBe(4);
    expect(choose(migrate_task, cpus, 1, SD_ASYM_CPUCAPACITY)).toBe(5);
  });

  it('takes no single task from a CPU that packing prefers', () => {
    // CPU 0 is preferred to all others, so it may take any; asked the other way round it must not.
    const { k } = bench({ cores: [1, 1, 1, 1] });
    const sd = domain(k, 3);
    const env = k.lb_env;
    init_lb_env(k, env, sd, 3, CPU_IDLE);
    fillCpus(k, env, sd);
    env.migration_type = migrate_task;
    k.sd.flags[sd] = k.sd.flags[sd]! | SD_ASYM_PACKING;
    const group = k.sg.next[k.sd.groups[sd]!]!;
    k.cfs.h_nr_running[0] = 1;
    k.rq.nr_running[0] = 1;
    expect(find_busiest_queue(k, env, group)).toBe(-1);
    k.cfs.h_nr_running[0] = 2;
    expect(find_busiest_queue(k, env, group)).toBe(0);
  });
});
