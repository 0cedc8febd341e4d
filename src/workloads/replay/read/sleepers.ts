import { SWITCH, WAKING } from './events.js';
import type { Events } from './events.js';

/**
 * For a recording in which no wake-up is marked as an interrupt's: the pids that count as sleeping on timers. An idle
 * CPU wakes nobody but from an interrupt, and a timer mostly goes off on the CPU that its task left idle, so these are
 * the tasks that get at least half of their wake-ups from the idle task. Null where the marks are there.
 *
 * @param runners pid of the task that each CPU ran when the recording began, 0 for the idle task
 */
export function guessedSleepers(events: Events, runners: readonly number[]): ReadonlySet<number> | null {
  const runner = [...runners];
  const wakes = new Map<number, number>();
  const fromIdle = new Map<number, number>();
  for (let row = 0; row < events.rows; row++) {
    const cpu = events.cpu[row]!;
    const pid = events.pid[row]!;
    if (events.kind[row] === SWITCH) runner[cpu] = pid;
    if (events.kind[row] !== WAKING) continue;
    if (events.b[row]! > 0) return null;
    wakes.set(pid, (wakes.get(pid) ?? 0) + 1);
    if (runner[cpu] === 0) fromIdle.set(pid, (fromIdle.get(pid) ?? 0) + 1);
  }
  const sleepers = new Set<number>();
  for (const [pid, count] of fromIdle) if (2 * count >= wakes.get(pid)!) sleepers.add(pid);
  return sleepers;
}
