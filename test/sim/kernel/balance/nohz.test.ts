import { beforeEach, describe, expect, it } from 'vitest';
import {
  _nohz_idle_balance,
  nohz_balance_enter_idle,
  nohz_balance_exit_idle,
  nohz_balancer_kick,
  nohz_csd_func,
  nohz_newidle_balance,
  nohz_run_idle_balance,
} from '../../../../src/sim/kernel/balance/nohz.js';
import {
  NOHZ_BALANCE_KICK,
  NOHZ_NEWILB_KICK,
  NOHZ_NEXT_KICK,
  NOHZ_STATS_KICK,
} from '../../../../src/sim/kernel/constants.js';
import { type Bench, bench, queue, run } from '../../../support/balance-kernel.js';

let b: Bench;
const ALL = NOHZ_STATS_KICK | NOHZ_BALANCE_KICK | NOHZ_NEXT_KICK;

/** Lets `cpu` stop its tick. */
function sleep(cpu: number): void {
  b.k.g.this_cpu[0] = cpu;
  nohz_balance_enter_idle(b.k, cpu);
}

/** The tick of `cpu`. */
function tick(cpu: number): void {
  b.k.g.this_cpu[0] = cpu;
  nohz_balancer_kick(b.k, cpu);
}

const balancedCpus = (): number[] => b.balanced.map((x) => b.k.sd.cpu[x.sd]!);

beforeEach(() => {
  b = bench();
  b.k.sd.last_balance.fill(0);
  b.k.g.nohz_next_blocked[0] = 10_000;
});

describe('entering and leaving tickless idle', () => {
  it('keeps the mask, the counts and the flags', () => {
    const { k } = b;
    const sds = k.rq.sd_llc_shared[2]!;
    const busy = k.sds.nr_busy_cpus[sds]!;
    sleep(2);
    sleep(2);
    expect([...k.nohz_idle_mask]).toEqual([0, 0, 1, 0]);
    expect([k.g.nohz_nr_cpus[0], k.g.nohz_needs_update[0], k.g.nohz_has_blocked[0]]).toEqual([1, 1, 1]);
    expect([k.rq.has_blocked_load[2], k.rq.nohz_tick_stopped[2]]).toEqual([1, 1]);
    expect(k.sds.nr_busy_cpus[sds]).toBe(busy - 1);
    nohz_balance_exit_idle(k, 2);
    nohz_balance_exit_idle(k, 2);
    expect([...k.nohz_idle_mask]).toEqual([0, 0, 0, 0]);
    expect([k.g.nohz_nr_cpus[0], k.rq.nohz_tick_stopped[2], k.sds.nr_busy_cpus[sds]]).toEqual([0, 0, busy]);
  });

  it('has no place for a CPU without domains', () => {
    b = bench({ cores: [1] });
    sleep(0);
    expect(b.k.g.nohz_nr_cpus[0]).toBe(0);
    expect([b.k.rq.has_blocked_load[0], b.k.g.nohz_has_blocked[0]]).toEqual([1, 0]);
  });
});

describe('nohz_balancer_kick', () => {
  beforeEach(() => {
    sleep(2);
    sleep(3);
    run(b.k, queue(b.k, 0, 1));
  });

  it('kicks the first tickless idle CPU for a CPU with two tasks, once', () => {
    queue(b.k, 1, 1);
    tick(1);
    expect(b.kicks).toEqual([2]);
    expect(b.k.rq.nohz_flags[2]).toBe(ALL);
    expect(b.k.g.nohz_next_balance[0]).toBe(1001);
    // Until it has got to it, further kicks only leave their flags.
    b.k.rq.nohz_flags[2] = NOHZ_STATS_KICK;
    b.k.g.jiffies[0] = 1001;
    tick(1);
    expect(b.kicks).toEqual([2]);
    expect(b.k.rq.nohz_flags[2]).toBe(ALL);
  });

  it('passes over CPUs that have work or are the caller', () => {
    queue(b.k, 1, 1);
    b.k.rq.ttwu_pending[2] = 1;
    tick(1);
    expect(b.kicks).toEqual([3]);
    b.k.rq.ttwu_pending[3] = 1;
    b.k.g.jiffies[0] = 1001;
    tick(1);
    expect(b.kicks).toEqual([3]);
  });

  it('waits for next_balance', () => {
    queue(b.k, 1, 1);
    b.k.g.nohz_next_balance[0] = 1001;
    b.k.g.nohz_needs_update[0] = 0;
    tick(1);
    expect(b.kicks).toEqual([]);
  });

  it('kicks for statistics when blocked load is due, and for the next balance after a CPU went idle', () => {
    b.k.g.nohz_next_balance[0] = 9999;
    b.k.g.nohz_next_blocked[0] = 999;
    tick(1);
    expect(b.k.rq.nohz_flags[2]).toBe(NOHZ_STATS_KICK | NOHZ_NEXT_KICK);
    b.k.rq.nohz_flags[2] = 0;
    b.k.g.nohz_next_blocked[0] = 1000;
    tick(1);
    expect(b.k.rq.nohz_flags[2]).toBe(NOHZ_NEXT_KICK);
  });

  it('kicks with one task where more CPUs of the cache are busy', () => {
    const sds = b.k.rq.sd_llc_shared[1]!;
    b.k.g.nohz_needs_update[0] = 0;
    b.k.sds.nr_busy_cpus[sds] = 1;
    tick(1);
    expect(b.kicks).toEqual([]);
    b.k.sds.nr_busy_cpus[sds] = 2;
    tick(1);
    expect(b.kicks).toEqual([2]);
  });

  it('kicks for a reduced CPU', () => {
    b.k.sds.nr_busy_cpus[b.k.rq.sd_llc_shared[1]!] = 1;
    b.k.rq.cpu_capacity[1] = 700;
    tick(1);
    expect(b.k.rq.nohz_flags[2]! & NOHZ_BALANCE_KICK).toBe(NOHZ_BALANCE_KICK);
  });

  it('does not kick from an idle CPU, and takes this one out of the mask', () => {
    b.k.rq.idle_balance[1] = 1;
    queue(b.k, 1, 1);
    tick(1);
    expect(b.kicks).toEqual([]);
    b.k.rq.idle_balance[3] = 0;
    tick(3);
    expect([...b.k.nohz_idle_mask]).toEqual([0, 0, 1, 0]);
  });
});

describe('nohz_csd_func', () => {
  it('balances for the others first and for itself last', () => {
    for (const cpu of [0, 2, 3]) sleep(cpu);
    b.k.rq.nohz_flags[2] = ALL;
    b.k.g.this_cpu[0] = 2;
    nohz_csd_func(b.k, 2);
    expect(balancedCpus()).toEqual([3, 0, 2]);
    expect([b.k.rq.nohz_flags[2], b.k.rq.nohz_idle_balance[2], b.k.rq.idle_balance[2]]).toEqual([0, 0, 1]);
    expect(b.k.g.nohz_needs_update[0]).toBe(0);
    expect(b.k.g.nohz_next_blocked[0]).toBe(1008);
    expect(b.k.g.nohz_next_balance[0]).toBe(Math.min(...[0, 2, 3].map((cpu) => b.k.rq.next_balance[cpu]!)));
  });

  it('does nothing on a CPU that got work meanwhile', () => {
    sleep(2);
    b.k.rq.nohz_flags[2] = ALL;
    queue(b.k, 0, 2);
    nohz_csd_func(b.k, 2);
    expect(b.balanced).toEqual([]);
    expect([b.k.rq.nohz_flags[2], b.k.rq.idle_balance[2]]).toEqual([0, 0]);
  });

  it('does not balance for a kick that only wants statistics', () => {
    sleep(2);
    sleep(3);
    b.k.rq.nohz_flags[2] = NOHZ_STATS_KICK;
    b.k.g.this_cpu[0] = 2;
    b.k.g.jiffies[0] = 1002;
    nohz_csd_func(b.k, 2);
    expect(b.balanced).toEqual([]);
    // Nothing is left to decay.
    expect([b.k.rq.has_blocked_load[2], b.k.rq.has_blocked_load[3], b.k.g.nohz_has_blocked[0]]).toEqual([0, 0, 0]);
  });
});

describe('_nohz_idle_balance', () => {
  it('gives up when this CPU must schedule, and leaves the flags for the next one', () => {
    sleep(2);
    sleep(3);
    b.k.g.this_cpu[0] = 2;
    queue(b.k, 0, 2);
    b.k.rq.need_resched[2] = 1;
    b.k.g.nohz_next_balance[0] = 77;
    _nohz_idle_balance(b.k, 2, ALL);
    expect(b.balanced).toEqual([]);
    expect([b.k.g.nohz_has_blocked[0], b.k.g.nohz_needs_update[0]]).toEqual([1, 1]);
    expect([b.k.g.nohz_next_balance[0], b.k.g.nohz_next_blocked[0]]).toEqual([77, 10_000]);
  });

  it('updates a CPU at most once a tick and remembers that load is left', () => {
    sleep(3);
    b.k.g.this_cpu[0] = 2;
    b.k.rq.last_blocked_load_update_tick[3] = 1000;
    _nohz_idle_balance(b.k, 2, NOHZ_STATS_KICK);
    expect([b.k.rq.has_blocked_load[3], b.k.g.nohz_has_blocked[0]]).toEqual([1, 1]);
    b.k.g.jiffies[0] = 1001;
    _nohz_idle_balance(b.k, 2, NOHZ_STATS_KICK);
    expect([b.k.rq.has_blocked_load[3], b.k.g.nohz_has_blocked[0]]).toEqual([0, 0]);
    expect(b.k.rq.last_blocked_load_update_tick[3]).toBe(1001);
  });
});

describe('newly idle', () => {
  beforeEach(() => {
    b.k.g.nohz_has_blocked[0] = 1;
    b.k.g.nohz_next_blocked[0] = 1000;
    b.k.rq.avg_idle[2] = 500_000;
  });

  it('takes on the update of blocked load where it stays idle for long enough', () => {
    nohz_newidle_balance(b.k, 2);
    expect(b.k.rq.nohz_flags[2]).toBe(NOHZ_NEWILB_KICK);
  });

  it('does not where the idle time is short, nothing is blocked or it is not due', () => {
    b.k.rq.avg_idle[2] = 499_999;
    nohz_newidle_balance(b.k, 2);
    b.k.rq.avg_idle[2] = 500_000;
    b.k.g.nohz_has_blocked[0] = 0;
    nohz_newidle_balance(b.k, 2);
    b.k.g.nohz_has_blocked[0] = 1;
    b.k.g.nohz_next_blocked[0] = 1001;
    nohz_newidle_balance(b.k, 2);
    expect(b.k.rq.nohz_flags[2]).toBe(0);
    b = bench({ sysctl: { migration_cost_ns: -1 } });
    b.k.g.nohz_has_blocked[0] = 1;
    b.k.rq.avg_idle[2] = 10 ** 9;
    nohz_newidle_balance(b.k, 2);
    expect(b.k.rq.nohz_flags[2]).toBe(0);
  });

  it('does it before it sleeps, unless a kick will or it must schedule', () => {
    const attempt = (flags: number, need_resched: number): number => {
      b.k.g.this_cpu[0] = 2;
      b.k.g.nohz_next_blocked[0] = 0;
      b.k.rq.nohz_flags[2] = flags;
      b.k.rq.need_resched[2] = need_resched;
      nohz_run_idle_balance(b.k, 2);
      return b.k.g.nohz_next_blocked[0]!;
    };
    expect(attempt(NOHZ_NEWILB_KICK, 0)).toBe(1008);
    expect(b.k.rq.nohz_flags[2]).toBe(0);
    expect(attempt(NOHZ_NEWILB_KICK, 1)).toBe(0);
    expect(attempt(NOHZ_NEWILB_KICK | NOHZ_STATS_KICK, 0)).toBe(0);
    expect(b.k.rq.nohz_flags[2]).toBe(NOHZ_STATS_KICK);
    expect(attempt(0, 0)).toBe(0);
  });
});
