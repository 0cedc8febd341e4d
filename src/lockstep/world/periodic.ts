/**
 * When a CPU last brought its averages up to date. A tick raises the SCHED softirq when the next balance is due, and the
 * softirq ages the averages of blocked tasks first, even where no domain turns out to be due and nothing is recorded.
 */
import { update_blocked_averages } from '../../sim/kernel/fair/blocked.js';
import { sched_idle_cpu } from '../../sim/kernel/core/idle.js';
import { get_sd_balance_interval, update_next_balance } from '../../sim/kernel/balance/interval.js';
import {
  NEWIDLE_NO_OVERLOAD, NEWIDLE_RAN, NEWIDLE_SHORT_IDLE,
} from '../../sim/kernel/balance/newidle.js';
import { CPU_IDLE, STAGE_NOT_BALANCER } from '../../sim/kernel/constants.js';
import { NIL } from '../../sim/kernel/state/table.js';
import type { World } from './world.js';

/** The end of a tick on a CPU that runs something. */
export function afterTick(w: World, cpu: number): void {
  const { k } = w;
  const now = k.g.jiffies[0]!;
  if (k.rq.sd[cpu] === NIL || now < k.rq.next_balance[cpu]!) return;
  if (w.agedAt[cpu] !== now) {
    w.agedAt[cpu] = now;
    update_blocked_averages(k, cpu);
  }
  // Domains that are due have records of their own, and what follows from those comes then.
  k.rq.next_balance[cpu] = nextBalance(w, cpu, NIL, !sched_idle_cpu(k, cpu));
}

/** The end of a recorded balance of a domain, other than a newly-idle one. */
export function afterPeriodic(w: World, cpu: number, sd: number, idle: number, stage: number): void {
  const { k } = w;
  k.sd.last_balance[sd] = k.g.jiffies[0]!;
  const busy = idle !== CPU_IDLE && !sched_idle_cpu(k, cpu);
  k.rq.next_balance[cpu] = nextBalance(w, cpu, stage === STAGE_NOT_BALANCER ? sd : NIL, busy);
}

/** Earliest time at which a domain up to `last` is due, in jiffies; one that was due before is taken to be balanced now. */
function nextBalance(w: World, cpu: number, last: number, busy: boolean): number {
  const { k } = w;
  const now = k.g.jiffies[0]!;
  let next = now + 60 * k.hz;
  for (let sd = k.rq.sd[cpu]!; sd !== NIL; sd = sd === last ? NIL : k.sd.parent[sd]!) {
    const interval = get_sd_balance_interval(k, sd, busy);
    const due = k.sd.last_balance[sd]! + interval;
    next = Math.min(next, due <= now ? now + interval : due);
  }
  return next;
}

/** The end of a newly-idle balance: a CPU that stays idle is to balance as one that is. */
export function afterNewidle(w: World, cpu: number, gate: number, domains: number): void {
  const { k } = w;
  const looked = gate === NEWIDLE_RAN ? domains : gate === NEWIDLE_SHORT_IDLE || gate === NEWIDLE_NO_OVERLOAD ? 1 : 0;
  let next = k.rq.next_balance[cpu]!;
  let sd = k.rq.sd[cpu]!;
  for (let i = 0; i < looked && sd !== NIL; i++, sd = k.sd.parent[sd]!) next = update_next_balance(k, sd, next);
  k.rq.next_balance[cpu] = next;
}
