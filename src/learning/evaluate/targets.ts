import type { Task } from '../dataset/inputs.js';

/**
 * Balanced accuracy that the compact integer model is to reach, as a mean over the workloads that can be judged. The thesis
 * has, for its compact form in floating point, up to 0.952 for one workload (task 1) and 0.924 and 0.974 on average.
 */
export const TARGETS: Readonly<Record<Task, number>> = { 1: 0.97, 2: 0.93, 3: 0.98 };
