import { SCHED_IDLE, SD_NUMA, SD_SHARE_CPUCAPACITY } from '../constants.js';
import type { LbEnv } from '../env.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { task_is_hot } from './hot-rule.js';

/**
 * Whether the task ran so recently that its working set is probably still in the source CPU's cache. The rule itself
 * stands in hot-rule.ts; this feeds it.
 * @returns 0 or 1
 * @kernel kernel/sched/fair.c task_hot
 * @omits classes other than fair, and core scheduling cookies (CONFIG_SCHED_CORE)
 */
export function task_hot(k: Kernel, p: number, env: LbEnv): number {
  const cfs_rq = k.se.cfs_rq[p]!;
  const is_buddy = k.feat.CACHE_HOT_BUDDY && (k.cfs.next[cfs_rq]! === p || k.cfs.last[cfs_rq]! === p);
  const hot = task_is_hot(
    (k.sd.flags[env.sd]! & SD_SHARE_CPUCAPACITY) !== 0,
    k.task.policy[p]! === SCHED_IDLE,
    is_buddy,
    k.rq.nr_running[env.dst_cpu]!,
    k.sysctl.migration_cost_ns,
    k.rq.clock_task[env.src_cpu]! - k.se.exec_start[p]!,
  );
  return hot ? 1 : 0;
}

/**
 * Whether the move takes the task away from the NUMA node that it prefers.
 * @returns 1 where it does, 0 where it brings the task there, −1 where locality says nothing
 * @kernel kernel/sched/fair.c migrate_degrades_locality
 * @omits NUMA fault statistics, hence the comparison of two nodes of which neither is preferred (it says nothing here),
 * and nr_preferred_running, which is taken for 0. A preferred node (numa_preferred_nid) stands for both: NUMA balancing
 * on and the task's faults known. With NUMA balancing off, the default, no task has one and the answer is always −1
 */
export function migrate_degrades_locality(k: Kernel, p: number, env: LbEnv): number {
  const preferred_nid = k.task.numa_preferred_nid[p]!;
  if (preferred_nid === NIL || (k.sd.flags[env.sd]! & SD_NUMA) === 0) return -1;
  const src_nid = k.rq.node[env.src_cpu]!;
  const dst_nid = k.rq.node[env.dst_cpu]!;
  if (src_nid === dst_nid) return -1;
  if (src_nid === preferred_nid) return k.rq.nr_running[env.src_cpu]! > 0 ? 1 : -1;
  return dst_nid === preferred_nid ? 0 : -1;
}
