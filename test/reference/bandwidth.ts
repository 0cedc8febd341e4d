import { min, s64, u64 } from './ctypes.js';

const MS = 1_000_000n;
const MIN_CFS_RQ_RUNTIME = MS;
const MIN_BANDWIDTH_EXPIRATION = 2n * MS;
const SLACK_PERIOD = 5n * MS;

/** One CPU's share of a group's runtime. */
export interface Local {
  readonly cpu: number;
  remaining: bigint;
  throttled: boolean;
  /** When it was throttled, ns. */
  throttledAt: bigint;
  /** nr_running of its runqueue. */
  queued: number;
}

/**
 * The accounting of `struct cfs_bandwidth` for a group right below the root: what is in the pool, what each CPU has of
 * it, who is throttled. What throttling does to the runqueues is not its business.
 */
export class Pool {
  runtime = 0n;
  snap = 0n;
  burstTime = 0n;
  nrBurst = 0n;
  idle = false;
  periodActive = false;
  expires = 0n;
  slackStarted = false;
  nrPeriods = 0n;
  nrThrottled = 0n;
  throttledTime = 0n;
  /** Throttled CPUs, first come first. */
  readonly throttled: Local[] = [];
  readonly locals: Local[];
  now = 0n;
  /** Everything that ever came into the pool from refills. */
  refilled = 0n;
  /** Everything that ran. */
  consumed = 0n;

  constructor(
    cpus: number,
    readonly quota: bigint,
    readonly period: bigint,
    readonly burst: bigint,
    readonly slice: bigint,
  ) {
    this.locals = Array.from({ length: cpus }, (_, cpu) => ({
      cpu, remaining: 0n, throttled: false, throttledAt: 0n, queued: 0,
    }));
  }

  /** __refill_cfs_bandwidth_runtime() */
  refill(): void {
    const before = this.runtime;
    this.runtime = u64(this.runtime + this.quota);
    const over = s64(this.snap - this.runtime);
    if (over > 0n) {
      this.burstTime += over;
      this.nrBurst++;
    }
    this.runtime = min(this.runtime, this.quota + this.burst);
    this.snap = this.runtime;
    this.refilled += this.runtime - before;
  }

  /** hrtimer_forward_now() of the period timer: moves it past the present and says by how many periods. */
  private forward(): bigint {
    if (this.now < this.expires) return 0n;
    const overrun = (this.now - this.expires) / this.period + 1n;
    this.expires += overrun * this.period;
    return overrun;
  }

  /** start_cfs_bandwidth() */
  start(): void {
    if (this.periodActive) return;
    this.periodActive = true;
    this.forward();
  }

  /** __assign_cfs_rq_runtime() */
  private assign(local: Local, target: bigint): boolean {
    const wanted = u64(target - local.remaining);
    this.start();
    if (this.runtime > 0n) {
      const amount = min(this.runtime, wanted);
      this.runtime -= amount;
      this.idle = false;
      local.remaining += amount;
    }
    return local.remaining > 0n;
  }

  /** account_cfs_rq_runtime(): whether the CPU is to reschedule, if it runs something. */
  account(local: Local, delta: bigint): boolean {
    this.consumed += delta;
    local.remaining -= delta;
    if (local.remaining > 0n || local.throttled) return false;
    return !this.assign(local, this.slice);
  }

  /** check_cfs_rq_runtime() */
  check(local: Local): boolean {
    if (local.remaining > 0n) return false;
    return local.throttled || this.throttle(local);
  }

  /** throttle_cfs_rq() */
  private throttle(local: Local): boolean {
    if (this.assign(local, 1n)) return false;
    this.throttled.push(local);
    local.throttled = true;
    local.throttledAt = this.now;
    return true;
  }

  /** check_enqueue_throttle() of a runqueue that had nothing queued, with no current entity. */
  enqueued(local: Local): void {
    local.queued++;
    if (local.queued !== 1 || local.throttled) return;
    this.account(local, 0n);
    if (local.remaining <= 0n) this.throttle(local);
  }

  /** return_cfs_rq_runtime() of a runqueue that a task has left. */
  dequeued(local: Local): void {
    local.queued--;
    if (local.queued !== 0) return;
    const slack = local.remaining - MIN_CFS_RQ_RUNTIME;
    if (slack <= 0n) return;
    this.runtime += slack;
    if (this.runtime > this.slice && this.throttled.length > 0) this.startSlack();
    local.remaining -= slack;
  }

  private refreshWithin(ns: bigint): boolean {
    return this.expires - this.now < ns;
  }

  private startSlack(): void {
    if (this.refreshWithin(SLACK_PERIOD + MIN_BANDWIDTH_EXPIRATION)) return;
    this.slackStarted = true;
  }

  /** distribute_cfs_runtime() */
  private distribute(): void {
    for (const local of [...this.throttled]) {
      const runtime = min(1n - local.remaining, this.runtime);
      this.runtime -= runtime;
      local.remaining += runtime;
      if (local.remaining > 0n) {
        local.throttled = false;
        this.throttledTime += this.now - local.throttledAt;
        this.throttled.splice(this.throttled.indexOf(local), 1);
      }
      if (this.runtime === 0n) break;
    }
  }

  /** sched_cfs_period_timer() */
  periodTimer(): void {
    let stop = false;
    for (let overrun = this.forward(); overrun > 0n; overrun = this.forward()) stop = this.onePeriod(overrun);
    if (stop) this.periodActive = false;
  }

  /** do_sched_cfs_period_timer(): whether the timer is to stop. */
  private onePeriod(overrun: bigint): boolean {
    this.nrPeriods += overrun;
    this.refill();
    if (this.throttled.length === 0) {
      if (this.idle) return true;
      this.idle = true;
      return false;
    }
    this.nrThrottled += overrun;
    while (this.throttled.length > 0 && this.runtime > 0n) this.distribute();
    this.idle = false;
    return false;
  }

  /** do_sched_cfs_slack_timer() */
  slackTimer(): void {
    this.slackStarted = false;
    if (this.refreshWithin(MIN_BANDWIDTH_EXPIRATION)) return;
    if (this.runtime > this.slice) this.distribute();
  }
}
