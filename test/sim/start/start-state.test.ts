import { describe, expect, it } from 'vitest';
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
    const queues = Array.from({ length: 8 }, (_, cpu) => (cpu === 2 ? { ...queue, loadAvg: 400, runnableAvg: 300, utilAvg: 200 } : queue));
    const newidleCosts = [{ cpu: 5, domain: 0, ns: 1500 }, { cpu: 5, domain: 1, ns: 2500 }, { cpu: 5, domain: 7, ns: 9 }];
    const searches = [{ cpu: 1, idleCores: false, scan: 3 }, { cpu: 2, idleCores: true, scan: 8 }];
    const newidleStats = [{ cpu: 5, domain: 1, calls: 700, successes: 90, ratio: 130 }, { cpu: 5, domain: 7, calls: 1, successes: 1, ratio: 1 }];
    const { kernel: k } = started({ queues, newidleCosts, newidleStats, searches });
    expect([k.rq.avg_idle[7], k.rq.max_idle_balance_cost[7]]).toEqual([800_000, 600_000]);
    const a = k.cfs_avg + 2;
    expect([k.avg.load_avg[a], k.avg.runnable_avg[a], k.avg.util_avg[a], k.avg.last_update_time[a]! <= CLOCK_BASE]).toEqual([400, 300, 200, true]);
    const sd = k.rq.sd[5]!;
    expect([k.sd.max_newidle_lb_cost[sd], k.sd.max_newidle_lb_cost[k.sd.parent[sd]!]]).toEqual([1500, 2500]);
    const counted = (row: number) => [k.sd.newidle_call[row], k.sd.newidle_success[row], k.sd.newidle_ratio[row]];
    expect([counted(sd), counted(k.sd.parent[sd]!)]).toEqual([[512, 256, 512], [700, 90, 130]]);
    expect([k.sds.has_idle_cores[llc(k)], k.sds.nr_idle_scan[llc(k)]]).toEqual([0, 3]);
  });

  it('lets what is left on a queue decay', () => {
    const queues = Array.from({ length: 8 }, () => ({ avgIdleNs: 1, maxIdleBalanceCostNs: 1, loadAvg: 1000, runnableAvg: 500, utilAvg: 500 }));
    const s = started({ queues });
    s.runUntil(40 * MS);
    const left = Array.from({ length: 8 }, (_, cpu) => s.kernel.avg.util_avg[s.kernel.cfs_avg + cpu]!);
    // Half is left after 32 ms; who has not been looked at since, has not decayed.
    expect(Math.min(...left)).toBeLessThan(400);
  });

  it('has its first tick when it is said to come, or up to 60 µs later, as the seed draws', () => {
    const ticking = [{ cpu: 6, untilNs: 5 * MS, counted: false }];
    const inHalfTheTime = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const s = started({ tickNs: 3 * MS, ticking }, seed);
      s.runUntil(3 * MS - 1);
      expect(s.kernel.g.jiffies[0]).toBe(0);
      s.runUntil(3 * MS + 30 * US);
      const { 0: jiffies } = s.kernel.g.jiffies;
      s.runUntil(3 * MS + 60 * US);
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
