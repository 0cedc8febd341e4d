import { finish_wake_up } from '../kernel/core/wakeup.js';
import type { Machine } from '../machine.js';

/** Values of a task's `woken` (see SimTaskTable): nobody, and nothing is left to do. */
const NOBODY = -1;
export const THROUGH = -2;

/** Does what is left of a wake-up by task `p`; false where it has not got as far as to choose a CPU. */
export function finishWakeUp({ t, k }: Machine, p: number): boolean {
  const woken = t.woken[p]!;
  if (woken === NOBODY) return false;
  t.woken[p] = NOBODY;
  if (woken !== THROUGH) finish_wake_up(k, woken, t.wokenFlags[p]!);
  return true;
}
