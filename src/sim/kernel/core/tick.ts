import { trigger_load_balance } from '../balance/rebalance.js';
import { task_tick_fair } from '../fair/tick.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { update_rq_clock } from './clock.js';
import { idle_cpu } from './idle.js';

/**
 * The periodic tick of a CPU.
 * @kernel kernel/sched/core.c scheduler_tick
 * @omits thermal pressure, the load average of /proc/loadavg, perf events
 */
export function scheduler_tick(k: Kernel, cpu: number): void {
  const curr = k.rq.curr[cpu]!;
  k.charge(k.cost.tick);
  update_rq_clock(k, cpu);
  if (curr !== NIL) task_tick_fair(k, cpu, curr);
  k.rq.idle_balance[cpu] = idle_cpu(k, cpu) ? 1 : 0;
  trigger_load_balance(k, cpu);
}
