import { update_rq_clock } from '../core/clock.js';
import { CPU_IDLE, LBF_ACTIVE_LB } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { attach_one_task, detach_one_task } from './detach.js';
import { init_lb_env } from './lb-env.js';
import { sd_spans } from './spans.js';

/** The domain of `target_cpu` on which the push is booked: the lowest that spans `busiest_cpu`, or NIL. */
function common_domain(k: Kernel, target_cpu: number, busiest_cpu: number): number {
  for (let sd = k.rq.sd[target_cpu]!; sd !== NIL; sd = k.sd.parent[sd]!) {
    if (sd_spans(k, sd, busiest_cpu)) return sd;
  }
  return NIL;
}

/**
 * Pushes one task of `busiest_cpu` to the CPU that asked for it. Runs in the stopper of that CPU, which counts in
 * nr_running; the task that it displaced is no longer running and may move.
 * @returns the task moved, or NIL
 * @kernel kernel/sched/fair.c active_load_balance_cpu_stop
 * @omits CPUs that are not active (hot-plugging). What the stopper itself costs is charged by whoever runs it
 */
export function active_load_balance_cpu_stop(k: Kernel, busiest_cpu: number): number {
  const rq = k.rq;
  const target_cpu = rq.push_cpu[busiest_cpu]!;
  let p = NIL;
  if (busiest_cpu === k.g.this_cpu[0]! && rq.active_balance[busiest_cpu]! !== 0 && rq.nr_running[busiest_cpu]! > 1) {
    const sd = common_domain(k, target_cpu, busiest_cpu);
    if (sd !== NIL) {
      const env = k.active_env;
      init_lb_env(k, env, sd, target_cpu, CPU_IDLE);
      env.src_cpu = busiest_cpu;
      env.flags = LBF_ACTIVE_LB;
      k.sd.alb_count[sd]!++;
      update_rq_clock(k, busiest_cpu);
      p = detach_one_task(k, env);
      if (p !== NIL) {
        k.sd.alb_pushed[sd]!++;
        k.sd.nr_balance_failed[sd] = 0;
      } else {
        k.sd.alb_failed[sd]!++;
      }
    }
  }
  rq.active_balance[busiest_cpu] = 0;
  if (p !== NIL) attach_one_task(k, target_cpu, p);
  return p;
}
