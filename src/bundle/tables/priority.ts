/** Kernel priorities as records show them: 100…139 of fair tasks, 0…99 of stoppers and real-time tasks, −1 of deadline tasks. */

/** Kernel priority of nice 0. */
export const DEFAULT_PRIO = 120;
/** Kernel priorities below this one are of classes above the fair one. */
export const MAX_RT_PRIO = 100;
/** TaskInfo.prio where no record has shown one. Of a deadline task, whose priority is the same number, an event of kind prio tells. */
export const UNKNOWN_PRIO = -1;

/** Whether a kernel priority that a record shows is of a class above the fair one. */
export function isAboveFair(prio: number): boolean {
  return prio < MAX_RT_PRIO;
}
