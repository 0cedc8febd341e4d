/** Wake-ups on their way to the CPU that is to finish them, which until then is to be seen as not idle. */
import { PF_KTHREAD, PF_PER_CPU_KTHREAD, TASK_WAKING, WF_TTWU } from '../../sim/kernel/constants.js';
import { ttwu_queue_cond } from '../../sim/kernel/core/wakeup.js';
import { NIL } from '../../sim/kernel/state/table.js';
import type { Moment } from '../time/moments.js';
import type { Unsearched } from '../past/unsearched.js';
import type { World } from '../world/world.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;
/** An earlier wake-up of the same task was taken up longer ago than this, ns. */
const AGAIN_NS = 1000;

/**
 * ttwu_queue_wakelist(): the wake-up is on its way.
 * @param queued whether it is, as far as the recording tells; null: it does not
 */
export function onSent(w: World, c: Columns, row: number, ts: number, queued: boolean | null): void {
  const [flags, pid, chosen, cpu] = [c['wake_flags']![row]!, c['pid']![row]!, c['chosen']![row]!, c['cpu']![row]!];
  const p = w.roster.row(pid);
  if ((flags & WF_TTWU) === 0 || p === NIL || w.k.task.on_rq[p] !== 0 || w.k.task.state[p] !== TASK_WAKING) return;
  w.at(ts, cpu, 0);
  if (w.takenAt[p]! > c['ts']![row]!) return;
  if (queued ?? (w.k.feat.TTWU_QUEUE && ttwu_queue_cond(w.k, p, chosen))) sendWakeup(w, ts, p, chosen);
}

/** sched_ttwu_pending(): the CPU takes it up. */
export function onTaken(w: World, c: Columns, row: number): void {
  const cpu = c['cpu']![row]!;
  const p = w.roster.row(c['pid']![row]!);
  if (c['initial']![row] !== 0 || p === NIL) return;
  w.takenAt[p] = c['ts']![row]!;
  if (w.sentTo[p] !== cpu) return;
  w.sentTo[p] = NIL;
  taken(w, cpu);
}

/** The same of a task above the fair class. */
export function onReceived(w: World, { ts, cpu }: Moment, pid: number): void {
  if (w.above.take(pid, cpu, ts)) taken(w, cpu);
}

function taken(w: World, cpu: number): void {
  w.pendingWakes[cpu]!--;
  if (w.pendingWakes[cpu] === 0) w.k.rq.ttwu_pending[cpu] = 0;
}

/** sched_waking: the beginning of a wake-up. */
export function onWaking(w: World, pid: number, how: number): void {
  const p = w.roster.row(pid);
  if (p === NIL) return;
  w.wokenByInterrupt[p] = how & 1;
  if (w.k.task.on_cpu[p] !== 0) w.wokenRunning[p] = 1;
}

/** A task that wakes without a search for a CPU is given to the one that it is bound to or has not quite left. */
export function onHanded(w: World, ts: number, cpu: number, pid: number, { at, by, bound }: Unsearched): void {
  const { k } = w;
  const { task } = k;
  if (w.roster.isAbove(pid)) {
    if (by === cpu || w.above.cpuOf(pid, at) >= 0 || w.above.takenAt(pid) > ts - AGAIN_NS) return;
    w.above.send(pid, by);
    w.at(ts, cpu, 0);
    send(w, ts, by);
    return;
  }
  const p = w.roster.row(pid);
  if (p === NIL || task.on_rq[p] !== 0) return;
  if (bound) w.affinity.shown(p, w.maskOf(at));
  // A kernel thread that wakes without a search is bound to its CPU.
  if ((task.flags[p]! & PF_KTHREAD) !== 0) task.flags[p]! |= PF_PER_CPU_KTHREAD;
  if (!k.feat.TTWU_QUEUE || w.takenAt[p]! > ts - AGAIN_NS) return;
  w.at(ts, cpu, 0);
  if (ttwu_queue_cond(k, p, at)) sendWakeup(w, ts, p, at);
}

/** A wake-up is on its way to the CPU that is to finish it. */
function sendWakeup(w: World, ts: number, p: number, cpu: number): void {
  w.sentTo[p] = cpu;
  send(w, ts, cpu);
}

function send(w: World, ts: number, cpu: number): void {
  w.pendingWakes[cpu]!++;
  w.k.rq.ttwu_pending[cpu] = 1;
  w.arrivedAt[cpu] = ts;
  w.arrivedFrom[cpu] = w.k.g.this_cpu[0]!;
}
