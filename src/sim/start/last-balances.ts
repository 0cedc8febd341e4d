import { get_sd_balance_interval, update_next_balance } from '../kernel/balance/interval.js';
import type { Kernel } from '../kernel/kernel.js';
import { NIL } from '../kernel/state/table.js';
import type { FirstBalance } from '../programs/program.js';

/** How long nobody has balanced before a run of which no recording tells it, s. */
const IDLE_BEFORE_S = 60;

/**
 * When each domain was balanced last before the run begins, and when each CPU looks again, which idles: when one of its domains is due.
 * Without a recording that is so long ago that every CPU balances at its first tick with work. A recording tells when each CPU did: a domain is due an interval after the last time, so that was an interval
 * before the first balance that is recorded, and not after the recording's start. One that comes at the first tick may have been due
 * for long, as those of CPUs that idle are: nobody balances for them where all do. A domain without any was not due in all that
 * time: it is taken for balanced just then.
 *
 * @param tickNs time of the run's first tick, ns, where it is known
 * @param before jiffies before that
 */
export function setLastBalances(k: Kernel, first: readonly FirstBalance[] | undefined, tickNs?: number, before = 0): void {
  k.sd.last_balance.fill(before + (first === undefined ? -IDLE_BEFORE_S * k.hz : 0));
  for (const { cpu, level, ns, busy } of first ?? []) {
    let sd = cpu < k.cpus ? k.rq.sd[cpu]! : NIL;
    while (sd !== NIL && k.sd.level[sd] !== level) sd = k.sd.parent[sd]!;
    if (sd === NIL) continue;
    // After the first tick it is one jiffy more.
    const ticks = Math.floor((ns - (tickNs ?? 0)) / (1e9 / k.hz));
    const due = ticks > 0 ? ticks + (tickNs === undefined ? 0 : 1) : -IDLE_BEFORE_S * k.hz;
    k.sd.last_balance[sd] = before + Math.min(0, due - get_sd_balance_interval(k, sd, busy));
  }
  if (first === undefined) return;
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    let next = Infinity;
    for (let sd = k.rq.sd[cpu]!; sd !== NIL; sd = k.sd.parent[sd]!) next = update_next_balance(k, sd, next);
    if (next !== Infinity) k.rq.next_balance[cpu] = next;
  }
}
