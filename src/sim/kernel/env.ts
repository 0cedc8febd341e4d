import { SdLbStats } from './balance/sd-lb-stats.js';
import { CPU_IDLE, migrate_load, STAGE_NOT_BALANCER } from './constants.js';
import { NIL } from './state/table.js';

/** `struct lb_env`: the state of one load_balance() call. One instance is reused; nothing in it outlives a call. */
export class LbEnv {
  /** Row of SdTable. */
  sd = NIL;
  src_cpu = NIL;
  dst_cpu = NIL;
  dst_core_idle = false;
  /** Group whose balance mask is env->dst_grpmask. */
  dst_grp = NIL;
  new_dst_cpu = NIL;
  idle = CPU_IDLE;
  imbalance = 0;
  flags = 0;
  loop = 0;
  loop_break = 0;
  loop_max = 0;
  fbq_type = 0;
  migration_type = migrate_load;
  /** env->tasks: detached tasks, last detached first, chained by TaskTable.group_next. */
  tasks = NIL;
  /** load_balance()'s output `*continue_balancing`: false where this CPU is not the one to balance the domain. */
  continue_balancing = true;
  /** How far the call has come: STAGE_*. */
  stage = STAGE_NOT_BALANCER;
  /** Statistics of the last find_busiest_group(); on the kernel's stack there. */
  readonly sds = new SdLbStats();
  /** env->cpus: one byte per CPU. */
  readonly cpus: Uint8Array;

  constructor(cpus: number) {
    this.cpus = new Uint8Array(cpus);
  }
}
