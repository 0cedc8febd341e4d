import { describe, expect, it } from 'vitest';
import { afterNewidle, afterPeriodic, afterTick } from '../../../src/lockstep/world/periodic.js';
import { CPU_NOT_IDLE, STAGE_NOT_BALANCER, STAGE_TRIED } from '../../../src/sim/kernel/constants.js';
import { get_sd_balance_interval } from '../../../src/sim/kernel/balance/interval.js';
import { NEWIDLE_RAN, NEWIDLE_TTWU_PENDING } from '../../../src/sim/kernel/balance/newidle.js';
import type { World } from '../../../src/lockstep/world/world.js';
import { Recording, start } from '../support/recording.js';

/** A CPU that runs one task while another has left a load behind. */
function world(): World {
  const w = new Recording().task(10).world();
  start(w, 10, 0);
  return w;
}

/** Lets `jiffies` ticks pass. */
function later(w: World, jiffies: number): number {
  w.at(w.now + (jiffies * 1e9) / w.k.hz, 0, 0);
  return w.k.g.jiffies[0]!;
}

describe('a tick', () => {
  it('ages the averages when a balance is due, and not before', () => {
    const w = world();
    const now = later(w, 10);
    w.k.rq.next_balance[0] = now + 1;
    const at = w.k.cfs_avg;
    const before = w.k.avg.last_update_time[at]!;
    afterTick(w, 0);
    expect(w.k.avg.last_update_time[at]).toBe(before);
    later(w, 1);
    afterTick(w, 0);
    expect(w.k.avg.last_update_time[at]).toBeGreaterThan(before);
    expect(w.agedAt[0]).toBe(now + 1);
    expect(w.k.rq.next_balance[0]).toBeGreaterThan(now + 1);
  });
});

describe('the next balance', () => {
  it('is a busy interval after the last of the domain', () => {
    const w = world();
    const now = later(w, 100);
    const sd = w.k.rq.sd[0]!;
    afterPeriodic(w, 0, sd, CPU_NOT_IDLE, STAGE_TRIED);
    expect(w.k.sd.last_balance[sd]).toBe(now);
    expect(w.k.rq.next_balance[0]).toBe(now + get_sd_balance_interval(w.k, sd, true));
    afterPeriodic(w, 0, sd, CPU_NOT_IDLE, STAGE_NOT_BALANCER);
    expect(w.k.rq.next_balance[0]).toBe(now + get_sd_balance_interval(w.k, sd, true));
  });

  it('comes sooner after a newly-idle balance, but for one that had a wake-up pending', () => {
    const w = world();
    const now = later(w, 100);
    const sd = w.k.rq.sd[0]!;
    w.k.sd.last_balance[sd] = now;
    w.k.rq.next_balance[0] = now + 1000;
    afterNewidle(w, 0, NEWIDLE_TTWU_PENDING, 0);
    expect(w.k.rq.next_balance[0]).toBe(now + 1000);
    afterNewidle(w, 0, NEWIDLE_RAN, 1);
    expect(w.k.rq.next_balance[0]).toBe(now + get_sd_balance_interval(w.k, sd, false));
  });
});
