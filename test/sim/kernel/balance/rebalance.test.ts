import { describe, expect, it } from 'vitest';
import { begin_rebalance } from '../../../../src/sim/kernel/balance/rebalance-domains.js';
import {
  continue_rebalance,
  get_sd_balance_interval,
  rebalance_domains,
  run_rebalance_domains,
  trigger_load_balance,
  update_newidle_cost,
  update_newidle_stats,
  update_next_balance,
} from '../../../../src/sim/kernel/balance/rebalance.js';
import { CPU_IDLE, CPU_NOT_IDLE, NOHZ_BALANCE_KICK } from '../../../../src/sim/kernel/constants.js';
import { bench, domain, queue, run } from '../../../support/balance-kernel.js';

describe('get_sd_balance_interval', () => {
  it('is stretched by busy_factor, less a tick, and cut to max_load_balance_interval', () => {
    const { k } = bench();
    const sd = domain(k, 0);
    k.sd.balance_interval[sd] = 8;
    expect(get_sd_balance_interval(k, sd, false)).toBe(2);
    expect(get_sd_balance_interval(k, sd, true)).toBe(31);
    k.sd.balance_interval[sd] = 512;
    expect(get_sd_balance_interval(k, sd, false)).toBe(100);
    expect(get_sd_balance_interval(k, sd, true)).toBe(100);
    k.sd.balance_interval[sd] = 1;
    k.sd.busy_factor[sd] = 1;
    expect(get_sd_balance_interval(k, sd, true)).toBe(1);
  });

  it('gives the earlier next balance', () => {
    const { k } = bench();
    const sd = domain(k, 0);
    k.sd.balance_interval[sd] = 8;
    k.sd.last_balance[sd] = 900;
    expect(update_next_balance(k, sd, 950)).toBe(902);
    expect(update_next_balance(k, sd, 901)).toBe(901);
  });
});

describe('update_newidle_cost', () => {
  it('keeps the maximum and lets it fade once a second', () => {
    const { k } = bench();
    const sd = domain(k, 0);
    k.sd.last_decay_max_lb_cost[sd] = 500;
    k.sd.max_newidle_lb_cost[sd] = 1000;
    k.g.jiffies[0] = 750;
    expect(update_newidle_cost(k, sd, 0, 0)).toBe(false);
    k.g.jiffies[0] = 751;
    expect(update_newidle_cost(k, sd, 900, 0)).toBe(true);
    expect([k.sd.max_newidle_lb_cost[sd], k.sd.last_decay_max_lb_cost[sd]]).toEqual([988, 751]);
    expect(update_newidle_cost(k, sd, 989, 0)).toBe(false);
    expect(k.sd.max_newidle_lb_cost[sd]).toBe(989);
  });

  it('counts calls only where there was a cost', () => {
    const { k } = bench();
    const sd = domain(k, 0);
    const before = k.sd.newidle_call[sd]!;
    update_newidle_cost(k, sd, 0, 1);
    expect(k.sd.newidle_call[sd]).toBe(before);
    update_newidle_cost(k, sd, 5, 3);
    expect(k.sd.newidle_call[sd]).toBe(before + 1);
  });

  it('takes a new ratio from 1024 calls and halves the counts', () => {
    const { k } = bench();
    const sd = domain(k, 0);
    k.sd.newidle_call[sd] = 1022;
    k.sd.newidle_success[sd] = 300;
    k.sd.newidle_ratio[sd] = 1;
    update_newidle_stats(k, sd, 0);
    expect(k.sd.newidle_ratio[sd]).toBe(1);
    update_newidle_stats(k, sd, 1);
    expect([k.sd.newidle_ratio[sd], k.sd.newidle_call[sd], k.sd.newidle_success[sd]]).toEqual([301, 512, 150]);
  });
});

describe('rebalance_domains', () => {
  it('balances the levels that are due and sets when the next one is', () => {
    const { k, balanced } = bench({ cores: [2, 2] });
    const [smt, mc] = [domain(k, 0), domain(k, 0, 1)];
    k.sd.balance_interval[smt] = 2;
    k.sd.balance_interval[mc] = 16;
    k.sd.last_balance[smt] = 999;
    k.sd.last_balance[mc] = 997;
    rebalance_domains(k, 0, CPU_IDLE);
    expect(balanced.map((x) => x.sd)).toEqual([smt]);
    // Balanced, so its interval has doubled: 4 ms are one tick. The MC domain is due at 997 + 4.
    expect(k.sd.last_balance[smt]).toBe(1000);
    expect(k.rq.next_balance[0]).toBe(1001);
    k.g.jiffies[0] = 1001;
    balanced.length = 0;
    rebalance_domains(k, 0, CPU_IDLE);
    expect(balanced.map((x) => x.sd)).toEqual([smt, mc]);
  });

  it('stops where another CPU of the group balances from there on up', () => {
    const { k, balanced } = bench({ cores: [2, 2], nodes: [0, 0] });
    for (let sd = 0; sd < k.sd.rows; sd++) k.sd.last_balance[sd] = 0;
    const { k: numa, balanced: inNuma } = bench({ cores: [2, 2, 2, 2], nodes: [0, 0, 1, 1] });
    for (let sd = 0; sd < numa.sd.rows; sd++) numa.sd.last_balance[sd] = 0;
    rebalance_domains(k, 1, CPU_IDLE);
    expect(balanced.map((x) => x.stage)).toEqual([1, 0]);
    // CPU 1 is not the balancer of the MC level, so it leaves the NUMA level alone, which is due too.
    rebalance_domains(numa, 1, CPU_IDLE);
    expect(inNuma.map((x) => x.sd)).toEqual([domain(numa, 1), domain(numa, 1, 1)]);
    expect(numa.sd.last_balance[domain(numa, 1, 2)]).toBe(0);
  });

  it('leaves a NUMA domain that is due for the next tick while another CPU balances one', () => {
    const { k, balanced } = bench({ cores: [2, 2, 2, 2], nodes: [0, 0, 1, 1] });
    k.sd.last_balance.fill(0);
    const numa = domain(k, 0, 2);
    k.g.balancing[0] = 1;
    rebalance_domains(k, 0, CPU_IDLE);
    expect(balanced.map((x) => x.sd)).toEqual([domain(k, 0), domain(k, 0, 1)]);
    expect(k.sd.last_balance[numa]).toBe(0);
    expect(k.rq.next_balance[0]).toBeLessThanOrEqual(k.g.jiffies[0]!);
    // Whoever holds it gives it back.
    expect(k.g.balancing[0]).toBe(1);
    k.g.balancing[0] = 0;
    balanced.length = 0;
    rebalance_domains(k, 0, CPU_IDLE);
    expect(balanced.map((x) => x.sd)).toEqual([numa]);
    expect(k.sd.last_balance[numa]).toBe(1000);
    expect(k.g.balancing[0]).toBe(0);
  });

  it('has the lock of NUMA domains from when the time before a balance has passed until its own has', () => {
    const { k, balanced } = bench({ cores: [2, 2, 2, 2], nodes: [0, 0, 1, 1] });
    k.sd.last_balance.fill(0);
    begin_rebalance(k, 0, CPU_IDLE);
    expect(continue_rebalance(k)).toBe(false);
    expect([balanced.length, k.g.balancing[0]]).toEqual([2, 0]);
    expect(continue_rebalance(k)).toBe(false);
    expect([balanced.length, k.g.balancing[0]]).toEqual([3, 1]);
    expect(continue_rebalance(k)).toBe(true);
    expect(k.g.balancing[0]).toBe(0);
  });

  it('balances rarely while busy, and sets max_idle_balance_cost when the costs fade', () => {
    const { k, balanced } = bench();
    run(k, queue(k, 0, 0));
    const sd = domain(k, 0);
    k.sd.balance_interval[sd] = 4;
    k.sd.last_balance[sd] = 986;
    rebalance_domains(k, 0, CPU_NOT_IDLE);
    expect(balanced).toHaveLength(0);
    expect(k.rq.next_balance[0]).toBe(1001);
    k.sd.max_newidle_lb_cost[sd] = 512_000;
    k.sd.last_decay_max_lb_cost[sd] = 0;
    rebalance_domains(k, 0, CPU_NOT_IDLE);
    expect(k.rq.max_idle_balance_cost[0]).toBe(506_000);
    k.sd.max_newidle_lb_cost[sd] = 1000;
    k.sd.last_decay_max_lb_cost[sd] = 0;
    rebalance_domains(k, 0, CPU_NOT_IDLE);
    expect(k.rq.max_idle_balance_cost[0]).toBe(500_000);
  });
});

describe('trigger_load_balance', () => {
  it('kicks an idle CPU at once and leaves balancing to the softirq', () => {
    const b = bench();
    const { k } = b;
    k.g.this_cpu[0] = 1;
    run(k, queue(k, 0, 1));
    queue(k, 1, 1);
    k.nohz_idle_mask[0] = 1;
    k.rq.nohz_tick_stopped[0] = 1;
    k.g.nohz_nr_cpus[0] = 1;
    k.rq.next_balance[1] = k.g.jiffies[0]!;
    const order: string[] = [];
    k.hw.send_nohz_kick = (cpu) => void order.push(`kick ${cpu}`);
    k.hw.raise_sched_softirq = (cpu) => void order.push(`softirq ${cpu}`);
    k.trace.load_balance = () => void order.push('balance');
    k.sd.last_balance.fill(0);
    trigger_load_balance(k, 1);
    expect(order).toEqual(['softirq 1', 'kick 0']);
    run_rebalance_domains(k, 1);
    expect(order[2]).toBe('balance');
    expect(k.rq.nohz_flags[0]! & NOHZ_BALANCE_KICK).toBe(NOHZ_BALANCE_KICK);
  });

  it('does not balance before next_balance, nor without a domain', () => {
    const b = bench();
    b.k.sd.last_balance.fill(0);
    b.k.rq.next_balance[0] = b.k.g.jiffies[0]! + 1;
    trigger_load_balance(b.k, 0);
    expect(b.softirqs).toEqual([]);
    b.k.g.jiffies[0]!++;
    trigger_load_balance(b.k, 0);
    expect(b.softirqs).toEqual([0]);
    run_rebalance_domains(b.k, 0);
    expect(b.balanced).toHaveLength(1);
    const alone = bench({ cores: [1] });
    expect(alone.k.rq.sd[0]).toBe(-1);
    trigger_load_balance(alone.k, 0);
    expect(alone.softirqs).toEqual([]);
  });
});
