import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunOptions, RunResult } from '../../src/sim/run-types.js';
import { simulate } from '../../src/sim/simulation.js';
import { type Case, exampleCases, generatorCases, withPolicy } from '../support/cases.js';
import { profileArb, sceneArb } from '../support/random-scene.js';
import { machine, MS, NO_COSTS, workload } from '../support/scenarios.js';

/** What must be the same where two runs are the same. */
function outcome(result: RunResult): Omit<RunResult, 'tables'> {
  const { tables, ...rest } = result;
  void tables;
  return rest;
}

const same = (a: RunOptions, b: RunOptions): void => expect(outcome(simulate(b))).toEqual(outcome(simulate(a)));

const DURATION = 40 * MS;
let cases: Case[] = [];
beforeAll(async () => {
  cases = [...(await exampleCases(DURATION)), ...generatorCases(DURATION / 2)];
});

describe('determinism', () => {
  it('there are cases: every example, and every generator on four machines', () => {
    expect(cases.length).toBeGreaterThan(60);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it('the same options give the same run; taking ticks one by one or recording changes nothing', () => {
    for (const { name, options } of cases) {
      const first = outcome(simulate(options));
      expect(first.checkpoints.length, name).toBeGreaterThan(3);
      expect(outcome(simulate(options)), name).toEqual(first);
      expect(outcome(simulate({ ...options, takeTicksTogether: false })), name).toEqual(first);
      expect(outcome(simulate({ ...options, record: true })), name).toEqual(first);
    }
  });

  it('a policy that answers as the kernel does changes nothing', () => {
    for (const { name, options } of cases) {
      const stock = simulate(withPolicy(options, 'stock'));
      const none = simulate(options);
      expect(stock.streamHash, name).toBe(none.streamHash);
      expect(stock.metrics, name).toEqual(none.metrics);
    }
  });

  it('other policies are deterministic too, and ticks together or apart alike', () => {
    for (const { name, options } of cases.filter((_, i) => i % 4 === 0)) {
      for (const policy of ['early-migration', 'always', 'never', 'cold-only']) {
        const first = outcome(simulate(withPolicy(options, policy)));
        const apart = outcome(simulate({ ...withPolicy(options, policy), takeTicksTogether: false }));
        expect(apart, `${name} ${policy}`).toEqual(first);
      }
    }
  });

  it('another seed gives another stream', () => {
    for (const { name, options } of cases) {
      // Spinners draw nothing: a seed shows in the times of their ticks, and those only where something is balanced.
      if (name.startsWith('spinners')) continue;
      const hashes = [1, 2, 3].map((seed) => simulate({ ...options, seed }).streamHash);
      expect(new Set(hashes).size, name).toBeGreaterThan(1);
    }
  });

  it('a longer run begins as a shorter one: the hash of a prefix is among its checkpoints', () => {
    for (const { options } of cases.filter((_, i) => i % 5 === 0)) {
      const long = new Map(simulate(options).checkpoints);
      const short = simulate({ ...options, durationNs: DURATION / 4 }).checkpoints.slice(0, -1);
      for (const [records, hash] of short) expect(long.get(records)).toBe(hash);
    }
  });

  it('does not depend on what ran before in the same process', () => {
    const first = cases[0]!.options;
    const alone = simulate(first).streamHash;
    for (const { options } of cases.slice(1, 6)) simulate(options);
    expect(simulate(first).streamHash).toBe(alone);
    same(first, { ...first, workload: structuredClone(first.workload), profile: structuredClone(first.profile) });
  });
});

describe('ticks taken together', () => {
  const alike = (options: RunOptions): void => {
    const apart = outcome(simulate({ ...options, takeTicksTogether: false }));
    expect(outcome(simulate({ ...options, takeTicksTogether: true }))).toEqual(apart);
  };

  it('are as ticks taken one by one, whatever the tasks do', () => {
    fc.assert(
      fc.property(sceneArb, profileArb, fc.nat(2 ** 32 - 1), (work, profile, seed) => {
        alike({ profile, workload: work, policy: null, seed, durationNs: 60 * MS });
      }),
      { numRuns: 300 },
    );
  });

  it('where a CPU goes idle, which makes the ticks of the busy ones kick it now and then', () => {
    const work = workload(4, (s) => {
      for (let i = 0; i < 3; i++) s.spinner(`hog${i}`);
    });
    const options = { profile: machine('flat4'), workload: work, policy: null, durationNs: 300 * MS };
    for (const seed of [1, 2, 3, 4]) alike({ ...options, seed });
  });

  it('where something happens to a CPU before the first of the ticks that it put off', () => {
    const work = workload(4, (s, w) => {
      for (let i = 0; i < 4; i++) s.spinner(`hog${i}`, { mask: w.mask([i]), cpu: i });
      s.task('periodic', (p) => p.forever(() => {
        p.run(3 * MS + 12_345);
        p.sleep(7 * MS + 999);
      }), { mask: w.mask([2]), cpu: 2 });
    });
    const options = { profile: machine('flat4'), workload: work, policy: null, durationNs: 300 * MS };
    for (const seed of [1, 2, 3, 4]) alike({ ...options, seed });
  });

  it('where a run that would end by exit is cut off: it lasts its duration', () => {
    const work = workload(4, (s) => {
      for (let i = 0; i < 4; i++) s.task(`long${i}`, (p) => p.run(10_000 * MS), { cpu: i });
    }, { ends: 'exit' });
    const profile = machine('flat4', { costs: { ...NO_COSTS, context_switch: 1 } });
    const options: RunOptions = { profile, workload: work, policy: null, seed: 1, durationNs: 905 * MS };
    alike(options);
    const result = simulate(options);
    expect(result).toMatchObject({ finished: false, simulatedNs: 905 * MS });
    for (const { runNs } of result.tasks) expect(905 * MS - runNs).toBeLessThanOrEqual(10);
  });

  it('where kernel work takes no time and a task that a tick puts on its CPU wakes another one at once', () => {
    const work = workload(4, (s, w) => {
      const go = w.semaphore(0);
      for (let i = 0; i < 4; i++) s.spinner(`hog${i}`, { mask: w.mask([i]), cpu: i });
      s.task('waker', (p) => p.forever(() => {
        p.sleep(500_000);
        p.post(go);
        p.run(5 * MS + 123);
      }), { mask: w.mask([0]), policy: 3 });
      s.task('woken', (p) => p.forever(() => {
        p.wait(go);
        p.run(700_000);
      }), { mask: w.mask([2]) });
    });
    const profile = machine('flat4', { costs: NO_COSTS });
    for (const seed of [1, 2, 3, 4, 5]) alike({ profile, workload: work, policy: null, seed, durationNs: 300 * MS });
  });
});
