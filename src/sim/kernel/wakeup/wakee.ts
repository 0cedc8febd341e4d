import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/*
 * Who wakes whom. A task that keeps switching between the tasks that it wakes has a high flip count. Where the count of
 * one side is high and that of the other at least the size of the cache's CPUs, a waker serves more tasks than fit
 * around it, and pulling them towards it would pile them up.
 *
 * The running task may be the idle task: an interrupt on an idle CPU wakes on its behalf. Its counts are in RqTable.
 */

/**
 * Notes that the running task wakes `p`.
 * @kernel kernel/sched/fair.c record_wakee
 * @omits nothing
 */
export function record_wakee(k: Kernel, p: number): void {
  const jiffies = k.g.jiffies[0]!;
  const cpu = k.g.this_cpu[0]!;
  const current = k.rq.curr[cpu]!;
  if (current === NIL) {
    const rq = k.rq;
    if (jiffies > rq.idle_wakee_flip_decay_ts[cpu]! + k.hz) {
      rq.idle_wakee_flips[cpu] = rq.idle_wakee_flips[cpu]! >>> 1;
      rq.idle_wakee_flip_decay_ts[cpu] = jiffies;
    }
    if (rq.idle_last_wakee[cpu] !== p) {
      rq.idle_last_wakee[cpu] = p;
      rq.idle_wakee_flips[cpu]!++;
    }
    return;
  }
  const task = k.task;
  if (jiffies > task.wakee_flip_decay_ts[current]! + k.hz) {
    task.wakee_flips[current] = task.wakee_flips[current]! >>> 1;
    task.wakee_flip_decay_ts[current] = jiffies;
  }
  if (task.last_wakee[current] !== p) {
    task.last_wakee[current] = p;
    task.wakee_flips[current]!++;
  }
}

/**
 * Whether waker and wakee belong to a group too wide for one cache.
 * @kernel kernel/sched/fair.c wake_wide
 * @omits nothing
 */
export function wake_wide(k: Kernel, p: number): boolean {
  const cpu = k.g.this_cpu[0]!;
  const current = k.rq.curr[cpu]!;
  // Unsigned 32-bit numbers in the kernel, the product included.
  const waker = (current === NIL ? k.rq.idle_wakee_flips[cpu]! : k.task.wakee_flips[current]!) >>> 0;
  const wakee = k.task.wakee_flips[p]! >>> 0;
  const master = waker < wakee ? wakee : waker;
  const slave = waker < wakee ? waker : wakee;
  const factor = k.rq.sd_llc_size[cpu]!;
  return slave >= factor && master >= Math.imul(slave, factor) >>> 0;
}
