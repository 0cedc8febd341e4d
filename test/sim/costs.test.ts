import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/policies/registry.js';
import type { Policy } from '../../src/sim/policy/policy.js';
import type { CacheProfile } from '../../src/sim/profile.js';
import { buildGenerator } from '../../src/workloads/registry.js';
import { exitTime, machine, MS, NO_COSTS, run, runNs, SEC, US, workload } from '../support/scenarios.js';

const CACHE: CacheProfile = {
  privateBytes: 1 << 20,
  llcBytes: 1 << 24,
  llcPsPerByte: 100,
  memoryPsPerByte: 1000,
  remotePsPerByte: 2000,
};
const KIB = 1024;

describe('the cache model in whole runs', () => {
  /** A task that is sent to and fro between two CPUs `moves` times, with a working set of 512 KiB. */
  const rover = (moves: number, apart: readonly [number, number], workingSet = 512 * KIB): ReturnType<typeof workload> =>
    workload(8, (s, w) => {
      const masks = apart.map((cpu) => w.mask([cpu]));
      s.task('rover', (p) => {
        for (let i = 0; i < moves; i++) {
          p.run(5 * MS);
          p.affinity(masks[(i + 1) % 2]!);
        }
        p.run(5 * MS);
      }, { mask: masks[0]!, workingSet, touchRate: 1000 });
    }, { ends: 'exit' });
  const profile = (name: string): ReturnType<typeof machine> => machine(name, { costs: NO_COSTS, cache: CACHE });

  it('the first touch comes from memory, each move of a hot task from the shared cache', () => {
    const cold = 512 * KIB * 1; // ns: 1000 ps a byte
    const hot = Math.floor((512 * KIB * 100) / 1000);
    for (const moves of [0, 1, 2, 6]) {
      const result = run({ profile: profile('pvt8c'), workload: rover(moves, [0, 3]), durationNs: SEC });
      expect(result.metrics.refill_ns).toBe(cold + moves * hot);
      expect(result.simulatedNs).toBe((moves + 1) * 5 * MS + cold + moves * hot);
    }
  });

  it('a move to another node costs what remote memory costs, one between siblings nothing', () => {
    const first = 512 * KIB;
    const remote = 512 * KIB * 2;
    // pvt8numa: 0…3 are node 0, and 0 and 1 are siblings.
    const of = (moves: number, apart: readonly [number, number]): number | null =>
      run({ profile: profile('pvt8numa'), workload: rover(moves, apart), durationNs: SEC }).metrics.refill_ns;
    expect(of(1, [0, 4])).toBe(first + remote);
    expect(of(4, [0, 1])).toBe(first);
    expect(of(1, [0, 2])).toBe(first + Math.floor((512 * KIB * 100) / 1000));
  });

  it('a small working set costs little, none nothing', () => {
    const of = (bytes: number): number =>
      run({ profile: profile('pvt8c'), workload: rover(4, [0, 3], bytes), durationNs: SEC }).metrics.refill_ns!;
    expect(of(0)).toBe(0);
    expect(of(4 * KIB)).toBe(4 * KIB + 4 * Math.floor((4 * KIB * 100) / 1000));
    expect(of(64 * KIB)).toBeGreaterThan(of(4 * KIB));
  });

  it('a task that comes back to a cache that others have used since pays again', () => {
    const alternate = (touchRate: number): number => {
      const work = workload(8, (s, w) => {
        const mask = w.mask([0]);
        for (const name of ['a', 'b']) {
          s.task(name, (p) => p.loop(20, () => {
            p.run(2 * MS);
            p.sleep(2 * MS);
          }), { mask, workingSet: 800 * KIB, touchRate });
        }
      }, { ends: 'exit' });
      return run({ profile: profile('pvt8c'), workload: work, durationNs: SEC }).metrics.refill_ns!;
    };
    // Two sets of 800 KiB do not fit into 1 MiB: each turn brings some back from the shared cache, at 100 ps a byte.
    const once = 2 * 800 * KIB;
    expect(alternate(1000)).toBeGreaterThan(once + 20 * 50 * US);
    // 64 bytes a µs: 2 ms touch 128 KB, and 20 turns of both barely fill the cache.
    expect(alternate(10)).toBeLessThan(once / 2);
  });

  it('always moving hot tasks costs completion time, never moving them does not', () => {
    // Three tasks on two CPUs whose balance would like to rotate them every few ms.
    const work = workload(8, (s, w) => {
      const mask = w.mask([0, 1]);
      for (let i = 0; i < 3; i++) s.task(`t${i}`, (p) => p.run(400 * MS), { mask, workingSet: 900 * KIB, touchRate: 2000 });
    }, { ends: 'exit' });
    const patch = { costs: NO_COSTS, sysctl: { migration_cost_ns: 1 * SEC } };
    const slow = machine('pvt8c', { ...patch, cache: { ...CACHE, llcPsPerByte: 5000, memoryPsPerByte: 5000 } });
    const nothing = { llcPsPerByte: 0, memoryPsPerByte: 0, remotePsPerByte: 0 };
    const free = machine('pvt8c', { ...patch, cache: { ...CACHE, ...nothing } });
    const of = (profile: typeof slow, policy: string): ReturnType<typeof run> =>
      run({ profile, workload: work, durationNs: 10 * SEC, policy });
    const always = of(slow, 'always');
    const never = of(slow, 'never');
    expect(always.finished && never.finished).toBe(true);
    expect(always.metrics.migrations_balance).toBeGreaterThan(never.metrics.migrations_balance!);
    // A task that is never moved does not pay for moves; switches on a CPU cost both alike.
    const perTask = (900 * KIB * 5000) / 1000;
    expect(never.metrics.refill_ns).toBeGreaterThan(2 * perTask);
    expect(of(free, 'always').metrics.refill_ns).toBe(0);
    // Without cache costs the freer policy is no worse.
    expect(of(free, 'always').simulatedNs).toBeLessThanOrEqual(of(free, 'never').simulatedNs);
    // Every ns of refills is a ns of CPU time on top of the work.
    for (const result of [always, never]) {
      const total = result.tasks.reduce((sum, task) => sum + task.runNs, 0);
      expect(total).toBe(1200 * MS + result.metrics.refill_ns!);
    }
  });

  it('refills are CPU time: work plus refill_ns, exactly, in a mix of tasks', () => {
    const work = workload(8, (s) => {
      for (let i = 0; i < 12; i++) {
        s.task(`t${i}`, (p) => p.loop(50, () => {
          p.run(700 * US);
          p.sleep(300 * US);
        }), { workingSet: (1 + i) * 100 * KIB, touchRate: 50 * i });
      }
    }, { ends: 'exit' });
    const result = run({ profile: profile('pvt8c'), workload: work, durationNs: 5 * SEC });
    expect(result.finished).toBe(true);
    const total = result.tasks.reduce((sum, task) => sum + task.runNs, 0);
    expect(total).toBe(12 * 50 * 700 * US + result.metrics.refill_ns!);
    expect(result.metrics.refill_ns).toBeGreaterThan(1 * MS);
  });
});

describe('what a policy costs', () => {
  const withCost = (costNs: number): Policy => ({ ...createPolicy('stock'), costNs });
  const pool = buildGenerator('threadpool', { workers: 24, hogs: 0, idleUs: 400 }, { cpus: 8, seed: 1 }, 'test');
  const profile = machine('pvt8c', { sysctl: { migration_cost_ns: 5 * MS } });

  it('policy_ns is the number of questions times costNs', () => {
    for (const cost of [0, 1, 500, 20_000]) {
      const result = run({ profile, workload: pool, durationNs: 200 * MS, policy: withCost(cost) });
      expect(result.counters['policy_decisions']).toBeGreaterThan(100);
      expect(result.counters['policy_decisions']).toBe(result.counters['decided']);
      expect(result.metrics.policy_ns).toBe(result.counters['policy_decisions']! * cost);
    }
  });

  it('is charged: completion and work done suffer', () => {
    const bench = buildGenerator('hackbench', { groups: 2, fds: 10, loops: 10 }, { cpus: 8, seed: 1 }, 'test');
    const of = (cost: number): ReturnType<typeof run> =>
      run({ profile: 'pvt8c', workload: bench, durationNs: 10 * SEC, policy: withCost(cost) });
    const [cheap, dear] = [of(0), of(300 * US)];
    expect(cheap.finished && dear.finished).toBe(true);
    expect(dear.metrics.completion_ns).toBeGreaterThan(cheap.metrics.completion_ns! * 1.02);
  });

  it('a policy without cost that answers as the kernel does is the kernel', () => {
    for (const name of ['threadpool', 'oversub', 'hackbench', 'groups']) {
      const work = buildGenerator(name, {}, { cpus: 8, seed: 5 }, 'test');
      const [none, stock] = [null, 'stock'].map((policy) => run({ profile, workload: work, durationNs: 100 * MS, policy }));
      expect(stock!.streamHash).toBe(none!.streamHash);
      expect(stock!.metrics).toEqual(none!.metrics);
      expect(none!.counters['policy_decisions']).toBe(0);
    }
  });
});

describe('SMT speed', () => {
  const pair = (cpus: readonly number[], smtSpeed: number): ReturnType<typeof run> => {
    const work = workload(8, (s, w) => {
      cpus.forEach((cpu) => s.task(`on${cpu}`, (p) => p.run(100 * MS), { mask: w.mask([cpu]), cpu }));
    }, { ends: 'exit' });
    return run({ profile: machine('pvt8', { costs: NO_COSTS, smtSpeed }), workload: work, durationNs: SEC, record: true });
  };

  it('two tasks on siblings run at smtSpeed, on different cores at full speed', () => {
    for (const speed of [512, 640, 1024]) {
      expect(pair([0, 1], speed).simulatedNs).toBe(Math.ceil((100 * MS * 1024) / speed));
      expect(pair([0, 2], speed).simulatedNs).toBe(100 * MS);
      expect(pair([0], speed).simulatedNs).toBe(100 * MS);
    }
  });

  it('the one left speeds up when its sibling has gone', () => {
    const work = workload(8, (s, w) => {
      s.task('short', (p) => p.run(50 * MS), { mask: w.mask([0]), cpu: 0 });
      s.task('long', (p) => p.run(100 * MS), { mask: w.mask([1]), cpu: 1 });
    }, { ends: 'exit' });
    const profile = machine('pvt8', { costs: NO_COSTS, smtSpeed: 512 });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'short')).toBe(100 * MS);
    // 50 ms of its work are done by then; the rest takes 50 ms. Rounding at the change is at most some ns.
    expect(Math.abs(exitTime(result, 'long') - 150 * MS)).toBeLessThan(10);
    expect(Math.abs(runNs(result, 'long') - 150 * MS)).toBeLessThan(10);
  });

  it('work is neither lost nor gained by many changes of speed', () => {
    const work = workload(8, (s, w) => {
      s.task('steady', (p) => p.run(200 * MS), { mask: w.mask([2]), cpu: 2 });
      s.task('flicker', (p) => p.loop(200, () => {
        p.run(123_457);
        p.sleep(345_679);
      }), { mask: w.mask([3]), cpu: 3 });
    }, { ends: 'exit' });
    const profile = machine('pvt8', { costs: NO_COSTS, smtSpeed: 700 });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    const busy = runNs(result, 'flicker');
    // While the sibling was busy (all of it, for `steady` outlasts it) the work went on at 700/1024.
    expect(Math.abs(exitTime(result, 'steady') - (200 * MS + busy * (1 - 700 / 1024)))).toBeLessThan(2000);
  });
});
