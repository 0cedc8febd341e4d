import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/sim/run-types.js';
import { events, machine, MS, NO_COSTS, rows, run, SEC, US, workload } from '../../support/scenarios.js';

const CPUS = 8;

/** Tasks that always run on eight CPUs, each of which may have one more that comes and goes. @param look ns that the statistics of a balance take */
function crowded(hogs: number, look: number, guests: boolean, together = true): RunResult {
  return run({
    profile: machine('pvt8c', { costs: { ...NO_COSTS, lb_per_cpu: look / CPUS } }),
    workload: workload(CPUS, (s, w) => {
      for (let i = 0; i < hogs; i++) s.spinner(`hog${i}`);
      for (let cpu = 0; guests && cpu < CPUS; cpu++) {
        s.task(`guest${cpu}`, (p) => p.forever(() => {
          p.run(100 * US);
          p.sleep(700 * US);
        }), { cpu, mask: w.mask([cpu]) });
      }
    }),
    durationNs: 3 * SEC,
    record: true,
    takeTicksTogether: together,
  });
}

describe('the SCHED softirq', () => {
  /** Balances after a tick that have come to trying. */
  const tried = (result: RunResult): readonly Record<string, number>[] =>
    rows(result, 'balances').filter((row) => row['idle'] === 1 && row['stage'] === 3);

  it('takes its time, in which its CPU does not switch', () => {
    const look = 200 * US;
    const result = crowded(13, look, true);
    const switches = events(result, 'switch');
    /** Balances in which, between so many ns before their ends, their CPU has switched. */
    const switched = (from: number, to: number): number => tried(result).filter(({ cpu, ts }) =>
      switches.some((row) => row['cpu'] === cpu && row['ts']! > ts! - from && row['ts']! < ts! - to)).length;
    expect(tried(result).length).toBeGreaterThan(20);
    expect(switched(look, 0)).toBe(0);
    expect(switched(4 * look, 3 * look)).toBeGreaterThan(0);
  });

  it('comes too late for a queue that another CPU has emptied meanwhile', () => {
    // A balance that asks about no task though there was one to spare.
    const emptied = (result: RunResult): number => tried(result).filter((balance) => !rows(result, 'decisions').some((row) =>
      row['dst_cpu'] === balance['cpu'] && Math.abs(row['ts']! - balance['ts']!) < 1 * MS)).length;
    expect(emptied(crowded(9, 10 * US, false))).toBeGreaterThan(0);
    expect(emptied(crowded(9, 0, false))).toBe(0);
  });

  it('is the same whether ticks are taken together or not', () => {
    for (const look of [0, 1 * US, 200 * US]) expect(crowded(13, look, true).streamHash).toBe(crowded(13, look, true, false).streamHash);
  });
});
