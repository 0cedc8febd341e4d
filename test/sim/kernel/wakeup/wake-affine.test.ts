import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import {
  cpus_share_cache,
  wake_affine,
  wake_affine_idle,
  wake_affine_weight,
} from '../../../../src/sim/kernel/wakeup/wake-affine.js';
import { WAKEE, busy, grid, handMadeKernel, idle, runnerOf } from '../../../support/wakeup-kernel.js';

const MC_PCT = 117;

/** Domain of CPU 0 with imbalance_pct 117. */
function mc(k: ReturnType<typeof handMadeKernel>): number {
  const sd = k.sd.parent[k.rq.sd[0]!]!;
  expect(k.sd.imbalance_pct[sd]).toBe(MC_PCT);
  return sd;
}

describe('wake_affine_idle', () => {
  it('prefers an idle previous CPU to an idle waker in the same cache', () => {
    const k = handMadeKernel(grid(2, 2, 2));
    expect(wake_affine_idle(k, 0, 3, false)).toBe(3);
    busy(k, 3);
    expect(wake_affine_idle(k, 0, 3, false)).toBe(0);
  });

  it('does not take an idle waker from another cache for the previous CPU', () => {
    const k = handMadeKernel(grid(2, 2, 2));
    busy(k, 5);
    expect(cpus_share_cache(k, 0, 5)).toBe(false);
    expect(wake_affine_idle(k, 0, 5, false)).toBe(NIL);
    idle(k, 5);
    expect(wake_affine_idle(k, 0, 5, false)).toBe(5);
  });

  it('takes the waker’s CPU for a synchronous wake-up when nothing else runs there', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    busy(k, 0);
    expect(wake_affine_idle(k, 0, 3, true)).toBe(0);
    expect(wake_affine_idle(k, 0, 3, false)).toBe(3);
    k.rq.nr_running[0] = 2;
    expect(wake_affine_idle(k, 0, 3, true)).toBe(3);
    busy(k, 3);
    expect(wake_affine_idle(k, 0, 3, true)).toBe(NIL);
  });
});

describe('wake_affine_weight', () => {
  function setup(thisLoad: number, prevLoad: number, taskLoad: number) {
    const k = handMadeKernel(grid(1, 4, 2));
    busy(k, 0, thisLoad);
    busy(k, 3, prevLoad);
    // h_load is kept for the jiffy: with the cfs_rq's own load + 1 as h_load, task_h_load() is the task's load_avg.
    k.task.cpu[WAKEE] = 3;
    k.se.cfs_rq[WAKEE] = 3;
    k.cfs.last_h_load_update[3] = 1000;
    k.cfs.h_load[3] = prevLoad + 1;
    k.avg.load_avg[WAKEE] = taskLoad;
    return k;
  }

  it('gives the previous CPU half of the imbalance percentage as a bonus', () => {
    // 108 % of (2000 − 500) is 1620: the waker's CPU wins while its load with the task stays below.
    const below = setup(1119, 2000, 500);
    expect(wake_affine_weight(below, mc(below), WAKEE, 0, 3, false)).toBe(0);
    const equal = setup(1120, 2000, 500);
    expect(wake_affine_weight(equal, mc(equal), WAKEE, 0, 3, false)).toBe(NIL);
  });

  it('compares without a bonus where WA_BIAS is off', () => {
    const k = handMadeKernel(grid(1, 4, 2), { features: { WA_BIAS: false } });
    busy(k, 0, 999);
    busy(k, 3, 1000);
    k.se.cfs_rq[WAKEE] = 3;
    expect(wake_affine_weight(k, mc(k), WAKEE, 0, 3, false)).toBe(0);
    k.avg.load_avg[k.cfs_avg] = 1000;
    expect(wake_affine_weight(k, mc(k), WAKEE, 0, 3, false)).toBe(NIL);
  });

  it('leaves the waker out of its CPU’s load when it is about to sleep, and then lets it win a tie', () => {
    const k = setup(1120 + 300, 2000, 500);
    k.avg.load_avg[runnerOf(0)] = 300;
    k.cfs.last_h_load_update[0] = 1000;
    k.cfs.h_load[0] = 1421;
    expect(wake_affine_weight(k, mc(k), WAKEE, 0, 3, true)).toBe(0);
    k.avg.load_avg[k.cfs_avg]!++;
    k.cfs.h_load[0]!++;
    expect(wake_affine_weight(k, mc(k), WAKEE, 0, 3, true)).toBe(NIL);
  });

  it('takes the waker’s CPU outright when the waker is more than all of its load', () => {
    const k = setup(100, 0, 0);
    k.avg.load_avg[runnerOf(0)] = 101;
    k.cfs.last_h_load_update[0] = 1000;
    k.cfs.h_load[0] = 101;
    expect(wake_affine_weight(k, mc(k), WAKEE, 0, 3, true)).toBe(0);
  });

  it('equals the kernel’s signed 64-bit comparison', () => {
    const load = fc.integer({ min: 0, max: 2 ** 27 });
    const task = fc.integer({ min: 0, max: 88761 });
    const capacity = fc.integer({ min: 1, max: 1024 });
    fc.assert(
      fc.property(load, load, task, capacity, capacity, fc.boolean(), (a, b, t, ca, cb, sync) => {
        const k = setup(a, b, t);
        k.rq.cpu_capacity[0] = ca;
        k.rq.cpu_capacity[3] = cb;
        k.cfs.last_h_load_update[0] = 1000;
        const left = (BigInt(a) + BigInt(t)) * 100n * BigInt(cb);
        const right = (BigInt(b) - BigInt(t)) * 108n * BigInt(ca) + (sync ? 1n : 0n);
        expect(wake_affine_weight(k, mc(k), WAKEE, 0, 3, sync)).toBe(left < right ? 0 : NIL);
      }),
    );
  });
});

describe('wake_affine', () => {
  it('answers one of the two CPUs and counts the moves', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    busy(k, 0, 10);
    busy(k, 3, 4000, 3);
    k.se.cfs_rq[WAKEE] = 3;
    const sd = mc(k);
    expect(wake_affine(k, sd, WAKEE, 0, 3, false)).toBe(0);
    expect(k.sd.ttwu_move_affine[sd]).toBe(1);
    busy(k, 0, 9000);
    expect(wake_affine(k, sd, WAKEE, 0, 3, false)).toBe(3);
    expect(k.sd.ttwu_move_affine[sd]).toBe(1);
  });

  it('stays where the task was when both features are off', () => {
    const k = handMadeKernel(grid(1, 4, 2), { features: { WA_IDLE: false, WA_WEIGHT: false } });
    busy(k, 3, 4000, 3);
    expect(wake_affine(k, mc(k), WAKEE, 0, 3, false)).toBe(3);
  });
});
