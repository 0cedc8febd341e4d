import { Op } from '../../sim/program.js';
import { ActionLog } from './action-log.js';
import { BY_INTERRUPT, SYNCHRONOUS } from './events.js';
import type { ReplayOptions, ReplayStats } from './options.js';
import { IDLE_ROW, ROLE_NOISE, ROLE_OMITTED, ROLE_PLAIN } from './roster.js';
import type { Roster } from './roster.js';
import { Stints } from './stints.js';

const BLOCKED = 0;
const QUEUED = 1;
const RUNNING = 2;

/** What woke a task that had not blocked yet, since it was last put on a CPU. */
const EARLY_NONE = 0;
const EARLY_TASK = 1;
const EARLY_TIMER = 2;


/** A sleep that ended as it began still lets go of the CPU. */
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
  /** Start by task, ns after the recording's; only tasks that no recorded parent forked have one. */
  readonly startNs: number[] = [];
  private readonly state: number[] = [];
  private readonly seen: boolean[] = [];
  private readonly early: number[] = [];
  /** When a blocked task blocked. */
  private readonly since: number[] = [];
  private readonly stints: Stints;

  /**
   * @param startTs first time stamp
   * @param runners row of the task that each CPU was running then, or IDLE_ROW
   * @param complete no events were lost, so that a task that nothing woke was runnable from the start
   */
  constructor(
    private readonly roster: Roster,
    private readonly stats: ReplayStats,
    private readonly options: ReplayOptions,
    private readonly startTs: number,
    runners: readonly number[],
    private readonly complete: boolean,
  ) {
    this.stints = new Stints(roster, this.log, stats, startTs, runners);
    for (const row of runners) if (row !== IDLE_ROW) this.setRunning(row);
  }

  /** `next` takes the CPU from `prev`, which stays runnable where `prevState` is 0. */
  switched(ts: number, cpu: number, prev: number, prevState: number, next: number): void {
    const stints = this.stints;
    if (stints.runner(cpu) === prev) {
      stints.end(cpu, ts);
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
      this.since[prev] = ts;
    }
    if (next !== IDLE_ROW) {
      this.resume(next, ts);
      this.setRunning(next);
    }
    stints.begin(cpu, ts, next, this.options.switchCostNs ?? 0);
  }

  /** Whoever runs on `cpu`, or an interrupt there, wakes `task`. */
  waking(ts: number, cpu: number, task: number, flags: number): void {
    const { stints, stats } = this;
    const waker = stints.runner(cpu);
    stints.advance(cpu, ts);
    stints.owe(cpu, this.options.wakeupCostNs ?? 0);
    if (task === IDLE_ROW || this.roster.role[task] === ROLE_OMITTED) return;
    const byInterrupt = (flags & BY_INTERRUPT) !== 0 || waker === IDLE_ROW;
    if (task === waker && !byInterrupt) return;
    const blocked = this.isBlocked(task);
    this.seen[task] = true;
    if (blocked) this.state[task] = QUEUED;

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
      const sync = (flags & SYNCHRONOUS) !== 0;
      this.log.add(waker, sync ? Op.POST_SYNC : Op.POST, task, 1);
      this.log.add(task, Op.WAIT, task);
      stats.wakesByTask++;
      if (sync) stats.syncWakes++;
      if (!blocked) {
        this.early[task] = EARLY_TASK;
        stats.earlyWakes++;
      }
    }
  }

  /** `parent` forks the task `child`, which the roster has just got. */
  forked(ts: number, cpu: number, parent: number, child: number): void {
    this.seen[child] = true;
    this.state[child] = QUEUED;
    if (parent === IDLE_ROW || this.roster.role[parent] !== ROLE_PLAIN) {
      this.startNs[child] = ts - this.startTs;
      return;
    }
    this.did(ts, parent, Op.FORK, child);
    if (this.stints.runner(cpu) === parent) this.stints.owe(cpu, this.options.forkCostNs ?? 0);
  }

  /** The task does `code`; what the recording saw of a task that was not running, it did as the next thing. */
  did(ts: number, task: number, code: number, a = 0): void {
    if (task === IDLE_ROW || this.roster.role[task] !== ROLE_PLAIN) return;
    this.stints.advanceTask(task, ts);
    this.log.add(task, code, a);
  }

  /** The task is on its way out: it exits where it is last seen to run. */
  exiting(task: number): void {
    if (task !== IDLE_ROW) this.exited[task] = true;
  }

  /** The recording is over: every program ends after its last recorded action. */
  end(ts: number): void {
    this.stints.endAll(ts);
    for (let row = 0; row < this.roster.size; row++) {
      if (this.roster.role[row] !== ROLE_OMITTED) this.log.add(row, Op.EXIT);
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
    this.log.add(task, Op.SLEEP, Math.max(SHORTEST_SLEEP_NS, ts - (this.since[task] ?? this.startTs)));
  }

  /** The task is on a CPU again. Where no waking event ended its block, this finds out what did. */
  private resume(task: number, ts: number): void {
    if (!this.isBlocked(task) || this.roster.role[task] === ROLE_OMITTED) return;
    if (this.seen[task] !== true && this.complete) return;
    const early = this.early[task] ?? EARLY_NONE;
    if (early === EARLY_TASK) return;
    if (early === EARLY_TIMER) {
      this.log.add(task, Op.SLEEP, SHORTEST_SLEEP_NS);
      return;
    }
    this.sleepUntil(ts, task);
    this.stats.wakesUnknown++;
  }
}
