import { beforeEach, describe, expect, it } from 'vitest';
import { CacheModel } from '../../../src/sim/hardware/cache.js';
import { DEFAULT_FEATURES } from '../../../src/sim/kernel/config.js';
import { Kernel } from '../../../src/sim/kernel/kernel.js';
import { attach_topology } from '../../../src/sim/kernel/topology/attach.js';
import { build_topology } from '../../../src/sim/kernel/topology/build.js';
import type { CacheProfile } from '../../../src/sim/profile.js';
import { repeat } from '../../reference/draw.js';
import { SYSCTL } from '../../reference/kernel.js';

const KB = 1000;

/** 1 MB private, 8 MB shared; 100 ps a byte from the LLC, 400 from memory, 900 from another node. */
const PROFILE: CacheProfile = {
  privateBytes: 1000 * KB, llcBytes: 8000 * KB, llcPsPerByte: 100, memoryPsPerByte: 400, remotePsPerByte: 900,
};

/** CPUs 0 and 1 are threads of a core; 0…3 share an LLC, 4 and 5 another; 6 is on another node. */
const CPUS = [
  { core: 0, llc: 0, node: 0 }, { core: 0, llc: 0, node: 0 }, { core: 1, llc: 0, node: 0 }, { core: 2, llc: 0, node: 0 },
  { core: 3, llc: 1, node: 0 }, { core: 4, llc: 1, node: 0 }, { core: 5, llc: 2, node: 1 },
];
const SIBLING = 1;
const SAME_LLC = 2;
const OTHER_LLC = 4;
const OTHER_NODE = 6;

function machine(profile: CacheProfile = PROFILE): CacheModel {
  const topology = build_topology({
    cpus: CPUS.map((cpu) => ({ ...cpu, package: cpu.llc, capacity: 1024 })),
    distance: [[10, 20], [20, 10]],
  });
  const k = new Kernel({
    tasks: 4, groups: 1, masks: 1, topology, sysctl: SYSCTL, features: DEFAULT_FEATURES, hz: 250,
    costs: {
      context_switch: 0, wakeup: 0, fork: 0, fork_wake: 0, tick: 0, ipi_delay: 0, ipi_turn: 0, idle_exit_delay: 0, tick_restart: 0, lb_base: 0, lb_per_cpu: 0,
      lb_per_task: 0, lb_per_move: 0, newidle_base: 0, stopper: 0,
      schedule: 0, dequeue: 0, activate: 0, ipi_send: 0, user_return: 0, trace_event: 0,
    },
  });
  attach_topology(k, topology);
  return new CacheModel(k, profile);
}

/** The task runs for `us` on `cpu` and goes: what its refills cost, ns. */
function stint(cache: CacheModel, p: number, cpu: number, us = 1000): number {
  cache.switchIn(p, cpu);
  const ns = cache.refill(p, cpu, us * 1000);
  cache.switchOut(p, cpu);
  return ns;
}

describe('the cache model', () => {
  let cache: CacheModel;

  beforeEach(() => {
    cache = machine();
    // Sweeps its 500 kB in 500 µs.
    cache.born(0, 500 * KB, 1000);
    cache.born(1, 800 * KB, 1000);
    cache.born(2, 0, 1000);
    cache.born(3, 20_000 * KB, 10_000);
  });

  it('charges a new task for its working set from memory, once', () => {
    expect(stint(cache, 0, 0)).toBe((500 * KB * 400) / 1000);
    expect(stint(cache, 0, 0)).toBe(0);
    expect(stint(cache, 0, 0)).toBe(0);
    expect(cache.refillNs).toBe(200_000);
  });

  it('charges for what is touched, not for more', () => {
    // 200 of 500 kB in 200 µs, then the other 300; what was brought in is not paid for again.
    expect(stint(cache, 0, 0, 200)).toBe((200 * KB * 400) / 1000);
    expect(stint(cache, 0, 0, 400)).toBe((300 * KB * 400) / 1000);
  });

  it('charges parts of one stint as it charges the whole', () => {
    cache.switchIn(0, 0);
    const parts = cache.refill(0, 0, 200_000) + cache.refill(0, 0, 200_000) + cache.refill(0, 0, 600_000);
    expect(parts).toBe(200_000);
  });

  it('charges nothing on the SMT sibling, which shares the private cache', () => {
    stint(cache, 0, 0);
    expect(stint(cache, 0, SIBLING)).toBe(0);
  });

  it('charges a task that moves for its working set: little within the LLC, more across', () => {
    stint(cache, 0, 0);
    expect(stint(cache, 0, SAME_LLC)).toBe((500 * KB * 100) / 1000);
    expect(stint(cache, 0, SAME_LLC)).toBe(0);
    expect(stint(cache, 0, OTHER_LLC)).toBe((500 * KB * 400) / 1000);
  });

  it('charges most on another node, until the task has been there', () => {
    stint(cache, 0, 0);
    expect(stint(cache, 0, OTHER_NODE)).toBe((500 * KB * 900) / 1000);
    expect(stint(cache, 0, OTHER_NODE)).toBe(0);
    expect(stint(cache, 0, 0)).toBe((500 * KB * 900) / 1000);
  });

  it('lets other tasks push a task out of the private cache, into the LLC', () => {
    stint(cache, 0, 0);
    // 800 of 1000 kB are touched on top of the 500: 300 of those are pushed out.
    stint(cache, 1, 0);
    expect(stint(cache, 0, 0)).toBe((300 * KB * 100) / 1000);
  });

  it('leaves the caches of other cores alone', () => {
    stint(cache, 0, 0);
    stint(cache, 1, SAME_LLC);
    expect(stint(cache, 0, 0)).toBe(0);
  });

  it('lets a large task push others out of the LLC too', () => {
    stint(cache, 0, 0);
    // 20 MB through the LLC of 8 MB, on another core: the private bytes stay, the shared ones go.
    stint(cache, 3, SAME_LLC, 2000);
    expect(stint(cache, 0, 3)).toBe((500 * KB * 400) / 1000);
  });

  it('charges no more than the private cache holds', () => {
    // Of 20 MB, 1 MB fits; a streaming task's own misses are part of its run time already.
    expect(stint(cache, 3, 0, 2000)).toBe((1000 * KB * 400) / 1000);
    expect(stint(cache, 3, 0, 2000)).toBe(0);
  });

  it('charges nothing for no working set, and anew for another one', () => {
    expect(stint(cache, 2, 0)).toBe(0);
    stint(cache, 0, 0);
    cache.setWorkingSet(0, 100 * KB, 1000);
    expect(stint(cache, 0, 0)).toBe((100 * KB * 400) / 1000);
  });

  it('is off where refills cost nothing', () => {
    const off = machine({ ...PROFILE, llcPsPerByte: 0, memoryPsPerByte: 0, remotePsPerByte: 0 });
    off.born(0, 500 * KB, 1000);
    expect(off.enabled).toBe(false);
    expect(stint(off, 0, 0)).toBe(0);
    expect(off.refillNs).toBe(0);
  });

  it('never charges less than nothing or more than the working set from the dearest place', () => {
    repeat(100_000, 211, (draw, index) => {
      if (index % 200 === 0) {
        cache = machine();
        for (let p = 0; p < 4; p++) cache.born(p, draw.bits(25), draw.bits(14));
      }
      const before = cache.refillNs;
      const p = draw.below(4);
      const ns = stint(cache, p, draw.below(CPUS.length), draw.below(20_000));
      if (!Number.isInteger(ns) || ns < 0 || ns > (1000 * KB * 900) / 1000) throw new Error(`${ns} ns`);
      if (cache.refillNs !== before + ns) throw new Error('the sum is not that of the parts');
    });
  });
});
