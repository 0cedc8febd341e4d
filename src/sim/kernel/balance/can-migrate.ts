import {
  CPU_NEWLY_IDLE,
  LBF_ACTIVE_LB,
  LBF_ALL_PINNED,
  LBF_DST_PINNED,
  LBF_SOME_PINNED,
  PF_PER_CPU_KTHREAD,
  REASON_ACTIVE_BALANCE,
  REASON_AFFINITY,
  REASON_DECIDED,
  REASON_PER_CPU_KTHREAD,
  REASON_RUNNING,
  REASON_THROTTLED,
} from '../constants.js';
import type { LbEnv } from '../env.js';
import { throttled_lb_pair } from '../fair/bandwidth.js';
import type { Kernel } from '../kernel.js';
import { soft_answer } from './hot-rule.js';
import { migrate_degrades_locality, task_hot } from './hot.js';

/** What the trace says where the hot test was not reached. */
const HOT_NOT_EVALUATED = -2;

/**
 * Records that affinity keeps p from env->dst_cpu, and looks for another CPU of the local group that p may use: the
 * balance can then go on on that CPU's behalf.
 */
function note_pinned(k: Kernel, p: number, env: LbEnv): void {
  k.task.nr_failed_migrations_affine[p]!++;
  env.flags |= LBF_SOME_PINNED;
  // A newly idle CPU pulls for itself only; one other CPU is enough; the stopper has no local group.
  if (env.idle === CPU_NEWLY_IDLE || (env.flags & (LBF_DST_PINNED | LBF_ACTIVE_LB)) !== 0) return;
  const off = k.sg.mask_off[env.dst_grp]!;
  const end = off + k.sg.mask_len[env.dst_grp]!;
  const mask = k.task.mask[p]!;
  for (let i = off; i < end; i++) {
    const cpu = k.topo_cpus[i]!;
    if (env.cpus[cpu]! === 0 || !k.mask.has(mask, cpu)) continue;
    env.flags |= LBF_DST_PINNED;
    env.new_dst_cpu = cpu;
    return;
  }
}

/**
 * Whether the balance may take p from env->src_cpu to env->dst_cpu. After the hard refusals comes the soft test: a task
 * that is cache-hot, or at home on its NUMA node, is left until the domain has failed to balance more often than
 * cache_nice_tries. A policy (Kernel.policy) replaces the soft test and nothing else.
 *
 *     throttled → per-CPU kthread → affinity → running → active balance (yes) → hot test or policy
 *
 * @kernel kernel/sched/fair.c can_migrate_task
 * @omits nothing
 */
export function can_migrate_task(k: Kernel, p: number, env: LbEnv): boolean {
  const task = k.task;
  task.sched_task_hot[p] = 0;
  if (throttled_lb_pair(k, task.tg[p]!, env.src_cpu, env.dst_cpu)) {
    k.trace.can_migrate(p, env, REASON_THROTTLED, HOT_NOT_EVALUATED, 0);
    k.charge_event();
    return false;
  }
  if ((task.flags[p]! & PF_PER_CPU_KTHREAD) !== 0) {
    k.trace.can_migrate(p, env, REASON_PER_CPU_KTHREAD, HOT_NOT_EVALUATED, 0);
    k.charge_event();
    return false;
  }
  if (!k.mask.has(task.mask[p]!, env.dst_cpu)) {
    note_pinned(k, p, env);
    k.trace.can_migrate(p, env, REASON_AFFINITY, HOT_NOT_EVALUATED, 0);
    k.charge_event();
    return false;
  }
  env.flags &= ~LBF_ALL_PINNED;
  if (task.on_cpu[p]! !== 0) {
    task.nr_failed_migrations_running[p]!++;
    k.trace.can_migrate(p, env, REASON_RUNNING, HOT_NOT_EVALUATED, 0);
    k.charge_event();
    return false;
  }
  if ((env.flags & LBF_ACTIVE_LB) !== 0) {
    k.trace.can_migrate(p, env, REASON_ACTIVE_BALANCE, HOT_NOT_EVALUATED, 1);
    k.charge_event();
    return true;
  }

  let hot = migrate_degrades_locality(k, p, env);
  if (hot === -1) hot = task_hot(k, p, env);
  const policy = k.policy;
  const allowed =
    policy === null
      ? soft_answer(hot === 1, k.sd.nr_balance_failed[env.sd]!, k.sd.cache_nice_tries[env.sd]!) !== 0
      : policy.may_migrate(p, env, hot);
  if (!allowed) {
    task.nr_failed_migrations_hot[p]!++;
    k.trace.can_migrate(p, env, REASON_DECIDED, hot, 0);
    k.charge_event();
    return false;
  }
  task.sched_task_hot[p] = hot;
  k.trace.can_migrate(p, env, REASON_DECIDED, hot, hot === 1 ? 2 : 1);
  k.charge_event();
  return true;
}
