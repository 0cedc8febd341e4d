import {
  CAUSE_ACTIVE,
  CAUSE_BALANCE,
  CAUSE_FORK,
  CAUSE_WAKEUP,
  REASON_DECIDED,
  STAGE_TRIED,
  TASK_RUNNING,
  WF_SYNC,
} from '../kernel/constants.js';
import { STOPPER } from '../kernel/core/schedule.js';
import type { LbEnv } from '../kernel/env.js';
import type { Tracepoints } from '../kernel/hooks.js';
import type { Kernel } from '../kernel/kernel.js';
import { NIL } from '../kernel/state/table.js';
import type { StreamHash } from '../engine/hash.js';
import type { Histogram } from './latency.js';
import type { Recorder } from './recorder.js';
import { PolicyEvent, type PolicySink } from '../policy/policy.js';
import type { SimTaskTable } from '../programs/sim-tasks.js';

/** Kinds of records in the stream that the hash runs over. */
enum Kind {
  SWITCH = 1,
  WAKING,
  WAKEUP,
  WAKEUP_NEW,
  MIGRATE,
  FORK,
  EXEC,
  EXIT,
  DECISION,
  BALANCE,
  NEWIDLE,
  THROTTLE,
  POLICY,
}

const POLICY_EVENT_KINDS = { [PolicyEvent.SWAP]: 'swap', [PolicyEvent.FALLBACK]: 'fallback' } as const;

/** Counters of a run, by position. */
export enum Counter {
  SWITCHES,
  MIGRATIONS_WAKEUP,
  MIGRATIONS_BALANCE,
  MIGRATIONS_ACTIVE,
  MIGRATIONS_FORK,
  MIGRATIONS_OTHER,
  FORCED,
  DECISIONS,
  DECIDED,
  HOT_REFUSALS,
  BALANCES,
  BALANCES_FAILED,
  NEWIDLE,
  THROTTLED,
  COUNT,
}

/**
 * Listens to the model: counts what the metrics count, hashes the stream, keeps the rows of the tables where asked to,
 * and measures waiting. Whatever it does is invisible to the model.
 */
export class Tracer implements Tracepoints, PolicySink {
  readonly counters: Float64Array;
  recorder: Recorder | null = null;
  /** Time stamp of the last thing that each CPU reported, ns. */
  private readonly last: Float64Array;

  constructor(
    private readonly k: Kernel,
    private readonly t: SimTaskTable,
    private readonly hash: StreamHash,
    private readonly latency: Histogram,
  ) {
    this.counters = k.arena.f64(Counter.COUNT);
    this.last = k.arena.f64(k.cpus);
  }

  /**
   * The time stamp of what the CPU that executes reports now: with the work that it has charged in this event, and never
   * before what it reported last, for an interrupt waits until the kernel is through.
   */
  private stamp(): number {
    const { k, last } = this;
    const cpu = k.g.this_cpu[0]!;
    const time = k.g.now[0]! + k.g.charged[0]!;
    if (time > last[cpu]!) last[cpu] = time;
    return last[cpu]!;
  }

  sched_switch(cpu: number, prev: number, prev_state: number, next: number): void {
    const { k, t } = this;
    const now = k.g.now[0]!;
    const at = this.stamp();
    this.counters[Counter.SWITCHES]!++;
    this.hash.record(Kind.SWITCH, now, cpu, prev, next);
    if (prev >= 0 && k.task.on_rq[prev] === 0) {
      t.runnableNs[prev]! += now - t.runnableSince[prev]!;
      t.runnableSince[prev] = -1;
    }
    if (next >= 0 && t.wakingSince[next]! >= 0) {
      this.latency.add(Math.max(0, at - t.wakingSince[next]!));
      t.wakingSince[next] = -1;
    }
    this.recorder?.event(at, cpu, 'switch', this.pid(next), this.pid(prev), prev >= 0 ? prev_state : TASK_RUNNING);
  }

  sched_waking(p: number, target_cpu: number, wake_flags: number): void {
    const now = this.k.g.now[0]!;
    const at = this.stamp();
    this.hash.record(Kind.WAKING, now, p, target_cpu, wake_flags);
    this.t.wakingSince[p] = at;
    const how = (this.k.in_task ? 0 : 1) | ((wake_flags & WF_SYNC) !== 0 ? 2 : 0);
    this.recorder?.event(at, this.k.g.this_cpu[0]!, 'waking', this.pid(p), target_cpu, how);
  }

  sched_wakeup(p: number, cpu: number): void {
    const now = this.k.g.now[0]!;
    const at = this.stamp();
    this.hash.record(Kind.WAKEUP, now, p, cpu, 0);
    if (this.t.runnableSince[p]! < 0) this.t.runnableSince[p] = now;
    this.recorder?.event(at, this.k.g.this_cpu[0]!, 'wakeup', this.pid(p), cpu, 0);
  }

  sched_wakeup_new(p: number, cpu: number): void {
    const now = this.k.g.now[0]!;
    const at = this.stamp();
    this.hash.record(Kind.WAKEUP_NEW, now, p, cpu, 0);
    this.t.runnableSince[p] = now;
    this.recorder?.event(at, this.k.g.this_cpu[0]!, 'wakeup_new', this.pid(p), cpu, 0);
  }

  sched_migrate_task(p: number, orig: number, dest: number, cause: number): void {
    const now = this.k.g.now[0]!;
    const at = this.stamp();
    this.hash.record(Kind.MIGRATE, now, p, dest, cause);
    if (cause === CAUSE_WAKEUP) this.counters[Counter.MIGRATIONS_WAKEUP]!++;
    else if (cause === CAUSE_BALANCE) this.counters[Counter.MIGRATIONS_BALANCE]!++;
    else if (cause === CAUSE_ACTIVE) this.counters[Counter.MIGRATIONS_ACTIVE]!++;
    else if (cause === CAUSE_FORK) this.counters[Counter.MIGRATIONS_FORK]!++;
    else this.counters[Counter.MIGRATIONS_OTHER]!++;
    // A new task is placed, not moved: the kernel has no event for it.
    if (cause !== CAUSE_FORK) this.recorder?.event(at, this.k.g.this_cpu[0]!, 'migrate', this.pid(p), orig, dest);
  }

  sched_process_fork(parent: number, child: number): void {
    const now = this.k.g.now[0]!;
    const at = this.stamp();
    this.hash.record(Kind.FORK, now, parent, child, 0);
    this.recorder?.event(at, this.k.g.this_cpu[0]!, 'fork', this.pid(parent), this.pid(child), 0);
  }

  sched_process_exec(p: number): void {
    this.hash.record(Kind.EXEC, this.k.g.now[0]!, p, 0, 0);
    this.recorder?.event(this.stamp(), this.k.g.this_cpu[0]!, 'exec', this.pid(p), 0, 0);
  }

  sched_process_exit(p: number): void {
    this.hash.record(Kind.EXIT, this.k.g.now[0]!, p, 0, 0);
    this.recorder?.event(this.stamp(), this.k.g.this_cpu[0]!, 'exit', this.pid(p), 0, 0);
  }

  can_migrate(p: number, env: LbEnv, reason: number, hot: number, result: number): void {
    const { counters, k } = this;
    counters[Counter.DECISIONS]!++;
    if (reason === REASON_DECIDED) {
      counters[Counter.DECIDED]!++;
      if (hot === 1 && result === 0) counters[Counter.HOT_REFUSALS]!++;
      if (result === 2) counters[Counter.FORCED]!++;
    }
    this.hash.record(Kind.DECISION, k.g.now[0]!, p, (env.src_cpu << 16) | env.dst_cpu, (reason << 8) | (hot << 4) | result);
    this.recorder?.decision(this.stamp(), p, env, reason, hot, result);
  }

  load_balance(env: LbEnv, sd: number, stage: number, busiest: number, moved: number, active: number): void {
    const { counters, k } = this;
    counters[Counter.BALANCES]!++;
    if (stage === STAGE_TRIED && moved === 0) counters[Counter.BALANCES_FAILED]!++;
    this.hash.record(Kind.BALANCE, k.g.now[0]!, sd, (busiest << 8) | stage, (moved << 1) | active);
    this.recorder?.balance(this.stamp(), env, sd, stage, busiest, moved, active);
  }

  newidle(cpu: number, gate: number, pulled: number, cost: number): void {
    this.counters[Counter.NEWIDLE]!++;
    this.hash.record(Kind.NEWIDLE, this.k.g.now[0]!, cpu, gate, pulled);
    this.recorder?.event(this.stamp(), cpu, 'newidle', NIL, gate, pulled);
    void cost;
  }

  throttle(cpu: number, tg: number, on: number): void {
    if (on !== 0) this.counters[Counter.THROTTLED]!++;
    this.hash.record(Kind.THROTTLE, this.k.g.now[0]!, cpu, tg, on);
    this.recorder?.event(this.stamp(), cpu, 'throttle', NIL, tg, on);
  }

  policy(event: PolicyEvent, a: number, b: number): void {
    this.hash.record(Kind.POLICY, this.k.g.now[0]!, event, a, b);
    this.recorder?.event(this.stamp(), this.k.g.this_cpu[0]!, POLICY_EVENT_KINDS[event], NIL, a, b);
  }

  /** What the kernel prints: 0 for the idle task; −2 stands for the stopper, which is no task of the model. */
  private pid(p: number): number {
    return p >= 0 ? this.k.task.pid[p]! : p === STOPPER ? STOPPER : 0;
  }
}
