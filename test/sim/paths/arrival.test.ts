import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../src/sim/programs/program.js';
import { events, machine, MS, NO_COSTS, run, runNs, SEC, simulation, workload } from '../../support/scenarios.js';

const profile = machine('pvt8c', { costs: NO_COSTS });

/** Two tasks of CPU 3 that were there before, and sleep for 4 and 6 ms or wait, then run for 1 ms; and one that runs. */
function before(asleep: 'sleep' | 'wait'): Workload {
  const work = workload(8, (s, w) => {
    const doors = [w.semaphore(0), w.semaphore(0)];
    doors.forEach((door, i) => s.task(`old${i}`, (p) => {
      if (asleep === 'sleep') p.sleep((4 + 2 * i) * MS);
      else p.wait(door);
      p.run(1 * MS);
    }, { cpu: 3 }));
    s.task('busy', (p) => {
      p.run(4 * MS);
      for (const door of doors) p.post(door);
      p.run(4 * MS);
    });
  }, { ends: 'exit' });
  return { ...work, initial: work.initial.map((task) => ({ ...task, slept: true })) };
}

describe('tasks that were there before the run', () => {
  it('and slept are seen by no CPU until they wake up, where they were', () => {
    const result = run({ profile, workload: before('sleep'), durationNs: SEC, record: true });
    const old = result.tasks.filter(({ comm }) => comm.startsWith('old')).map(({ pid }) => pid);
    expect(events(result, 'newidle').filter(({ ts }) => ts! < 4 * MS)).toEqual([]);
    const switches = events(result, 'switch').filter(({ pid }) => old.includes(pid!));
    expect(switches.map(({ ts, cpu }) => [ts, cpu])).toEqual([[4 * MS, 3], [6 * MS, 3]]);
    expect(events(result, 'wakeup_new').filter(({ pid }) => old.includes(pid!))).toEqual([]);
    expect(runNs(result, 'old0')).toBe(1 * MS);
  });

  it('and waited are woken by whom they wait for', () => {
    const result = run({ profile, workload: before('wait'), durationNs: SEC, record: true });
    expect(result.finished).toBe(true);
    expect(events(result, 'wakeup').map(({ ts }) => ts)).toEqual([4 * MS, 4 * MS]);
    expect(events(result, 'wakeup_new')).toHaveLength(1);
  });

  it('and slept are as far ahead of who runs there as a sleeper can be', () => {
    const work = workload(8, (s, w) => {
      const only = { cpu: 3, mask: w.mask([3]) };
      s.task('busy', (p) => p.run(20 * MS), only);
      s.task('old', (p) => {
        p.sleep(1 * MS);
        p.run(1 * MS);
      }, { ...only, startNs: 1000 });
    }, { ends: 'exit' });
    const initial = work.initial.map((task, at) => ({ ...task, slept: at === 1 }));
    const result = run({ profile, workload: { ...work, initial }, durationNs: SEC, record: true });
    const [old] = result.tasks.filter(({ comm }) => comm === 'old');
    expect(events(result, 'switch').filter(({ pid }) => pid === old!.pid).map(({ ts }) => ts)).toEqual([1 * MS + 1000]);
  });

  it('and did not sleep go on where they were', () => {
    const result = run({ profile, workload: before('sleep'), durationNs: SEC, record: true });
    const [busy] = events(result, 'wakeup_new');
    expect([busy!['ts'], busy!['a']]).toEqual([0, 0]);
  });

  it('and were busy until then are hot where they are, and their averages are those of their share of the time', () => {
    const half = { running: 512, runnable: 768 };
    const spinners = (busy: typeof half | undefined): Workload => {
      const work = workload(8, (s) => {
        for (const comm of ['a', 'b']) s.spinner(comm, { cpu: 3 });
        s.task('asleep', (p) => p.forever(() => {
          p.sleep(4 * MS);
          p.run(1 * MS);
        }), { cpu: 5 });
      });
      return { ...work, initial: work.initial.map((task) => ({ ...task, slept: true, ...(busy === undefined ? {} : { busy }) })) };
    };
    const patient = machine('pvt8c', { costs: NO_COSTS, sysctl: { migration_cost_ns: 40 * MS } });
    const first = (busy: typeof half | undefined): { hot: number; movedAt: number } => {
      const result = run({ profile: patient, workload: spinners(busy), durationNs: 100 * MS, record: true });
      const { ts, hot } = result.tables!.decisions.columns as Record<'ts' | 'hot', ArrayLike<number>>;
      const moves = events(result, 'migrate');
      return { hot: Array.from(ts).findIndex((_, row) => hot[row] === 1), movedAt: moves[0]?.ts ?? Infinity };
    };
    expect(first(half).hot).toBe(0);
    expect(first(undefined).hot).toBe(-1);
    expect(first(half).movedAt).toBeGreaterThan(first(undefined).movedAt);

    const sim = simulation({ profile: patient, workload: spinners(half), durationNs: SEC });
    sim.runUntil(1);
    const { avg, cfs_avg } = sim.kernel;
    const row = sim.machine.population.births.find(({ comm }) => comm === 'asleep')!.row;
    expect([avg.load_avg[row], avg.util_avg[row], avg.runnable_avg[row]]).toEqual([768, 512, 768]);
    expect([3, 5].map((cpu) => avg.util_avg[cfs_avg + cpu])).toEqual([1024, 512]);
    expect([3, 5].map((cpu) => avg.load_avg[cfs_avg + cpu])).toEqual([2 * 768, 768]);
  });
});
