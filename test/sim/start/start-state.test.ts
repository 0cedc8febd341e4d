import { describe, expect, it } from 'vitest';
import { update_cfs_rq_load_avg } from '../../../src/sim/kernel/fair/load-avg.js';
import { CLOCK_BASE } from '../../../src/sim/kernel/kernel.js';
import type { StartState } from '../../../src/sim/programs/program.js';
import type { Simulation } from '../../../src/sim/simulation.js';
import { machine, MS, simulation, US, workload } from '../../support/scenarios.js';

const profile = machine('pvt8', { hz: 250 });

function started(start?: StartState, seed = 1): Simulation {
  const work = workload(8, (s) => s.task('sleeper', (p) => p.forever(() => {
    p.run(10 * US);
    p.sleep(MS);
  })));
  return simulation({ profile, workload: start === undefined ? work : { ...work, start }, durationNs: 40 * MS, seed });
}

const NONE = { load: 0, runnable: 0, util: 0 };
const seenAs = (load: number, runnable: number, util: number) => ({ beforeNs: 0, load, runnable, util, removed: NONE, running: 0 });

const llc = ({ rq }: Simulation['kernel']): number => rq.sd_llc_shared[0]!;

describe('the start of a run', () => {
  it('is that of a machine that has idled since it booted where nothing is known', () => {
    const { kernel: k } = started();
    const { migration_cost_ns: cost } = profile.sysctl;
    expect([k.rq.avg_idle[3], k.rq.max_idle_balance_cost[3], k.avg.load_avg[k.cfs_avg + 3]]).toEqual([2 * cost, cost, 0]);
    expect([k.sds.has_idle_cores[llc(k)], k.sds.nr_idle_scan[llc(k)], k.g.nohz_nr_cpus[0]]).toEqual([1, 8, 8]);
  });

  it('has what is known of queues, domains and caches', () => {
    const queue = { avgIdleNs: 800_000, maxIdleBalanceCostNs: 600_000 };
    const queues = Array.from({ length: 8 }, (_, cpu) => (cpu === 2 ? { ...queue, averages: { ...seenAs(400, 300, 200), beforeNs: MS } } : queue));
    const newidleCosts = [{ cpu: 5, domain: 0, ns: 1500 }, { cpu: 5, domain: 1, ns: 2500 }, { cpu: 5, domain: 7, ns: 9 }];
    const searches = [{ cpu: 1, idleCores: false, scan: 3 }, { cpu: 2, idleCores: true, scan: 8 }];
    const { kernel: k } = started({ queues, newidleCosts, searches, idled: [6, 1] });
    expect(Array.from(k.rq.idle_stamp.slice(0, 8))).toEqual([1, 2, 1, 1, 1, 1, 3, 1]);
    expect([k.rq.avg_idle[7], k.rq.max_idle_balance_cost[7]]).toEqual([800_000, 600_000]);
    const a = k.cfs_avg + 2;
    expect([k.avg.load_avg[a], k.avg.runnable_avg[a], k.avg.util_avg[a], CLOCK_BASE - MS - k.avg.last_update_time[a]! < 1024]).toEqual([400, 300, 200, true]);
    const sd = k.rq.sd[5]!;
    expect([k.sd.max_newidle_lb_cost[sd], k.sd.max_newidle_lb_cost[k.sd.parent[sd]!]]).toEqual([1500, 2500]);
    expect([k.sds.has_idle_cores[llc(k)], k.sds.nr_idle_scan[llc(k)]]).toEqual([0, 3]);
  });

  it('lets what is left on a queue decay', () => {
    const queues = Array.from({ length: 8 }, () => ({ avgIdleNs: 1, maxIdleBalanceCostNs: 1, averages: seenAs(1000, 500, 500) }));
    const s = started({ queues });
    s.runUntil(40 * MS);
    const left = Array.from({ length: 8 }, (_, cpu) => s.kernel.avg.util_avg[s.kernel.cfs_avg + cpu]!);
    // Half is left after 32 ms; who has not been looked at since, has not decayed.
    expect(Math.min(...left)).toBeLessThan(400);
  });

  it('has had on a queue what has left it, until that is looked at', () => {
    const seen = { ...seenAs(1024, 520, 512), beforeNs: 2 * MS };
    const removed = { load: 1024, runnable: 520, util: 512 };
    const averages = [{ ...seen, removed }, { ...seen, running: 1 }, seen];
    const queues = Array.from({ length: 8 }, (_, cpu) => ({ avgIdleNs: 1, maxIdleBalanceCostNs: 1, ...(averages[cpu] === undefined ? {} : { averages: averages[cpu] }) }));
    const { kernel: k } = started({ queues });
    const util = (cpu: number): number => k.avg.util_avg[k.cfs_avg + cpu]!;
    expect([util(0), util(1) > 512, util(2)]).toEqual([512, true, 512]);
    for (const cpu of [0, 1, 2]) update_cfs_rq_load_avg(k, CLOCK_BASE + 2048, cpu);
    expect([util(0), util(1), util(2) > 450]).toEqual([0, 0, true]);
  });

  it('has its first tick when it is said to come, or up to 28 µs later, as the seed draws', () => {
    const ticking = [{ cpu: 6, untilNs: 5 * MS, counted: false }];
    const inHalfTheTime = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const s = started({ tickNs: 3 * MS, ticking }, seed);
      s.runUntil(3 * MS - 1);
      expect(s.kernel.g.jiffies[0]).toBe(0);
      s.runUntil(3 * MS + 14 * US);
      const { 0: jiffies } = s.kernel.g.jiffies;
      s.runUntil(3 * MS + 28 * US);
      expect(s.kernel.g.jiffies[0]).toBe(1);
      s.runUntil(7 * MS - 1);
      expect(s.kernel.g.jiffies[0]).toBe(1);
      return jiffies;
    });
    expect(inHalfTheTime).toContain(0);
    expect(inHalfTheTime).toContain(1);
  });

  it('has CPUs that idle and tick until a time', () => {
    const s = started({ tickNs: MS, ticking: [{ cpu: 6, untilNs: 5 * MS, counted: false }] });
    expect(s.kernel.g.nohz_nr_cpus[0]).toBe(7);
    s.runUntil(4.9 * MS);
    expect(s.kernel.rq.nohz_tick_stopped[6]).toBe(0);
    s.runUntil(5.2 * MS);
    expect(s.kernel.rq.nohz_tick_stopped[6]).toBe(1);
    const { kernel: k, machine: m } = started({ tickNs: MS, ticking: [{ cpu: 6, untilNs: 5 * MS, counted: true }] });
    expect([k.g.nohz_nr_cpus[0], m.ticks.stopped(6), m.ticks.stopped(5)]).toEqual([8, false, true]);
  });
});
