import { migrate_load, STAGE_NOT_BALANCER } from '../constants.js';
import type { LbEnv } from '../env.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/**
 * How many tasks one stretch of detach_tasks() asks about before it lets interrupts in. 32 without CONFIG_PREEMPT_RT,
 * with which it is 8; the kernel modelled is not an RT one.
 */
export const SCHED_NR_MIGRATE_BREAK = 32;

// enum fbq_type: which queues find_busiest_queue() may choose in a NUMA domain.
export const fbq_regular = 0;
export const fbq_remote = 1;
export const fbq_all = 2;

/**
 * Sets every member of a reused env to what the initialiser of load_balance() gives it. `cpus` is left as it is.
 * @kernel kernel/sched/fair.c load_balance
 * @omits everything but the initialiser of its env
 */
export function init_lb_env(k: Kernel, env: LbEnv, sd: number, dst_cpu: number, idle: number): void {
  env.sd = sd;
  env.src_cpu = NIL;
  env.dst_cpu = dst_cpu;
  env.dst_core_idle = false;
  env.dst_grp = k.sd.groups[sd]!;
  env.new_dst_cpu = 0;
  env.idle = idle;
  env.imbalance = 0;
  env.flags = 0;
  env.loop = 0;
  env.loop_break = SCHED_NR_MIGRATE_BREAK;
  env.loop_max = 0;
  env.fbq_type = fbq_all;
  env.migration_type = migrate_load;
  env.tasks = NIL;
  env.continue_balancing = true;
  env.stage = STAGE_NOT_BALANCER;
}
