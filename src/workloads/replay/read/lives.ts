import { TASK_UNINTERRUPTIBLE } from '../../../sim/kernel/constants.js';
import { Op } from '../../../sim/programs/program.js';
import { ActionLog } from './action-log.js';
import { CpuTimes } from './cpu-times.js';
import { LOOK_NS } from '../endless.js';
import { BY_INTERRUPT, SYNCHRONOUS } from './events.js';
import type { Crossing } from '../infer/last-comers.js';
import type { ReplayOptions, ReplayStats } from '../options.js';
import { NO_PLAN, type Burst, type Messages, type Plan } from '../plan.js';
import { Presence } from './presence.js';
import { IDLE_ROW, ROLE_NOISE, ROLE_OMITTED, ROLE_PLAIN } from './roster.js';
import type { Roster } from './roster.js';
import { NO_WAKER } from '../infer/pools.js';
import type { Block } from '../infer/pools.js';
import { Stints } from './stints.js';
import { Writers } from '../infer/writers.js';

const BLOCKED = 0;
const QUEUED = 1;
const RUNNING = 2;

/** What woke a task that had not blocked yet, since it was last put on a CPU. */
const EARLY_NONE = 0;
const EARLY_TASK = 1;
const EARLY_TIMER = 2;


const SHORTEST_SLEEP_NS = 1;

/**
 * Rebuilds the tasks' lives from scheduler events that come in time order, and writes them down as operations.
 *
 * Every operation is written when the recording shows that it was done, so the log is itself a run of the workload in
 * which no WAIT comes before its POST. Since only its owner waits on a semaphore, any other order in which a machine
 * runs the programs gets to the end too: of the operations not done yet, the earliest in the log can always be done.
 *
 *     task     ──RUN──┤POST w   ──RUN──┤WAIT          WAIT is written at the waking event, when the block is over
 *     w        WAIT┤──RUN──
 *              ▲ also where w had not blocked yet (an early wake-up): there it finds its token and goes on
 */
export class Lives {
  readonly log = new ActionLog();
  readonly exited: boolean[] = [];
  /** When a task exited, by task. */
  readonly exitTs: (number | undefined)[] = [];
  /** Rows of the log that hold the WAIT of a task that had not blocked yet when it was woken, ascending. */
  readonly earlyWaits: number[] = [];
  /** Start by task, ns after the recording's; only tasks that no recorded parent forked have one. */
  readonly startNs: number[] = [];
  private readonly state: number[] = [];
  private readonly seen: boolean[] = [];
  private readonly early: number[] = [];
  /** When a blocked task blocked, and whether it is not to be interrupted. */
  private readonly since: number[] = [];
  private readonly uninterruptible: boolean[] = [];
  /** Bursts of tasks that others woke, and that waited for others after them. */
  readonly bursts: Burst[] = [];
  /** How the blocks of tasks that block on a timer or on others ended, in order. */
  readonly blocks: Block[] = [];
  /** Those of them that were uninterruptible and that another task ended. */
  readonly lockWaits: Block[] = [];
  /** When a task was woken by another one, and first ran after that, and its CPU time then; −1: it was woken otherwise. */
  private readonly wokenTs: number[] = [];
  private readonly ranTs: number[] = [];
  private readonly ranThen: number[] = [];
  /** Of the plan's barriers, in order. */
  readonly crossings: Crossing[] = [];
  readonly writers: Writers;
  readonly cpuTimes = new CpuTimes();
  readonly presence = new Presence();
  private readonly stints: Stints;
  /** Wake-ups that one task has given another so far. */
  private wakes = 0;

  /**
   * @param startTs first time stamp
   * @param runners row of the task that each CPU was running then, or IDLE_ROW
   * @param plan what a first reading has shown; empty in that
   * @param complete no events were lost, so that a task that nothing woke was runnable from the start
   */
  constructor(
    private readonly roster: Roster,
    private readonly stats: ReplayStats,
    private readonly options: ReplayOptions,
    readonly startTs: number,
    runners: readonly number[],
    private readonly complete: boolean,
    private readonly plan: Plan,
  ) {
    this.stints = new Stints(roster, this.log, stats, startTs, runners);
    this.writers = new Writers(this.log);
    for (const row of runners) {
      if (row === IDLE_ROW) continue;
      this.setRunning(row);
      this.presence.comes(row, startTs);
    }
  }

  /** `next` takes the CPU from `prev`, which stays runnable where `prevState` is 0. */
  switched(ts: number, cpu: number, prev: number, prevState: number, next: number): void {
    const { stints, options } = this;
    let late = 0;
    if (stints.runner(cpu) === prev) {
      stints.spent(cpu, (options.scheduleCostNs ?? 0) + (prevState === 0 ? 0 : (options.dequeueCostNs ?? 0) + (options.blockCostNs ?? 0)));
      late = stints.end(cpu, ts);
    } else {
      // Lost events: who ran since the last switch is not known, so that time is nobody's.
      this.stats.contradictions++;
      const wrong = stints.runner(cpu);
      if (wrong !== IDLE_ROW) this.state[wrong] = QUEUED;
      stints.drop(cpu);
      if (prev !== IDLE_ROW) this.resume(prev, ts);
    }
    if (prev !== IDLE_ROW) {
      this.state[prev] = prevState === 0 ? QUEUED : BLOCKED;
      // It set out to sleep before the work of schedule() began.
      this.since[prev] = ts - late;
      if (prevState !== 0) this.presence.goes(prev, ts);
      this.uninterruptible[prev] = (prevState & TASK_UNINTERRUPTIBLE) !== 0;
      this.cpuTimes.add(prev, ts, this.log.ran[prev] ?? 0);
    }
    if (next !== IDLE_ROW) {
      this.resume(next, ts);
      this.setRunning(next);
      this.cpuTimes.add(next, ts, this.log.ran[next] ?? 0);
    }
    stints.begin(cpu, ts, next, (options.switchCostNs ?? 0) + (options.traceEventNs ?? 0));
  }

  /** Whoever runs on `cpu`, or an interrupt there, wakes `task`, and looks for a CPU for `longer` ns than usual. */
  waking(ts: number, cpu: number, task: number, flags: number, longer = 0): void {
    const { stints, stats } = this;
    const waker = stints.runner(cpu);
    stints.advance(cpu, ts);
    // sched_waking, and the event of the CPU chosen.
    stints.owe(cpu, longer + (this.options.wakeupCostNs ?? 0) + 2 * (this.options.traceEventNs ?? 0));
    if (task === IDLE_ROW || this.roster.role[task] === ROLE_OMITTED) return;
    const byInterrupt = (flags & BY_INTERRUPT) !== 0 || waker === IDLE_ROW;
    if (task === waker && !byInterrupt) return;
    const blocked = this.isBlocked(task);
    this.seen[task] = true;
    if (blocked) {
      this.state[task] = QUEUED;
      this.presence.comes(task, ts);
    }

    if (this.roster.role[task] === ROLE_NOISE) {
      if (blocked) {
        this.sleepUntil(ts, task);
        stats.noiseWakes++;
      } else this.early[task] = EARLY_TIMER;
    } else if (byInterrupt) {
      if (blocked) {
        this.sleepUntil(ts, task);
        stats.wakesByTimer++;
      } else {
        this.early[task] = EARLY_TIMER;
        stats.earlyTimerWakes++;
      }
    } else if (this.roster.role[waker] === ROLE_OMITTED) {
      if (blocked) stats.wakesByStopper++;
      else this.early[task] = EARLY_TASK;
    } else {
      stints.advanceTask(task, ts);
      if (blocked) this.burstEnds(ts, task);
      // Who is on its way out is taken for nobody who is about to block (PF_EXITING in select_task_rq_fair()).
      this.wake(ts, waker, task, (flags & SYNCHRONOUS) !== 0 && this.exited[waker] !== true, blocked);
      if (!blocked) {
        this.early[task] = EARLY_TASK;
        this.earlyWaits.push(this.log.rows - 1);
        stats.earlyWakes++;
      }
    }
  }

  /** `waker` wakes `task`, or does so as part of something larger. */
  private wake(ts: number, waker: number, task: number, sync: boolean, blocked: boolean): void {
    const { plan, stats, log } = this;
    const number = this.wakes++;
    stats.wakesByTask++;
    if (sync) stats.syncWakes++;
    if (plan.dropped.has(number)) return;
    // Who had filled a pipe goes on: a limit that another order of things would meet elsewhere.
    if (isFlowControl(plan.messages, waker, task)) return;
    const barrier = plan.crossings.get(number);
    if (barrier === undefined) {
      // The last of those that are killed tells others of the end of all: that is their killer's to do.
      const told = plan.killed.get(waker) ?? Infinity;
      if (ts - this.startTs >= told && !plan.killed.has(task)) waker = this.roster.parent[waker]!;
      log.add(waker, sync ? Op.POST_SYNC : Op.POST, task, 1);
      const post = log.rows - 1;
      log.add(task, Op.WAIT, task);
      const block = { task, waker, ns: blocked ? ts - (this.since[task] ?? ts) : 0, row: log.rows - 1, post };
      this.blocks.push(block);
      if (blocked && this.uninterruptible[task] === true) this.lockWaits.push(block);
      this.writers.wrote(waker, task, sync);
      this.mayStop(task);
      return;
    }
    stats.crossings++;
    this.crossings.push({ barrier, last: waker });
    for (const member of plan.barriers[barrier]!) {
      this.stints.advanceTask(member, ts);
      log.add(member, Op.BARRIER, barrier);
    }
  }

  /** Whoever runs on `cpu`, or an interrupt there, has queued a woken task on `target`. */
  woken(ts: number, cpu: number, target: number): void {
    const { stints, options } = this;
    const event = options.traceEventNs ?? 0;
    stints.advance(cpu, ts);
    // Placed, compared with what runs there, and queued.
    stints.owe(cpu, (options.activateCostNs ?? 0) + (stints.runner(target) === IDLE_ROW ? 2 : 3) * event);
  }

  /** The kernel reports something else on the time of whoever runs on `cpu`. */
  reported(ts: number, cpu: number): void {
    this.stints.advance(cpu, ts);
    this.stints.owe(cpu, this.options.traceEventNs ?? 0);
  }

  /** schedule() on `cpu` has looked for tasks to pull, which took `ns` besides its trace event. */
  searched(cpu: number, ns: number): void {
    this.stints.spent(cpu, ns + (this.options.traceEventNs ?? 0));
  }

  /** `parent` forks the task `child`, which the roster has just got. */
  forked(ts: number, cpu: number, parent: number, child: number): void {
    this.seen[child] = true;
    this.state[child] = QUEUED;
    this.presence.comes(child, ts);
    if (parent === IDLE_ROW || this.roster.role[parent] !== ROLE_PLAIN) {
      this.startNs[child] = ts - this.startTs;
      return;
    }
    this.stints.advanceTask(parent, ts);
    const here = this.stints.runner(cpu) === parent;
    // Most of a fork is over when it is told of: the child's place and CPU, and its wake-up, are to come.
    if (here) this.stints.was(cpu, this.options.forkCostNs ?? 0);
    this.log.add(parent, Op.FORK, child);
    if (here) this.stints.owe(cpu, (this.options.forkWakeCostNs ?? 0) + 4 * (this.options.traceEventNs ?? 0));
  }

  /** The task does `code`; what the recording saw of a task that was not running, it did as the next thing. */
  did(ts: number, task: number, code: number, a = 0): void {
    if (task === IDLE_ROW || this.roster.role[task] !== ROLE_PLAIN) return;
    this.stints.advanceTask(task, ts);
    this.log.add(task, code, a);
  }

  /** The task is on its way out: it exits where it is last seen to run. It is in the kernel until then, and not preempted there. */
  exiting(ts: number, cpu: number, task: number): void {
    if (task === IDLE_ROW) return;
    this.exited[task] = true;
    this.exitTs[task] = ts;
    // The simulator reports it at its very end.
    if (this.stints.runner(cpu) === task) this.stints.spent(cpu, this.options.traceEventNs ?? 0);
    if (this.plan !== NO_PLAN && !this.plan.killed.has(task)) this.did(ts, task, Op.ENTER_KERNEL);
  }

  /** The recording is over: every program ends after its last recorded action, but those of tasks that go on. */
  end(ts: number): void {
    this.stints.endAll(ts);
    const { goingOn, channelled, killed } = this.plan;
    for (let row = 0; row < this.roster.size; row++) {
      if (this.roster.role[row] === ROLE_OMITTED) continue;
      // Those of channels have messages enough.
      const again = goingOn.has(row) && !channelled.has(row);
      // What it was waiting for came later; how much later nobody saw.
      if (again && this.isBlocked(row)) this.log.add(row, Op.SLEEP, Math.max(SHORTEST_SLEEP_NS, ts - (this.since[row] ?? this.startTs)));
      if (killed.has(row) || again) this.log.add(row, Op.JUMP);
      this.log.add(row, this.plan.killers.has(row) ? Op.EXIT_GROUP : Op.EXIT);
    }
  }

  private isBlocked(task: number): boolean {
    return (this.state[task] ?? BLOCKED) === BLOCKED;
  }

  private setRunning(task: number): void {
    this.seen[task] = true;
    this.state[task] = RUNNING;
    this.early[task] = EARLY_NONE;
  }

  private sleepUntil(ts: number, task: number): void {
    this.wokenTs[task] = -1;
    const ns = Math.max(SHORTEST_SLEEP_NS, ts - (this.since[task] ?? this.startTs));
    this.log.add(task, Op.SLEEP, ns);
    this.blocks.push({ task, waker: NO_WAKER, ns, row: this.log.rows - 1, post: -1 });
    this.mayStop(task);
  }

  /** A task that waited for another one is woken by one: what it did since it was last woken so is a burst. */
  private burstEnds(ts: number, task: number): void {
    const wake = this.wokenTs[task] ?? -1;
    const cpu = this.log.ran[task] ?? 0;
    if (wake >= 0) {
      const run = this.ranTs[task] ?? wake;
      this.bursts.push({ task, wake, run, block: this.since[task]!, cpu: cpu - this.ranThen[task]! });
    }
    this.wokenTs[task] = ts;
    this.ranTs[task] = -1;
    this.ranThen[task] = cpu;
  }

  /** A message that nobody saw is written to `reader`: by the writer that has had the most CPU time since its last one. */
  written(ts: number, reader: number): void {
    for (const writer of this.writers.of(reader)) this.stints.advanceTaskTo(writer, ts);
    const writer = this.writers.next(reader);
    if (writer === -1) return;
    this.writers.wrote(writer, reader, true);
    this.writers.unread[reader] = (this.writers.unread[reader] ?? 0) + 1;
    this.log.add(writer, Op.POST_SYNC, reader, 1);
    this.stats.messages++;
  }

  /** `reader` reads one. */
  read(ts: number, reader: number): void {
    const unread = this.writers.unread[reader] ?? 0;
    if (unread === 0) return;
    this.writers.unread[reader] = unread - 1;
    this.stints.advanceTaskTo(reader, ts);
    this.log.add(reader, Op.WAIT, reader);
  }

  /** `task` has run until a deadline, `ns` after the start; what it does from now on it still has to do after that. */
  deadline(ts: number, task: number, ns: number): void {
    this.stints.advanceTaskTo(task, ts);
    this.log.add(task, Op.RUN_UNTIL, ns, LOOK_NS);
  }

  /** A task that is told to stop looks whether it has been, each time that it is back from a block. */
  private mayStop(task: number): void {
    const time = this.plan.killed.get(task);
    if (time !== undefined) this.log.add(task, Op.JUMP_AFTER, time);
  }

  /** The task is on a CPU again. Where no waking event ended its block, this finds out what did. */
  private resume(task: number, ts: number): void {
    if (this.ranTs[task] === -1) this.ranTs[task] = ts;
    if (!this.isBlocked(task) || this.roster.role[task] === ROLE_OMITTED) return;
    const runnable = this.seen[task] !== true && this.complete;
    this.presence.comes(task, runnable ? this.startTs : ts);
    if (runnable) return;
    const early = this.early[task] ?? EARLY_NONE;
    if (early === EARLY_TASK) return;
    if (early === EARLY_TIMER) {
      // It was off its queue all the same: as long as that takes it sleeps.
      const { blockCostNs = 0, scheduleCostNs = 0, dequeueCostNs = 0 } = this.options;
      this.log.add(task, Op.SLEEP, Math.max(SHORTEST_SLEEP_NS, blockCostNs + scheduleCostNs + dequeueCostNs));
      return;
    }
    this.sleepUntil(ts, task);
    this.stats.wakesUnknown++;
  }
}

/**
 * Whether `waker` lets `task` go on that has filled a pipe: its reader does so, or another writer that found room left. Such
 * a wake-up is left out with the wait that it ends, so that every wait that is left still has its token.
 */
function isFlowControl({ readers }: Messages, waker: number, task: number): boolean {
  if (readers.has(task)) return false;
  const own = readers.get(waker);
  if (own !== undefined) return own.has(task);
  for (const writers of readers.values()) if (writers.has(waker) && writers.has(task)) return true;
  return false;
}
