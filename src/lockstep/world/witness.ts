import type { Tracepoints } from '../../sim/kernel/hooks.js';

const nothing = (): void => undefined;

/** Keeps what the model last reported of a decision. */
export class Witness implements Tracepoints {
  /** Of can_migrate_task(). */
  reason = -1;
  hot = -2;
  result = -1;

  readonly sched_switch = nothing;
  readonly sched_waking = nothing;
  readonly sched_wakeup = nothing;
  readonly sched_wakeup_new = nothing;
  readonly sched_migrate_task = nothing;
  readonly sched_process_fork = nothing;
  readonly sched_process_exec = nothing;
  readonly sched_process_exit = nothing;
  readonly load_balance = nothing;
  readonly newidle = nothing;
  readonly throttle = nothing;

  can_migrate(_p: number, _env: unknown, reason: number, hot: number, result: number): void {
    this.reason = reason;
    this.hot = hot;
    this.result = result;
  }
}
