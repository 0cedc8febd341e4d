/** A task changes its CPU, and its group, and groups are throttled. */
import { DEFAULT_PRIO, isAboveFair, MAX_RT_PRIO } from '../../bundle/tables/priority.js';
import { CAUSE_BALANCE, DEQUEUE_NOCLOCK, TASK_ON_RQ_MIGRATING } from '../../sim/kernel/constants.js';
import { deactivate_task, set_task_cpu } from '../../sim/kernel/core/activate.js';
import { enter_fair_class, leave_fair_class, sched_setscheduler, set_user_nice } from '../../sim/kernel/core/priority.js';
import { __set_task_cpu } from '../../sim/kernel/core/task-rq.js';
import { update_rq_clock } from '../../sim/kernel/core/clock.js';
import { put_prev_task_fair } from '../../sim/kernel/fair/pick.js';
import { sched_slice } from '../../sim/kernel/fair/slice.js';
import { throttle_cfs_rq, unthrottle_cfs_rq } from '../../sim/kernel/fair/throttle.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { attachDetached } from './preempts.js';
import { takeClock } from './switching.js';
import { NONE } from '../past/foresight.js';
import type { World } from '../world/world.js';

/** From the clock read of __schedule() to the record of a group that it throttles, ns. */
const THROTTLE_LAG_NS = 1000;

/** sched_migrate_task. */
export function onMigrate(w: World, ts: number, cpu: number, pid: number, from: number, to: number): void {
  const { k, roster } = w;
  if (roster.isAbove(pid)) {
    if (w.above.cpuOf(pid, from) >= 0) w.above.queue(pid, to);
    const row = roster.row(pid);
    if (row !== NIL) __set_task_cpu(k, row, to);
    return;
  }
  const fresh = roster.row(pid) === NIL;
  w.at(ts, cpu, 300);
  const p = roster.rowOrAdopt(pid, fresh ? from : to);
  if (p === NIL || k.task.cpu[p] === to) return;
  if (k.task.on_rq[p] === 0) {
    w.moveTo(p, to);
    return;
  }
  if (k.task.on_rq[p] === TASK_ON_RQ_MIGRATING) {
    set_task_cpu(k, p, to, CAUSE_BALANCE);
    return;
  }
  const at = k.task.cpu[p]!;
  if (k.rq.curr[at] === p) {
    put_prev_task_fair(k, p);
    k.rq.curr[at] = NIL;
    k.task.on_cpu[p] = 0;
  }
  deactivate_task(k, at, p, DEQUEUE_NOCLOCK);
  set_task_cpu(k, p, to, CAUSE_BALANCE);
  const asked = w.balances.find((balance) => balance !== null && balance.asked > 0 && balance.busiest === from);
  const opened = w.balances[to] ?? asked ?? null;
  if (opened !== null) {
    opened.detached.push(p);
    return;
  }
  w.loose.push(p);
  w.affinity.moved(p, from, to, ts);
}

/** Queues the tasks that the stopper or an affinity call has moved: nothing marks the end of that. */
export function attachLoose(w: World, ts: number): void {
  if (w.loose.length === 0) return;
  for (const p of w.loose) attachDetached(w, ts, p);
  w.loose.length = 0;
}

/** Gives a task what later records show that it has by now: nice value, policy, group. */
export function foresee(w: World, ts: number, p: number): void {
  if (p === NIL) return;
  const { k, foresight } = w;
  const [pid, cpu] = [k.task.pid[p]!, k.task.cpu[p]!];
  const prio = foresight.priority(pid, ts);
  const policy = foresight.policy(pid, ts);
  const group = foresight.group(pid, ts);
  w.at(ts, cpu, 0);
  if (prio !== NONE) changeClass(w, pid, cpu, prio);
  if (w.roster.isAbove(pid)) return;
  if (prio >= MAX_RT_PRIO) quietly(w, cpu, () => set_user_nice(k, p, prio - DEFAULT_PRIO));
  if (policy >= 0) quietly(w, cpu, () => sched_setscheduler(k, p, policy));
  if (group >= 0 && w.knowsGroup(group)) quietly(w, cpu, () => w.changeGroup(p, w.group(group)));
}

/**
 * A tick shows the slice of the running entity, and with it the weights in its queue. Where it is not what the model has,
 * and one of the tasks there has a nice value or policy that is about to change, the change has happened if it explains it.
 */
export function learnFromSlice(w: World, ts: number, cfs: number, se: number, ideal: number): void {
  const { k, foresight } = w;
  if (sched_slice(k, cfs, se) === ideal) return;
  const cpu = k.cfs.cpu[cfs]!;
  const queued = [se];
  for (let at = k.cfs.first[cfs]!; at !== NIL; at = k.se.next[at]!) queued.push(at);
  for (const p of queued) {
    if (p >= k.tasks) continue;
    const pid = k.task.pid[p]!;
    const prio = foresight.pendingPriority(pid, ts);
    const policy = foresight.pendingPolicy(pid, ts);
    if (prio !== null && prio.value >= MAX_RT_PRIO && explains(w, cpu, cfs, se, ideal, () => set_user_nice(k, p, prio.value - DEFAULT_PRIO))) {
      prio.at = ts;
      return;
    }
    if (policy !== null && explains(w, cpu, cfs, se, ideal, () => sched_setscheduler(k, p, policy.value))) {
      policy.at = ts;
      return;
    }
  }
}

/** Makes a change if it makes the slice `ideal`. */
function explains(w: World, cpu: number, cfs: number, se: number, ideal: number, change: () => void): boolean {
  const saved = w.k.arena.save();
  quietly(w, cpu, change);
  if (sched_slice(w.k, cfs, se) === ideal) return true;
  w.k.arena.load(saved);
  return false;
}

/** What a change asks of the CPU, a record of its own would show: a preemption, or the switch that follows. */
function quietly(w: World, cpu: number, change: () => void): void {
  const before = w.k.rq.need_resched[cpu]!;
  change();
  w.k.rq.need_resched[cpu] = before;
}

/** sched_process_exec: a program begins, with what its starter has set for it. */
export function onExec(w: World, ts: number, pid: number): void {
  foresee(w, ts, w.roster.row(pid));
}

/** A later event has shown that the task's priority is another. */
export function onPrio(w: World, ts: number, pid: number, prio: number): void {
  const p = w.roster.row(pid);
  const cpu = p === NIL ? w.above.cpuOf(pid, 0) : w.k.task.cpu[p]!;
  if (cpu < 0) {
    w.roster.setPrio(pid, prio);
    return;
  }
  w.at(ts, cpu, 0);
  changeClass(w, pid, cpu, prio);
  if (p !== NIL && prio >= MAX_RT_PRIO) set_user_nice(w.k, p, prio - DEFAULT_PRIO);
}

/** A task on `cpu` gets another priority, and with it goes above the fair class or comes back to it. */
function changeClass(w: World, pid: number, cpu: number, prio: number): void {
  const { k, roster } = w;
  const above = isAboveFair(prio);
  if (roster.isAbove(pid) === above) {
    roster.setPrio(pid, prio);
    return;
  }
  const fair = !above ? roster.rowOrAdopt(pid, cpu) : roster.row(pid);
  roster.setPrio(pid, prio);
  if (fair === NIL) return;
  if (above) {
    const [runnable, running] = [k.task.on_rq[fair] !== 0, k.rq.curr[cpu] === fair];
    leave_fair_class(k, fair);
    if (running) w.above.switchTo(cpu, pid);
    else if (runnable) w.above.queue(pid, cpu);
    return;
  }
  const on = w.above.cpuOf(pid, cpu);
  const running = w.above.current(cpu) === pid;
  if (on >= 0) __set_task_cpu(k, fair, on);
  if (running) w.above.switchTo(cpu, 0);
  w.above.leave(pid, cpu);
  enter_fair_class(k, fair, on >= 0, running);
}

/** cfslab_throttle. */
export function onThrottle(w: World, ts: number, cpu: number, group: number, on: number): void {
  const { k } = w;
  const tg = w.group(group);
  if (tg === 0) return;
  const cfs = k.tg_cfs_rq(tg, cpu);
  if (on !== 0 && k.cfs.curr[cfs] !== NIL && w.switching[cpu] === 0) {
    // __schedule() finds the runtime of the running task's group used up; it has read the clock already.
    w.at(ts, cpu, THROTTLE_LAG_NS);
    takeClock(w, cpu);
    w.switching[cpu] = 1;
  } else {
    w.at(ts, cpu, 300);
    update_rq_clock(k, cpu);
  }
  k.tg.runtime[tg] = 0;
  if (on !== 0 && k.cfs.throttled[cfs] === 0) throttle_cfs_rq(k, cfs);
  if (on === 0 && k.cfs.throttled[cfs] !== 0) {
    w.queueing(k.tg_se(tg, cpu), cpu, () => unthrottle_cfs_rq(k, cfs));
  }
}
