import { idle_cpu } from '../core/idle.js';
import { NOHZ_KICK_MASK, NOHZ_NEWILB_KICK } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { run_rebalance_domains } from './rebalance.js';

export {
  _nohz_idle_balance,
  nohz_idle_balance,
  nohz_newidle_balance,
  nohz_run_idle_balance,
  update_nohz_stats,
} from './nohz-balance.js';
export { find_new_ilb, kick_ilb, nohz_balancer_kick } from './nohz-kick.js';
export {
  nohz_balance_enter_idle,
  nohz_balance_exit_idle,
  set_cpu_sd_state_busy,
  set_cpu_sd_state_idle,
} from './nohz-state.js';

/**
 * The interrupt that kick_ilb() sent: balances for the tickless CPUs, unless this one got work meanwhile. The SCHED
 * softirq that the kernel raises follows at once.
 * @kernel kernel/sched/core.c nohz_csd_func
 * @omits nothing
 */
export function nohz_csd_func(k: Kernel, cpu: number): void {
  const flags = k.rq.nohz_flags[cpu]!;
  k.rq.nohz_flags[cpu] = flags & ~(NOHZ_KICK_MASK | NOHZ_NEWILB_KICK);
  k.rq.idle_balance[cpu] = idle_cpu(k, cpu) ? 1 : 0;
  if (k.rq.idle_balance[cpu]! !== 0) {
    k.rq.nohz_idle_balance[cpu] = flags;
    run_rebalance_domains(k, cpu);
  }
}
