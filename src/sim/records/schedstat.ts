import type { Kernel } from '../kernel/kernel.js';
import { TOPOLOGY_NAMES } from '../kernel/topology/names.js';

const IDLE_TYPES = ['idle', 'busy', 'newidle'] as const;

/**
 * The counters that /proc/schedstat keeps per domain, summed over the CPUs: `MC.newidle.lb_failed` and so on, with the
 * active balances as `MC.alb_pushed`, and the throttling of each task group.
 */
export function schedstatCounters(k: Kernel): Record<string, number> {
  const out: Record<string, number> = {};
  const add = (name: string, count: number): void => {
    out[name] = (out[name] ?? 0) + count;
  };
  const s = k.sd_stats;
  for (let sd = 0; sd < k.sd.rows; sd++) {
    const level = TOPOLOGY_NAMES[k.sd.name[sd]!]!;
    IDLE_TYPES.forEach((idle, type) => {
      const row = 3 * sd + type;
      add(`${level}.${idle}.lb_count`, s.lb_count[row]!);
      add(`${level}.${idle}.lb_balanced`, s.lb_balanced[row]!);
      add(`${level}.${idle}.lb_failed`, s.lb_failed[row]!);
      add(`${level}.${idle}.lb_imbalance`, s.lb_imbalance[row]!);
      add(`${level}.${idle}.lb_gained`, s.lb_gained[row]!);
      add(`${level}.${idle}.lb_hot_gained`, s.lb_hot_gained[row]!);
      add(`${level}.${idle}.lb_nobusyg`, s.lb_nobusyg[row]!);
      add(`${level}.${idle}.lb_nobusyq`, s.lb_nobusyq[row]!);
    });
    add(`${level}.alb_count`, k.sd.alb_count[sd]!);
    add(`${level}.alb_failed`, k.sd.alb_failed[sd]!);
    add(`${level}.alb_pushed`, k.sd.alb_pushed[sd]!);
    add(`${level}.ttwu_move_affine`, k.sd.ttwu_move_affine[sd]!);
  }
  for (let cpu = 0; cpu < k.cpus; cpu++) add('nr_switches', k.rq.nr_switches[cpu]!);
  for (let tg = 1; tg < k.groups; tg++) {
    out[`group${tg}.nr_periods`] = k.tg.nr_periods[tg]!;
    out[`group${tg}.nr_throttled`] = k.tg.nr_throttled[tg]!;
    out[`group${tg}.nr_bursts`] = k.tg.nr_burst[tg]!;
    out[`group${tg}.burst_ns`] = k.tg.burst_time[tg]!;
    out[`group${tg}.throttled_ns`] = k.tg.throttled_time[tg]!;
  }
  return out;
}
