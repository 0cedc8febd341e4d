import { SCHED_IDLE } from '../constants.js';

/**
 * Load weight by nice value, from −20 to 19. One step is worth a factor of about 1.25; nice 0 is 1024.
 * @kernel kernel/sched/core.c sched_prio_to_weight
 * @omits nothing
 */
export const sched_prio_to_weight: readonly number[] = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991,
  1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
];

/**
 * 2^32 / weight by nice value. Some entries are rounded to the nearest integer and some down, so they are listed.
 * @kernel kernel/sched/core.c sched_prio_to_wmult
 * @omits nothing
 */
export const sched_prio_to_wmult: readonly number[] = [
  48388, 59856, 76040, 92818, 118348, 147320, 184698, 229616, 287308, 360437,
  449829, 563644, 704093, 875809, 1099582, 1376151, 1717300, 2157191, 2708050, 3363326,
  4194304, 5237765, 6557202, 8165337, 10153587, 12820798, 15790321, 19976592, 24970740, 31350126,
  39045157, 49367440, 61356676, 76695844, 95443717, 119304647, 148102320, 186737708, 238609294, 286331153,
];

export const WEIGHT_IDLEPRIO = 3;
export const WMULT_IDLEPRIO = 1431655765;

/** Scaled load weight of a task with this nice value and policy. */
export function load_weight_of(nice: number, policy: number): number {
  return 1024 * (policy === SCHED_IDLE ? WEIGHT_IDLEPRIO : sched_prio_to_weight[nice + 20]!);
}

/** Inverse weight that goes with it. */
export function inv_weight_of(nice: number, policy: number): number {
  return policy === SCHED_IDLE ? WMULT_IDLEPRIO : sched_prio_to_wmult[nice + 20]!;
}

/**
 * A load weight without the extra resolution of 64-bit kernels: never below 2, as long as it is not 0.
 * @kernel kernel/sched/sched.h scale_load_down
 * @omits nothing
 */
export function scale_load_down(weight: number): number {
  return weight === 0 ? 0 : Math.max(2, Math.floor(weight / 1024));
}
