import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Recorder } from '../../src/sim/records/recorder.js';
import type { RunOptions, RunResult } from '../../src/sim/run-types.js';
import { Simulation } from '../../src/sim/simulation.js';
import { buildGenerator, generatorNames } from '../../src/workloads/registry.js';
import { machines, withPolicy } from '../support/cases.js';
import { profileArb, sceneArb } from '../support/random-scene.js';
import { MS, workload } from '../support/scenarios.js';

const PROFILES = machines();
const DURATION = 12 * MS;

const withoutTables = ({ tables, ...rest }: RunResult): Omit<RunResult, 'tables'> => (void tables, rest);

/** Dispatches `steps` events, or fewer where the run is over. */
function advance(sim: Simulation, steps: number): void {
  for (let i = 0; i < steps && !sim.over; i++) sim.machine.step();
}

/** The rows of a run in the order in which they came: the tables of its result are in order of time. */
function arrived(sim: Simulation): NonNullable<RunResult['tables']> {
  return (sim as unknown as { tracer: { recorder: Recorder } }).tracer.recorder.arrived();
}

/** The rows that a run records from row `from` of each table on, but for their numbers, which a fresh run begins anew. */
function tails(sim: Simulation, from: readonly number[]): number[][][] {
  return Object.values(arrived(sim)).map((table, i) =>
    Object.entries(table.columns).filter(([name]) => name !== 'seq').map(([, column]) => Array.from(column).slice(from[i])),
  );
}

function rowCounts(sim: Simulation): number[] {
  return Object.values(arrived(sim)).map((table) => table.rows);
}

/** A generator on a machine, or a random scene. */
const optionsArb: fc.Arbitrary<RunOptions> = fc
  .record({
    generator: fc.constantFrom(...generatorNames()),
    profile: fc.constantFrom(...PROFILES),
    scene: fc.option(fc.tuple(sceneArb, profileArb)),
    seed: fc.nat(2 ** 32 - 1),
    policy: fc.constantFrom(null, 'stock', 'early-migration', 'always', 'never', 'neural-early:refractoryNs=100000,driftFloor=900,driftWindow=64,standby=early,swapAtNs=5000000'),
    takeTicksTogether: fc.boolean(),
  })
  .map(({ generator, profile, scene, seed, policy, takeTicksTogether }) => {
    const [built, on] = scene ?? [buildGenerator(generator, {}, { cpus: 8, seed }, 'test'), profile];
    const durationNs = scene === null ? DURATION : 40 * MS;
    const base = { profile: on, workload: built, policy: null, seed, durationNs };
    const options: RunOptions = { ...base, takeTicksTogether, record: true };
    return policy === null ? options : withPolicy(options, policy);
  });

describe('snapshots', () => {
  it('a run restored, here or in another simulation, goes on bit for bit', () => {
    fc.assert(
      fc.property(optionsArb, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(400), (options, where, extra) => {
        const first = new Simulation(options);
        const whole = first.run();
        const sim = new Simulation(options);
        const at = Math.floor(where * Math.min(whole.events, 3000));
        advance(sim, at);
        const taken = rowCounts(sim);
        const snapshot = sim.snapshot();

        // Goes on, and is put back from later on.
        advance(sim, extra);
        const later = rowCounts(sim);
        sim.restore(snapshot);
        const again = sim.run();
        expect(withoutTables(again)).toEqual(withoutTables(whole));
        expect(tails(sim, later)).toEqual(tails(first, taken));

        // A fresh simulation has no rows of what was before.
        const other = new Simulation(options);
        other.restore(snapshot);
        const elsewhere = other.run();
        expect(withoutTables(elsewhere)).toEqual(withoutTables(whole));
        expect(tails(other, taken.map(() => 0))).toEqual(tails(first, taken));
      }),
      { numRuns: 100 },
    );
  });

  it('can be taken after every single event of a run with every kind of event', () => {
    // Groups with a quota, sleeps, wake-ups, forks, exits, affinity and execve() within 12 ms.
    const work = workload(8, (s, w) => {
      const group = w.group({ name: 'capped', quotaNs: 1 * MS, periodNs: 2 * MS });
      const child = w.program.routine(() => w.program.run(150_000));
      const template = w.template({ comm: 'child', entry: child });
      for (let i = 0; i < 3; i++) s.spinner(`capped${i}`, { group });
      s.task('parent', (p) => p.forever(() => {
        p.fork(child, template);
        p.run(90_000);
        p.exec();
        p.join();
        p.sleep(50_000);
        p.affinity(w.mask([1, 2]));
        p.run(20_000);
        p.affinity(0);
      }));
    });
    const options: RunOptions = { profile: PROFILES[1]!, workload: work, policy: null, seed: 4, durationNs: 12 * MS };
    const whole = new Simulation(options).run();
    expect(whole.counters['throttled']).toBeGreaterThan(0);
    const sim = new Simulation(options);
    let taken = 0;
    while (!sim.over) {
      sim.machine.step();
      const other = new Simulation(options);
      other.restore(sim.snapshot());
      expect(other.run()).toEqual(whole);
      taken++;
    }
    expect(taken).toBeGreaterThan(100);
  });

  it('taking one changes nothing', () => {
    fc.assert(
      fc.property(optionsArb, (options) => {
        const whole = new Simulation(options).run();
        const sim = new Simulation(options);
        for (let i = 0; !sim.over; i++) {
          sim.machine.step();
          if (i % 50 === 0) sim.snapshot();
        }
        expect(sim.result()).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });
});
