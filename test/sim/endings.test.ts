import { describe, expect, it } from 'vitest';
import { Op, type Workload } from '../../src/sim/programs/program.js';
import { Simulation } from '../../src/sim/simulation.js';
import { checkWorkload } from '../../src/workloads/check.js';
import { events, exitTime, machine, MS, NO_COSTS, run, runNs, SEC, US, workload } from '../support/scenarios.js';

const profile = machine('pvt8c', { costs: NO_COSTS });

/** A parent that forks two children, sleeps and ends with them: one child runs on and on, the other one waits for ever. */
function family(): Workload {
  const base = workload(8, () => undefined, { ends: 'exit' });
  const ops: [number, number, number][] = [
    [Op.FORK, 5, 1], [Op.FORK, 7, 1], [Op.SLEEP, 10 * MS, 0], [Op.RUN, 1000, 0], [Op.EXIT_GROUP, 0, 0],
    [Op.RUN, 3 * MS, 0], [Op.JUMP, 5, 0],
    [Op.WAIT, 0, 0], [Op.EXIT, 0, 0],
  ];
  const template = { comm: 'parent', entry: 0, nice: 0, policy: 0, mask: 0, group: 0, workingSet: 0, touchRate: 0 };
  return {
    ...base,
    program: {
      code: Uint8Array.from(ops, ([code]) => code),
      a: Float64Array.from(ops, ([, a]) => a),
      b: Float64Array.from(ops, ([, , b]) => b),
    },
    templates: [template, { ...template, comm: 'child', background: true }],
    initial: [{ template: 0, startNs: 0, cpu: 0 }],
    maxTasks: 3,
    semaphores: [0],
  };
}

/** A task that does `ops`. */
function alone(ops: readonly (readonly [number, number, number])[]): Workload {
  const base = family();
  return {
    ...base,
    program: {
      code: Uint8Array.from(ops, ([code]) => code),
      a: Float64Array.from(ops, ([, a]) => a),
      b: Float64Array.from(ops, ([, , b]) => b),
    },
    templates: [base.templates[0]!],
    maxTasks: 1,
  };
}

describe('EXIT_GROUP', () => {
  it('ends children that run and children that wait', () => {
    const work = family();
    checkWorkload(work, 8);
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(result.finished).toBe(true);
    expect(result.simulatedNs).toBe(10 * MS + 1000);
    expect(events(result, 'exit').length).toBeGreaterThanOrEqual(1);
  });

  it('leaves the run the same after a snapshot', () => {
    const make = (): Simulation => new Simulation({ profile, workload: family(), policy: null, seed: 1, durationNs: SEC });
    const once = make().run();
    const other = make();
    other.runUntil(5 * MS);
    const saved = other.snapshot();
    other.run();
    other.restore(saved);
    expect(other.run().streamHash).toBe(once.streamHash);
  });
});

describe('RUN_UNTIL and JUMP_AFTER', () => {
  it('RUN_UNTIL runs to its moment, and a look at the clock at most beyond it', () => {
    const work = alone([[Op.RUN_UNTIL, 20 * MS + 1, 100 * US], [Op.EXIT, 0, 0]]);
    checkWorkload(work, 8);
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'parent')).toBe(20 * MS + 100 * US);
    expect(runNs(result, 'parent')).toBe(20 * MS + 100 * US);
  });

  it('RUN_UNTIL is over at once where the moment is past', () => {
    const work = alone([[Op.RUN, MS, 0], [Op.RUN_UNTIL, MS, 100 * US], [Op.EXIT, 0, 0]]);
    expect(run({ profile, workload: work, durationNs: SEC }).simulatedNs).toBe(MS);
  });

  it('JUMP_AFTER leaves a loop after its moment', () => {
    const work = alone([[Op.RUN, 3 * MS, 0], [Op.JUMP_AFTER, 10 * MS, 3], [Op.JUMP, 0, 0], [Op.EXIT, 0, 0]]);
    checkWorkload(work, 8);
    expect(run({ profile, workload: work, durationNs: SEC }).simulatedNs).toBe(12 * MS);
  });
});

describe('the time of a wake-up', () => {
  const costs = {
    ...NO_COSTS,
    wakeup: 700, activate: 1100, schedule: 900, ipi_delay: 500, ipi_send: 250, user_return: 0, context_switch: 800, trace_event: 600,
  };
  /** A task wakes another one, which waits on an idle CPU. */
  const pair = workload(8, (s, w) => {
    const semaphore = w.semaphore(0);
    s.task('waiter', (p) => p.wait(semaphore), { cpu: 1, mask: w.mask([1, 2]) });
    s.task('waker', (p) => {
      p.run(MS);
      p.post(semaphore);
      p.run(MS);
    }, { cpu: 0, mask: w.mask([0]) });
  }, { ends: 'exit' });

  it('is the sum of its parts, trace events included, and the waker goes on before the woken task runs', () => {
    const result = run({ profile: machine('pvt8c', { costs }), workload: pair, durationNs: SEC, record: true });
    const waking = events(result, 'waking')[0]!['ts']!;
    const wakeup = events(result, 'wakeup')[0]!['ts']!;
    const switched = events(result, 'switch').find((row) => row['ts']! >= wakeup)!['ts']!;
    // waking, the choice, the interrupt; then on the other CPU activation and place; then the wake-up and schedule().
    expect(wakeup - waking).toBe(600 + 700 + 600 + 250 + 500 + 1100 + 600);
    expect(switched - wakeup).toBe(600 + 900);
  });
});
