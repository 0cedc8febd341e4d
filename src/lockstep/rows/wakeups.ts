/** Wake-ups, forks and execs: which CPU is chosen, and where the task is put in its queue. */
import { DEFAULT_PRIO } from '../../bundle/tables/priority.js';
import {
  ENQUEUE_NOCLOCK, TASK_ON_RQ_QUEUED, TASK_RUNNING, TASK_WAKING, WF_EXEC, WF_FORK, WF_TTWU,
} from '../../sim/kernel/constants.js';
import { activate_task } from '../../sim/kernel/core/activate.js';
import { update_rq_clock } from '../../sim/kernel/core/clock.js';
import { post_init_entity_util_avg } from '../../sim/kernel/core/fork.js';
import { __set_task_cpu } from '../../sim/kernel/core/task-rq.js';
import { update_avg_idle } from '../../sim/kernel/core/wakeup.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { SEEN_EST, SEEN_LOAD, SEEN_RUNNABLE } from '../world/averages.js';
import { compareMinVruntime, compareVruntime, settleMinVruntime, settleVruntime, UNTOUCHED } from '../world/settle.js';
import { beginEarly } from '../world/early.js';
import { NONE } from '../past/foresight.js';
import { onPlaceGroup } from './groups.js';
import { foresee } from './moves.js';
import { settleInputs } from '../world/inputs.js';
import { choose, prepare } from './searches.js';
import type { World } from '../world/world.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/**
 * cfslab_select_rq.
 * @param seen when the record's mask of idle CPUs was made, ns
 */
export function onSelect(w: World, c: Columns, row: number, seen: number): void {
  const { task } = w.k;
  const flags = c['wake_flags']![row]!;
  const name = (flags & WF_TTWU) !== 0 ? 'wakeup_cpu' : (flags & WF_FORK) !== 0 ? 'fork_cpu' : (flags & WF_EXEC) !== 0 ? 'exec_cpu' : null;
  if (name === null) return;
  const p = prepare(w, c, row);
  if (p === NIL) {
    w.tally.undecided(name, 'more tasks than the recording names');
    return;
  }
  settleInputs(w, c, row, p);
  choose(w, name, c, row, p, seen);
  w.k.in_task = true;
  if (name === 'exec_cpu') {
    w.affinity.willMove(p, c['chosen']![row]!);
    return;
  }
  if (name === 'fork_cpu') {
    __set_task_cpu(w.k, p, c['chosen']![row]!);
    return;
  }
  if (task.on_rq[p] !== 0) return;
  task.state[p] = TASK_WAKING;
}

/** cfslab_place. */
export function onPlace(w: World, c: Columns, row: number): void {
  const { k, roster } = w;
  const ts = c['ts']![row]!;
  const cpu = c['cpu']![row]!;
  const pid = c['pid']![row]!;
  const initial = c['initial']![row]!;
  const after = c['after']![row]!;
  const minVruntime = c['min_vruntime']![row]!;
  const tg = w.group(c['tg']![row]!);
  const cfs = k.tg_cfs_rq(tg, cpu);
  w.at(ts, cpu, w.lags.place);
  if (initial === 1) {
    const parent = k.rq.curr[cpu]!;
    foresee(w, ts, parent);
    if (parent !== NIL && k.task.tg[parent] !== tg) w.changeGroup(parent, tg);
    w.at(ts, cpu, w.lags.place);
    const p = roster.born(ts, pid, cpu, parent);
    if (p === NIL) return;
    w.features.compare('place_vruntime', after - minVruntime, k.se.vruntime[p]!, k.sysctl.latency_ns);
    k.se.vruntime[p] = after - minVruntime;
    compareMinVruntime(w, cfs, minVruntime);
    return;
  }
  if (pid > 0) {
    const p = roster.rowOrAdopt(pid, cpu);
    if (p === NIL) return;
    if (k.task.tg[p] !== tg) w.changeGroup(p, tg);
    beginEarly(w, p);
    w.at(ts, cpu, w.lags.place);
    const fresh = k.cfs.min_vruntime[cfs] === UNTOUCHED;
    if (k.task.on_rq[p] === TASK_ON_RQ_QUEUED && k.task.cpu[p] !== cpu) w.moveTo(p, cpu);
    if (k.task.on_rq[p] === 0) w.moveTo(p, cpu);
    const idle = k.rq.curr[cpu] === NIL && !w.above.runs(cpu);
    const clock = idle ? NaN : w.runtimes.clockOfPlace(w, cfs, row, ts - w.lags.place);
    if (idle) w.at(ts, cpu, w.wokenLag);
    else if (!Number.isNaN(clock)) w.atClock(ts, clock, cpu);
    w.hide(row, cpu, () => w.enqueue(p, cpu));
    if (fresh || roster.adopted[p] !== 0) {
      settleMinVruntime(w, cfs, minVruntime);
      settleVruntime(w, p, after);
      return;
    }
    compareMinVruntime(w, cfs, minVruntime);
    compareVruntime(w, 'place_vruntime', p, after);
    return;
  }
  onPlaceGroup(w, ts, cpu, c['on']?.[row] ?? -1, tg, minVruntime, after);
}

/** sched_wakeup: the end of a wake-up. */
export function onWakeup(w: World, ts: number, cpu: number, pid: number): void {
  const { k, roster } = w;
  if (roster.isAbove(pid)) {
    w.at(ts, cpu, w.lags.place);
    const row = roster.row(pid);
    if (row !== NIL) __set_task_cpu(k, row, cpu);
    w.above.woken(pid, cpu);
    return;
  }
  w.at(ts, cpu, 0);
  const p = w.showsPlaces ? roster.row(pid) : roster.rowOrAdopt(pid, cpu);
  if (p === NIL) return;
  if (!w.showsPlaces && k.task.on_rq[p] === 0) {
    // No record of the placement: the end of the wake-up is when the task is seen to be queued.
    w.moveTo(p, cpu);
    w.enqueue(p, cpu);
  }
  k.task.state[p] = TASK_RUNNING;
  w.wakeIdle(cpu);
  if (k.rq.idle_stamp[cpu] !== 0) update_avg_idle(k, cpu);
}

/** sched_wakeup_new: a new task joins its first queue. */
export function onWakeupNew(w: World, ts: number, cpu: number, pid: number): void {
  const { k, roster } = w;
  if (roster.isAbove(pid)) {
    w.at(ts, cpu, w.lags.place);
    w.above.woken(pid, cpu);
    return;
  }
  const p = roster.row(pid);
  if (p === NIL) return;
  if (k.task.on_rq[p] !== TASK_ON_RQ_QUEUED) startNew(w, ts, p, cpu);
}

/** wake_up_new_task() queues the task. */
export function startNew(w: World, ts: number, p: number, cpu: number): void {
  const { k } = w;
  w.at(ts, cpu, w.lags.place);
  __set_task_cpu(k, p, cpu);
  update_rq_clock(k, cpu);
  post_init_entity_util_avg(k, p);
  w.seenTask[p] = SEEN_EST | (w.seenCpu[cpu] !== 0 ? SEEN_LOAD | SEEN_RUNNABLE : 0);
  k.task.state[p] = TASK_RUNNING;
  w.queueing(p, cpu, () => activate_task(k, cpu, p, ENQUEUE_NOCLOCK));
  w.wakeIdle(cpu);
}

/** sched_process_fork, where no placement has announced the child. */
export function onFork(w: World, ts: number, cpu: number, child: number): void {
  if (w.roster.row(child) !== NIL) return;
  const prio = w.foresight.priority(child, ts);
  w.roster.setPrio(child, prio === NONE ? DEFAULT_PRIO : prio);
  if (w.roster.isAbove(child)) return;
  w.at(ts, cpu, w.lags.place);
  w.roster.born(ts, child, cpu, w.k.rq.curr[cpu]!);
}
