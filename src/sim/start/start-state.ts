import { CLOCK_BASE, type Kernel } from '../kernel/kernel.js';
import { list_add_leaf_cfs_rq } from '../kernel/fair/leaf-list.js';
import { NIL } from '../kernel/state/table.js';
import type { StartState } from '../programs/program.js';
import { setAverages } from './averages.js';
import { setLastBalances } from './last-balances.js';

/** What sched_init() and an idle boot leave in the run queues, and what is known of them beyond that. */
export function setStart(k: Kernel, start: StartState | undefined): void {
  idleBoot(k);
  setLastBalances(k, start?.firstBalances, start?.tickNs);
  start?.queues?.forEach((queue, cpu) => {
    k.rq.avg_idle[cpu] = queue.avgIdleNs;
    k.rq.max_idle_balance_cost[cpu] = queue.maxIdleBalanceCostNs;
    const { loadAvg = 0, runnableAvg = 0, utilAvg = 0 } = queue;
    if (loadAvg === 0 && runnableAvg === 0 && utilAvg === 0) return;
    // What is left of tasks decays as long as the queue is on the list of those that have something left.
    list_add_leaf_cfs_rq(k, cpu);
    setAverages(k.avg, k.cfs_avg + cpu, CLOCK_BASE, loadAvg, runnableAvg, utilAvg);
  });
  for (const { cpu, domain, ns } of start?.newidleCosts ?? []) {
    const sd = domainOf(k, cpu, domain);
    if (sd !== NIL) k.sd.max_newidle_lb_cost[sd] = ns;
  }
  for (const { cpu, domain, calls, successes, ratio } of start?.newidleStats ?? []) {
    const sd = domainOf(k, cpu, domain);
    if (sd === NIL) continue;
    k.sd.newidle_call[sd] = calls;
    k.sd.newidle_success[sd] = successes;
    k.sd.newidle_ratio[sd] = ratio;
  }
  const told = new Set<number>([NIL]);
  for (const { cpu, idleCores, scan } of start?.searches ?? []) {
    const shared = k.rq.sd_llc_shared[cpu]!;
    if (told.has(shared)) continue;
    told.add(shared);
    if (idleCores !== undefined) k.sds.has_idle_cores[shared] = idleCores ? 1 : 0;
    if (scan !== undefined) k.sds.nr_idle_scan[shared] = scan;
  }
}

/** Row of a CPU's domain, the lowest being 0, or NIL. */
function domainOf(k: Kernel, cpu: number, domain: number): number {
  let sd = k.rq.sd[cpu]!;
  for (let below = 0; below < domain && sd !== NIL; below++) sd = k.sd.parent[sd]!;
  return sd;
}

function idleBoot(k: Kernel): void {
  const { rq, sysctl } = k;
  const migrationCost = Math.max(0, sysctl.migration_cost_ns);
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    for (const column of [rq.clock, rq.clock_task, rq.clock_pelt, rq.clock_idle, rq.clock_pelt_idle]) column[cpu] = CLOCK_BASE;
    // It went idle long ago, as every CPU of a machine that has booted has: without a stamp it is no CPU for a fork to go to.
    rq.idle_stamp[cpu] = 1;
    rq.avg_idle[cpu] = 2 * migrationCost;
    rq.max_idle_balance_cost[cpu] = migrationCost;
    // Every core has been idle since boot, and the last balance found nothing to count against a search.
    const shared = rq.sd_llc_shared[cpu]!;
    if (shared !== NIL) {
      k.sds.has_idle_cores[shared] = k.smt_active ? 1 : 0;
      k.sds.nr_idle_scan[shared] = rq.sd_llc_size[cpu]!;
    }
  }
}
