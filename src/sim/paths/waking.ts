import { idle_cpu } from '../kernel/core/idle.js';
import { begin_wake_up, isSearchedFor, time_on_cpu, try_to_wake_up, ttwu_queue_cond, ttwu_queue_wakelist } from '../kernel/core/wakeup.js';
import { foresee, search } from './looking.js';
import type { Machine } from '../machine.js';
import { endTimedWait } from './waits.js';
import { finishWakeUp, THROUGH } from './woken.js';

/** A wake-up has this much of the cost `wakeup` behind it when it looks whether the CPU it comes from is idle; see looking.ts for others. */
const LOOKS = 0.85;

/** How far a wake-up has come: what is next when the time has passed that it is in. */
enum Stage {
  NONE,
  LOOK,
  SCAN,
  SEND,
  QUEUE,
}

/**
 * A wake-up by task `p` of the first task that waits at `row`, up to where it is queued:
 *
 *     p ──┤waking ──┤looks for an idle CPU ──┤sends ── an idle CPU does the rest
 *                                            └ ── queues it ──┤seen by others
 *
 * Time passes between these, in which others act. So the operation is tried again when it has passed, and each time goes on
 * where it was. What a part charges that has passed already lies in the past, so that its time stamps are right.
 * @param pc the operation
 * @param flags 0 or WF_SYNC
 * @returns whether time has to pass first; if not, wakeFirst() does what is left
 */
export function beginsWakeUp(m: Machine, p: number, pc: number, row: number, flags: number): boolean {
  const { t, k, sync } = m;
  const { wakeup, activate, trace_event } = k.cost;
  let stage: Stage = t.wakeStage[p]!;
  t.wakeStage[p] = Stage.NONE;
  if (stage < Stage.SEND) {
    const waiter = sync.first(row);
    if (waiter === -1) return false;
    const spent = t.waking[p]!;
    if (stage === Stage.NONE) {
      t.waking[p] = 0;
      // Who is still on its queue, or on its CPU, is found there as soon as the wake-up has been reported.
      const found = t.leaving[waiter] !== 0 || time_on_cpu(k, waiter) > trace_event || isSearchedFor(k, waiter);
      if (passes(m, p, pc, Stage.LOOK, trace_event + (found ? 0 : Math.round(LOOKS * wakeup)))) return true;
    } else if (stage === Stage.LOOK && isHeldUp(m, waiter)) {
      // It spins.
      return passes(m, p, pc, Stage.LOOK, time_on_cpu(k, waiter) + Math.round(LOOKS * wakeup));
    } else if (stage === Stage.LOOK && spent > trace_event && !idle_cpu(k, k.task.cpu[waiter]!)) {
      foresee(k, waiter);
      t.searching[p] = search.ends;
      if (passes(m, p, pc, Stage.SCAN, search.decides)) return true;
    }
    // `wakeup` has what a search takes that finds the task's own CPU idle.
    const searched = stage === Stage.SCAN ? Math.max(0, t.searching[p]! - Math.round((1 - LOOKS) * wakeup)) : 0;
    k.charge(-t.waking[p]!);
    sync.dequeue(row);
    endTimedWait(m, waiter);
    const left = begin_wake_up(k, waiter, flags, searched);
    t.woken[p] = left < 0 ? THROUGH : waiter;
    t.wokenFlags[p] = left;
    if (left < 0) return false;
    stage = ttwu_queue_cond(k, waiter, k.task.cpu[waiter]!) ? Stage.SEND : Stage.QUEUE;
    if (stage === Stage.SEND && passes(m, p, pc, Stage.SEND, 0)) return true;
  }
  if (stage === Stage.SEND) {
    if (ttwu_queue_wakelist(k, t.woken[p]!, t.wokenFlags[p]!)) {
      t.woken[p] = THROUGH;
      return false;
    }
    stage = Stage.QUEUE;
  } else if (t.waking[p]! < 0) {
    // The queue was locked until now.
    m.locks.unlock(k.task.cpu[t.woken[p]!]!);
    k.charge(t.waking[p]!);
    return false;
  }
  const target = k.task.cpu[t.woken[p]!]!;
  const held = activate + 3 * trace_event;
  if (!passes(m, p, pc, Stage.QUEUE, m.locks.wait(target) + held)) return false;
  if (held > 0) m.locks.lock(target);
  t.waking[p] = -held;
  return true;
}

/** Whether who wakes `p` has to wait until that is off its CPU, for that has others to run. */
function isHeldUp({ t, k }: Machine, p: number): boolean {
  return t.leaving[p] === 0 && time_on_cpu(k, p) > 0 && !isSearchedFor(k, p) && !ttwu_queue_cond(k, p, k.task.cpu[p]!);
}

/** `ns` more pass, and what has been charged, before task `p` goes on with a wake-up in its operation `pc`; false if that is none. */
function passes({ t, k }: Machine, p: number, pc: number, next: Stage, ns: number): boolean {
  if (ns + Math.max(0, k.g.charged[0]!) === 0) return false;
  t.wakeStage[p] = next;
  t.waking[p]! += ns;
  t.pc[p] = pc;
  k.charge(ns);
  return true;
}

/** Wakes the first task that waits at `row`; false where none does. */
export function wakeFirst(m: Machine, row: number, flags: number): boolean {
  const { k } = m;
  const { charged } = k.g;
  const cpu = k.g.this_cpu[0]!;
  if (!finishWakeUp(m, k.rq.curr[cpu]!)) {
    const p = m.sync.dequeue(row);
    if (p === -1) return false;
    endTimedWait(m, p);
    try_to_wake_up(k, p, flags);
  }
  // What was spent beforehand and not needed is forgotten.
  if (charged[0]! < 0) charged[0] = 0;
  m.leaveKernel(cpu);
  return true;
}
