import type { Hardware } from '../../sim/kernel/hooks.js';

/** Nothing that the model asks of the world is done: what happens, the recording says. */
export const NO_HARDWARE: Hardware = {
  send_reschedule: () => undefined,
  send_ttwu: () => undefined,
  send_nohz_kick: () => undefined,
  raise_sched_softirq: () => undefined,
  queue_active_balance: () => undefined,
  queue_migration: () => undefined,
  start_period_timer: () => undefined,
  start_slack_timer: () => undefined,
  sched_rng: () => 0,
};
