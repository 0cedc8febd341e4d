import type { Kernel } from '../kernel.js';

/*
 * CPU sets of the wake-up path. Spans of domains and groups are ascending ranges of Kernel.topo_cpus, so that no mask of
 * theirs is ever built; `off` and `len` are such a range.
 */

/** Index of the first CPU ≥ `cpu` in a span, counted from its start; `len` where there is none. */
export function spanLowerBound(k: Kernel, off: number, len: number, cpu: number): number {
  const cpus = k.topo_cpus;
  let low = 0;
  let high = len;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cpus[off + middle]! < cpu) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the affinity bytes of task `p` begin in MaskTable.allowed: byte base + cpu is 1 where p->cpus_ptr has `cpu`. */
export function allowedBase(k: Kernel, p: number): number {
  return k.task.mask[p]! * k.cpus;
}

/** Whether a span and p->cpus_ptr have a CPU in common: cpumask_intersects(). */
export function spanAllows(k: Kernel, off: number, len: number, p: number): boolean {
  const base = allowedBase(k, p);
  const allowed = k.mask.allowed;
  const cpus = k.topo_cpus;
  for (let i = off; i < off + len; i++) {
    if (allowed[base + cpus[i]!] === 1) return true;
  }
  return false;
}
