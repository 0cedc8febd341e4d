import { sd_spans } from '../balance/spans.js';
import { PF_EXITING, SD_WAKE_AFFINE, WF_SYNC, WF_TTWU } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { select_idle_sibling } from './idle-sibling.js';
import { find_idlest_cpu } from './idlest.js';
import { wake_affine } from './wake-affine.js';
import { record_wakee, wake_wide } from './wakee.js';

/**
 * The CPU for a task that wakes up (WF_TTWU), is born (WF_FORK) or calls execve() (WF_EXEC): the stock answer, and then
 * that of the policy where it has one.
 *
 * The caller has dealt with tasks that are allowed on one CPU only, and corrects an answer that affinity forbids (the
 * stock code can give prev_cpu back unseen). An answer of the policy that affinity forbids is ignored here.
 * @param p task row
 * @param prev_cpu CPU that it was on
 * @param wake_flags WF_*
 * @kernel kernel/sched/fair.c select_task_rq_fair
 * @omits energy-aware placement (find_energy_efficient_cpu)
 */
export function select_task_rq_fair(k: Kernel, p: number, prev_cpu: number, wake_flags: number): number {
  const stock = selectStock(k, p, prev_cpu, wake_flags, false);
  k.charge_event();
  if (k.policy === null) return stock;
  const chosen = k.policy.select_cpu(p, prev_cpu, wake_flags, stock);
  return chosen >= 0 && chosen < k.cpus && k.mask.has(k.task.mask[p]!, chosen) ? chosen : stock;
}

/**
 * The first half of it for a task that wakes up: the CPU around which select_idle_sibling() then searches.
 * @kernel kernel/sched/fair.c select_task_rq_fair
 * @omits the search
 */
export function wakeup_target(k: Kernel, p: number, prev_cpu: number, wake_flags: number): number {
  return selectStock(k, p, prev_cpu, wake_flags, true);
}

/**
 * select_task_rq_fair() without the policy.
 * @param target_only stop where the search would begin
 */
function selectStock(k: Kernel, p: number, prev_cpu: number, wake_flags: number, target_only: boolean): number {
  const cpu = k.g.this_cpu[0]!;
  const current = k.rq.curr[cpu]!;
  const exiting = current !== NIL && (k.task.flags[current]! & PF_EXITING) !== 0;
  const sync = (wake_flags & WF_SYNC) !== 0 && !exiting;
  const sd_flag = wake_flags & 0xf;
  const waking = (wake_flags & WF_TTWU) !== 0;
  let want_affine = false;
  if (waking) {
    record_wakee(k, p);
    want_affine = !wake_wide(k, p) && k.mask.has(k.task.mask[p]!, cpu);
  }

  const table = k.sd;
  let new_cpu = prev_cpu;
  let sd = NIL;
  for (let tmp = k.rq.sd[cpu]!; tmp !== NIL; tmp = table.parent[tmp]!) {
    const flags = table.flags[tmp]!;
    if (want_affine && (flags & SD_WAKE_AFFINE) !== 0 && sd_spans(k, tmp, prev_cpu)) {
      if (cpu !== prev_cpu) new_cpu = wake_affine(k, tmp, p, cpu, prev_cpu, sync);
      sd = NIL;
      break;
    }
    if ((flags & sd_flag) !== 0) sd = tmp;
    else if (!want_affine) break;
  }

  if (target_only) return new_cpu;
  if (sd !== NIL) return find_idlest_cpu(k, sd, p, cpu, prev_cpu, sd_flag);
  return waking ? select_idle_sibling(k, p, prev_cpu, new_cpu) : new_cpu;
}
