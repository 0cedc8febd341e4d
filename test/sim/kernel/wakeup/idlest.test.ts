import { describe, expect, it } from 'vitest';
import { SD_BALANCE_EXEC, SD_BALANCE_FORK } from '../../../../src/sim/kernel/constants.js';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { find_idlest_cpu, find_idlest_group_cpu } from '../../../../src/sim/kernel/wakeup/idlest.js';
import { WAKEE, allow, busy, busyOnly, grid, handMadeKernel, onlyIdlePolicy } from '../../../support/wakeup-kernel.js';

function flat(stamps: readonly number[]): Kernel {
  const k = handMadeKernel(grid(2, 4, 1));
  stamps.forEach((stamp, cpu) => (k.rq.idle_stamp[cpu] = stamp));
  return k;
}

/** The group of CPUs 0…3 in the highest domain of CPU 0. */
const wholeNode = (k: Kernel): number => k.sd.groups[k.sd.parent[k.rq.sd[0]!]!]!;

describe('find_idlest_group_cpu', () => {
  it('takes the CPU that went idle last', () => {
    const k = flat([5, 9, 7, 9]);
    expect(find_idlest_group_cpu(k, wholeNode(k), WAKEE, 6)).toBe(1);
    busyOnly(k, [1]);
    expect(find_idlest_group_cpu(k, wholeNode(k), WAKEE, 6)).toBe(3);
  });

  it('takes an idle CPU before a less loaded busy one, and SCHED_IDLE company before both', () => {
    const k = flat([0, 3, 0, 0]);
    busyOnly(k, [0, 2, 3]);
    expect(find_idlest_group_cpu(k, wholeNode(k), WAKEE, 6)).toBe(1);
    onlyIdlePolicy(k, 3);
    expect(find_idlest_group_cpu(k, wholeNode(k), WAKEE, 6)).toBe(3);
  });

  it('takes the least loaded CPU where none idles, the first among equals', () => {
    const k = flat([]);
    for (const [cpu, load] of [700, 600, 600, 900].entries()) busy(k, cpu, load);
    expect(find_idlest_group_cpu(k, wholeNode(k), WAKEE, 6)).toBe(1);
    allow(k, [0, 3]);
    expect(find_idlest_group_cpu(k, wholeNode(k), WAKEE, 6)).toBe(0);
  });

  it('passes idle CPUs without a stamp, and then answers the CPU that it started from', () => {
    const k = flat([0, 0, 0, 0]);
    expect(find_idlest_group_cpu(k, wholeNode(k), WAKEE, 6)).toBe(6);
  });

  it('does not look further into a group of one CPU', () => {
    const k = flat([]);
    busyOnly(k, [2]);
    const sd = k.rq.sd[2]!;
    expect(find_idlest_group_cpu(k, k.sd.groups[sd]!, WAKEE, 6)).toBe(2);
  });
});

describe('find_idlest_cpu', () => {
  function smt(busyCpus: readonly number[]): Kernel {
    const k = handMadeKernel(grid(1, 4, 2));
    for (let cpu = 0; cpu < 8; cpu++) k.rq.idle_stamp[cpu] = 100 + cpu;
    busyOnly(k, busyCpus);
    return k;
  }
  const fork = (k: Kernel, cpu: number, prev = cpu): number =>
    find_idlest_cpu(k, k.sd.parent[k.rq.sd[cpu]!]!, WAKEE, cpu, prev, SD_BALANCE_FORK);

  it('goes to the idlest core and then to its idlest thread', () => {
    // Core {2,3}: both threads idle; 3 has the later stamp. Within the core, CPU 2 is no better.
    expect(fork(smt([0, 4, 6]), 0)).toBe(3);
  });

  it('goes down to the sibling where its own core is the idlest', () => {
    expect(fork(smt([0, 2, 3, 4, 5, 6, 7]), 0)).toBe(1);
  });

  it('stays where nothing is idler', () => {
    expect(fork(smt([0, 1, 2, 3, 4, 5, 6, 7]), 0)).toBe(0);
  });

  it('goes through all levels of a machine with nodes', () => {
    const k = handMadeKernel(grid(2, 2, 2));
    for (let cpu = 0; cpu < 8; cpu++) k.rq.idle_stamp[cpu] = 100 + cpu;
    busyOnly(k, [0, 1, 2, 3, 6]);
    const top = k.sd.parent[k.sd.parent[k.rq.sd[0]!]!]!;
    // Node 1 first: its latest idle CPU is 7, beside a busy 6. Below, core {4,5} is idler; there 5 went idle last.
    expect(find_idlest_cpu(k, top, WAKEE, 0, 0, SD_BALANCE_FORK)).toBe(5);
  });

  it('answers prev where the domain has no CPU for the task', () => {
    const k = handMadeKernel(grid(2, 2, 2));
    allow(k, [6]);
    expect(find_idlest_cpu(k, k.rq.sd[0]!, WAKEE, 0, 6, SD_BALANCE_FORK)).toBe(6);
  });

  it('passes domains that do not balance for the flag', () => {
    const k = smt([0, 1]);
    const mc = k.sd.parent[k.rq.sd[0]!]!;
    for (let sd = 0; sd < k.sd.rows; sd++) k.sd.flags[sd] = k.sd.flags[sd]! & ~SD_BALANCE_EXEC;
    k.se.cfs_rq[WAKEE] = 0;
    expect(find_idlest_cpu(k, mc, WAKEE, 0, 0, SD_BALANCE_EXEC)).toBe(0);
  });
});
