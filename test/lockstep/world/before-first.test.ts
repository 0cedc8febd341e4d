import { describe, expect, it } from 'vitest';
import { get_sd_balance_interval } from '../../../src/sim/kernel/balance/interval.js';
import { Recording } from '../support/recording.js';

const MC = 2;

describe('the world before the first balances', () => {
  it('has a domain balanced an interval before it is in the recording, and its CPU look again when it is due for one that idles', () => {
    const w = new Recording().put('balances', { ts: 40_000_000, cpu: 3, on: 3, level: MC, idle: 1, stage: 1, busiest: -1 }).world();
    const sd = w.domain(3, MC);
    const [busy, idle] = [true, false].map((is) => get_sd_balance_interval(w.k, sd, is));
    // Jiffies are 1000 before the first tick, which comes at 0, and one more every 4 ms.
    const last = 1000 + 11 - busy!;
    expect(busy).toBeGreaterThan(11);
    expect([w.k.sd.last_balance[sd], w.k.rq.next_balance[3]]).toEqual([last, last + idle!]);
  });

  it('has those that never are balanced just then', () => {
    const w = new Recording().put('balances', { ts: 40_000_000, cpu: 3, on: 3, level: MC, idle: 1, stage: 1, busiest: -1 }).world();
    expect(w.k.sd.last_balance[w.domain(4, MC)]).toBe(1000);
  });
});
