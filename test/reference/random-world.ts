import type { Kernel } from '../../src/sim/kernel/kernel.js';
import { SCHED_IDLE, SCHED_NORMAL } from '../../src/sim/kernel/constants.js';
import { inv_weight_of, load_weight_of } from '../../src/sim/kernel/math/weights.js';
import { NIL } from '../../src/sim/kernel/state/table.js';
import type { Draw } from './draw.js';

const CLOCK = 2 ** 31;

/** Puts task `p` into group `tg` on `cpu`, not queued. */
export function assignTask(k: Kernel, p: number, tg: number, cpu = 0): void {
  k.task.tg[p] = tg;
  k.task.cpu[p] = cpu;
  k.se.cfs_rq[p] = k.tg_cfs_rq(tg, cpu);
  k.se.parent[p] = k.tg_se(tg, cpu);
  let depth = 0;
  for (let se = k.se.parent[p]!; se !== NIL; se = k.se.parent[se]!) depth++;
  k.se.depth[p] = depth;
}

/** Weight and policy of a task. */
export function setNice(k: Kernel, p: number, nice: number, policy: number): void {
  k.task.nice[p] = nice;
  k.task.policy[p] = policy;
  k.se.weight[p] = load_weight_of(nice, policy);
  k.se.inv_weight[p] = inv_weight_of(nice, policy);
}

/**
 * Fills the averages and loads of every entity, runqueue and group with random numbers: anything the kernel's types
 * could come to hold in a very large machine, not only what belongs together.
 */
export function randomWorld(k: Kernel, draw: Draw): void {
  k.g.jiffies[0] = 1000 + draw.below(3);
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    k.rq.clock_task[cpu] = CLOCK + draw.bits(36);
    k.rq.clock_pelt[cpu] = CLOCK + draw.bits(36);
    k.rq.lost_idle_time[cpu] = draw.bits(30);
  }
  for (let tg = 0; tg < k.groups; tg++) {
    k.tg.shares[tg] = Math.max(2, draw.bits(28));
    k.tg.load_avg[tg] = draw.bits(33);
  }
  for (let se = 0; se < k.se.rows; se++) randomEntity(k, draw, se);
  for (let cfs = 0; cfs < k.cfs.rows; cfs++) randomCfsRq(k, draw, cfs);
}

function randomEntity(k: Kernel, draw: Draw, se: number): void {
  const table = k.se;
  if (k.is_task(se)) {
    setNice(k, se, draw.below(40) - 20, draw.chance(10) ? SCHED_IDLE : SCHED_NORMAL);
  } else {
    table.weight[se] = Math.max(2, draw.bits(28));
    table.inv_weight[se] = 0;
  }
  table.on_rq[se] = draw.below(2);
  table.runnable_weight[se] = draw.below(3000);
  table.exec_start[se] = CLOCK + draw.bits(30);
  table.vruntime[se] = draw.signed(45);
  table.sum_exec_runtime[se] = draw.bits(45);
  randomAvg(k, draw, se, 47742 + draw.bits(12), draw.chance(80) ? 18 : 27);
  k.avg.util_est_enqueued[se] = draw.below(1100);
  k.avg.util_est_unchanged[se] = draw.below(2);
  k.avg.util_est_ewma[se] = draw.below(1100);
}

function randomCfsRq(k: Kernel, draw: Draw, cfs: number): void {
  const table = k.cfs;
  table.weight[cfs] = draw.chance(20) ? 0 : draw.bits(36);
  table.h_nr_running[cfs] = draw.below(3000);
  table.min_vruntime[cfs] = draw.signed(45);
  table.curr[cfs] = NIL;
  table.removed_nr[cfs] = draw.below(2);
  const removed = table.removed_nr[cfs] === 1;
  table.removed_load[cfs] = removed ? draw.bits(30) : 0;
  table.removed_util[cfs] = removed ? draw.bits(20) : 0;
  table.removed_runnable[cfs] = removed ? draw.bits(20) : 0;
  table.tg_load_avg_contrib[cfs] = Math.min(draw.bits(33), k.tg.load_avg[k.cfs.tg[cfs]!]!);
  table.propagate[cfs] = draw.below(2);
  table.prop_runnable_sum[cfs] = draw.chance(20) ? 0 : draw.signed(20);
  table.h_load[cfs] = draw.bits(30);
  table.last_h_load_update[cfs] = 1000 + draw.below(3);
  table.h_load_next[cfs] = NIL;
  table.throttled_clock_pelt_time[cfs] = draw.chance(50) ? 0 : draw.bits(30);
  randomAvg(k, draw, k.cfs_avg + cfs, 0, draw.chance(50) ? 20 : 33);
}

/** `loadSum` 0: as a runqueue has it, the sum that goes with load_avg and something more or less. */
function randomAvg(k: Kernel, draw: Draw, at: number, loadSum: number, loadBits: number): void {
  const avg = k.avg;
  const loadAvg = draw.bits(loadBits);
  const utilAvg = draw.chance(80) ? draw.below(1100) : draw.bits(20);
  const runnableAvg = draw.chance(80) ? draw.bits(14) : draw.bits(24);
  const contrib = draw.below(1024);
  const divider = 46718 + contrib;
  const together = draw.chance(60);
  avg.last_update_time[at] = draw.chance(10) ? 0 : CLOCK + draw.bits(36);
  avg.period_contrib[at] = contrib;
  avg.load_avg[at] = loadAvg;
  avg.util_avg[at] = utilAvg;
  avg.runnable_avg[at] = runnableAvg;
  avg.util_sum[at] = together ? utilAvg * divider + draw.below(divider) : draw.bits(32);
  avg.runnable_sum[at] = together ? runnableAvg * divider + draw.below(divider) : draw.bits(42);
  if (loadSum !== 0) avg.load_sum[at] = draw.below(loadSum + 1);
  else avg.load_sum[at] = together ? loadAvg * divider + draw.below(divider) : draw.bits(49);
}
