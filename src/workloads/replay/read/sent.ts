import { WAKEUP, WAKING, type Events } from './events.js';

/**
 * Wake-ups whose waker interrupted another CPU to queue the task there (ttwu_queue_wakelist()), which is the one that reports it, by
 * their rows.
 */
export function sentWakeUps({ rows, kind, pid, cpu }: Events): ReadonlySet<number> {
  const sent = new Set<number>();
  /** Row of the wake-up of each task that is not over. */
  const begun = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    if (kind[row] === WAKING) begun.set(pid[row]!, row);
    else if (kind[row] === WAKEUP) {
      const waking = begun.get(pid[row]!);
      if (waking !== undefined && cpu[waking] !== cpu[row]) sent.add(waking);
      begun.delete(pid[row]!);
    }
  }
  return sent;
}
