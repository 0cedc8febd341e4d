import { execMoves } from './exec-moves.js';
import { KIND, type TableData } from '../sim/records/records.js';

/** Names of the distributions that events tell, in the order that they are stated in. */
export const DISTRIBUTION_NAMES = ['wakeup_latency', 'wait', 'stint', 'burst', 'sleep'] as const;
export type DistributionName = (typeof DISTRIBUTION_NAMES)[number];

/** Lengths of time, each with the moment that it ended at; both ns. */
export interface Samples {
  readonly ts: number[];
  readonly ns: number[];
}

export type MigrationCause = 'wakeup' | 'balance' | 'active' | 'fork' | 'exec';

/** What a walk over the events of a recording or a run finds. All times are ns and ascend. */
export interface WalkedEvents {
  readonly switches: number[];
  readonly migrations: Readonly<Record<MigrationCause, number[]>>;
  /** The rows of `migrations`: those of kind migrate, and of kind wakeup_new for what moved at its fork. */
  readonly migrationRows: Readonly<Record<MigrationCause, number[]>>;
  readonly samples: Readonly<Record<DistributionName, Samples>>;
}

/** What is known of a task on the way; −1 where something is not under way. */
interface TaskState {
  wakingSince: number;
  queuedSince: number;
  ranSince: number;
  blockedSince: number;
  /** CPU time since it was last woken; −1 where that was before the recording. */
  burstNs: number;
  placing: boolean;
}

const IDLE_PID = 0;

/**
 * Walks over events once:
 *
 *     waking  wakeup      switch to it   switch from it        waking
 *       ├───────────────────┤                                            wakeup_latency
 *               ├───────────┤               ┄┄ (preempted) ┄┄            wait: queued until it runs
 *                           ├───────────────┤                            stint: on a CPU in one go
 *                           ├──── stints until it blocks ────┤           burst: CPU time from a wake-up to the next block
 *                                                            ├─────┤     sleep: from a block to the next waking
 *
 * @param stoppers pids of the migration threads, of which only the switches are counted
 */
export function walkEvents(events: TableData, stoppers: ReadonlySet<number>): WalkedEvents {
  type Column = 'ts' | 'cpu' | 'kind' | 'pid' | 'a' | 'b';
  const { ts, cpu, kind, pid, a, b } = events.columns as Record<Column, ArrayLike<number>>;
  const walk = new Walk(stoppers, execMoves(events));
  for (let row = 0; row < events.rows; row++) {
    const now = ts[row]!;
    const who = pid[row]!;
    switch (kind[row]) {
      case KIND.switch:
        walk.switched(now, cpu[row]!, a[row]!, b[row]!, who);
        break;
      case KIND.waking:
        walk.waking(now, who);
        break;
      case KIND.wakeup:
        walk.queued(now, who);
        break;
      case KIND.wakeup_new:
        walk.born(now, who, a[row] !== cpu[row], row);
        walk.queued(now, who);
        break;
      case KIND.migrate:
        walk.migrated(now, cpu[row]!, who, row);
        break;
      case KIND.fork:
        walk.forked(who, a[row]!);
        break;
      default:
        break;
    }
  }
  return walk;
}

class Walk implements WalkedEvents {
  readonly switches: number[] = [];
  readonly migrations: Record<MigrationCause, number[]> = { wakeup: [], balance: [], active: [], fork: [], exec: [] };
  readonly migrationRows: Record<MigrationCause, number[]> = { wakeup: [], balance: [], active: [], fork: [], exec: [] };
  readonly samples: Record<DistributionName, Samples> = {
    wakeup_latency: { ts: [], ns: [] },
    wait: { ts: [], ns: [] },
    stint: { ts: [], ns: [] },
    burst: { ts: [], ns: [] },
    sleep: { ts: [], ns: [] },
  };
  private readonly tasks = new Map<number, TaskState>();
  private readonly stopperRuns = new Set<number>();
  private readonly newborn = new Set<number>();

  constructor(private readonly stoppers: ReadonlySet<number>, private readonly execs: ReadonlySet<number>) {}

  switched(now: number, cpu: number, prev: number, prevState: number, next: number): void {
    this.switches.push(now);
    if (this.stoppers.has(next)) this.stopperRuns.add(cpu);
    else this.stopperRuns.delete(cpu);
    if (this.counts(prev)) this.left(now, this.taskOf(prev), prevState);
    if (this.counts(next)) this.began(now, this.taskOf(next));
  }

  waking(now: number, pid: number): void {
    if (!this.counts(pid)) return;
    const task = this.taskOf(pid);
    task.wakingSince = now;
    task.placing = true;
    if (task.blockedSince < 0) return;
    this.add('sleep', now, task.blockedSince);
    task.blockedSince = -1;
    task.burstNs = 0;
  }

  queued(now: number, pid: number): void {
    if (!this.counts(pid)) return;
    const task = this.taskOf(pid);
    task.placing = false;
    if (task.ranSince < 0) task.queuedSince = now;
    else task.wakingSince = -1; // It had not left its CPU: nothing to wait for.
    if (task.burstNs < 0) task.burstNs = 0;
  }

  migrated(now: number, cpu: number, pid: number, row: number): void {
    if (this.tasks.get(pid)?.placing === true) this.moved('wakeup', now, row);
    else if (!this.stopperRuns.has(cpu)) this.moved('balance', now, row);
    else this.moved(this.execs.has(row) ? 'exec' : 'active', now, row);
  }

  /** A pid may be given out again. What the idle task forks is a simulated run's way to begin: no kernel does so. */
  forked(parent: number, child: number): void {
    this.tasks.delete(child);
    if (parent !== IDLE_PID) this.newborn.add(child);
  }

  born(now: number, pid: number, elsewhere: boolean, row: number): void {
    if (this.newborn.delete(pid) && elsewhere) this.moved('fork', now, row);
  }

  private moved(cause: MigrationCause, now: number, row: number): void {
    this.migrations[cause].push(now);
    this.migrationRows[cause].push(row);
  }

  private began(now: number, task: TaskState): void {
    if (task.wakingSince >= 0) this.add('wakeup_latency', now, task.wakingSince);
    if (task.queuedSince >= 0) this.add('wait', now, task.queuedSince);
    task.wakingSince = -1;
    task.queuedSince = -1;
    task.blockedSince = -1;
    task.ranSince = now;
  }

  private left(now: number, task: TaskState, state: number): void {
    if (task.ranSince >= 0) {
      this.add('stint', now, task.ranSince);
      if (task.burstNs >= 0) task.burstNs += now - task.ranSince;
      task.ranSince = -1;
    }
    if (state === 0) {
      task.queuedSince = now;
      return;
    }
    if (task.burstNs >= 0) {
      this.samples.burst.ts.push(now);
      this.samples.burst.ns.push(task.burstNs);
    }
    task.burstNs = -1;
    task.blockedSince = now;
  }

  private add(name: DistributionName, now: number, since: number): void {
    this.samples[name].ts.push(now);
    this.samples[name].ns.push(now - since);
  }

  private counts(pid: number): boolean {
    return pid !== IDLE_PID && !this.stoppers.has(pid);
  }

  private taskOf(pid: number): TaskState {
    let task = this.tasks.get(pid);
    if (task === undefined) {
      task = { wakingSince: -1, queuedSince: -1, ranSince: -1, blockedSince: -1, burstNs: -1, placing: false };
      this.tasks.set(pid, task);
    }
    return task;
  }
}
