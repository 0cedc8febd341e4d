import { describe, expect, it } from 'vitest';
import { find_busiest_group, is_imbalanced } from '../../../../src/sim/kernel/balance/busiest-group.js';
import { init_lb_env } from '../../../../src/sim/kernel/balance/lb-env.js';
import { update_idle_cpu_scan } from '../../../../src/sim/kernel/balance/sd-stats.js';
import {
  CPU_IDLE,
  CPU_NEWLY_IDLE,
  CPU_NOT_IDLE,
  group_asym_packing,
  group_has_spare,
  group_misfit_task,
  group_overloaded,
  migrate_load,
  migrate_misfit,
  migrate_task,
  SD_ASYM_PACKING,
  SD_PREFER_SIBLING,
} from '../../../../src/sim/kernel/constants.js';
import { type Bench, bench, domain, fillCpus, type Shape } from '../../../support/balance-kernel.js';

interface Cpu {
  readonly nr?: number;
  readonly load?: number;
  readonly util?: number;
  readonly runnable?: number;
}

/** A machine whose CPUs have the given numbers. */
function machine(cpus: readonly Cpu[], shape: Shape = {}): Bench {
  const b = bench(shape);
  const { k } = b;
  cpus.forEach((c, cpu) => {
    k.rq.nr_running[cpu] = c.nr ?? 0;
    k.rq.curr[cpu] = c.nr === undefined ? -1 : cpu;
    k.cfs.h_nr_running[cpu] = c.nr ?? 0;
    k.avg.load_avg[k.cfs_avg + cpu] = c.load ?? 0;
    k.avg.util_avg[k.cfs_avg + cpu] = c.util ?? 0;
    k.avg.runnable_avg[k.cfs_avg + cpu] = c.runnable ?? 0;
  });
  return b;
}

/** First CPU of the group that CPU `dst` should pull from, or −1. */
function find(b: Bench, dst: number, height: number, idle: number): number {
  const { k } = b;
  const sd = domain(k, dst, height);
  init_lb_env(k, k.lb_env, sd, dst, idle);
  fillCpus(k, k.lb_env, sd);
  const group = find_busiest_group(k, k.lb_env);
  return group === -1 ? -1 : k.topo_cpus[k.sg.span_off[group]!]!;
}

const full = (nr: number): Cpu => ({ nr, load: 1024 * nr, util: 1024, runnable: 1024 * nr });

describe('find_busiest_group', () => {
  it('finds the overloaded CPU with the highest load, and says whether the machine is overloaded', () => {
    const b = machine([{}, full(2), full(4), full(3)]);
    expect(find(b, 0, 0, CPU_IDLE)).toBe(2);
    const { sds } = b.k.lb_env;
    expect(sds.busiest_stat).toMatchObject({ group_type: group_overloaded, avg_load: 4096, sum_nr_running: 4 });
    expect(sds.local_stat).toMatchObject({ group_type: group_has_spare, idle_cpus: 1 });
    expect([sds.total_load, sds.total_capacity]).toEqual([9216, 4096]);
    expect([b.k.lb_env.migration_type, b.k.lb_env.imbalance]).toEqual([migrate_task, 2]);
    expect(b.k.g.overload[0]).toBe(1);
    find(machine([{}, full(1)]), 0, 0, CPU_IDLE);
    b.k.rq.nr_running.fill(1);
    find(b, 0, 0, CPU_IDLE);
    expect(b.k.g.overload[0]).toBe(0);
  });

  it('does not touch the overload flag from a domain that is not the whole machine', () => {
    const b = machine([{}, full(4), {}, {}], { cores: [2, 2] });
    find(b, 0, 0, CPU_IDLE);
    expect(b.k.g.overload[0]).toBe(0);
    find(b, 2, 1, CPU_IDLE);
    expect(b.k.g.overload[0]).toBe(1);
  });

  it('leaves single tasks where they are', () => {
    expect(find(machine([{}, full(1), full(1)]), 0, 0, CPU_IDLE)).toBe(-1);
  });

  it('spreads over idle cores before siblings, from a difference of two tasks on', () => {
    expect(find(machine([{}, {}, full(1), full(1)], { cores: [2, 2] }), 0, 1, CPU_IDLE)).toBe(2);
    expect(find(machine([{}, {}, full(1), {}], { cores: [2, 2] }), 0, 1, CPU_IDLE)).toBe(-1);
    expect(find(machine([full(1), {}, full(1), full(1)], { cores: [2, 2] }), 1, 1, CPU_IDLE)).toBe(-1);
  });

  it('does not move the only task of a smaller group around', () => {
    const nodes = [0, 0, 0, 0, 0, 1, 1];
    const b = machine([{}, {}, {}, {}, {}, full(1), {}], { cores: nodes.map(() => 1), nodes });
    // Idle CPUs are to be evened out here, not tasks.
    b.k.sd.flags[domain(b.k, 0)]! &= ~SD_PREFER_SIBLING;
    b.k.sd.imb_numa_nr[domain(b.k, 0, 1)] = 0;
    expect(find(b, 0, 1, CPU_IDLE)).toBe(-1);
    b.k.cfs.h_nr_running[5] = 2;
    expect(find(b, 0, 1, CPU_IDLE)).toBe(5);
  });

  it('draws its borders at one task and at one idle CPU', () => {
    const { k } = bench();
    const { sds } = k.lb_env;
    init_lb_env(k, k.lb_env, domain(k, 0), 0, CPU_IDLE);
    const worth = (siblings: number, nr: number, idleCpus: number): boolean => {
      sds.init();
      sds.prefer_sibling = siblings;
      Object.assign(sds.local_stat, { group_type: group_has_spare, idle_cpus: idleCpus, sum_nr_running: 1 });
      Object.assign(sds.busiest_stat, { group_type: group_has_spare, idle_cpus: 1, group_weight: 4 });
      sds.busiest_stat.sum_nr_running = nr;
      sds.busiest_stat.sum_h_nr_running = nr;
      return is_imbalanced(k, k.lb_env);
    };
    expect([worth(1, 2, 0), worth(1, 3, 0), worth(0, 3, 0)]).toEqual([false, true, false]);
    expect([worth(0, 3, 2), worth(0, 3, 3), worth(0, 1, 3)]).toEqual([false, true, false]);
  });

  it('asks a busy CPU to pull only from overload', () => {
    const halfBusy: Cpu = { nr: 2, load: 500, util: 200, runnable: 300 };
    expect(find(machine([full(1), halfBusy]), 0, 0, CPU_NOT_IDLE)).toBe(-1);
    expect(find(machine([{}, halfBusy]), 0, 0, CPU_IDLE)).toBe(1);
  });

  it('between overloaded groups, moves load only above imbalance_pct and the average', () => {
    expect(find(machine([full(2), full(3), full(2), full(2)]), 0, 0, CPU_NOT_IDLE)).toBe(1);
    const slight = machine([full(2), { ...full(2), load: 2396 }, full(2), full(2)]);
    // 100·2396 ≤ 117·2048.
    expect(find(slight, 0, 0, CPU_NOT_IDLE)).toBe(-1);
    const b = machine([full(2), full(6), full(2), full(2)]);
    expect(find(b, 0, 0, CPU_NOT_IDLE)).toBe(1);
    // Average 12288/4 = 3072: min(6144 − 3072, 3072 − 2048).
    expect([b.k.lb_env.migration_type, b.k.lb_env.imbalance]).toEqual([migrate_load, 1024]);
  });

  it('packs onto the preferred CPU', () => {
    const b = machine([{}, full(1), full(1), {}]);
    for (const cpu of [0, 3]) {
      const sd = domain(b.k, cpu);
      b.k.sd.flags[sd] = b.k.sd.flags[sd]! | SD_ASYM_PACKING;
      let g = b.k.sd.groups[sd]!;
      do {
        b.k.sg.asym_prefer_cpu[g] = b.k.topo_cpus[b.k.sg.span_off[g]!]!;
        g = b.k.sg.next[g]!;
      } while (g !== b.k.sd.groups[sd]);
    }
    // Among equals the least preferred CPU gives its task away.
    expect(find(b, 0, 0, CPU_IDLE)).toBe(2);
    expect(b.k.lb_env.sds.busiest_stat.group_type).toBe(group_asym_packing);
    expect([b.k.lb_env.migration_type, b.k.lb_env.imbalance]).toEqual([migrate_task, 1]);
    expect(find(b, 3, 0, CPU_IDLE)).toBe(-1);
    expect(find(b, 0, 0, CPU_NOT_IDLE)).toBe(-1);
  });

  it('pulls a misfit task to a bigger CPU, and never to a smaller one', () => {
    const asym: Shape = { cores: [1, 1, 1, 1], capacity: [1024, 1024, 400, 400] };
    const small = machine([{}, {}, { nr: 1, load: 1000, util: 400, runnable: 400 }, {}], asym);
    small.k.rq.misfit_task_load[2] = 1000;
    expect(find(small, 0, 0, CPU_IDLE)).toBe(2);
    expect(small.k.lb_env.sds.busiest_stat.group_type).toBe(group_misfit_task);
    expect([small.k.lb_env.migration_type, small.k.lb_env.imbalance]).toEqual([migrate_misfit, 1]);
    expect(find(small, 3, 0, CPU_IDLE)).toBe(-1);
    const big = machine([{ nr: 2, load: 1000, util: 100, runnable: 100 }, {}, {}, {}], asym);
    expect(find(big, 2, 0, CPU_IDLE)).toBe(-1);
    expect(find(big, 1, 0, CPU_IDLE)).toBe(0);
  });

  it('updates the local capacity, when newly idle only once it is due', () => {
    const b = machine([{}, {}]);
    const sgc = b.k.sg.sgc[b.k.sd.groups[domain(b.k, 0)]!]!;
    b.k.sgc.capacity[sgc] = 1;
    b.k.sgc.next_update[sgc] = b.k.g.jiffies[0]! + 1;
    find(b, 0, 0, CPU_NEWLY_IDLE);
    expect(b.k.sgc.capacity[sgc]).toBe(1);
    b.k.g.jiffies[0]!++;
    find(b, 0, 0, CPU_NEWLY_IDLE);
    expect(b.k.sgc.capacity[sgc]).toBe(1024);
  });
});

describe('update_idle_cpu_scan', () => {
  function scan(sumUtil: number, idle = CPU_IDLE, shape: Shape = {}): number {
    const b = bench(shape);
    const sds = b.k.rq.sd_llc_shared[0]!;
    b.k.sds.nr_idle_scan[sds] = -7;
    init_lb_env(b.k, b.k.lb_env, domain(b.k, 0), 0, idle);
    update_idle_cpu_scan(b.k, b.k.lb_env, sumUtil);
    return b.k.sds.nr_idle_scan[sds]!;
  }

  it('follows the parabola from all CPUs to none', () => {
    // x = 512: 512²·117²/10^7/1.024 = 350, so 674·4/1024 = 2.
    expect([0, 4 * 512, 4 * 875, 4 * 876, 4 * 1024].map((sum) => scan(sum))).toEqual([4, 2, 0, 0, 0]);
    expect(scan(3)).toBe(4);
  });

  it('is left alone when newly idle, without SIS_UTIL and outside the cache domain', () => {
    expect(scan(0, CPU_NEWLY_IDLE)).toBe(-7);
    expect(scan(0, CPU_IDLE, { features: { SIS_UTIL: false } })).toBe(-7);
    expect(scan(0, CPU_IDLE, { cores: [2, 2] })).toBe(-7);
  });
});
