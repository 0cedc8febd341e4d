import { describe, expect, it } from 'vitest';
import { SgLbStats } from '../../../../src/sim/kernel/balance/sg-stats.js';
import {
  SD_NUMA,
  group_fully_busy,
  group_has_spare,
  group_imbalanced,
  group_misfit_task,
  group_overloaded,
} from '../../../../src/sim/kernel/constants.js';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import {
  adjust_numa_imbalance,
  find_idlest_group,
  update_pick_idlest,
  update_sg_wakeup_stats,
} from '../../../../src/sim/kernel/wakeup/idlest-group.js';
import { WAKEE, allow, busy, busyOnly, grid, handMadeKernel } from '../../../support/wakeup-kernel.js';

/** The highest domain of a CPU. */
function top(k: Kernel, cpu: number): number {
  let sd = k.rq.sd[cpu]!;
  while (k.sd.parent[sd]! !== NIL) sd = k.sd.parent[sd]!;
  return sd;
}

function span(k: Kernel, sg: number): number[] {
  const off = k.sg.span_off[sg]!;
  return [...k.topo_cpus.subarray(off, off + k.sg.group_weight[sg]!)];
}

/** CPUs of the group that find_idlest_group() answers for the highest domain of `cpu`, or null. */
function idlest(k: Kernel, cpu: number): number[] | null {
  const group = find_idlest_group(k, top(k, cpu), WAKEE, cpu);
  return group === NIL ? null : span(k, group);
}

describe('update_sg_wakeup_stats', () => {
  it('adds up the CPUs that the task may use', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    const sd = top(k, 0);
    busy(k, 0, 900, 2);
    busy(k, 1, 300);
    const sgs = new SgLbStats();
    update_sg_wakeup_stats(k, sd, k.sd.groups[sd]!, sgs, WAKEE);
    expect(sgs).toMatchObject({ group_load: 1200, group_util: 1200, group_runnable: 2100, sum_nr_running: 3 });
    expect(sgs).toMatchObject({ sum_h_nr_running: 3, idle_cpus: 0, group_weight: 2, group_capacity: 2048 });
    allow(k, [1]);
    update_sg_wakeup_stats(k, sd, k.sd.groups[sd]!, sgs, WAKEE);
    expect(sgs).toMatchObject({ group_load: 300, sum_nr_running: 1, idle_cpus: 0 });
  });

  it('takes the CPU of a task that calls execve() for idle, and fills avg_load for busy groups only', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    const sd = top(k, 0);
    busy(k, 0, 800, 1);
    k.rq.curr[0] = WAKEE;
    k.task.cpu[WAKEE] = 0;
    k.task.on_rq[WAKEE] = 1;
    k.se.cfs_rq[WAKEE] = 0;
    k.avg.last_update_time[WAKEE] = 1;
    const sgs = new SgLbStats();
    update_sg_wakeup_stats(k, sd, k.sd.groups[sd]!, sgs, WAKEE);
    expect(sgs).toMatchObject({ sum_nr_running: 0, idle_cpus: 2, group_type: group_has_spare, avg_load: 0 });
    busy(k, 0, 3000, 4);
    busy(k, 1, 1000, 4);
    update_sg_wakeup_stats(k, sd, k.sd.groups[sd]!, sgs, WAKEE);
    expect(sgs).toMatchObject({ group_type: group_overloaded, avg_load: Math.floor((4000 * 1024) / 2048) });
  });

  it('notes a task that fits no CPU of the group', () => {
    const k = handMadeKernel(grid(1, 4, 1, [446, 446, 1024, 1024]));
    const sd = k.rq.sd[0]!;
    const sgs = new SgLbStats();
    k.avg.util_avg[WAKEE] = 600;
    update_sg_wakeup_stats(k, sd, k.sd.groups[sd]!, sgs, WAKEE);
    expect(span(k, k.sd.groups[sd]!)).toEqual([0]);
    expect(sgs.group_type).toBe(group_misfit_task);
    k.avg.util_avg[WAKEE] = 300;
    update_sg_wakeup_stats(k, sd, k.sd.groups[sd]!, sgs, WAKEE);
    expect(sgs.group_type).toBe(group_has_spare);
  });
});

describe('update_pick_idlest', () => {
  const k = handMadeKernel(grid(1, 4, 2));
  const group = k.sd.groups[top(k, 0)]!;
  const next = k.sg.next[group]!;
  function picks(best: Partial<SgLbStats>, sgs: Partial<SgLbStats>): boolean {
    return update_pick_idlest(k, group, Object.assign(new SgLbStats(), best), next, Object.assign(new SgLbStats(), sgs));
  }

  it('prefers the lesser type', () => {
    expect(picks({ group_type: group_overloaded }, { group_type: group_imbalanced })).toBe(true);
    expect(picks({ group_type: group_has_spare }, { group_type: group_fully_busy })).toBe(false);
  });

  it('prefers less load, more idle CPUs, less utilisation; never a tie', () => {
    const busyType = { group_type: group_fully_busy };
    expect(picks({ ...busyType, avg_load: 10 }, { ...busyType, avg_load: 9 })).toBe(true);
    expect(picks({ ...busyType, avg_load: 10 }, { ...busyType, avg_load: 10 })).toBe(false);
    expect(picks({ idle_cpus: 1, group_util: 5 }, { idle_cpus: 2, group_util: 9 })).toBe(true);
    expect(picks({ idle_cpus: 2, group_util: 9 }, { idle_cpus: 1, group_util: 5 })).toBe(false);
    expect(picks({ idle_cpus: 2, group_util: 9 }, { idle_cpus: 2, group_util: 8 })).toBe(true);
    expect(picks({ idle_cpus: 2, group_util: 9 }, { idle_cpus: 2, group_util: 9 })).toBe(false);
    expect(picks({ group_type: group_imbalanced }, { group_type: group_imbalanced })).toBe(false);
  });
});

describe('find_idlest_group', () => {
  it('goes to the core with the most idle CPUs, the least used one among equals', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    busyOnly(k, [0, 2]);
    expect(idlest(k, 0)).toEqual([4, 5]);
    k.avg.util_avg[k.cfs_avg + 4] = 1;
    expect(idlest(k, 0)).toEqual([6, 7]);
  });

  it('stays where no other core has more idle CPUs', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    expect(idlest(k, 0)).toBeNull();
    busyOnly(k, [0, 2, 4, 6]);
    expect(idlest(k, 0)).toBeNull();
  });

  it('goes away where the local group is not allowed, stays where no other is', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    allow(k, [3, 6]);
    busyOnly(k, [3]);
    expect(idlest(k, 0)).toEqual([6, 7]);
    allow(k, [0, 1]);
    busyOnly(k, [0, 1]);
    expect(idlest(k, 0)).toBeNull();
  });

  it('leaves a busy group for one that is less loaded by more than 17 % of a nice-0 task and of itself', () => {
    // Groups of single CPUs: 1024 · 17 / 100 = 174.
    const k = handMadeKernel(grid(1, 2, 1));
    busy(k, 0, 2000, 3);
    busy(k, 1, 1000, 3);
    k.avg.runnable_avg[k.cfs_avg] = 3000;
    k.avg.runnable_avg[k.cfs_avg + 1] = 3000;
    expect(idlest(k, 0)).toEqual([1]);
    k.avg.load_avg[k.cfs_avg + 1] = 1826;
    expect(idlest(k, 0)).toBeNull();
    k.avg.load_avg[k.cfs_avg + 1] = 1710;
    // 100 · 2000 ≤ 117 · 1710
    expect(idlest(k, 0)).toBeNull();
    k.avg.load_avg[k.cfs_avg + 1] = 1709;
    expect(idlest(k, 0)).toEqual([1]);
  });

  it('leaves a small CPU for one that the task fits', () => {
    const k = handMadeKernel(grid(1, 2, 1, [446, 1024]));
    k.avg.util_avg[WAKEE] = 600;
    expect(idlest(k, 0)).toEqual([1]);
    expect(idlest(k, 1)).toBeNull();
  });
});

describe('find_idlest_group between nodes', () => {
  function numa(busyCpus: readonly number[], imb_numa_nr: number) {
    const k = handMadeKernel(grid(2, 4, 1));
    const sd = top(k, 0);
    expect(k.sd.flags[sd]! & SD_NUMA).not.toBe(0);
    k.sd.imb_numa_nr[sd] = imb_numa_nr;
    busyOnly(k, busyCpus);
    return k;
  }

  it('keeps a task on its node while that runs few tasks', () => {
    // One task of its own and the new one: not above imb_numa_nr, and a difference of 1 idle CPU is tolerated.
    expect(idlest(numa([0], 2), 0)).toBeNull();
    expect(idlest(numa([0], 1), 0)).toEqual([4, 5, 6, 7]);
    // A difference of 3 is not.
    expect(idlest(numa([0, 1, 2], 4), 0)).toEqual([4, 5, 6, 7]);
    expect(idlest(numa([0, 1], 4), 0)).toBeNull();
  });

  it('counts no more CPUs than the task may use on its node', () => {
    const k = numa([0], 2);
    allow(k, [0, 4, 5]);
    expect(idlest(k, 0)).toEqual([4, 5, 6, 7]);
  });

  it('follows a preferred node', () => {
    const k = numa([0, 1, 2, 3], 1);
    k.task.numa_preferred_nid[WAKEE] = 0;
    k.rq.nr_running[3] = 0;
    k.rq.curr[3] = NIL;
    expect(idlest(k, 0)).toBeNull();
    const far = numa([], 4);
    far.task.numa_preferred_nid[WAKEE] = 1;
    expect(idlest(far, 0)).toEqual([4, 5, 6, 7]);
  });

  it.each([
    [3, 5, 4, 3],
    [2, 4, 4, 0],
    [3, 4, 4, 3],
    [1, 5, 4, 1],
  ])('adjust_numa_imbalance(%i, %i, %i) is %i', (imbalance, running, nr, want) => {
    expect(adjust_numa_imbalance(imbalance, running, nr)).toBe(want);
  });
});
