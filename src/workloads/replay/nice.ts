const MIN_NICE = -20;
const MAX_NICE = 19;
/** Kernel priority of nice 0. */
const DEFAULT_PRIO = 120;
/** Kernel priorities below this one are of real-time and deadline tasks. */
const MAX_RT_PRIO = 100;

/** Nice value for a kernel priority; −1 (unknown) is nice 0, and what is above the fair class gets nice −20. */
export function niceOf(prio: number): number {
  if (prio === -1) return 0;
  return Math.max(MIN_NICE, Math.min(MAX_NICE, prio - DEFAULT_PRIO));
}

/** Whether a kernel priority is of a class that the simulator lacks. −1 is unknown. */
export function isRealtime(prio: number): boolean {
  return prio !== -1 && prio < MAX_RT_PRIO;
}
