import { beforeEach, describe, expect, it } from 'vitest';
import { TASK_ON_RQ_QUEUED } from '../../../../src/sim/kernel/constants.js';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import {
  cpu_load_without,
  cpu_runnable_without,
  cpu_util_without,
  idle_cpu_without,
  task_running_on_cpu,
} from '../../../../src/sim/kernel/wakeup/without.js';
import { WAKEE, busy, grid, handMadeKernel } from '../../../support/wakeup-kernel.js';

const CPU = 2;
let k: Kernel;
let row: number;

beforeEach(() => {
  k = handMadeKernel(grid(1, 4, 2));
  row = k.cfs_avg + CPU;
  busy(k, CPU, 0, 0);
  k.avg.load_avg[row] = 1500;
  k.avg.runnable_avg[row] = 900;
  k.avg.util_avg[row] = 700;
  k.avg.util_est_enqueued[row] = 650;
  k.task.cpu[WAKEE] = CPU;
  k.se.cfs_rq[WAKEE] = CPU;
  k.avg.last_update_time[WAKEE] = 1;
  k.avg.load_avg[WAKEE] = 400;
  k.avg.runnable_avg[WAKEE] = 300;
  k.avg.util_avg[WAKEE] = 250;
  k.avg.util_est_enqueued[WAKEE] = 200;
  k.avg.util_est_ewma[WAKEE] = 260;
});

describe('a CPU without a task of its own', () => {
  it('has its load less the task’s share of it', () => {
    // task_h_load is 400 · 1500 / 1501 = 399.
    expect(cpu_load_without(k, CPU, WAKEE)).toBe(1500 - 399);
    expect(cpu_runnable_without(k, CPU, WAKEE)).toBe(600);
  });

  it('has no less than 0', () => {
    k.avg.runnable_avg[WAKEE] = 901;
    expect(cpu_runnable_without(k, CPU, WAKEE)).toBe(0);
  });

  it('has the greater of utilisation and estimate; a waking task has left the estimate', () => {
    expect(cpu_util_without(k, CPU, WAKEE)).toBe(650);
    // 700 − 250 against 650 − 260 where the task is still queued, as in execve().
    k.task.on_rq[WAKEE] = TASK_ON_RQ_QUEUED;
    expect(cpu_util_without(k, CPU, WAKEE)).toBe(450);
    k.task.on_rq[WAKEE] = 0;
    k.rq.curr[0] = WAKEE;
    expect(cpu_util_without(k, CPU, WAKEE)).toBe(450);
  });

  it('has no more utilisation than capacity', () => {
    k.avg.util_avg[row] = 1500;
    expect(cpu_util_without(k, CPU, WAKEE)).toBe(1024);
  });
});

describe('a task that is not part of a CPU', () => {
  it.each([
    ['runs elsewhere', () => (k.task.cpu[WAKEE] = 3)],
    ['was never attached', () => (k.avg.last_update_time[WAKEE] = 0)],
  ])('%s: nothing is taken away', (_name, change) => {
    k.task.on_rq[WAKEE] = TASK_ON_RQ_QUEUED;
    change();
    expect(cpu_load_without(k, CPU, WAKEE)).toBe(1500);
    expect(cpu_runnable_without(k, CPU, WAKEE)).toBe(900);
    expect(cpu_util_without(k, CPU, WAKEE)).toBe(700);
    expect(task_running_on_cpu(k, CPU, WAKEE)).toBe(0);
  });
});

describe('task_running_on_cpu and idle_cpu_without', () => {
  it('count a queued task only', () => {
    expect(task_running_on_cpu(k, CPU, WAKEE)).toBe(0);
    k.task.on_rq[WAKEE] = TASK_ON_RQ_QUEUED;
    expect(task_running_on_cpu(k, CPU, WAKEE)).toBe(1);
  });

  it('take a CPU that runs the task itself for idle', () => {
    expect(idle_cpu_without(k, CPU, WAKEE)).toBe(false);
    k.rq.curr[CPU] = WAKEE;
    expect(idle_cpu_without(k, CPU, WAKEE)).toBe(true);
    k.rq.curr[CPU] = NIL;
    expect(idle_cpu_without(k, CPU, WAKEE)).toBe(true);
    k.rq.ttwu_pending[CPU] = 1;
    expect(idle_cpu_without(k, CPU, WAKEE)).toBe(false);
    k.rq.ttwu_pending[CPU] = 0;
    k.rq.stop_running[CPU] = 1;
    expect(idle_cpu_without(k, CPU, WAKEE)).toBe(false);
  });
});
