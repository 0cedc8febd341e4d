import type { Kernel } from '../kernel.js';
import type { BuiltTopology } from './built.js';
import { TOPOLOGY_NAMES, type TopologyName } from './names.js';

/**
 * Fills the tables of a kernel with its domain tree: sd, sg, sgc, sds, and the topology and capacity columns of rq.
 *
 * @param built the topology that the kernel was made with; its tables have the rows for it
 * @kernel kernel/sched/topology.c cpu_attach_domain
 * @omits what build_topology() has done already
 */
export function attach_topology(k: Kernel, built: BuiltTopology): void {
  attachDomains(k, built);
  attachGroups(k, built);
  attachCpus(k, built);
  setNextUpdates(k, built);
}

function attachDomains(k: Kernel, built: BuiltTopology): void {
  const t = k.sd;
  built.sds.forEach((sd, row) => {
    t.cpu[row] = sd.cpu;
    t.parent[row] = sd.parent;
    t.child[row] = sd.child;
    t.level[row] = sd.level;
    t.name[row] = TOPOLOGY_NAMES.indexOf(sd.name as TopologyName);
    t.flags[row] = sd.flags;
    t.span_off[row] = sd.span.off;
    t.span_weight[row] = sd.span.len;
    t.groups[row] = sd.groups;
    t.imbalance_pct[row] = sd.imbalancePct;
    t.cache_nice_tries[row] = sd.cacheNiceTries;
    t.busy_factor[row] = sd.busyFactor;
    t.min_interval[row] = sd.minInterval;
    t.max_interval[row] = sd.maxInterval;
    t.balance_interval[row] = sd.balanceInterval;
    t.newidle_call[row] = sd.newidleCall;
    t.newidle_success[row] = sd.newidleSuccess;
    t.newidle_ratio[row] = sd.newidleRatio;
    t.max_newidle_lb_cost[row] = sd.maxNewidleLbCost;
    t.imb_numa_nr[row] = sd.imbNumaNr;
    t.shared[row] = sd.shared;
    t.last_balance[row] = k.g.jiffies[0]!;
    t.last_decay_max_lb_cost[row] = k.g.jiffies[0]!;
  });
  built.shared.forEach((nr_busy_cpus, row) => {
    k.sds.nr_busy_cpus[row] = nr_busy_cpus;
  });
}

function attachGroups(k: Kernel, built: BuiltTopology): void {
  built.sgs.forEach((sg, row) => {
    k.sg.next[row] = sg.next;
    k.sg.span_off[row] = sg.span.off;
    k.sg.group_weight[row] = sg.span.len;
    k.sg.mask_off[row] = sg.mask.off;
    k.sg.mask_len[row] = sg.mask.len;
    k.sg.flags[row] = sg.flags;
    k.sg.asym_prefer_cpu[row] = sg.asymPreferCpu;
    k.sg.sgc[row] = sg.sgc;
  });
  built.sgcs.forEach((sgc, row) => {
    k.sgc.capacity[row] = sgc.capacity;
    k.sgc.min_capacity[row] = sgc.minCapacity;
    k.sgc.max_capacity[row] = sgc.maxCapacity;
  });
}

function attachCpus(k: Kernel, built: BuiltTopology): void {
  const { rq } = k;
  let max_cpu_capacity = 0;
  built.perCpu.forEach((own, cpu) => {
    const capacity = built.capacity[cpu]!;
    rq.sd[cpu] = own.sd;
    rq.sd_llc[cpu] = own.llc;
    rq.sd_llc_shared[cpu] = own.llcShared;
    rq.sd_llc_id[cpu] = own.llcId;
    rq.sd_llc_size[cpu] = own.llcSize;
    rq.sd_asym_cpucapacity[cpu] = own.asymCapacity;
    rq.sd_asym_packing[cpu] = own.asymPacking;
    rq.node[cpu] = built.nodeOf[cpu]!;
    rq.core[cpu] = built.coreOf[cpu]!;
    rq.smt_off[cpu] = own.smt.off;
    rq.smt_len[cpu] = own.smt.len;
    rq.cpu_capacity[cpu] = capacity;
    rq.cpu_capacity_orig[cpu] = capacity;
    max_cpu_capacity = Math.max(max_cpu_capacity, capacity);
  });
  k.g.max_cpu_capacity[0] = max_cpu_capacity;
}

/** sgc->next_update: one balance interval after the capacity was computed, by the CPU that balances for the group. */
function setNextUpdates(k: Kernel, built: BuiltTopology): void {
  for (const sd of built.sds) {
    const sg = built.sgs[sd.groups]!;
    if (built.cpuLists[sg.mask.off] !== sd.cpu) continue;
    const interval = Math.ceil((sd.balanceInterval * k.hz) / 1000);
    k.sgc.next_update[sg.sgc] = k.g.jiffies[0]! + Math.max(1, Math.min(interval, k.max_load_balance_interval));
  }
}
