/*
 * Two slots for models, as in a kernel where a new model is made ready beside the one that decides: one is active, the other
 * stands by, and a switch is one store between two decisions. Which of them is active is kept in the policy's own doubles, so
 * that a snapshot holds it.
 */

/** Doubles that the slots take. */
export const SLOT_DOUBLES = 2;

enum Slot {
  /** 0 or 1. */
  ACTIVE,
  /** Switches so far. */
  SWITCHES,
}

/** The slot whose model decides, 0 or 1. */
export function activeSlot(state: Float64Array, at: number): 0 | 1 {
  return state[at + Slot.ACTIVE] === 1 ? 1 : 0;
}

/** Switches so far. */
export function switches(state: Float64Array, at: number): number {
  return state[at + Slot.SWITCHES]!;
}

/** Makes the model that stood by the active one. */
export function switchSlots(state: Float64Array, at: number): void {
  state[at + Slot.ACTIVE] = 1 - activeSlot(state, at);
  state[at + Slot.SWITCHES]!++;
}
