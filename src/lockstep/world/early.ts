/** What the recording implies earlier than its stamps say. */
import { TASK_ON_RQ_QUEUED } from '../../sim/kernel/constants.js';
import { beginSwitch } from '../rows/switching.js';
import type { World } from './world.js';

/**
 * A task that is woken has left its queue: where its CPU is still to begin that switch, it begins it now. CPUs run up to a
 * quantum apart, so that the order of two stamps of different CPUs may be the wrong one.
 */
export function beginEarly(w: World, p: number): void {
  const { k } = w;
  const cpu = k.task.cpu[p]!;
  if (k.task.on_rq[p] !== TASK_ON_RQ_QUEUED || k.rq.curr[cpu] !== p) return;
  const begin = w.nextBegin(cpu);
  if (begin !== null && begin.prev === k.task.pid[p]) beginSwitch(w, begin);
}
