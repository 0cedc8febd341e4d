/*
 * Whether a model still fits what it sees: a running comparison of what it said with what came out, kept in a policy's own
 * doubles so that it is part of a run's snapshots. Integers only.
 *
 * An outcome is what the call itself shows to be true of it (see `roles.ts`); calls that show nothing are not judged. Right
 * answers are counted for both classes apart, since one is often a hundred times rarer than the other, and old ones fade: when
 * a class has `window` outcomes, its counts are halved. The measure is balanced accuracy,
 *
 *     1000 · (right₀ / seen₀ + right₁ / seen₁) / 2        ‰
 *
 * in which a class of fewer than `MIN_SEEN` outcomes counts as right: a policy that moves every task early never sees one that
 * the kernel would have forced, and is judged by the others alone. A model that is no better than a coin has 500.
 */

/** Doubles that the counts take. */
export const DRIFT_DOUBLES = 5;
/** Outcomes that a class needs before anything is said of it. */
export const MIN_SEEN = 32;

enum Slot {
  /** 1: the policy has fallen back. */
  FALLEN,
  RIGHT_0,
  SEEN_0,
  RIGHT_1,
  SEEN_1,
}

/** Whether the policy has fallen back. */
export function hasFallen(state: Float64Array, at: number): boolean {
  return state[at + Slot.FALLEN] === 1;
}

/** Forgets everything: another model decides from now on. */
export function forget(state: Float64Array, at: number): void {
  state.fill(0, at, at + DRIFT_DOUBLES);
}

/**
 * Counts an outcome.
 * @param at where the counts stand in `state`
 * @param window outcomes of a class after which its counts are halved, an integer ≥ 2 · MIN_SEEN
 * @param floor ‰ of balanced accuracy below which the policy falls back, 0: never
 * @returns whether it has fallen back just now
 */
export function judge(state: Float64Array, at: number, said: boolean, was: boolean, window: number, floor: number): boolean {
  const right = at + (was ? Slot.RIGHT_1 : Slot.RIGHT_0);
  const seen = at + (was ? Slot.SEEN_1 : Slot.SEEN_0);
  if (state[seen]! >= window) {
    state[seen] = Math.floor(state[seen]! / 2);
    state[right] = Math.floor(state[right]! / 2);
  }
  state[seen]!++;
  if (said === was) state[right]!++;
  const accuracy = balancedPermille(state, at);
  if (accuracy < 0 || accuracy >= floor) return false;
  state[at + Slot.FALLEN] = 1;
  return true;
}

/** Balanced accuracy of late, ‰, rounded down; −1 where neither class has enough outcomes. */
export function balancedPermille(state: Float64Array, at: number): number {
  let seen0 = state[at + Slot.SEEN_0]!;
  let seen1 = state[at + Slot.SEEN_1]!;
  let right0 = state[at + Slot.RIGHT_0]!;
  let right1 = state[at + Slot.RIGHT_1]!;
  if (seen0 < MIN_SEEN && seen1 < MIN_SEEN) return -1;
  if (seen0 < MIN_SEEN) seen0 = right0 = 1;
  if (seen1 < MIN_SEEN) seen1 = right1 = 1;
  return Math.floor((500 * (right0 * seen1 + right1 * seen0)) / (seen0 * seen1));
}

/** Outcomes that are counted at present. */
export function judged(state: Float64Array, at: number): number {
  return state[at + Slot.SEEN_0]! + state[at + Slot.SEEN_1]!;
}
