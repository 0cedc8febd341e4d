import { NICE_0_LOAD } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { __calc_delta, inv_weight } from '../math/calc-delta.js';
import { NIL } from '../state/table.js';
import { se_is_idle } from './buddies.js';

/**
 * Weighted time: ns as they count for an entity's vruntime.
 * @kernel kernel/sched/fair.c calc_delta_fair
 * @omits nothing
 */
export function calc_delta_fair(k: Kernel, delta: number, se: number): number {
  const weight = k.se.weight[se]!;
  if (weight === NICE_0_LOAD) return delta;
  let inv = k.se.inv_weight[se]!;
  if (inv === 0) {
    inv = inv_weight(weight);
    k.se.inv_weight[se] = inv;
  }
  return __calc_delta(delta, NICE_0_LOAD, inv);
}

/**
 * The time in which every runnable entity should have run once, ns.
 * @kernel kernel/sched/fair.c __sched_period
 * @omits nothing
 */
export function __sched_period(k: Kernel, nr_running: number): number {
  return nr_running > k.sched_nr_latency ? nr_running * k.sysctl.min_granularity_ns : k.sysctl.latency_ns;
}

/**
 * @kernel kernel/sched/fair.c sched_idle_cfs_rq
 * @omits nothing
 */
export function sched_idle_cfs_rq(k: Kernel, cfs: number): boolean {
  const nr = k.cfs.nr_running[cfs]!;
  return nr !== 0 && nr === k.cfs.idle_nr_running[cfs]!;
}

/**
 * The last answer of sched_slice() for a queued task of the root group, by CPU, with what it followed from. Most ticks
 * ask the same question again. Nothing but a memory: an entry is used only where every input is equal.
 */
export class SliceMemory {
  readonly nr_running: Int32Array;
  readonly weight: Float64Array;
  readonly load: Float64Array;
  /** ns, before the minimum of BASE_SLICE. */
  readonly slice: Float64Array;

  constructor(cpus: number) {
    this.nr_running = new Int32Array(cpus).fill(-1);
    this.weight = new Float64Array(cpus);
    this.load = new Float64Array(cpus);
    this.slice = new Float64Array(cpus);
  }
}

/**
 * An entity's share of the period, ns: the period times its weight over the load, at every level of groups.
 * @kernel kernel/sched/fair.c sched_slice
 * @omits nothing
 */
export function sched_slice(k: Kernel, cfs: number, se: number): number {
  const { se: e, cfs: c } = k;
  const cpu = c.cpu[cfs]!;
  const nr_running = k.feat.ALT_PERIOD ? c.h_nr_running[cpu]! : c.nr_running[cfs]!;
  let slice: number;
  if (cfs === cpu && e.on_rq[se] !== 0) {
    const memory = k.slice_memory;
    const weight = e.weight[se]!;
    const load = c.weight[cfs]!;
    if (memory.nr_running[cpu] === nr_running && memory.weight[cpu] === weight && memory.load[cpu] === load) {
      slice = memory.slice[cpu]!;
    } else {
      slice = share_of_period(k, se, nr_running);
      memory.nr_running[cpu] = nr_running;
      memory.weight[cpu] = weight;
      memory.load[cpu] = load;
      memory.slice[cpu] = slice;
    }
  } else {
    slice = share_of_period(k, se, nr_running);
  }

  if (k.feat.BASE_SLICE) {
    const idle = se_is_idle(k, se) && !sched_idle_cfs_rq(k, cfs);
    const min_gran = idle ? k.sysctl.idle_min_granularity_ns : k.sysctl.min_granularity_ns;
    if (slice < min_gran) slice = min_gran;
  }
  return slice;
}

/** The part of sched_slice() before BASE_SLICE. */
function share_of_period(k: Kernel, se: number, nr_running: number): number {
  const { se: e, cfs: c } = k;
  let slice = __sched_period(k, nr_running + (e.on_rq[se] === 0 ? 1 : 0));
  for (let at = se; at !== NIL; at = e.parent[at]!) {
    const queue = e.cfs_rq[at]!;
    const load = c.weight[queue]! + (e.on_rq[at] === 0 ? e.weight[at]! : 0);
    slice = __calc_delta(slice, e.weight[at]!, inv_weight(load));
  }
  return slice;
}

/**
 * The slice in weighted time.
 * @kernel kernel/sched/fair.c sched_vslice
 * @omits nothing
 */
export function sched_vslice(k: Kernel, cfs: number, se: number): number {
  return calc_delta_fair(k, sched_slice(k, cfs, se), se);
}
