import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import { select_idle_capacity, select_idle_cpu } from '../../../../src/sim/kernel/wakeup/idle-cpu.js';
import { WAKEE, allow, busyOnly, grid, handMadeKernel, onlyIdlePolicy } from '../../../support/wakeup-kernel.js';

function flat(idleCpus: readonly number[], nr_idle_scan: number, features = {}) {
  const k = handMadeKernel(grid(1, 8, 1), { features });
  busyOnly(k, [0, 1, 2, 3, 4, 5, 6, 7].filter((cpu) => !idleCpus.includes(cpu)));
  k.sds.nr_idle_scan[k.rq.sd_llc_shared[0]!] = nr_idle_scan;
  return k;
}

describe('select_idle_cpu without idle cores', () => {
  const search = (k: ReturnType<typeof flat>, target: number): number =>
    select_idle_cpu(k, WAKEE, k.rq.sd_llc[target]!, false, target);

  it('starts after the target and goes around', () => {
    expect(search(flat([1, 6], 8), 3)).toBe(6);
    expect(search(flat([1, 6], 8), 6)).toBe(1);
    expect(search(flat([1, 7], 8), 7)).toBe(1);
    expect(search(flat([7], 8), 7)).toBe(7);
  });

  it('looks at nr_idle_scan CPUs and no further', () => {
    expect(search(flat([7], 3), 3)).toBe(NIL);
    expect(search(flat([7], 4), 3)).toBe(7);
    expect(search(flat([4], 0), 3)).toBe(NIL);
  });

  it('does not count CPUs that the task may not use', () => {
    const k = flat([7], 2);
    allow(k, [3, 6, 7]);
    expect(search(k, 3)).toBe(7);
  });

  it('has no limit where SIS_UTIL is off', () => {
    expect(search(flat([3], 0, { SIS_UTIL: false }), 3)).toBe(3);
  });

  it('takes a CPU that has only SCHED_IDLE tasks', () => {
    const k = flat([], 8);
    onlyIdlePolicy(k, 5);
    expect(search(k, 3)).toBe(5);
  });
});

describe('select_idle_cpu with idle cores', () => {
  function smt(busy: readonly number[]) {
    const k = handMadeKernel(grid(1, 4, 2));
    busyOnly(k, busy);
    k.sds.nr_idle_scan[shared(k)] = 1;
    k.sds.has_idle_cores[shared(k)] = 1;
    return k;
  }
  const shared = (k: Kernel): number => k.rq.sd_llc_shared[0]!;
  const search = (k: ReturnType<typeof smt>, target: number): number =>
    select_idle_cpu(k, WAKEE, k.rq.sd_llc[target]!, true, target);

  it('passes idle threads of busy cores until it meets an idle core, whatever the limit', () => {
    // Threads 3 and 5 idle beside busy ones; 6 and 7 are a whole core.
    const k = smt([0, 1, 2, 4]);
    expect(search(k, 1)).toBe(6);
    expect(k.sds.has_idle_cores[shared(k)]).toBe(1);
  });

  it('answers the thread by which it comes to the core', () => {
    expect(search(smt([0, 1, 2, 4]), 6)).toBe(7);
  });

  it('falls back on the first idle thread, and says that there is no idle core', () => {
    const k = smt([0, 1, 2, 4, 6]);
    expect(search(k, 1)).toBe(3);
    expect(k.sds.has_idle_cores[shared(k)]).toBe(0);
  });

  it('counts a core as idle even where the task may use one thread only', () => {
    const k = smt([0, 1, 2, 4]);
    allow(k, [0, 1, 7]);
    expect(search(k, 1)).toBe(7);
  });

  it('gives up where the limit is 0, and leaves the flag', () => {
    const k = smt([0, 1, 2, 4]);
    k.sds.nr_idle_scan[shared(k)] = 0;
    expect(search(k, 1)).toBe(NIL);
    expect(k.sds.has_idle_cores[shared(k)]).toBe(1);
  });
});

describe('select_idle_capacity', () => {
  const capacity = [446, 446, 446, 446, 1024, 1024, 1024, 1024];

  function asym(busy: readonly number[], util: number) {
    const k = handMadeKernel(grid(1, 8, 1, capacity));
    expect(k.asym_cpucap_active).toBe(true);
    busyOnly(k, busy);
    k.avg.util_avg[WAKEE] = util;
    return k;
  }
  const search = (k: ReturnType<typeof asym>, target: number): number =>
    select_idle_capacity(k, WAKEE, k.rq.sd_asym_cpucapacity[target]!, target);

  it('answers the first idle CPU that the task fits, the target first', () => {
    expect(search(asym([2], 100), 2)).toBe(3);
    expect(search(asym([2], 400), 2)).toBe(4);
    expect(search(asym([], 100), 2)).toBe(2);
  });

  it('keeps a fifth of the capacity free: 356 · 1280 < 446 · 1024, 357 is too much', () => {
    expect(search(asym([], 356), 0)).toBe(0);
    expect(search(asym([], 357), 0)).toBe(4);
  });

  it('answers the largest idle CPU where the task fits none', () => {
    expect(search(asym([4, 5, 6], 900), 0)).toBe(7);
    expect(search(asym([4, 5, 6, 7], 900), 2)).toBe(2);
    expect(search(asym([0, 1, 2, 3, 4, 5, 6, 7], 900), 2)).toBe(NIL);
  });
});
