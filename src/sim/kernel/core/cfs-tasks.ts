import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/*
 * rq->cfs_tasks: every queued fair task of a CPU, the one that ran last at the head. The load balancer takes from the
 * tail. An intrusive doubly linked list over TaskTable.group_prev and group_next.
 */

/**
 * @kernel include/linux/list.h list_add
 * @omits nothing
 */
export function list_add(k: Kernel, cpu: number, p: number): void {
  const { rq, task } = k;
  const head = rq.cfs_tasks_head[cpu]!;
  task.group_prev[p] = NIL;
  task.group_next[p] = head;
  if (head === NIL) rq.cfs_tasks_tail[cpu] = p;
  else task.group_prev[head] = p;
  rq.cfs_tasks_head[cpu] = p;
}

/**
 * @kernel include/linux/list.h list_del_init
 * @omits nothing
 */
export function list_del(k: Kernel, cpu: number, p: number): void {
  const { rq, task } = k;
  const prev = task.group_prev[p]!;
  const next = task.group_next[p]!;
  if (prev === NIL) rq.cfs_tasks_head[cpu] = next;
  else task.group_next[prev] = next;
  if (next === NIL) rq.cfs_tasks_tail[cpu] = prev;
  else task.group_prev[next] = prev;
  task.group_prev[p] = NIL;
  task.group_next[p] = NIL;
}

/**
 * Moves `p`, which is on the list of `cpu`, to its head.
 * @kernel include/linux/list.h list_move
 * @omits nothing
 */
export function list_move_head(k: Kernel, cpu: number, p: number): void {
  if (k.rq.cfs_tasks_head[cpu] === p) return;
  list_del(k, cpu, p);
  list_add(k, cpu, p);
}
