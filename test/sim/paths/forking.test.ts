import { describe, expect, it } from 'vitest';
import { Op, type Workload } from '../../../src/sim/programs/program.js';
import { events, machine, MS, NO_COSTS, run, SEC, simulation, US, workload, type Setup } from '../../support/scenarios.js';

/** A fork is told of after 10 µs; the CPU is chosen 7.2 µs later, and the child queued there 2.8 µs after that. */
const profile = machine('pvt8c', { costs: { ...NO_COSTS, fork: 10 * US, fork_wake: 10 * US } });

/** A parent on CPU 0 that forks at 1 ms, and tasks that keep the other CPUs busy until `until`, CPU 5 for good. */
function family(until: number): Workload {
  return workload(8, (s, w) => {
    const p = w.program;
    const child = p.routine(() => p.run(1 * MS));
    s.task('parent', () => {
      p.run(1 * MS);
      p.fork(child, w.template({ comm: 'child', entry: child }));
      p.run(2 * MS);
    }, { mask: w.mask([0]) });
    for (let cpu = 1; cpu < 8; cpu++) {
      s.task(`other${cpu}`, (q) => q.run(cpu === 5 ? until : 5 * MS), { mask: w.mask([cpu]), cpu });
    }
  }, { ends: 'exit' });
}

const setup = (until: number): Setup => ({ profile, workload: family(until), durationNs: SEC, record: true });

describe('a fork', () => {
  it('is told of after the one part of its time and queues the child after the other one, which the parent pays for', () => {
    const result = run(setup(5 * MS));
    const told = events(result, 'fork').find(({ pid }) => pid! > 0)!;
    expect(told['ts']).toBe(1 * MS + 10 * US);
    expect(events(result, 'wakeup_new').find(({ pid }) => pid === told['a'])!['ts']).toBe(1 * MS + 20 * US);
    const parent = result.tasks.find(({ comm }) => comm === 'parent')!;
    expect(parent.runNs).toBe(3 * MS + 20 * US);
  });

  it('sees what the others do until the CPU is chosen, and nothing later', () => {
    const chosen = (until: number): number => {
      const result = run(setup(until));
      const told = events(result, 'fork').find(({ pid }) => pid! > 0)!;
      return events(result, 'wakeup_new').find(({ pid }) => pid === told['a'])!['a']!;
    };
    expect(chosen(1 * MS + 17 * US)).toBe(5);
    expect(chosen(1 * MS + 18 * US)).toBe(0);
  });

  it('is done to its end where the parent is killed in the midst of it', () => {
    const base = workload(8, () => undefined, { ends: 'exit' });
    const born = (at: number): number => {
      const ops: [number, number, number][] = [
        [Op.FORK, 4, 1], [Op.SLEEP, at, 0], [Op.EXIT_GROUP, 0, 0], [Op.EXIT, 0, 0],
        [Op.FORK, 6, 2], [Op.JUMP, 5, 0],
        [Op.RUN, 1 * MS, 0], [Op.EXIT, 0, 0],
      ];
      const template = { comm: 'top', entry: 0, nice: 0, policy: 0, mask: 0, group: 0, workingSet: 0, touchRate: 0 };
      const program = {
        code: Uint8Array.from(ops, ([code]) => code),
        a: Float64Array.from(ops, ([, a]) => a),
        b: Float64Array.from(ops, ([, , b]) => b),
      };
      const templates = [template, { ...template, comm: 'middle', background: true }, { ...template, comm: 'low' }];
      const work = { ...base, program, templates, initial: [{ template: 0, startNs: 0, cpu: 0 }], maxTasks: 3 };
      const result = run({ profile, workload: work, durationNs: SEC, record: true });
      expect(result.finished).toBe(true);
      const { pid } = result.tasks.find(({ comm }) => comm === 'low') ?? { pid: -1 };
      const queued = events(result, 'wakeup_new').filter((row) => row['pid'] === pid);
      return pid === -1 ? 0 : queued.length;
    };
    // The middle one begins to fork at 20 µs; the top one sleeps from then on.
    expect(born(5 * US)).toBe(0);
    expect(born(13 * US)).toBe(1);
    expect(born(18 * US)).toBe(1);
  });

  it('goes on from a snapshot in its midst as it would have', () => {
    const once = simulation(setup(1 * MS + 17 * US)).run().streamHash;
    for (const at of [1 * MS + 5 * US, 1 * MS + 12 * US, 1 * MS + 18 * US]) {
      const sim = simulation(setup(1 * MS + 17 * US));
      sim.runUntil(at);
      const other = simulation(setup(1 * MS + 17 * US));
      other.restore(sim.snapshot());
      expect(other.run().streamHash).toBe(once);
    }
  });
});
