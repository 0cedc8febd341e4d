/** A CPU goes from one task to the next. */
import { RQCF_ACT_SKIP, RQCF_REQ_SKIP, DEQUEUE_NOCLOCK, DEQUEUE_SLEEP, TASK_DEAD, TASK_INTERRUPTIBLE, TASK_ON_RQ_QUEUED, TASK_RUNNING } from '../../sim/kernel/constants.js';
import { deactivate_task } from '../../sim/kernel/core/activate.js';
import { update_idle_rq_clock_pelt, update_rq_clock } from '../../sim/kernel/core/clock.js';
import { finish_dead_task } from '../../sim/kernel/core/fork.js';
import { set_next_task_fair, yield_task_fair } from '../../sim/kernel/fair/class.js';
import { update_misfit_status } from '../../sim/kernel/fair/signals.js';
import { pick_next_entity, pick_next_task_fair, put_prev_task_fair } from '../../sim/kernel/fair/pick.js';
import { update_curr } from '../../sim/kernel/fair/curr.js';
import { nohz_run_idle_balance } from '../../sim/kernel/balance/nohz.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { update_idle_core } from '../../sim/kernel/wakeup/idle-core.js';
import { SEEN_EST, SEEN_LOAD } from '../world/averages.js';
import { expectGate } from './newidle.js';
import { queueText } from '../world/show.js';
import type { Begin } from '../stream.js';
import type { World } from '../world/world.js';

/** From the clock read of __schedule() to the switch event where nothing else is done between, ns. */
const SWITCH_LAG_NS = 1000;
/** The bits by which the switch event shows a dead task: X, Z. Its 0x80 is I, an idle kernel thread. */
const DEAD_BITS = 0x10 | 0x20;

/** __schedule() has taken the blocking task off its queue. */
export function beginSwitch(w: World, begin: Begin): void {
  const { k } = w;
  const { cpu, prev } = begin;
  w.at(begin.clockTs, cpu, 0);
  if (w.roster.isAbove(prev)) {
    leaveAbove(w, cpu, prev);
    if (k.rq.nr_running[cpu] === 0) enterNewidle(w, cpu, begin);
    return;
  }
  const p = w.roster.row(prev);
  if (p === NIL || k.rq.curr[cpu] !== p || k.task.on_rq[p] !== TASK_ON_RQ_QUEUED) return;
  if (begin.state === 0) {
    enterNewidle(w, cpu, begin);
    return;
  }
  const clock = w.runtimes.clockOfSleep(w, p, begin.row, begin.clockTs);
  if (!Number.isNaN(clock)) w.atClock(begin.clockTs, clock, cpu);
  takeClock(w, cpu);
  k.task.state[p] = (begin.state & DEAD_BITS) !== 0 ? TASK_DEAD : TASK_INTERRUPTIBLE;
  sleep(w, cpu, p);
  w.switching[cpu] = 1;
  if (k.cfs.nr_running[cpu] !== 0) return;
  enterNewidle(w, cpu, begin);
}

/** Takes a task off its queue that goes to sleep. What was not known of its utilisation goes into the estimate of it. */
function sleep(w: World, cpu: number, p: number): void {
  deactivate_task(w.k, cpu, p, DEQUEUE_SLEEP | DEQUEUE_NOCLOCK);
  if ((w.seenTask[p]! & SEEN_LOAD) === 0) w.seenTask[p]! &= ~SEEN_EST;
}

function enterNewidle(w: World, cpu: number, begin: Begin): void {
  const { k } = w;
  expectGate(w, cpu, begin.newidle, begin.clockTs);
  if (begin.newidle < 0) return;
  w.idleSince[cpu] = begin.clockTs;
  update_misfit_status(k, NIL, cpu);
  const gate = w.contents.instrument.newidles!.columns['gate']![begin.newidle]!;
  if (gate !== 1) {
    k.rq.idle_stamp[cpu] = k.rq.clock[cpu]!;
    w.seenIdle[cpu] = 1;
  }
}

/** Reads the clock as __schedule() does: not again where a preemption has just read it. */
export function takeClock(w: World, cpu: number): void {
  const { k } = w;
  k.rq.clock_update_flags[cpu] = (k.rq.clock_update_flags[cpu]! << 1) & (RQCF_REQ_SKIP | RQCF_ACT_SKIP);
  update_rq_clock(k, cpu);
}

/** The task above the fair class sleeps again. */
function leaveAbove(w: World, cpu: number, pid: number): void {
  update_rq_clock(w.k, cpu);
  w.above.leave(pid, cpu);
  w.switching[cpu] = 1;
}

/** sched_switch. */
export function onSwitch(w: World, ts: number, cpu: number, nextPid: number, prevPid: number, prevState: number): void {
  const { k, roster } = w;
  const { rq, task } = k;
  w.at(ts, cpu, SWITCH_LAG_NS);
  let prev = prevPid === 0 || roster.isAbove(prevPid) ? NIL : roster.row(prevPid);
  if (prev === NIL && prevPid !== 0 && !roster.isAbove(prevPid)) prev = becomeRunning(w, prevPid, cpu);
  else if (prev !== NIL && rq.curr[cpu] !== prev) prev = becomeRunning(w, prevPid, cpu);
  if (w.switching[cpu] === 0) {
    if (prev !== NIL && prevState === 0 && hasYielded(w, cpu, prev)) yield_task_fair(k, cpu);
    if (w.above.runs(cpu)) update_rq_clock(k, cpu);
    else takeClock(w, cpu);
    if (prevState !== 0 && w.above.runs(cpu)) leaveAbove(w, cpu, prevPid);
    else if (w.above.runs(cpu)) w.above.givesWay(cpu, nextPid !== 0 && roster.isAbove(nextPid) ? nextPid : 0);
    if (prev !== NIL && prevState !== 0 && task.on_rq[prev] === TASK_ON_RQ_QUEUED) {
      task.state[prev] = (prevState & DEAD_BITS) !== 0 ? TASK_DEAD : TASK_INTERRUPTIBLE;
      sleep(w, cpu, prev);
    }
  }
  const nextAbove = nextPid !== 0 && roster.isAbove(nextPid);
  let next = nextPid === 0 || nextAbove ? NIL : roster.row(nextPid);
  const known = nextPid === 0 || nextAbove || (next !== NIL && task.on_rq[next] === TASK_ON_RQ_QUEUED && task.cpu[next] === cpu);
  if (nextAbove) {
    if (prev !== NIL) put_prev_task_fair(k, prev);
  } else {
    const computed = k.cfs.nr_running[cpu] === 0 ? NIL : predictPick(w, cpu, prev);
    if (!known) {
      w.tally.undecided('pick_next', 'the task that was picked had not been seen before');
      next = makeRunnable(w, nextPid, cpu);
    } else if (!w.showsPlaces && k.cfs.nr_running[cpu]! > 1) {
      w.tally.undecided('pick_next', 'vruntimes are not recorded');
    } else {
      w.tally.judge('pick_next', ts, cpu, roster.name(next), roster.name(computed), () => queueText(w, cpu));
    }
    if (computed === next && next !== NIL && prev !== next) pick_next_task_fair(k, cpu, prev);
    else force(w, cpu, prev, next);
  }
  if (prev !== NIL) task.on_cpu[prev] = 0;
  if (next !== NIL) [task.on_cpu[next], w.wokenRunning[next]] = [1, 0];
  rq.curr[cpu] = next;
  if (!nextAbove) w.above.passedOver(cpu);
  w.above.switchTo(cpu, nextAbove ? nextPid : 0);
  rq.need_resched[cpu] = 0;
  rq.clock_update_flags[cpu] = 0;
  w.switching[cpu] = 0;
  w.expectedGate[cpu] = -1;
  w.idleSince[cpu] = -1;
  if (nextPid === 0) nohz_run_idle_balance(k, cpu);
  if (prev !== NIL && task.state[prev] === TASK_DEAD && task.on_rq[prev] === 0) {
    finish_dead_task(k, prev);
    roster.gone(prevPid);
  }
}

/**
 * Whether a task that goes, and could stay, has yielded, which no event shows: nobody has told it to go, nor has it been woken on
 * its way to sleep.
 */
function hasYielded(w: World, cpu: number, prev: number): boolean {
  const { rq } = w.k;
  return rq.need_resched[cpu] === 0 && rq.curr[cpu] === prev && w.wokenRunning[prev] === 0;
}

/** What pick_next_task_fair() would pick, without doing it. */
function predictPick(w: World, cpu: number, prev: number): number {
  const { cfs: c, se: e } = w.k;
  let cfs = cpu;
  let se: number;
  do {
    let curr = prev === NIL ? NIL : c.curr[cfs]!;
    if (curr !== NIL) {
      if (e.on_rq[curr] !== 0) update_curr(w.k, cfs);
      else curr = NIL;
    }
    se = pick_next_entity(w.k, cfs, curr);
    if (se === NIL) return NIL;
    cfs = w.k.group_cfs_rq(se);
  } while (cfs !== NIL);
  return se;
}

function force(w: World, cpu: number, prev: number, next: number): void {
  const { k } = w;
  if (prev !== NIL) put_prev_task_fair(k, prev);
  if (next !== NIL) {
    set_next_task_fair(k, cpu, next);
  } else {
    update_idle_core(k, cpu);
    update_idle_rq_clock_pelt(k, cpu);
  }
}

/** A task that the recording shows running on a CPU where the model has it elsewhere or not at all. */
export function becomeRunning(w: World, pid: number, cpu: number): number {
  const p = makeRunnable(w, pid, cpu);
  if (p === NIL) return NIL;
  const { k } = w;
  const other = k.rq.curr[cpu]!;
  if (other === p) return p;
  if (other !== NIL) {
    put_prev_task_fair(k, other);
    k.task.on_cpu[other] = 0;
  }
  set_next_task_fair(k, cpu, p);
  k.rq.curr[cpu] = p;
  k.task.on_cpu[p] = 1;
  return p;
}

/** Brings a task onto the queue of `cpu`, wherever the model has it. */
export function makeRunnable(w: World, pid: number, cpu: number): number {
  const p = w.roster.rowOrAdopt(pid, cpu);
  if (p === NIL) return NIL;
  w.moveTo(p, cpu);
  w.enqueue(p, cpu);
  w.k.task.state[p] = TASK_RUNNING;
  return p;
}
