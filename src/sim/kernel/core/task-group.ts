import { MAX_SHARES, MIN_SHARES, NICE_0_LOAD } from '../constants.js';
import { __refill_cfs_bandwidth_runtime, start_cfs_bandwidth } from '../fair/bandwidth-timer.js';
import { attach_entity_cfs_rq } from '../fair/class.js';
import { update_cfs_group } from '../fair/group.js';
import { update_load_avg, UPDATE_TG } from '../fair/load-avg.js';
import type { Kernel } from '../kernel.js';
import { WEIGHT_IDLEPRIO } from '../math/weights.js';
import { NIL } from '../state/table.js';
import { rq_clock_pelt, update_rq_clock } from './clock.js';

/**
 * Fills in the root group's cfs_rqs. Called once, before anything else.
 * @kernel kernel/sched/core.c sched_init
 * @kernel kernel/sched/fair.c init_cfs_rq, init_tg_cfs_entry
 * @omits everything but the fair class
 */
export function init_root_group(k: Kernel): void {
  for (let cpu = 0; cpu < k.cpus; cpu++) k.cfs.cpu[cpu] = cpu;
}

/**
 * Creates group `tg` below `parent`, empty, with the default weight.
 * @kernel kernel/sched/fair.c alloc_fair_sched_group, init_tg_cfs_entry, online_fair_sched_group, sync_throttle
 * @omits nothing
 */
export function create_group(k: Kernel, tg: number, parent: number): void {
  const { se: e, cfs: c } = k;
  k.tg.parent[tg] = parent;
  k.tg.shares[tg] = NICE_0_LOAD;
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    const cfs = k.tg_cfs_rq(tg, cpu);
    const se = k.tg_se(tg, cpu);
    const parent_se = k.tg_se(parent, cpu);
    c.cpu[cfs] = cpu;
    c.tg[cfs] = tg;
    e.cfs_rq[se] = k.tg_cfs_rq(parent, cpu);
    e.parent[se] = parent_se;
    e.depth[se] = parent_se === NIL ? 0 : e.depth[parent_se]! + 1;
    e.weight[se] = NICE_0_LOAD;
    e.inv_weight[se] = 0;
    update_rq_clock(k, cpu);
    attach_entity_cfs_rq(k, se);
    if (k.cfs_bandwidth_used) {
      c.throttle_count[cfs] = c.throttle_count[k.tg_cfs_rq(parent, cpu)]!;
      c.throttled_clock_pelt[cfs] = rq_clock_pelt(k, cpu);
    }
  }
}

/**
 * Sets the shares of a group.
 * @param shares scaled
 * @kernel kernel/sched/fair.c __sched_group_set_shares
 * @omits nothing
 */
function sched_group_set_shares(k: Kernel, tg: number, shares: number): void {
  const clamped = Math.max(MIN_SHARES * 1024, Math.min(shares, MAX_SHARES * 1024));
  if (k.tg.shares[tg] === clamped) return;
  k.tg.shares[tg] = clamped;
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    update_rq_clock(k, cpu);
    for (let se = k.tg_se(tg, cpu); se !== NIL; se = k.se.parent[se]!) {
      update_load_avg(k, k.se.cfs_rq[se]!, se, UPDATE_TG);
      update_cfs_group(k, se);
    }
  }
}

/**
 * cpu.weight of a group.
 * @param weight 1…10000; 100 is the default
 * @kernel kernel/sched/core.c cpu_weight_write_u64
 * @omits nothing
 */
export function set_group_weight(k: Kernel, tg: number, weight: number): void {
  sched_group_set_shares(k, tg, Math.floor((weight * 1024 + 50) / 100) * 1024);
}

/**
 * cpu.idle of a group that has no tasks yet.
 * @kernel kernel/sched/fair.c sched_group_set_idle
 * @omits groups that are in use
 */
export function set_group_idle(k: Kernel, tg: number): void {
  k.tg.idle[tg] = 1;
  for (let cpu = 0; cpu < k.cpus; cpu++) k.cfs.idle[k.tg_cfs_rq(tg, cpu)] = 1;
  sched_group_set_shares(k, tg, WEIGHT_IDLEPRIO * 1024);
}

/**
 * cpu.max and cpu.max.burst of a group, ns.
 * @param quota ns a period, or Infinity
 * @kernel kernel/sched/core.c tg_set_cfs_bandwidth
 * @omits the check against the parent's quota and groups that are throttled already
 */
export function set_group_bandwidth(k: Kernel, tg: number, quota: number, period: number, burst: number): void {
  const g = k.tg;
  if (quota !== Infinity) k.cfs_bandwidth_used = true;
  g.period[tg] = period;
  g.quota[tg] = quota;
  g.burst[tg] = burst;
  __refill_cfs_bandwidth_runtime(k, tg);
  if (quota !== Infinity) start_cfs_bandwidth(k, tg);
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    const cfs = k.tg_cfs_rq(tg, cpu);
    k.cfs.runtime_enabled[cfs] = quota === Infinity ? 0 : 1;
    k.cfs.runtime_remaining[cfs] = 0;
  }
}
