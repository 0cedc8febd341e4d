import { TASK_INTERRUPTIBLE, WF_SYNC } from '../kernel/constants.js';
import { sched_exec, set_cpus_allowed } from '../kernel/core/affinity.js';
import { do_exit } from '../kernel/core/fork.js';
import { sched_move_task, sched_setscheduler, set_user_nice } from '../kernel/core/priority.js';
import { try_to_wake_up } from '../kernel/core/wakeup.js';
import { yield_task_fair } from '../kernel/fair/class.js';
import { looksAgain } from '../hardware/turns.js';
import { blockOn } from '../paths/blocking.js';
import { forks } from '../paths/forking.js';
import type { Machine } from '../machine.js';
import { ProgramError } from './program-error.js';
import { Op, RING } from './program.js';
import { AT_SHARED_CONDITION, HAS_WAITED } from './sync.js';
import { killChildren, waitInTime } from '../paths/waits.js';
import { beginsWakeUp, wakeFirst } from '../paths/waking.js';

/** What a task does next, after its operations up to now. */
export enum Step {
  /** It has work to do: `work` holds how much. */
  RUN,
  /** It sleeps; its state says so. */
  BLOCK,
  /** It has spent kernel time, or must reschedule: its next operation comes later. */
  PAUSE,
}

/** Of what RUN counts where it does (`Workload.countsRuns`). */
export const NS_PER_MS = 1_000_000;

/** Operations without any time passing after which a program is taken to spin. */
const SPIN_LIMIT = 1_000_000;

/**
 * Runs the operations of the current task of a CPU until it works, blocks, or has spent kernel time.
 * The kernel work of an operation is charged as it is done; the task is delayed by it before its next operation.
 */
export function interpret(m: Machine, p: number): Step {
  const { t, k, sync, code, argA, argB } = m;
  const cpu = k.g.this_cpu[0]!;
  for (let operations = 0; operations < SPIN_LIMIT; operations++) {
    if (k.g.charged[0]! > 0 || m.stopper.pending(cpu)) return Step.PAUSE;
    if (k.rq.need_resched[cpu] !== 0 && m.mayPreempt(cpu)) return Step.PAUSE;
    const pc = t.pc[p]!;
    const a = argA[pc]!;
    const b = argB[pc]!;
    t.pc[p] = pc + 1;
    switch (code[pc]) {
      case Op.RUN:
        if (a > 0) {
          t.work[p] = a;
          if (m.countsRuns) m.marked[0]! += a / NS_PER_MS;
          return Step.RUN;
        }
        break;
      case Op.RUN_DRAW: {
        const work = m.draws.draw(p, a);
        if (work > 0) {
          t.work[p] = work;
          return Step.RUN;
        }
        break;
      }
      case Op.SLEEP:
        if (a > 0) {
          if (b > 0) waitInTime(m, p, sync.condition + b - 1);
          m.timers.setSleep(p, k.g.now[0]! + a);
          return sleep(m, p);
        }
        break;
      case Op.SLEEP_DRAW: {
        const ns = m.draws.draw(p, a);
        if (ns > 0) return sleepUntil(m, p, k.g.now[0]! + ns);
        break;
      }
      case Op.TIMER: {
        const until = nextPeriod(m, p, a, b);
        if (until > k.g.now[0]!) return sleepUntil(m, p, until);
        break;
      }
      case Op.WAIT:
        if (sync.count[a]! > 0) sync.count[a]!--;
        else return wait(m, p, a);
        break;
      case Op.WAIT_DRAW: {
        // Drawn in any case: what a task draws must not hang on whether it has to wait.
        const ns = m.draws.draw(p, b);
        if (sync.count[a]! > 0) {
          sync.count[a]!--;
        } else if (ns > 0) {
          waitInTime(m, p, a);
          return sleepUntil(m, p, k.g.now[0]! + ns);
        }
        break;
      }
      case Op.POST_DRAW: {
        if (t.drawn[p] === -1) t.drawn[p] = a + m.draws.below(p, b);
        const semaphore = t.drawn[p]!;
        if (beginsWakeUp(m, p, pc, semaphore, 0)) return Step.PAUSE;
        t.drawn[p] = -1;
        post(m, semaphore, 1, 0);
        break;
      }
      case Op.TRY:
        if (sync.count[a]! > 0) sync.count[a]!--;
        else t.pc[p] = b;
        break;
      case Op.NUMBER:
        t.loop[a]![p] = sync.count[b]!++;
        break;
      case Op.WAIT_AT: {
        const semaphore = inRing(m, p, a, b);
        if (sync.count[semaphore]! > 0) sync.count[semaphore]!--;
        else return wait(m, p, semaphore);
        break;
      }
      case Op.POST_AT: {
        const semaphore = inRing(m, p, a, b);
        if (beginsWakeUp(m, p, pc, semaphore, 0)) return Step.PAUSE;
        post(m, semaphore, 1, 0);
        break;
      }
      case Op.POST:
      case Op.POST_SYNC: {
        const flags = code[pc] === Op.POST ? 0 : WF_SYNC;
        if (beginsWakeUp(m, p, pc, a, flags)) return Step.PAUSE;
        post(m, a, b, flags);
        break;
      }
      case Op.LOCK: {
        const mutex = sync.mutex + a;
        if (sync.count[mutex] === 0) {
          sync.count[mutex] = 1 + p;
          // A futex says whether anybody waits; who has waited itself takes it that others do. A mutex of the kernel has a list.
          sync.contended[mutex] = b > 0 || t.relocks[p] !== 0 ? 1 : 0;
          t.relocks[p] = 0;
        } else {
          t.pc[p] = pc;
          if (b === 0 || k.task.on_cpu[sync.count[mutex]! - 1] === 0) {
            sync.contended[mutex] = 1;
            t.relocks[p] = HAS_WAITED;
            return wait(m, p, mutex);
          }
          t.work[p] = looksAgain(k, b);
          return Step.RUN;
        }
        break;
      }
      case Op.UNLOCK:
        unlock(m, a);
        break;
      case Op.COND_WAIT:
        if (b < 0) return wait(m, p, sync.condition + a);
        if (t.relocks[p] === 0) {
          unlock(m, b);
          t.relocks[p] = AT_SHARED_CONDITION;
          t.pc[p] = pc;
          return wait(m, p, sync.condition + a);
        }
        // Woken, it lets those go on who waited until it has run.
        letSignal(m, sync.hasRun(p));
        break;
      case Op.COND_WAIT_OWN:
        unlock(m, b);
        t.relocks[p] = HAS_WAITED;
        return wait(m, p, sync.condition + a);
      case Op.WAIT_EVENT:
        if (sync.count[b]! > 0) break;
        return wait(m, p, sync.condition + a);
      case Op.SIGNAL:
      case Op.SIGNAL_SYNC: {
        if (t.wakeStage[p] === 0 && !sync.maySignal(sync.condition + a)) return waitToSignal(m, p, pc, a);
        const flags = code[pc] === Op.SIGNAL ? 0 : WF_SYNC;
        if (beginsWakeUp(m, p, pc, sync.condition + a, flags)) return Step.PAUSE;
        wakeFirst(m, sync.condition + a, flags);
        break;
      }
      case Op.BROADCAST:
        // What is left of a group, and then all others.
        while (sync.leftOfGroup(sync.condition + a) > 0 && wakeFirst(m, sync.condition + a, 0));
        if (!sync.maySignal(sync.condition + a)) return waitToSignal(m, p, pc, a);
        while (wakeFirst(m, sync.condition + a, 0));
        break;
      case Op.BARRIER: {
        const barrier = sync.barrier + a;
        t.barrierAt[p] = barrier;
        if (t.releasing[p] === 0) {
          if (sync.count[barrier]! + 1 < sync.size(a)) {
            sync.count[barrier]!++;
            return wait(m, p, barrier);
          }
          t.releasing[p] = sync.count[barrier]!;
          sync.count[barrier] = 0;
          sync.crossed[barrier] = k.g.now[0]!;
        }
        // One at a time, as far as each takes time: those woken first may be back before the last one is woken.
        while (t.releasing[p]! > 0) {
          if (beginsWakeUp(m, p, pc, barrier, 0)) return Step.PAUSE;
          t.releasing[p]!--;
          if (!wakeFirst(m, barrier, 0)) t.releasing[p] = 0;
          if (t.releasing[p] === 0 || k.g.charged[0] === 0) continue;
          t.pc[p] = pc;
          return Step.PAUSE;
        }
        if (b > 0) {
          t.work[p] = b;
          return Step.RUN;
        }
        break;
      }
      case Op.FORK:
        if (forks(m, p, pc, a, b)) return Step.PAUSE;
        break;
      case Op.JOIN:
        if (t.children[p]! > 0) {
          t.joining[p] = 1;
          t.pc[p] = pc;
          k.task.state[p] = TASK_INTERRUPTIBLE;
          return Step.BLOCK;
        }
        break;
      case Op.EXIT:
        exit(m, p);
        return Step.BLOCK;
      case Op.EXIT_GROUP:
        killChildren(m, p, pc);
        exit(m, p);
        return Step.BLOCK;
      case Op.JUMP_AFTER:
        if (k.g.now[0]! >= a) t.pc[p] = b;
        break;
      case Op.JUMP_CROSSED:
        if (sync.crossed[t.barrierAt[p]!]! >= a) t.pc[p] = b;
        break;
      case Op.JUMP_DRAW:
        if (m.draws.below(p, a) === 0) t.pc[p] = b;
        break;
      case Op.RUN_UNTIL:
        if (k.g.now[0]! < a) {
          t.pc[p] = pc;
          t.work[p] = b;
          return Step.RUN;
        }
        break;
      case Op.JUMP_EMPTY:
        if (sync.count[a] === 0) t.pc[p] = b;
        break;
      case Op.ENTER_KERNEL:
        t.inKernel[p] = 1;
        break;
      case Op.LEAVE_KERNEL:
        t.inKernel[p] = 0;
        break;
      case Op.EXEC:
        sched_exec(k, p);
        m.ticks.callBackLater(cpu);
        break;
      case Op.NICE:
        set_user_nice(k, p, a);
        break;
      case Op.POLICY:
        sched_setscheduler(k, p, a);
        break;
      case Op.AFFINITY:
        set_cpus_allowed(k, p, a);
        break;
      case Op.GROUP:
        sched_move_task(k, p, a);
        break;
      case Op.YIELD:
        yield_task_fair(k, cpu);
        k.rq.need_resched[cpu] = 1;
        break;
      case Op.WORKING_SET:
        m.cache.setWorkingSet(p, a, b);
        break;
      case Op.LOOP_SET:
        t.loop[a]![p] = b;
        break;
      case Op.LOOP_NEXT:
        if (--t.loop[a]![p]! > 0) t.pc[p] = b;
        break;
      case Op.JUMP:
        t.pc[p] = a;
        break;
      case Op.MARK:
        m.marked[0]! += a;
        break;
      default:
        throw new ProgramError(`operation ${pc} of the workload has no opcode ${code[pc]}`);
    }
  }
  throw new ProgramError(`the program at operation ${t.pc[p]!} runs ${SPIN_LIMIT} operations without taking any time`);
}

function sleepUntil(m: Machine, p: number, time: number): Step {
  m.timers.set(p, time);
  return sleep(m, p);
}

function sleep(m: Machine, p: number): Step {
  m.k.task.state[p] = TASK_INTERRUPTIBLE;
  return Step.BLOCK;
}

function wait(m: Machine, p: number, row: number): Step {
  blockOn(m, p, row);
  return Step.BLOCK;
}

/** The semaphore of the ring that begins with `first` which the number of task `p` names. */
function inRing(m: Machine, p: number, first: number, ring: number): number {
  return first + ((m.t.loop[RING.register(ring)]![p]! + RING.next(ring)) % RING.size(ring));
}

/** Posts `n` to a semaphore: waiters get theirs handed over, the rest stays on the count. */
function post(m: Machine, row: number, n: number, flags: number): void {
  for (; n > 0; n--) {
    if (!wakeFirst(m, row, flags)) {
      m.sync.count[row]! += n;
      return;
    }
  }
}

/**
 * Gives a mutex back. It is free then: a newcomer may take it before the one that is woken here has run, and gives it back without
 * waking anybody, however many wait; that one wakes the next (lll_lock_wait() and lll_unlock() of the C library).
 */
function unlock(m: Machine, mutex: number): void {
  const row = m.sync.mutex + mutex;
  m.sync.count[row] = 0;
  if (m.sync.contended[row] === 0) return;
  m.sync.contended[row] = 0;
  wakeFirst(m, row, 0);
}

/** Task `p` waits until it may signal condition `a`, as it is about to do in its operation `pc`. */
function waitToSignal(m: Machine, p: number, pc: number, a: number): Step {
  m.t.pc[p] = pc;
  return wait(m, p, m.sync.closingOf(m.sync.condition + a));
}

/** Those go on who wait until they may signal the condition `row`; −1: none. */
function letSignal(m: Machine, row: number): void {
  if (row === -1) return;
  while (wakeFirst(m, m.sync.closingOf(row), 0));
}

/** When the period that began at the timer's reference ends; sets the reference for the next one. */
function nextPeriod(m: Machine, p: number, period: number, mode: number): number {
  const slot = mode >> 1;
  const reference = m.t.timer[slot]!;
  const now = m.k.g.now[0]!;
  const from = reference[p]! < 0 ? now : reference[p]!;
  const until = from + period;
  reference[p] = until > now || (mode & 1) === 1 ? until : now;
  return until;
}

function exit(m: Machine, p: number): void {
  const t = m.t;
  do_exit(m.k, p);
  m.ticks.callBackLater(m.k.g.this_cpu[0]!);
  const parent = t.parent[p]!;
  if (parent === -1 || t.ordinal[parent] !== t.parentOrdinal[p]) return;
  const left = --t.children[parent]!;
  if (left === 0 && t.joining[parent] !== 0) {
    t.joining[parent] = 0;
    try_to_wake_up(m.k, parent, WF_SYNC);
  }
}
