import { group_has_spare } from '../constants.js';
import { NIL } from '../state/table.js';
import { SgLbStats } from './sg-stats.js';

/** UINT_MAX: the idle CPUs of "no busiest group yet", so that any group has fewer. */
const UINT_MAX = 0xffff_ffff;

/** `struct sd_lb_stats`: the statistics of a domain during one find_busiest_group(). */
export class SdLbStats {
  /** Row of SgTable, or NIL. */
  busiest = NIL;
  /** The group that holds env->dst_cpu. */
  local = NIL;
  total_load = 0;
  total_capacity = 0;
  avg_load = 0;
  /** 1 where tasks should go to a sibling group first: the child domain has SD_PREFER_SIBLING. */
  prefer_sibling = 0;
  readonly busiest_stat = new SgLbStats();
  readonly local_stat = new SgLbStats();
  /** The kernel's tmp_sgs of update_sd_lb_stats(). */
  readonly tmp_stat = new SgLbStats();

  /**
   * @kernel kernel/sched/fair.c init_sd_lb_stats
   * @omits nothing
   */
  init(): void {
    this.busiest = NIL;
    this.local = NIL;
    this.total_load = 0;
    this.total_capacity = 0;
    this.avg_load = 0;
    this.prefer_sibling = 0;
    this.busiest_stat.clear();
    this.local_stat.clear();
    this.busiest_stat.idle_cpus = UINT_MAX;
    this.busiest_stat.group_type = group_has_spare;
  }
}
