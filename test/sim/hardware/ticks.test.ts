import { describe, expect, it } from 'vitest';
import { listen, machine, MS, NO_COSTS, rows, run, SEC, simulation, US, workload } from '../../support/scenarios.js';

/** How far a CPU's averages are brought forward by ticks alone: counts the ticks of a task alone, by its clock updates. */
function eventsOfSpinner(hz: number, seconds: number): number {
  const work = workload(4, (s) => s.spinner('hog'));
  return run({ profile: machine('flat4', { hz, costs: NO_COSTS }), workload: work, durationNs: seconds * SEC }).events;
}

describe('ticks', () => {
  it('come HZ times a second on a busy CPU', () => {
    for (const hz of [100, 250, 300, 1000]) {
      const between = eventsOfSpinner(hz, 3) - eventsOfSpinner(hz, 1);
      // Idle CPUs balance now and then for the others: some kicks a second on top.
      expect(between).toBeGreaterThanOrEqual(2 * hz - 2);
      expect(between).toBeLessThan(2 * hz * 1.35 + 20);
    }
  });

  it('are the same number taken together or one by one', () => {
    for (const hz of [100, 250, 300, 1000]) {
      const work = workload(4, (s) => {
        for (let i = 0; i < 6; i++) s.spinner(`hog${i}`);
      });
      const profile = machine('flat4', { hz });
      const [together, apart] = [true, false].map((takeTicksTogether) =>
        run({ profile, workload: work, durationNs: SEC, takeTicksTogether, record: true }),
      );
      expect(together).toEqual(apart);
      // A balance that comes to pulling has a second part.
      const parts = rows(together!, 'balances').filter(({ stage }) => stage === 3).length;
      expect(Math.abs(together!.events - parts - 4 * hz)).toBeLessThan(0.1 * 4 * hz + 60);
    }
  });

  it('jiffies count HZ a second, whatever happens', () => {
    for (const hz of [100, 250, 300, 1000]) {
      const work = workload(4, (s) => s.task('t', (p) => p.forever(() => {
        p.run(100 * US);
        p.sleep(30 * MS);
      })));
      const sim = simulation({ profile: machine('flat4', { hz }), workload: work, durationNs: 5 * SEC });
      sim.run();
      expect(Math.abs(sim.kernel.g.jiffies[0]! - 5 * hz)).toBeLessThanOrEqual(Math.ceil(0.04 * hz));
    }
  });

  it('an idle machine dispatches almost nothing: NO_HZ_IDLE', () => {
    const work = workload(64, (s) => s.task('t', (p) => {
      p.run(1 * MS);
      p.sleep(10 * SEC);
      p.run(1 * MS);
    }), { ends: 'exit' });
    const result = run({ profile: 'flat64', workload: work, durationNs: 20 * SEC });
    expect(result.simulatedNs).toBeGreaterThan(10 * SEC);
    // 64 CPUs × 250 Hz × 10 s would be 160,000.
    expect(result.events).toBeLessThan(300);
  });

  it('go on for a grace period of RCU at an idle CPU on which a task has exited, which balances by itself meanwhile', () => {
    const balances = (exits: boolean): number[] => {
      const work = workload(8, (s, w) => s.task('t', (p) => {
        p.run(10 * MS);
        if (!exits) p.sleep(SEC);
      }, { cpu: 3, mask: w.mask([3]) }), { ends: 'duration' });
      const result = run({ profile: 'pvt8', workload: work, durationNs: 100 * MS, record: true });
      const own = rows(result, 'balances').filter((row) => row['cpu'] === 3 && row['on'] === 3 && row['level'] === 0 && row['idle'] === 0);
      return own.map((row) => row['ts']!);
    };
    expect(balances(false).length).toBe(1);
    const after = balances(true);
    expect(after.length).toBe(5);
    expect(after[0]).toBeLessThan(15 * MS);
    for (let i = 1; i < 5; i++) expect(Math.abs(after[i]! - after[i - 1]! - 4 * MS)).toBeLessThan(50 * US);
  });

  it('a CPU that has been idle goes on ticking on its old grid', () => {
    // tick_nohz_restart_sched_tick() forwards the timer by whole periods.
    const work = workload(4, (s) => {
      s.task('a', (p) => p.forever(() => {
        p.run(9_300 * US);
        p.sleep(53_700 * US);
      }), { cpu: 2 });
      s.task('b', (p) => p.forever(() => {
        p.run(5_100 * US);
        p.sleep(7_900 * US);
      }), { cpu: 3 });
      // The others tick where they have something to do.
      for (const cpu of [0, 1]) {
        s.task(`seldom${cpu}`, (p) => p.forever(() => {
          p.run(6_000 * US);
          p.sleep(494_000 * US);
        }), { cpu });
      }
    });
    const profile = machine('flat4', { hz: 250, costs: NO_COSTS, tickSkewNs: 123_456 });
    const sim = simulation({ profile, workload: work, durationNs: 2 * SEC, takeTicksTogether: false });
    // The times of dispatched ticks, which nothing else shows.
    const { ticks } = sim.machine as unknown as { ticks: { dispatch(now: number): void } };
    const dispatch = ticks.dispatch.bind(ticks);
    const phases = new Map<number, number>();
    ticks.dispatch = (now): void => {
      phases.set(now % (4 * MS), (phases.get(now % (4 * MS)) ?? 0) + 1);
      dispatch(now);
    };
    sim.run();
    expect(phases.size).toBe(4);
    const sorted = [...phases.keys()].sort((x, y) => x - y);
    const gaps = sorted.map((phase, i) => (sorted[(i + 1) % 4]! - phase + 4 * MS) % (4 * MS)).sort((x, y) => x - y);
    expect(gaps).toEqual([123_456, 123_456, 123_456, 4 * MS - 3 * 123_456]);
    // Busy for some 15 % and 40 % of the time: far fewer ticks than 4 × 500.
    expect([...phases.values()].reduce((sum, n) => sum + n, 0)).toBeLessThan(700);
  });

  it('skew: each CPU balances at its own moment', () => {
    const work = workload(8, (s) => {
      for (let i = 0; i < 16; i++) s.spinner(`hog${i}`);
    });
    const phases = (tickSkewNs: number): Map<number, Set<number>> => {
      const profile = machine('pvt8c', { tickSkewNs, costs: NO_COSTS });
      const found = new Map<number, Set<number>>();
      const sim = simulation({ profile, workload: work, durationNs: 2 * SEC });
      listen(sim, {
        load_balance(env, sd) {
          if (env.idle !== 1) return;
          const cpu = sim.kernel.sd.cpu[sd]!;
          const set = found.get(cpu) ?? new Set<number>();
          found.set(cpu, set.add(sim.now % (4 * MS)));
        },
      });
      sim.run();
      return found;
    };
    const together = phases(0);
    expect(together.size).toBe(8);
    expect(new Set([...together.values()].flatMap((set) => [...set])).size).toBe(1);
    const apart = phases(100 * US);
    const firsts = [...apart].sort((a, b) => a[0] - b[0]).map(([, set]) => {
      expect(set.size).toBe(1);
      return [...set][0]!;
    });
    for (let cpu = 1; cpu < 8; cpu++) expect((firsts[cpu]! - firsts[0]! + 4 * MS) % (4 * MS)).toBe(cpu * 100 * US);
  });

  it('another seed has another phase of the ticks', () => {
    const work = workload(8, (s) => {
      for (let i = 0; i < 9; i++) s.spinner(`hog${i}`);
    });
    const first = (seed: number): number => {
      const result = run({ profile: 'pvt8c', workload: work, durationNs: SEC, seed, record: true });
      return rows(result, 'balances').find((row) => row['idle'] === 1)!['ts']! % (4 * MS);
    };
    expect(new Set([1, 2, 3, 4, 5].map(first)).size).toBe(5);
  });

  it('a tick charges its cost to the task that it interrupts', () => {
    const time = (tick: number): number => {
      const work = workload(4, (s) => s.task('t', (p) => p.run(1 * SEC)), { ends: 'exit' });
      const profile = machine('flat4', { hz: 250, costs: { ...NO_COSTS, tick } });
      return run({ profile, workload: work, durationNs: 5 * SEC }).simulatedNs;
    };
    expect(time(0)).toBe(1 * SEC);
    const late = time(10 * US) - 1 * SEC;
    expect(late).toBeGreaterThan(249 * 10 * US);
    expect(late).toBeLessThan(253 * 10 * US);
  });
});
