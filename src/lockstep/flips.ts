/**
 * wakee_flips of the unseen past. A task counts how often it wakes another than last time, its children inherit the count, and
 * it takes a second to fade: so what the tasks that were there before the recording had counted matters for all that they
 * fork, and for the idle tasks of the CPUs, which wake whom their timers wake.
 */
import { NIL } from '../sim/kernel/state/table.js';
import { record_wakee, wake_wide } from '../sim/kernel/wakeup/wakee.js';
import type { World } from './world.js';

/**
 * Holds what the record says of wake_wide() against the model's counts. Where they contradict, the unseen part of a count is
 * raised to the least with which they do not.
 * @returns whether the record taught something of the past: then the model could not have known the answer
 */
export function learnFlips(w: World, p: number, cpu: number, wide: number): boolean {
  const { k } = w;
  const { task, rq } = k;
  // A second call changes nothing, so that select_task_rq_fair() may make it again.
  record_wakee(k, p);
  const model = wake_wide(k, p) ? 1 : 0;
  w.features.compare('wide', wide, model, 1);
  if (model === wide) return false;
  const current = rq.curr[cpu]!;
  const factor = rq.sd_llc_size[cpu]!;
  const waker = current === NIL ? rq.idle_wakee_flips[cpu]! : task.wakee_flips[current]!;
  const wakee = task.wakee_flips[p]!;
  const wakerRoot = current === NIL ? w.roster.idleRoot(cpu) : w.roster.root(current);
  const wakeeRoot = w.roster.root(p);
  if (wakerRoot === NIL && wakeeRoot === NIL) return false;
  const [low, high] = waker < wakee ? [waker, wakee] : [wakee, waker];
  const [lowRoot, highRoot] = waker < wakee ? [wakerRoot, wakeeRoot] : [wakeeRoot, wakerRoot];
  if (wide === 0) {
    // high < low · factor: the lower count must have been higher; one that both inherit raises both.
    if (lowRoot === NIL) return false;
    const more = lowRoot === highRoot ? Math.floor((high - low * factor) / (factor - 1)) + 1 : Math.floor(high / factor) + 1 - low;
    return w.roster.learnFlips(lowRoot, more);
  }
  // Both descend from one task, and their common part was taken to be too high.
  if (lowRoot === highRoot && lowRoot !== NIL && low >= factor) return w.roster.learnFlips(lowRoot, -1);
  // high ≥ low · factor and low ≥ factor.
  const raise = Math.max(0, factor - low);
  if (raise > 0 && lowRoot === NIL) return false;
  if (raise > 0 && !w.roster.learnFlips(lowRoot, raise)) return false;
  const missing = (low + raise) * factor - (lowRoot === highRoot ? high + raise : high);
  if (missing > 0) {
    if (highRoot === NIL || highRoot === lowRoot) return raise > 0;
    return w.roster.learnFlips(highRoot, missing);
  }
  return true;
}
