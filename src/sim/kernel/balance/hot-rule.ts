/**
 * The rule by which stock CFS tells a cache-hot task from a cold one, and what it answers then. Pure functions of numbers:
 * the simulator feeds them from its state, the replay of a capture from the recorded fields.
 */

/**
 * task_hot(): whether a task is taken to have its working set in the caches of the CPU that it last ran on.
 *
 * @kernel kernel/sched/fair.c task_hot
 * @omits the test for the fair class, as no other task stands on the list that is asked about; core scheduling's cookie
 * @param shares_capacity the domain has SD_SHARE_CPUCAPACITY: the two CPUs share all caches
 * @param idle_policy the task's policy is SCHED_IDLE
 * @param is_buddy the task is the next or last buddy of its cfs_rq and CACHE_HOT_BUDDY is on
 * @param dst_nr_running rq->nr_running of the destination
 * @param migration_cost sysctl_sched_migration_cost, ns; −1: every task is hot, 0: none is
 * @param delta clock_task of the source − exec_start of the task, ns
 */
export function task_is_hot(
  shares_capacity: boolean,
  idle_policy: boolean,
  is_buddy: boolean,
  dst_nr_running: number,
  migration_cost: number,
  delta: number,
): boolean {
  if (idle_policy || shares_capacity) return false;
  if (is_buddy && dst_nr_running !== 0) return true;
  if (migration_cost === -1) return true;
  if (migration_cost === 0) return false;
  return delta < migration_cost;
}

/**
 * The soft branch of can_migrate_task(): a hot task stays until the domain has failed to balance too often.
 *
 * @kernel kernel/sched/fair.c can_migrate_task
 * @omits the hard refusals before it, and migrate_degrades_locality(), which NUMA balancing alone makes different
 * @param hot what task_is_hot() said
 * @param nr_balance_failed sd->nr_balance_failed
 * @param cache_nice_tries sd->cache_nice_tries
 * @returns 0 no; 1 yes, it is cold; 2 yes although it is hot (forced)
 */
export function soft_answer(hot: boolean, nr_balance_failed: number, cache_nice_tries: number): 0 | 1 | 2 {
  if (!hot) return 1;
  return nr_balance_failed > cache_nice_tries ? 2 : 0;
}
