/**
 * Entities of groups that are queued: the record of where one is placed does not name the task for whose sake it was, so
 * what was about to be queued must be found.
 */
import { TASK_NEW, TASK_ON_RQ_MIGRATING, TASK_ON_RQ_QUEUED } from '../../sim/kernel/constants.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { attachDetached } from './preempts.js';
import { compareMinVruntime, compareVruntime, settleMinVruntime, settleVruntime, UNTOUCHED } from '../world/settle.js';
import type { Regrouping } from '../past/regroupings.js';
import { startNew } from './wakeups.js';
import type { World } from '../world/world.js';

/**
 * cfslab_place of a group's entity in the queue of group `tg` on `cpu`.
 * @param on CPU that made the record, or −1 where that is not known
 */
export function onPlaceGroup(
  w: World, ts: number, cpu: number, on: number, tg: number, minVruntime: number, after: number,
): void {
  let se = takeQueued(w, cpu, tg);
  if (se === NIL) {
    bring(w, ts, cpu, on, tg);
    se = takeQueued(w, cpu, tg);
  }
  if (se === NIL) return;
  const cfs = w.k.se.cfs_rq[se]!;
  if (w.k.cfs.min_vruntime[cfs] === UNTOUCHED) {
    settleMinVruntime(w, cfs, minVruntime);
    settleVruntime(w, se, after);
    return;
  }
  compareMinVruntime(w, cfs, minVruntime);
  compareVruntime(w, 'place_vruntime', se, after);
}

/**
 * Does `change`, which takes the queued task off its queue and puts it back as one of group `tg`; notes which entities of
 * groups are queued with it: those of groups that had no other task are among them.
 */
export function requeueing(w: World, p: number, tg: number, change: () => void): void {
  const { k } = w;
  const { se: e, cfs: c } = k;
  if (k.task.on_rq[p] !== TASK_ON_RQ_QUEUED) return change();
  const cpu = k.task.cpu[p]!;
  const left = new Set<number>();
  for (let se = e.parent[p]!; se !== NIL && c.nr_running[k.group_cfs_rq(se)] === 1; se = e.parent[se]!) left.add(se);
  const queued: number[] = [];
  for (let se = k.tg_se(tg, cpu); se !== NIL; se = e.parent[se]!) if (e.on_rq[se] === 0 || left.has(se)) queued.push(se);
  change();
  w.queued[cpu] = queued.filter((se) => e.on_rq[se] !== 0);
}

/** A running task comes to the group that it is seen in later, unless a record has shown that already. */
export function onRegrouped(w: World, { ts, cpu, pid }: Regrouping): void {
  const p = w.roster.row(pid);
  const group = w.foresight.group(pid, ts);
  if (p === NIL || !w.knowsGroup(group) || w.k.task.tg[p] === w.group(group) || w.k.rq.curr[cpu] !== p) return;
  w.at(ts, cpu, 0);
  // That it asks for a new choice, the switch that follows shows.
  const before = w.k.rq.need_resched[cpu]!;
  requeueing(w, p, w.group(group), () => w.changeGroup(p, w.group(group)));
  w.k.rq.need_resched[cpu] = before;
}

function takeQueued(w: World, cpu: number, tg: number): number {
  const { se: e, cfs: c } = w.k;
  const list = w.queued[cpu]!;
  const at = list.findIndex((se) => c.tg[e.cfs_rq[se]!] === tg);
  return at < 0 ? NIL : list.splice(at, 1)[0]!;
}

/** Whether queueing a task of group `of` on `cpu` would queue an entity in the queue of `tg`. */
function wouldQueue(w: World, of: number, cpu: number, tg: number): boolean {
  const { k } = w;
  for (let se = k.tg_se(of, cpu); se !== NIL; se = k.se.parent[se]!) {
    if (k.se.on_rq[se] === 0 && k.cfs.tg[k.se.cfs_rq[se]!] === tg) return true;
  }
  return false;
}

/** Queues what must be on its way to `cpu`: a new task, one taken from another queue, or one that changes its group. */
function bring(w: World, ts: number, cpu: number, on: number, tg: number): void {
  const { k } = w;
  const suits = (p: number): boolean => k.task.cpu[p] === cpu && wouldQueue(w, k.task.tg[p]!, cpu, tg);
  const born = newTasks(w).filter(suits);
  const here = born.find((p) => w.roster.bornOn[p] === on);
  if (here !== undefined) return startNew(w, ts, here, cpu);
  for (const opened of w.balances) {
    const p = opened?.detached.findLast((at) => k.task.on_rq[at] === TASK_ON_RQ_MIGRATING && suits(at));
    if (p !== undefined) return attachDetached(w, ts, p);
  }
  const loose = w.loose.find((at) => k.task.on_rq[at] === TASK_ON_RQ_MIGRATING && suits(at));
  if (loose !== undefined) return attachDetached(w, ts, loose);
  if (born[0] !== undefined) return startNew(w, ts, born[0], cpu);
  const curr = k.rq.curr[cpu]!;
  if (curr !== NIL && regroup(w, ts, curr, cpu, tg)) return;
  for (const p of w.roster.all()) {
    if (k.task.cpu[p] === cpu && k.task.on_rq[p] === TASK_ON_RQ_QUEUED && regroup(w, ts, p, cpu, tg)) return;
  }
}

/** Tasks that have been forked and have not been on a queue yet. */
function newTasks({ k, roster }: World): number[] {
  return [...roster.all()].filter((p) => k.task.state[p] === TASK_NEW && k.task.on_rq[p] === 0);
}

/** Moves the task to the group in which it is seen next, if its coming there is what the record shows. */
function regroup(w: World, ts: number, p: number, cpu: number, tg: number): boolean {
  const next = w.foresight.pendingGroup(w.k.task.pid[p]!, ts);
  if (next === null || !w.knowsGroup(next.value)) return false;
  const group = w.group(next.value);
  if (w.k.task.tg[p] === group || !wouldQueue(w, group, cpu, tg)) return false;
  next.at = ts;
  w.at(ts, cpu, 0);
  requeueing(w, p, group, () => w.changeGroup(p, group));
  return true;
}
