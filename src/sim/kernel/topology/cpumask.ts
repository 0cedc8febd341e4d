/** A set of CPUs that never changes once made: the `struct cpumask` of the domain tree while it is built. */
export interface Cpumask {
  /** Ascending, each CPU once. */
  readonly list: readonly number[];
  /** One byte per CPU of the machine. */
  readonly bits: Uint8Array;
}

/** Makes a mask of CPUs given in any order, repeated or not. */
export function cpumaskOf(cpus: number, members: readonly number[]): Cpumask {
  const bits = new Uint8Array(cpus);
  for (const cpu of members) bits[cpu] = 1;
  const list: number[] = [];
  for (let cpu = 0; cpu < cpus; cpu++) if (bits[cpu] === 1) list.push(cpu);
  return { list, bits };
}

/** @kernel include/linux/cpumask.h cpumask_weight @omits nothing */
export function cpumask_weight(mask: Cpumask): number {
  return mask.list.length;
}

/**
 * The lowest CPU; −1 where there is none.
 * @kernel include/linux/cpumask.h cpumask_first
 * @omits nothing
 */
export function cpumask_first(mask: Cpumask): number {
  return mask.list.length === 0 ? -1 : mask.list[0]!;
}

/** @kernel include/linux/cpumask.h cpumask_equal @omits nothing */
export function cpumask_equal(a: Cpumask, b: Cpumask): boolean {
  return a === b || (a.list.length === b.list.length && cpumask_subset(a, b));
}

/**
 * Whether every CPU of `a` is in `b`.
 * @kernel include/linux/cpumask.h cpumask_subset
 * @omits nothing
 */
export function cpumask_subset(a: Cpumask, b: Cpumask): boolean {
  return a === b || a.list.every((cpu) => b.bits[cpu] === 1);
}

/** @kernel include/linux/cpumask.h cpumask_intersects @omits nothing */
export function cpumask_intersects(a: Cpumask, b: Cpumask): boolean {
  return a.list.some((cpu) => b.bits[cpu] === 1);
}

/**
 * The CPUs of `mask` from `start` upwards and then, wrapped round, those below it.
 * @kernel include/linux/cpumask.h for_each_cpu_wrap
 * @omits nothing
 */
export function for_each_cpu_wrap(mask: Cpumask, start: number): number[] {
  return [...mask.list.filter((cpu) => cpu >= start), ...mask.list.filter((cpu) => cpu < start)];
}
