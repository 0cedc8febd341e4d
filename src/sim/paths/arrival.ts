import { ENQUEUE_NOCLOCK, TASK_INTERRUPTIBLE, TASK_RUNNING } from '../kernel/constants.js';
import { activate_task, check_preempt_curr } from '../kernel/core/activate.js';
import { cfs_rq_clock_pelt, update_rq_clock } from '../kernel/core/clock.js';
import { wake_up_new_task } from '../kernel/core/fork.js';
import { attach_entity_cfs_rq } from '../kernel/fair/class.js';
import type { Kernel } from '../kernel/kernel.js';
import { scale_load_down } from '../kernel/math/weights.js';
import { blockOn } from './blocking.js';
import type { Machine } from '../machine.js';
import { Op, type InitialTask } from '../programs/program.js';

/*
 * Tasks that come into being without a fork: those that a workload has from the start, or at a time of its own.
 */

type Busy = InitialTask['busy'];

/** Initial task number `index` comes into being on the CPU that executes, as the child of nobody. */
export function arrives(m: Machine, index: number): void {
  const { k } = m;
  const { slept, cpu, busy } = m.workload.initial[index]!;
  const p = m.population.arrive(index);
  if (slept !== true || !k.mask.has(k.task.mask[p]!, cpu)) wake_up_new_task(k, p);
  else if (!sleepsOn(m, p, busy)) goesOn(k, p, busy);
}

/**
 * Where the first thing that task `p` does is to sleep, it is asleep: it has been so since before the run, and its CPU does
 * not see it until it wakes up. A long sleep leaves nothing of its averages, and its vruntime is further behind than
 * place_entity() lets it stay.
 * @returns whether that is so
 */
function sleepsOn(m: Machine, p: number, busy: Busy): boolean {
  const { k, t, sync, code, argA, argB } = m;
  const pc = t.pc[p]!;
  const a = argA[pc]!;
  if (code[pc] === Op.SLEEP && a > 0 && argB[pc] === 0) {
    m.timers.setSleep(p, k.g.now[0]! + a);
    k.task.state[p] = TASK_INTERRUPTIBLE;
  } else if (code[pc] === Op.WAIT && sync.count[a] === 0) blockOn(m, p, a);
  else return false;
  t.pc[p] = pc + 1;
  const cfs = k.se.cfs_rq[p]!;
  k.task.recent_used_cpu[p] = k.task.cpu[p]!;
  if (busy === undefined) {
    k.se.vruntime[p] = k.cfs.min_vruntime[cfs]! - k.sysctl.latency_ns;
    k.avg.load_avg[p] = 0;
    k.avg.last_update_time[p] = cfs_rq_clock_pelt(k, cfs);
  } else {
    k.se.vruntime[p] = k.cfs.min_vruntime[cfs]!;
    wasBusy(k, p, busy);
    attach_entity_cfs_rq(k, p);
  }
  return true;
}

/** The task `p` was there before the run and goes on where it was: what a long sleep leaves of averages is nothing. */
function goesOn(k: Kernel, p: number, busy: Busy): void {
  const cpu = k.task.cpu[p]!;
  if (busy === undefined) k.avg.load_avg[p] = 0;
  else wasBusy(k, p, busy);
  k.task.state[p] = TASK_RUNNING;
  k.task.recent_used_cpu[p] = cpu;
  update_rq_clock(k, cpu);
  activate_task(k, cpu, p, ENQUEUE_NOCLOCK);
  k.trace.sched_wakeup_new(p, cpu);
  check_preempt_curr(k, cpu, p, 0);
}

/** The task `p` has run until now, for a share of the time: so it is hot where it is, and its averages are what that makes of them. */
function wasBusy(k: Kernel, p: number, { running, runnable }: NonNullable<Busy>): void {
  const { avg, se } = k;
  update_rq_clock(k, k.task.cpu[p]!);
  se.exec_start[p] = k.rq.clock_task[k.task.cpu[p]!]!;
  avg.load_avg[p] = Math.round((scale_load_down(se.weight[p]!) * runnable) / 1024);
  avg.runnable_avg[p] = runnable;
  avg.util_avg[p] = running;
  avg.util_est_enqueued[p] = running;
  avg.util_est_ewma[p] = running;
}
