import { DEFAULT_PRIO } from '../../../bundle/tables/priority.js';

const MIN_NICE = -20;
const MAX_NICE = 19;

/** Nice value for a kernel priority that a record shows; what is above the fair class, which the simulator lacks, gets nice −20. */
export function niceOf(prio: number): number {
  return Math.max(MIN_NICE, Math.min(MAX_NICE, prio - DEFAULT_PRIO));
}
