import { describe, expect, it } from 'vitest';
import { DEFAULT_FEATURES, type KernelCosts, type Sysctl } from '../../../../src/sim/kernel/config.js';
import { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { attach_topology } from '../../../../src/sim/kernel/topology/attach.js';
import { build_topology } from '../../../../src/sim/kernel/topology/build.js';
import type { TopologyDescription } from '../../../../src/sim/kernel/topology/description.js';
import { TOPOLOGY_NAMES } from '../../../../src/sim/kernel/topology/names.js';
import { nodesOf } from './shapes.js';

function kernelOn(description: TopologyDescription, hz: number): Kernel {
  const topology = build_topology(description);
  const sysctl = { latency_ns: 24_000_000, min_granularity_ns: 3_000_000 } as Sysctl;
  const k = new Kernel({
    tasks: 1, groups: 1, masks: 1, topology, sysctl, features: DEFAULT_FEATURES, costs: {} as KernelCosts, hz,
  });
  attach_topology(k, topology);
  return k;
}

/** Reads a row of every column back. */
function row(table: object, index: number): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, column] of Object.entries(table)) {
    if (ArrayBuffer.isView(column)) values[name] = (column as Int32Array)[index]!;
  }
  return values;
}

describe('attach_topology', () => {
  const description = nodesOf([[10, 21], [21, 10]], 2, 2);
  const built = build_topology(description);
  const k = kernelOn(description, 250);

  it('fills the domains', () => {
    built.sds.forEach((sd, index) => {
      expect(row(k.sd, index)).toMatchObject({
        cpu: sd.cpu, parent: sd.parent, child: sd.child, level: sd.level, flags: sd.flags, groups: sd.groups,
        span_off: sd.span.off, span_weight: sd.span.len, imbalance_pct: sd.imbalancePct, cache_nice_tries: sd.cacheNiceTries,
        busy_factor: 16, min_interval: sd.minInterval, max_interval: sd.maxInterval, balance_interval: sd.balanceInterval,
        newidle_call: 512, newidle_success: 256, newidle_ratio: 512, imb_numa_nr: sd.imbNumaNr, shared: sd.shared,
        nr_balance_failed: 0, max_newidle_lb_cost: 0,
      });
      expect(TOPOLOGY_NAMES[k.sd.name[index]!]).toBe(sd.name);
    });
  });

  it('fills the groups and their capacities', () => {
    built.sgs.forEach((sg, index) => {
      expect(row(k.sg, index)).toEqual({
        next: sg.next, span_off: sg.span.off, group_weight: sg.span.len, mask_off: sg.mask.off, mask_len: sg.mask.len,
        flags: sg.flags, asym_prefer_cpu: 0, sgc: sg.sgc,
      });
    });
    expect([...k.sgc.capacity]).toEqual(built.sgcs.map((sgc) => sgc.capacity));
    expect([...k.sds.nr_busy_cpus]).toEqual(built.shared);
  });

  it('fills what each CPU knows of the machine', () => {
    const llc = built.sds.findIndex((sd) => sd.cpu === 6 && sd.name === 'MC');
    expect(row(k.rq, 6)).toMatchObject({
      sd: built.perCpu[6]!.sd, sd_llc: llc, sd_llc_id: 4, sd_llc_size: 4, sd_llc_shared: built.sds[llc]!.shared,
      sd_asym_cpucapacity: -1, sd_asym_packing: -1, node: 1, core: 3, smt_len: 2,
      cpu_capacity: 1024, cpu_capacity_orig: 1024,
    });
    expect([k.topo_cpus[k.rq.smt_off[6]!], k.topo_cpus[k.rq.smt_off[6]! + 1]]).toEqual([6, 7]);
  });

  it('takes capacities over', () => {
    const cpus = [600, 300].map((capacity, core) => ({ core, package: 0, node: 0, llc: 0, capacity }));
    const slow = kernelOn({ cpus, distance: [[10]] }, 250);
    expect([...slow.rq.cpu_capacity]).toEqual([600, 300]);
    expect([...slow.rq.cpu_capacity_orig]).toEqual([600, 300]);
    expect(slow.g.max_cpu_capacity[0]).toBe(600);
    expect(slow.asym_cpucap_active).toBe(true);
  });

  it('computes capacities anew one balance interval later, in ticks, within 1 and the largest interval', () => {
    const next = (hz: number, cores: number): number[] => [...new Set(kernelOn(nodesOf([[10]], cores), hz).sgc.next_update)];
    expect(next(250, 8)).toEqual([2]);
    expect(next(1000, 8)).toEqual([8]);
    expect(next(100, 8)).toEqual([1]);
    // 64 ms are 7 ticks at HZ 100, rounded up.
    expect(next(100, 64)).toEqual([7]);
  });
});
