import { describe, expect, it } from 'vitest';
import { sched_balance_newidle } from '../../../../src/sim/kernel/balance/newidle.js';
import { NOHZ_NEWILB_KICK } from '../../../../src/sim/kernel/constants.js';
import { type Bench, bench, domain, queue, run, type Shape } from '../../../support/balance-kernel.js';

/** CPU 0 is about to go idle for a ms on an overloaded machine; `waiting` tasks wait on CPU 2. */
function idle(waiting: number, shape: Shape = {}): Bench {
  const b = bench({ cores: [2, 2], ...shape });
  const { k } = b;
  k.g.overload[0] = 1;
  k.rq.avg_idle[0] = 1_000_000;
  k.rq.next_balance[0] = 1e9;
  if (waiting > 0) {
    run(k, queue(k, 0, 2));
    for (let p = 1; p <= waiting; p++) queue(k, p, 2);
    k.avg.runnable_avg[k.cfs_avg + 2] = 1024 * (waiting + 1);
    k.avg.util_avg[k.cfs_avg + 2] = 1024;
  }
  return b;
}

describe('sched_balance_newidle: the gates', () => {
  it('1: a wake-up is on its way', () => {
    const b = idle(3);
    b.k.rq.ttwu_pending[0] = 1;
    expect(sched_balance_newidle(b.k, 0)).toBe(0);
    expect(b.newidle).toEqual([{ cpu: 0, gate: 1, pulled: 0, cost: 0 }]);
    expect(b.k.rq.idle_stamp[0]).toBe(0);
  });

  it('3: no domain', () => {
    const b = bench({ cores: [1] });
    b.k.g.overload[0] = 1;
    b.k.rq.next_balance[0] = 1e9;
    expect(sched_balance_newidle(b.k, 0)).toBe(0);
    expect(b.newidle).toMatchObject([{ gate: 3 }]);
    expect(b.k.rq.next_balance[0]).toBe(1250);
    expect(b.k.rq.idle_stamp[0]).toBe(b.k.rq.clock[0]);
  });

  it('4: nothing is overloaded', () => {
    const b = idle(3);
    b.k.g.overload[0] = 0;
    const sd = domain(b.k, 0);
    b.k.sd.last_balance[sd] = 1000;
    b.k.sd.balance_interval[sd] = 8;
    expect(sched_balance_newidle(b.k, 0)).toBe(0);
    expect(b.newidle).toMatchObject([{ gate: 4 }]);
    expect(b.balanced).toEqual([]);
    expect(b.k.rq.next_balance[0]).toBe(1002);
  });

  it('5: the idle time is shorter than the first search', () => {
    const b = idle(3);
    b.k.sd.max_newidle_lb_cost[domain(b.k, 0)] = 1_000_001;
    expect(sched_balance_newidle(b.k, 0)).toBe(0);
    expect(b.newidle).toMatchObject([{ gate: 5 }]);
    b.k.sd.max_newidle_lb_cost[domain(b.k, 0)] = 1_000_000;
    expect(sched_balance_newidle(b.k, 0)).toBeGreaterThan(0);
  });

  it('offers to update blocked load where it stays idle', () => {
    const b = idle(0);
    b.k.g.nohz_has_blocked[0] = 1;
    sched_balance_newidle(b.k, 0);
    expect(b.k.rq.nohz_flags[0]).toBe(NOHZ_NEWILB_KICK);
    const pulls = idle(3);
    pulls.k.g.nohz_has_blocked[0] = 1;
    sched_balance_newidle(pulls.k, 0);
    expect(pulls.k.rq.nohz_flags[0]).toBe(0);
  });
});

describe('sched_balance_newidle: the search', () => {
  it('goes up the domains until it has pulled', () => {
    const b = idle(3);
    expect(sched_balance_newidle(b.k, 0)).toBe(2);
    expect(b.balanced.map((x) => [x.sd, x.moved])).toEqual([
      [domain(b.k, 0), 0],
      [domain(b.k, 0, 1), 2],
    ]);
    expect(b.newidle).toMatchObject([{ gate: 0, pulled: 2 }]);
    expect(b.k.rq.idle_stamp[0]).toBe(0);
  });

  it('stops before a domain that would take longer than the CPU stays idle, with what it has cost so far', () => {
    const b = idle(3, { costs: { lb_base: 100, newidle_base: 50 } });
    const mc = domain(b.k, 0, 1);
    b.k.rq.avg_idle[0] = 1000;
    // 50 + 100 for the SMT domain leave 850 for the next.
    b.k.sd.max_newidle_lb_cost[mc] = 851;
    expect(sched_balance_newidle(b.k, 0)).toBe(0);
    expect(b.balanced).toHaveLength(1);
    expect(b.newidle).toMatchObject([{ cost: 150 }]);
    const other = idle(3, { costs: { lb_base: 100, newidle_base: 50 } });
    other.k.rq.avg_idle[0] = 1000;
    other.k.sd.max_newidle_lb_cost[mc] = 850;
    expect(sched_balance_newidle(other.k, 0)).toBe(2);
  });

  it('learns what it costs from the clock', () => {
    const b = idle(3, { costs: { lb_base: 100, lb_per_cpu: 10, newidle_base: 50, lb_per_task: 1, lb_per_move: 5 } });
    sched_balance_newidle(b.k, 0);
    expect(b.k.sd.max_newidle_lb_cost[domain(b.k, 0)]).toBe(50 + 100 + 20);
    // Task 0 runs and is asked about besides the two that are pulled.
    expect(b.k.sd.max_newidle_lb_cost[domain(b.k, 0, 1)]).toBe(100 + 40 + 3 * 1 + 2 * 5);
    expect(b.k.rq.max_idle_balance_cost[0]).toBe(170 + 153);
    expect(b.newidle).toMatchObject([{ cost: 323 }]);
  });

  it('skips a domain by the dice, which is a failure to the statistics', () => {
    const b = idle(3);
    const [smt, mc] = [domain(b.k, 0), domain(b.k, 0, 1)];
    b.k.sd.newidle_ratio[smt] = 100;
    b.k.sd.newidle_ratio[mc] = 511;
    const calls = b.k.sd.newidle_call[smt]!;
    b.dice.push(102, 512 + 5 * 1024);
    expect(sched_balance_newidle(b.k, 0)).toBe(2);
    expect(b.balanced.map((x) => x.sd)).toEqual([mc]);
    expect(b.k.sd.newidle_call[smt]).toBe(calls + 1);
    b.dice.push(101, 1023);
    const again = idle(3);
    again.k.sd.newidle_ratio[smt] = 100;
    again.k.sd.newidle_ratio[mc] = 511;
    again.dice.push(101, 513);
    expect(sched_balance_newidle(again.k, 0)).toBe(0);
    expect(again.balanced.map((x) => x.sd)).toEqual([smt]);
  });

  it('counts a success for as many calls as the dice let one stand for', () => {
    const b = idle(3, { costs: { lb_base: 1 } });
    const mc = domain(b.k, 0, 1);
    b.k.sd.newidle_ratio[mc] = 99;
    const before = b.k.sd.newidle_success[mc]!;
    expect(sched_balance_newidle(b.k, 0)).toBe(2);
    // (1024 + 50) / 100
    expect(b.k.sd.newidle_success[mc]! - before).toBe(10);
  });

  it('throws no dice without NI_RANDOM', () => {
    const b = idle(3, { features: { NI_RANDOM: false }, costs: { lb_base: 1 } });
    const mc = domain(b.k, 0, 1);
    b.k.sd.newidle_ratio.fill(0);
    b.dice.push(1023, 1023);
    const before = b.k.sd.newidle_success[mc]!;
    expect(sched_balance_newidle(b.k, 0)).toBe(2);
    expect(b.dice).toHaveLength(2);
    expect(b.k.sd.newidle_success[mc]! - before).toBe(1);
  });

  it('answers 1 for a task that came by itself and −1 for one that is not fair', () => {
    const b = idle(0);
    b.k.trace.load_balance = (_env, sd, stage, busiest, moved, active) => {
      b.balanced.push({ sd, stage, busiest, moved, active, flags: 0 });
      queue(b.k, 9, 0);
    };
    expect(sched_balance_newidle(b.k, 0)).toBe(1);
    // The search stopped where the task came.
    expect(b.balanced).toHaveLength(1);
    const other = idle(0);
    other.k.trace.load_balance = () => void other.k.rq.nr_running[0]!++;
    expect(sched_balance_newidle(other.k, 0)).toBe(-1);
  });
});
