import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/*
 * The waiting entities of a cfs_rq in order of vruntime: the kernel's cached rb-tree, kept here as a sorted doubly
 * linked list. Equal vruntimes stay in order of arrival, as the tree keeps them. A queue is short (a few entries on a
 * busy CPU), so walking it beats rebalancing a tree; a queue of n entries costs O(n) to insert into, which is what this
 * does not promise to be good at. New entries are looked for from the back, where a task that has just run belongs,
 * unless they belong before the first.
 */

/**
 * @kernel kernel/sched/fair.c __enqueue_entity
 * @omits the tree's balancing
 */
export function __enqueue_entity(k: Kernel, cfs: number, se: number): void {
  const { cfs: c, se: e } = k;
  const vruntime = e.vruntime[se]!;
  const first = c.first[cfs]!;
  if (first === NIL) {
    e.prev[se] = NIL;
    e.next[se] = NIL;
    c.first[cfs] = se;
    c.tail[cfs] = se;
    return;
  }
  if (vruntime < e.vruntime[first]!) {
    e.prev[se] = NIL;
    e.next[se] = first;
    e.prev[first] = se;
    c.first[cfs] = se;
    return;
  }
  let after = c.tail[cfs]!;
  while (vruntime < e.vruntime[after]!) after = e.prev[after]!;
  const next = e.next[after]!;
  e.prev[se] = after;
  e.next[se] = next;
  e.next[after] = se;
  if (next === NIL) c.tail[cfs] = se;
  else e.prev[next] = se;
}

/**
 * @kernel kernel/sched/fair.c __dequeue_entity
 * @omits nothing
 */
export function __dequeue_entity(k: Kernel, cfs: number, se: number): void {
  const { cfs: c, se: e } = k;
  const prev = e.prev[se]!;
  const next = e.next[se]!;
  if (prev === NIL) c.first[cfs] = next;
  else e.next[prev] = next;
  if (next === NIL) c.tail[cfs] = prev;
  else e.prev[next] = prev;
  e.prev[se] = NIL;
  e.next[se] = NIL;
}
