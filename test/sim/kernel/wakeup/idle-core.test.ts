import { beforeEach, describe, expect, it } from 'vitest';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import {
  found,
  select_idle_core,
  select_idle_smt,
  set_idle_cores,
  test_idle_cores as testIdleCores,
  update_idle_core,
} from '../../../../src/sim/kernel/wakeup/idle-core.js';
import { WAKEE, allow, busyOnly, grid, handMadeKernel, onlyIdlePolicy } from '../../../support/wakeup-kernel.js';

let k: Kernel;
beforeEach(() => {
  k = handMadeKernel(grid(2, 2, 2));
  found.idle_cpu = NIL;
});

describe('the flag of idle cores', () => {
  it('is one per last-level cache', () => {
    set_idle_cores(k, 1, true);
    expect([0, 3, 4, 7].map((cpu) => testIdleCores(k, cpu))).toEqual([true, true, false, false]);
  });

  it('is set when the last thread of a core goes idle', () => {
    busyOnly(k, [0, 1, 2, 3]);
    set_idle_cores(k, 0, false);
    k.rq.curr[2] = NIL;
    k.rq.nr_running[2] = 0;
    update_idle_core(k, 2);
    expect(testIdleCores(k, 2)).toBe(false);
    // CPU 3 is about to run its idle task: its own state does not matter, that of CPU 2 does.
    update_idle_core(k, 3);
    expect(testIdleCores(k, 2)).toBe(true);
  });

  it('is left alone on machines without SMT', () => {
    const flat = handMadeKernel(grid(1, 8, 1));
    update_idle_core(flat, 3);
    expect(testIdleCores(flat, 3)).toBe(false);
  });
});

describe('select_idle_core', () => {
  const cpus = (): Uint8Array => new Uint8Array(8).fill(1);

  it('answers the CPU that it was asked about when all of its core idles', () => {
    expect(select_idle_core(k, 3, cpus())).toBe(3);
  });

  it('remembers the first idle thread of a busy core and takes the core out of the search', () => {
    busyOnly(k, [2]);
    const mask = cpus();
    expect(select_idle_core(k, 3, mask)).toBe(NIL);
    expect(found.idle_cpu).toBe(3);
    expect([...mask]).toEqual([1, 1, 0, 0, 1, 1, 1, 1]);
  });

  it('remembers only CPUs of the mask', () => {
    busyOnly(k, [2]);
    const mask = cpus();
    mask[3] = 0;
    expect(select_idle_core(k, 2, mask)).toBe(NIL);
    expect(found.idle_cpu).toBe(NIL);
  });

  it('remembers a thread with only SCHED_IDLE tasks too, but does not call its core idle', () => {
    onlyIdlePolicy(k, 0);
    expect(select_idle_core(k, 0, cpus())).toBe(NIL);
    expect(found.idle_cpu).toBe(0);
  });

  it('keeps what it remembered first', () => {
    found.idle_cpu = 7;
    busyOnly(k, [2]);
    expect(select_idle_core(k, 2, cpus())).toBe(NIL);
    expect(found.idle_cpu).toBe(7);
    onlyIdlePolicy(k, 0);
    expect(select_idle_core(k, 0, cpus())).toBe(NIL);
    expect(found.idle_cpu).toBe(7);
  });
});

describe('select_idle_smt', () => {
  it('answers an idle sibling that the task may use', () => {
    const llc = k.rq.sd_llc[2]!;
    busyOnly(k, [2]);
    expect(select_idle_smt(k, WAKEE, llc, 2)).toBe(3);
    allow(k, [0, 1, 2]);
    expect(select_idle_smt(k, WAKEE, llc, 2)).toBe(NIL);
  });

  it('does not answer the target, nor a busy sibling, nor one outside the domain', () => {
    busyOnly(k, [3]);
    expect(select_idle_smt(k, WAKEE, k.rq.sd_llc[2]!, 2)).toBe(NIL);
    busyOnly(k, []);
    expect(select_idle_smt(k, WAKEE, k.rq.sd_llc[4]!, 2)).toBe(NIL);
  });
});
