import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PF_KTHREAD } from '../../../../src/sim/kernel/constants.js';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import { select_idle_sibling } from '../../../../src/sim/kernel/wakeup/idle-sibling.js';
import { WAKEE, allow, busyOnly, grid, handMadeKernel, onlyIdlePolicy, runnerOf } from '../../../support/wakeup-kernel.js';
import { referenceIdleSibling, type Machine } from '../../../support/wakeup-reference.js';

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];

function machine(busy: readonly number[], recent = 0): Kernel {
  const k = handMadeKernel(grid(2, 2, 2));
  busyOnly(k, busy);
  k.task.recent_used_cpu[WAKEE] = recent;
  k.sds.nr_idle_scan.fill(4);
  return k;
}

describe('select_idle_sibling', () => {
  it('takes the target where it idles, and does not touch recent_used_cpu', () => {
    const k = machine([0], 7);
    expect(select_idle_sibling(k, WAKEE, 0, 3)).toBe(3);
    expect(k.task.recent_used_cpu[WAKEE]).toBe(7);
  });

  it('takes prev where it idles in the same cache only', () => {
    expect(select_idle_sibling(machine([3]), WAKEE, 1, 3)).toBe(1);
    expect(select_idle_sibling(machine([0, 1, 2, 3]), WAKEE, 5, 3)).toBe(3);
  });

  it('stacks the wakee on a per-CPU kernel thread that did its work', () => {
    const k = machine(ALL);
    const kworker = runnerOf(2);
    k.g.this_cpu[0] = 2;
    k.task.flags[kworker] = PF_KTHREAD;
    k.mask.set(2, [2]);
    k.task.mask[kworker] = 2;
    k.rq.curr[0] = NIL;
    k.rq.nr_running[0] = 0;
    expect(select_idle_sibling(k, WAKEE, 2, 2)).toBe(2);
    k.in_task = false;
    expect(select_idle_sibling(k, WAKEE, 2, 2)).toBe(0);
    k.in_task = true;
    k.rq.nr_running[2] = 2;
    expect(select_idle_sibling(k, WAKEE, 2, 2)).toBe(0);
    k.rq.nr_running[2] = 1;
    expect(select_idle_sibling(k, WAKEE, 3, 2)).toBe(0);
    k.task.mask[kworker] = 0;
    expect(select_idle_sibling(k, WAKEE, 2, 2)).toBe(0);
  });

  it('remembers prev, and tries the CPU remembered before', () => {
    const k = machine([0, 1, 3], 2);
    expect(select_idle_sibling(k, WAKEE, 0, 1)).toBe(2);
    expect(k.task.recent_used_cpu[WAKEE]).toBe(0);
  });

  it('does not take the recent CPU where it is busy, elsewhere or not allowed', () => {
    expect(select_idle_sibling(machine([0, 1, 2], 2), WAKEE, 0, 0)).toBe(3);
    expect(select_idle_sibling(machine([0, 1, 2, 3], 6), WAKEE, 0, 0)).toBe(0);
    const k = machine([0, 1], 2);
    allow(k, [0, 1, 3]);
    expect(select_idle_sibling(k, WAKEE, 0, 0)).toBe(3);
  });

  it('takes prev’s sibling before it searches the cache, unless there may be an idle core', () => {
    const k = machine([0, 3], 0);
    expect(select_idle_sibling(k, WAKEE, 3, 0)).toBe(2);
    k.sds.has_idle_cores[k.rq.sd_llc_shared[0]!] = 1;
    // No core is idle: the search starts at CPU 1 and comes back with the first idle thread.
    expect(select_idle_sibling(k, WAKEE, 3, 0)).toBe(1);
    expect(k.sds.has_idle_cores[k.rq.sd_llc_shared[0]!]).toBe(0);
  });

  it('falls back on the target', () => {
    expect(select_idle_sibling(machine(ALL), WAKEE, 2, 1)).toBe(1);
  });

  it('minds the capacity on machines with unequal CPUs', () => {
    const k = handMadeKernel(grid(1, 4, 1, [446, 446, 1024, 1024]));
    busyOnly(k, [1]);
    k.avg.util_avg[WAKEE] = 400;
    k.se.cfs_rq[WAKEE] = 1;
    expect(select_idle_sibling(k, WAKEE, 1, 0)).toBe(2);
    k.avg.util_avg[WAKEE] = 100;
    expect(select_idle_sibling(k, WAKEE, 1, 0)).toBe(0);
  });
});

describe('select_idle_sibling against the reference', () => {
  const shapes = [grid(1, 4, 2), grid(2, 2, 2), grid(1, 8, 1), grid(2, 3, 4), grid(1, 1, 2)];
  const situation = fc
    .record({ shape: fc.nat(shapes.length - 1), seed: fc.array(fc.nat(9), { minLength: 32, maxLength: 32 }) })
    .chain(({ shape, seed }) => {
      const cpus = shapes[shape]!.cpus.length;
      const cpu = fc.nat(cpus - 1);
      return fc.record({
        shape: fc.constant(shape),
        // Most CPUs busy, so that the search is needed at all.
        state: fc.constant(seed.slice(0, cpus).map((x) => (x < 6 ? 'busy' : x < 7 ? 'sched_idle' : 'idle'))),
        allowed: fc.uniqueArray(cpu, { minLength: 1, maxLength: cpus }),
        everywhere: fc.boolean(),
        prev: cpu,
        target: cpu,
        recent: cpu,
        has_idle_cores: fc.boolean(),
        nr_idle_scan: fc.nat(cpus),
      });
    });

  it('agrees on the answer and on the flag of idle cores', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const description = shapes[s.shape]!;
        const k = handMadeKernel(description);
        const cpus = k.cpus;
        const all = Array.from({ length: cpus }, (_, cpu) => cpu);
        const of = (kind: string): number[] => all.filter((cpu) => s.state[cpu] === kind);
        busyOnly(k, of('busy'));
        for (const cpu of of('sched_idle')) onlyIdlePolicy(k, cpu);
        const allowed = s.everywhere ? all : s.allowed;
        allow(k, allowed);
        k.task.recent_used_cpu[WAKEE] = s.recent;
        const sds = k.rq.sd_llc_shared[s.target]!;
        k.sds.has_idle_cores[sds] = s.has_idle_cores ? 1 : 0;
        k.sds.nr_idle_scan[sds] = s.nr_idle_scan;
        k.g.this_cpu[0] = (s.prev + 1) % cpus;

        const same = (field: 'core' | 'llc') => (cpu: number) =>
          all.filter(
            (other) =>
              description.cpus[other]!.package === description.cpus[cpu]!.package &&
              description.cpus[other]![field] === description.cpus[cpu]![field],
          );
        const m: Machine = {
          cpus,
          core: same('core'),
          cache: same('llc'),
          idle: new Set(of('idle')),
          sched_idle: new Set(of('sched_idle')),
          allowed: new Set(allowed),
          smt: k.smt_active,
          has_idle_cores: s.has_idle_cores,
          nr_idle_scan: s.nr_idle_scan,
        };
        const want = referenceIdleSibling(m, s.prev, s.target, s.recent);
        expect(select_idle_sibling(k, WAKEE, s.prev, s.target)).toBe(want.cpu);
        expect(k.sds.has_idle_cores[sds] === 1).toBe(want.has_idle_cores);
        // Nothing but an idle CPU is ever preferred to the target.
        if (want.cpu !== s.target) expect(s.state[want.cpu]).not.toBe('busy');
        expect(want.looked).toBeLessThanOrEqual(s.nr_idle_scan);
      }),
      { numRuns: 2000 },
    );
  });
});
