/** Wake-ups, forks and execs: which CPU is chosen, and where the task is put in its queue. */
import {
  CAUSE_WAKEUP, ENQUEUE_NOCLOCK, PF_EXITING, TASK_ON_RQ_QUEUED, TASK_RUNNING, TASK_WAKING, WF_EXEC, WF_FORK, WF_TTWU,
} from '../sim/kernel/constants.js';
import { activate_task, set_task_cpu } from '../sim/kernel/core/activate.js';
import { update_rq_clock } from '../sim/kernel/core/clock.js';
import { sched_autogroup_exit_task } from '../sim/kernel/core/priority.js';
import { post_init_entity_util_avg } from '../sim/kernel/core/fork.js';
import { __set_task_cpu } from '../sim/kernel/core/task-rq.js';
import { update_avg_idle } from '../sim/kernel/core/wakeup.js';
import { task_util_est } from '../sim/kernel/fair/signals.js';
import { idle_cpu } from '../sim/kernel/core/idle.js';
import { NIL } from '../sim/kernel/state/table.js';
import { select_task_rq_fair } from '../sim/kernel/wakeup/select-rq.js';
import { SEEN_EST, SEEN_LOAD, SEEN_RUNNABLE, settleUtilEst } from './averages.js';
import { compareMinVruntime, compareVruntime, settleMinVruntime, settleVruntime, UNTOUCHED } from './settle.js';
import { machineText } from './show.js';
import { sawArrivals } from './arrivals.js';
import { beginEarly } from './early.js';
import { onPlaceGroup, requeueing } from './groups.js';
import { foresee } from './moves.js';
import { learnFlips } from './flips.js';
import { learnTask } from './learn.js';
import type { DecisionName } from './tally.js';
import type { World } from './world.js';

/** From the event of an exit to the move to the task's own group that follows, ns. */
const AUTOGROUP_EXIT_NS = 4000;
/** From the search for a CPU to its record, ns. */
const SELECT_LAG_NS = 900;

/** find_idlest_cpu() */
const SLOW = 1;

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** cfslab_select_rq. */
export function onSelect(w: World, c: Columns, row: number): void {
  const { k, roster } = w;
  const { task } = k;
  const ts = c['ts']![row]!;
  const cpu = c['cpu']![row]!;
  const pid = c['pid']![row]!;
  const prev = c['prev']![row]!;
  const flags = c['wake_flags']![row]!;
  const chosen = c['chosen']![row]!;
  const name = (flags & WF_TTWU) !== 0 ? 'wakeup_cpu' : (flags & WF_FORK) !== 0 ? 'fork_cpu' : (flags & WF_EXEC) !== 0 ? 'exec_cpu' : null;
  if (name === null) return;
  const fresh = roster.row(pid) === NIL;
  if (fresh) w.at(ts, prev, SELECT_LAG_NS);
  const p = roster.rowOrAdopt(pid, prev);
  if (p === NIL) {
    w.tally.undecided(name, 'more tasks than the recording names');
    return;
  }
  // The waker has seen the task asleep, so its CPU has begun to switch whatever the order of the stamps.
  if (name === 'wakeup_cpu') beginEarly(w, p);
  w.at(ts, cpu, SELECT_LAG_NS);
  k.in_task = w.wokenByInterrupt[p] === 0;
  if (task.cpu[p] !== prev && task.on_rq[p] === 0) set_task_cpu(k, p, prev, CAUSE_WAKEUP);
  const allowed = c['allowed']![row]!;
  if (allowed >= 0) task.mask[p] = w.mask(allowed);
  settleInputs(w, c, row, p);
  choose(w, name, c, row, p);
  k.in_task = true;
  if (name === 'exec_cpu') return;
  if (name === 'fork_cpu') {
    __set_task_cpu(k, p, chosen);
    return;
  }
  if (task.on_rq[p] !== 0) return;
  task.state[p] = TASK_WAKING;
}

/**
 * The record shows which CPUs were idle just before the search: with those the choice is made. Where the model has others
 * idle by the end of the search, some CPU has changed while it went on: if it matters for the answer which of the two states
 * the search saw, the recording does not tell, unless the turns of the CPUs do.
 */
function choose(w: World, name: DecisionName, c: Columns, row: number, p: number): void {
  const { k } = w;
  const at = (column: string): number => c[column]![row]!;
  const [low, high, prev, flags] = [at('idle_low'), at('idle_high'), at('prev'), at('wake_flags')];
  if (at('path') === SLOW && unseenIdleMatters(w, p, prev, flags)) {
    w.tally.undecided(name, 'since when a CPU is idle that was so before the recording');
    select_task_rq_fair(k, p, prev, flags);
    return;
  }
  if ((flags & WF_TTWU) !== 0 && learnFlips(w, p, at('cpu'), at('wide'))) {
    w.tally.undecided(name, 'wakee_flips from before the recording');
    select_task_rq_fair(k, p, prev, flags);
    return;
  }
  const differences = w.idleMask.differences(low, high);
  w.features.compare('idle_cpus', 0, differences, 1);
  if (differences > 0) w.idleMask.impose(low, high);
  const early = select_task_rq_fair(k, p, prev, flags);
  const text = differences > 0 ? selectText(w, c, row, p, early) : null;
  if (differences > 0) w.idleMask.restore();
  w.searches.set(row, { p, name, early, text });
}

/** The end of the search: the choice is judged. */
export function onSearched(w: World, c: Columns, row: number): void {
  const search = w.searches.get(row);
  if (search === undefined) return;
  w.searches.delete(row);
  const { k } = w;
  const at = (column: string): number => c[column]![row]!;
  const { p, name, early, text } = search;
  const [low, high, prev, flags] = [at('idle_low'), at('idle_high'), at('prev'), at('wake_flags')];
  w.at(at('ts'), at('cpu'), SELECT_LAG_NS);
  let late = early;
  let saw: boolean | null = null;
  if (w.idleMask.differences(low, high) > 0) {
    // The slow path looks at every CPU of a domain, and takes longer.
    if (at('path') !== SLOW) saw = sawArrivals(w, at('ts'), at('cpu'), low, high);
    const saved = k.arena.save();
    k.in_task = w.wokenByInterrupt[p] === 0;
    late = select_task_rq_fair(k, p, prev, flags);
    k.in_task = true;
    k.arena.load(saved);
  }
  const computed = saw === true ? late : early;
  if (late !== early && saw === null) w.tally.undecided(name, 'a CPU became idle or busy during the search');
  else w.tally.judge(name, at('ts'), at('cpu'), at('chosen'), computed, () => [...(text ?? selectText(w, c, row, p, computed))]);
}

/**
 * The slow path prefers the CPU that became idle last. Whether the answer hangs on a CPU of which that is not known: it is
 * looked for with each of those in turn as the last.
 */
function unseenIdleMatters(w: World, p: number, prev: number, flags: number): boolean {
  const { k } = w;
  const unseen: number[] = [];
  for (let cpu = 0; cpu < k.cpus; cpu++) if (w.seenIdle[cpu] === 0 && idle_cpu(k, cpu)) unseen.push(cpu);
  if (unseen.length === 0) return false;
  const saved = k.arena.save();
  let first = -1;
  for (const latest of unseen) {
    for (const cpu of unseen) k.rq.idle_stamp[cpu] = cpu === latest ? k.sched_clock() : 1;
    const answer = select_task_rq_fair(k, p, prev, flags);
    k.arena.load(saved);
    if (first >= 0 && answer !== first) return true;
    first = answer;
  }
  return false;
}

/** What the recording shows of the search's inputs; compared where the model has its own, then taken. */
function settleInputs(w: World, c: Columns, row: number, p: number): void {
  const { k } = w;
  const target = c['target']![row]!;
  k.task.recent_used_cpu[p] = c['recent']![row]!;
  const sds = k.rq.sd_llc_shared[target]!;
  if (sds !== NIL) {
    const cores = c['has_idle_cores']![row]!;
    const scan = c['nr_idle_scan']![row]!;
    if (cores >= 0) {
      w.features.compare('has_idle_cores', cores, k.sds.has_idle_cores[sds]!, 1);
      k.sds.has_idle_cores[sds] = cores;
    }
    if (scan >= 0) {
      w.features.compare('nr_idle_scan', scan, k.sds.nr_idle_scan[sds]!, 1);
      k.sds.nr_idle_scan[sds] = scan;
    }
  }
  if ((c['wake_flags']![row]! & WF_TTWU) === 0) return;
  settleWoken(w, c, row, p);
}

/** What the record shows of a task that wakes up is what it had when it went to sleep. */
function settleWoken(w: World, c: Columns, row: number, p: number): void {
  const { k } = w;
  const [load, util, estimate] = [c['load_avg']![row]!, c['util_avg']![row]!, c['util_est']![row]!];
  const known = w.seenTask[p]!;
  if ((known & SEEN_LOAD) === 0) {
    learnTask(w, p, { load, util, runnable: -1 });
    // One that fell asleep before the recording has slept for longer than since its beginning: its averages are seen again.
    if (w.roster.hasRun(p) || (load === 0 && util === 0)) w.seenTask[p]! |= SEEN_LOAD;
  } else {
    if ((known & SEEN_EST) !== 0) w.features.compare('select_util_est', estimate, task_util_est(k, p), 1);
    w.features.compare('select_util', util, k.avg.util_avg[p]!, 1);
    w.features.compare('select_load', load, k.avg.load_avg[p]!, 1);
  }
  if ((known & SEEN_EST) === 0) settleUtilEst(k.avg, p, estimate);
  w.seenTask[p]! |= SEEN_EST;
}

function selectText(w: World, c: Columns, row: number, p: number, computed: number): string[] {
  const at = (name: string): number => c[name]![row]!;
  return [
    `task ${w.roster.name(p)}, prev ${at('prev')}, wake_flags ${at('wake_flags')}, model ${computed}`,
    `kernel: sync ${at('sync')}, want_affine ${at('want_affine')}, wide ${at('wide')}, affine ${at('affine')}, path ${at('path')}, ` +
      `target ${at('target')}, recent ${at('recent')}, idle mask 0x${at('idle_low').toString(16)}, idle cores ` +
      `${at('has_idle_cores')}, scan ${at('nr_idle_scan')}, util_est ${at('util_est')}`,
    ...machineText(w),
  ];
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
    const idle = k.rq.curr[cpu] === NIL && w.above[cpu] === 0;
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
  w.at(ts, cpu, 0);
  if (roster.isAbove(pid)) {
    w.aboveQueued[cpu]!++;
    k.rq.nr_running[cpu]!++;
    return;
  }
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
  w.at(ts, cpu, w.lags.place);
  w.roster.born(ts, child, cpu, w.k.rq.curr[cpu]!);
}

/** sched_process_exit. */
export function onExit(w: World, ts: number, pid: number): void {
  const { k } = w;
  const p = w.roster.row(pid);
  if (p === NIL) return;
  k.task.flags[p]! |= PF_EXITING;
  // The kernel has this sysctl where it was built with autogroups, whether they are in use or not.
  if (w.contents.manifest.sysctl['autogroup_enabled'] === undefined) return;
  const cpu = k.task.cpu[p]!;
  w.at(ts + AUTOGROUP_EXIT_NS, cpu, 0);
  requeueing(w, p, k.task.tg[p]!, () => sched_autogroup_exit_task(k, p));
}
