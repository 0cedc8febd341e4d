/**
 * Why a decision comes out otherwise in the model than in the kernel: conditions that are measured on the row, in the order in
 * which they are asked. They say what the row has about it, and are asked of disagreements alone; what meets none is unexplained.
 */
export const UNEXPLAINED = 'unexplained';

/** Two changes that are this close to each other may have come in the other order, ns. */
export const NEAR_CHANGE_NS = 3000;
/** Loads are taken for near to each other within this part of the larger. */
const NEAR_LOADS = 0.05;

/** A cause, and whether the row meets it. */
export type Condition = readonly [cause: string, met: boolean];

/** The first cause that the row meets. */
export function firstMet(conditions: readonly Condition[]): string {
  return conditions.find(([, met]) => met)?.[0] ?? UNEXPLAINED;
}

/** Whether two loads are near to each other. */
export function nearLoads(a: number, b: number): boolean {
  return Math.abs(a - b) <= NEAR_LOADS * Math.max(a, b);
}
