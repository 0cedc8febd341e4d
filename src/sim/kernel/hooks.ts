import type { LbEnv } from './env.js';

/**
 * What the kernel model asks of the world around it. `src/sim` implements these; the model itself keeps no clock, no
 * queue and no random generator. All times are ns.
 */
export interface Hardware {
  /** An interrupt that makes `cpu` call schedule() soon; on this_cpu, schedule() follows at the end of the event. */
  send_reschedule(cpu: number): void;
  /** An interrupt that makes `cpu` run sched_ttwu_pending(). */
  send_ttwu(cpu: number): void;
  /** An interrupt that makes `cpu` run nohz_csd_func(). */
  send_nohz_kick(cpu: number): void;
  /** Makes `cpu` run run_rebalance_domains() when the interrupt that it is in ends (SCHED_SOFTIRQ). */
  raise_sched_softirq(cpu: number): void;
  /** Wakes the stopper of `cpu`, which runs active_load_balance_cpu_stop(). */
  queue_active_balance(cpu: number): void;
  /** Wakes the stopper of p's CPU, which moves the running task `p` to `dest` (migration_cpu_stop). */
  queue_migration(p: number, dest: number): void;
  /** (Re)starts the bandwidth period timer of group `tg` for time `expires`. */
  start_period_timer(tg: number, expires: number): void;
  /** Starts the bandwidth slack timer of group `tg`, `delay` ns from now. */
  start_slack_timer(tg: number, delay: number): void;
  /** sched_rng(): 32 random bits as an integer 0…2^32−1. */
  sched_rng(): number;
}

/** The soft branch of can_migrate_task() and other points where a policy may answer instead of the stock kernel. */
export interface DecisionHook {
  /**
   * Called after every hard refusal is passed. `hot` is 0 or 1 (task_hot or NUMA preference).
   * @returns whether the task may be moved. Must change no state.
   */
  may_migrate(p: number, env: LbEnv, hot: number): boolean;
  /**
   * Called at the end of select_task_rq_fair with the stock answer. Must change no state.
   * @returns the CPU to use; one that the task is not allowed on is ignored.
   */
  select_cpu(p: number, prev: number, wake_flags: number, stock: number): number;
}

/** Points at which the model reports what it did. Mirrors the events of the captures; arguments are rows and numbers. */
export interface Tracepoints {
  sched_switch(cpu: number, prev: number, prev_state: number, next: number): void;
  /** `wake_flags` are those of the call: WF_SYNC or 0. */
  sched_waking(p: number, target_cpu: number, wake_flags: number): void;
  sched_wakeup(p: number, cpu: number): void;
  sched_wakeup_new(p: number, cpu: number): void;
  /** `cause` is one of CAUSE_*. */
  sched_migrate_task(p: number, orig: number, dest: number, cause: number): void;
  sched_process_fork(parent: number, child: number): void;
  sched_process_exec(p: number): void;
  sched_process_exit(p: number): void;
  /** At the return of can_migrate_task(): `hot` −2 where it was not evaluated, `result` 0, 1 or 2 (yes although hot). */
  can_migrate(p: number, env: LbEnv, reason: number, hot: number, result: number): void;
  /** At the end of load_balance(): the env as it is then, and what came of it. */
  load_balance(env: LbEnv, sd: number, stage: number, busiest: number, moved: number, active: number): void;
  /** At every exit of newly-idle balancing. `gate` and `pulled` as in the captures; `cost` ns. */
  newidle(cpu: number, gate: number, pulled: number, cost: number): void;
  throttle(cpu: number, tg: number, on: number): void;
}
