import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/*
 * rq->leaf_cfs_rq_list: the cfs_rqs of a CPU that carry load, children before their parents, so that one walk can
 * update them all bottom up. A branch whose parent is not on the list yet is put in front and remembered in
 * tmp_alone_branch until the parent follows. NIL stands for the list head.
 */

function insert_between(k: Kernel, cpu: number, cfs: number, prev: number, next: number): void {
  const { rq, cfs: c } = k;
  c.leaf_prev[cfs] = prev;
  c.leaf_next[cfs] = next;
  if (prev === NIL) rq.leaf_head[cpu] = cfs;
  else c.leaf_next[prev] = cfs;
  if (next === NIL) rq.leaf_tail[cpu] = cfs;
  else c.leaf_prev[next] = cfs;
}

/**
 * @returns whether the branch is connected to the tree
 * @kernel kernel/sched/fair.c list_add_leaf_cfs_rq
 * @omits nothing
 */
export function list_add_leaf_cfs_rq(k: Kernel, cfs: number): boolean {
  const { rq, cfs: c } = k;
  const cpu = c.cpu[cfs]!;
  if (c.on_list[cfs] !== 0) return rq.tmp_alone_branch[cpu] === NIL;
  c.on_list[cfs] = 1;

  const parent = k.tg.parent[c.tg[cfs]!]!;
  if (parent !== NIL) {
    const parent_cfs = k.tg_cfs_rq(parent, cpu);
    if (c.on_list[parent_cfs] !== 0) {
      insert_between(k, cpu, cfs, c.leaf_prev[parent_cfs]!, parent_cfs);
      rq.tmp_alone_branch[cpu] = NIL;
      return true;
    }
  } else {
    insert_between(k, cpu, cfs, rq.leaf_tail[cpu]!, NIL);
    rq.tmp_alone_branch[cpu] = NIL;
    return true;
  }
  const branch = rq.tmp_alone_branch[cpu]!;
  insert_between(k, cpu, cfs, branch, branch === NIL ? rq.leaf_head[cpu]! : c.leaf_next[branch]!);
  rq.tmp_alone_branch[cpu] = cfs;
  return false;
}

/**
 * @kernel kernel/sched/fair.c list_del_leaf_cfs_rq
 * @omits nothing
 */
export function list_del_leaf_cfs_rq(k: Kernel, cfs: number): void {
  const { rq, cfs: c } = k;
  if (c.on_list[cfs] === 0) return;
  const cpu = c.cpu[cfs]!;
  const prev = c.leaf_prev[cfs]!;
  const next = c.leaf_next[cfs]!;
  if (rq.tmp_alone_branch[cpu] === cfs) rq.tmp_alone_branch[cpu] = prev;
  if (prev === NIL) rq.leaf_head[cpu] = next;
  else c.leaf_next[prev] = next;
  if (next === NIL) rq.leaf_tail[cpu] = prev;
  else c.leaf_prev[next] = prev;
  c.leaf_prev[cfs] = NIL;
  c.leaf_next[cfs] = NIL;
  c.on_list[cfs] = 0;
}

/**
 * Whether a cfs_rq below this one is on the list: then it stands right before it.
 * @kernel kernel/sched/fair.c child_cfs_rq_on_list
 * @omits nothing
 */
export function child_cfs_rq_on_list(k: Kernel, cfs: number): boolean {
  const c = k.cfs;
  const prev = c.on_list[cfs] !== 0 ? c.leaf_prev[cfs]! : k.rq.tmp_alone_branch[c.cpu[cfs]!]!;
  return prev !== NIL && k.tg.parent[c.tg[prev]!] === c.tg[cfs];
}
