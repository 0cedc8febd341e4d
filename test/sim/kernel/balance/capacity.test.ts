import { describe, expect, it } from 'vitest';
import {
  capacity_greater,
  check_cpu_capacity,
  check_misfit_status,
  sched_reduced_capacity,
  update_group_capacity,
} from '../../../../src/sim/kernel/balance/capacity.js';
import { SD_OVERLAP } from '../../../../src/sim/kernel/constants.js';
import { type Bench, bench, domain } from '../../../support/balance-kernel.js';

/** [capacity, min, max] of the domain's local group. */
function group(b: Bench, sd: number): number[] {
  const sgc = b.k.sg.sgc[b.k.sd.groups[sd]!]!;
  return [b.k.sgc.capacity[sgc]!, b.k.sgc.min_capacity[sgc]!, b.k.sgc.max_capacity[sgc]!];
}

describe('update_group_capacity', () => {
  it('takes the lowest level from the CPU and adds up the levels above', () => {
    const b = bench({ cores: [1, 1, 1, 1], nodes: [0, 0, 1, 1], capacity: [1024, 512, 1024, 1024] });
    b.k.sgc.capacity.fill(0);
    for (const cpu of [0, 1]) {
      update_group_capacity(b.k, domain(b.k, cpu), cpu);
      expect(group(b, domain(b.k, cpu))).toEqual(cpu === 0 ? [1024, 1024, 1024] : [512, 512, 512]);
    }
    update_group_capacity(b.k, domain(b.k, 0, 1), 0);
    expect(group(b, domain(b.k, 0, 1))).toEqual([1536, 512, 1024]);
    expect([b.k.rq.cpu_capacity[1], b.k.rq.cpu_capacity_orig[1]]).toEqual([512, 512]);
  });

  it('counts CPU by CPU above a level whose groups overlap', () => {
    const b = bench({ cores: [1, 1, 1, 1], nodes: [0, 0, 1, 1] });
    const sd = domain(b.k, 0, 1);
    b.k.sd.flags[domain(b.k, 0)] = b.k.sd.flags[domain(b.k, 0)]! | SD_OVERLAP;
    b.k.sgc.capacity.fill(7);
    b.k.rq.cpu_capacity[0] = 900;
    b.k.rq.cpu_capacity[1] = 300;
    update_group_capacity(b.k, sd, 0);
    expect(group(b, sd)).toEqual([1200, 300, 900]);
  });

  it('is due again after a balance interval, between a tick and max_load_balance_interval', () => {
    const b = bench();
    const sd = domain(b.k, 0);
    const sgc = b.k.sg.sgc[b.k.sd.groups[sd]!]!;
    const after = (ms: number): number => {
      b.k.sd.balance_interval[sd] = ms;
      update_group_capacity(b.k, sd, 0);
      return b.k.sgc.next_update[sgc]! - b.k.g.jiffies[0]!;
    };
    expect([0, 4, 16, 512].map(after)).toEqual([1, 1, 4, 100]);
  });
});

describe('capacity checks', () => {
  it('compare with the margin of the domain', () => {
    const b = bench();
    const sd = domain(b.k, 0);
    expect(b.k.sd.imbalance_pct[sd]).toBe(117);
    b.k.cfs.h_nr_running[0] = 1;
    // 875·117 = 102375 < 102400 ≤ 876·117.
    b.k.rq.cpu_capacity[0] = 875;
    expect([check_cpu_capacity(b.k, 0, sd), sched_reduced_capacity(b.k, 0, sd)]).toEqual([true, true]);
    b.k.cfs.h_nr_running[0] = 2;
    expect(sched_reduced_capacity(b.k, 0, sd)).toBe(false);
    b.k.rq.cpu_capacity[0] = 876;
    expect(check_cpu_capacity(b.k, 0, sd)).toBe(false);
  });

  it('see a misfit task only where a bigger CPU exists or the own one is reduced', () => {
    const b = bench();
    const sd = domain(b.k, 0);
    expect(check_misfit_status(b.k, 0, sd)).toBe(false);
    b.k.rq.misfit_task_load[0] = 5;
    expect(check_misfit_status(b.k, 0, sd)).toBe(false);
    b.k.g.max_cpu_capacity[0] = 1025;
    expect(check_misfit_status(b.k, 0, sd)).toBe(true);
    b.k.g.max_cpu_capacity[0] = 1024;
    b.k.rq.cpu_capacity[0] = 100;
    expect(check_misfit_status(b.k, 0, sd)).toBe(true);
  });

  it('ask for about 5 % more to call one capacity greater', () => {
    expect(capacity_greater(1078, 1024)).toBe(false);
    expect(capacity_greater(1079, 1024)).toBe(true);
  });
});
