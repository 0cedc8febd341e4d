import type { MigrationContext } from '../sim/policy/policy.js';
import { task_hot } from '../sim/kernel/balance/hot.js';
import { NIL } from '../sim/kernel/state/table.js';

/*
 * What policies ask about the source queue. Nothing here changes any state.
 */

/** ns since task `p` last ran, by the source CPU's clock: can be below 0 by what two CPUs' clocks differ. */
export function ranFor(context: MigrationContext, p: number): number {
  return context.kernel.rq.clock_task[context.env.src_cpu]! - context.kernel.se.exec_start[p]!;
}

/**
 * Number of tasks that wait on the source CPU, may run on the destination, and are cold by the stock test. Looks at no
 * more tasks than one balance pass may (sysctl nr_migrate).
 */
export function coldCandidates(context: MigrationContext): number {
  const { kernel: k, env } = context;
  let cold = 0;
  let looked = 0;
  for (let p = k.rq.cfs_tasks_head[env.src_cpu]!; p !== NIL && looked < k.sysctl.nr_migrate; p = k.task.group_next[p]!) {
    looked++;
    if (k.task.on_cpu[p] === 1 || !k.mask.has(k.task.mask[p]!, env.dst_cpu)) continue;
    if (task_hot(k, p, env) === 0) cold++;
  }
  return cold;
}
