import fc from 'fast-check';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildWorkload } from '../../src/experiment/build-workload.js';
import { resolveScenario } from '../../src/experiment/resolve.js';
import { packageRoot } from '../../src/input/package-root.js';
import { InputError } from '../../src/input/error.js';
import { simulate } from '../../src/sim/simulation.js';
import { generatorNames } from '../../src/workloads/registry.js';

const DIR = mkdtempSync(join(tmpdir(), 'cfslab-resolve-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

const EXAMPLES = join(packageRoot(), 'examples');
const CAPTURES = join(packageRoot(), 'calibration', 'captures');

function file(name: string, content: unknown): string {
  const path = join(DIR, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('examples', () => {
  const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.json'));

  it.each(names)('%s resolves, is called as its file, and runs', async (name) => {
    const scenario = await resolveScenario(join(EXAMPLES, name), {});
    expect(`${scenario.name}.json`).toBe(name);
    const seed = scenario.seeds[0]!;
    const workload = buildWorkload(scenario, seed);
    const run = simulate(
      { profile: scenario.profile, workload, policy: null, seed, durationNs: Math.min(scenario.durationNs, 20e6) },
    );
    expect(run.events).toBeGreaterThan(10);
  });

  it('hold one for each generator, and those that are promised', () => {
    for (const name of [...generatorNames(), 'spinners-4x8', 'nine-on-eight', 'hackbench-64', 'mixed-nice']) {
      const found = names.some((example) => {
        const { workload } = JSON.parse(
          readFileSync(join(EXAMPLES, example), 'utf8'),
        ) as { workload: { generator?: string } };
        return example === `${name}.json` || workload.generator === name;
      });
      expect(found, name).toBe(true);
    }
  });

  it('hackbench-64 has 800 tasks on 64 CPUs, spinners-4x8 8 on 4 at HZ 1000', async () => {
    const hackbench = await resolveScenario(join(EXAMPLES, 'hackbench-64.json'), {});
    expect(hackbench.profile.topology.cpus).toHaveLength(64);
    // And their parent.
    expect(buildWorkload(hackbench, 1).maxTasks).toBe(801);
    const spinners = await resolveScenario(join(EXAMPLES, 'spinners-4x8.json'), {});
    expect(
      [spinners.profile.topology.cpus.length, spinners.profile.hz, buildWorkload(spinners, 1).initial.length],
    ).toEqual([4, 1000, 8]);
  });
});

describe('a scenario on the command line', () => {
  it('may be a generator', async () => {
    const scenario = await resolveScenario('spinners', { machine: 'flat4', params: { tasks: '3' }, durationSeconds: 0.5 });
    expect(scenario).toMatchObject(
      { name: 'spinners', durationNs: 5e8, seeds: [1, 2, 3, 4, 5], policies: [], errorPercent: null },
    );
    expect(buildWorkload(scenario, 1).initial).toHaveLength(3);
    await expect(resolveScenario('spinners', {})).rejects.toThrow(
      'spinners: machine: expected a machine here or with --machine',
    );
  });

  it('may be an rt-app file, which says how long it goes on', async () => {
    const path = file('two words.json', { global: { duration: 3 }, tasks: { t: { instance: 2, run: 100, sleep: 100 } } });
    const scenario = await resolveScenario(path, { machine: 'flat4' });
    expect(scenario).toMatchObject({ name: 'two-words', durationNs: 3e9, workload: { kind: 'fixed', origin: 'rtapp' } });
    expect((await resolveScenario(path, { machine: 'flat4', durationSeconds: 1 })).durationNs).toBe(1e9);
    await expect(resolveScenario(path, { machine: 'flat4', params: { tasks: 1 } })).rejects.toThrow(/--param: tasks/);
  });

  it('may be a capture, on the machine that it was made on, with its knobs', async () => {
    const scenario = await resolveScenario(join(CAPTURES, 'threadpool-c8-mc5'), {});
    expect(scenario.name).toBe('threadpool-c8-mc5');
    expect(scenario.profile.name).toBe('pvt8c');
    expect(scenario.profile.sysctl.migration_cost_ns).toBe(5_000_000);
    expect(scenario.profile.hz).toBe(250);
    expect(scenario.notes[0]).toContain('the same for every seed');
    expect(buildWorkload(scenario, 1)).toBe(buildWorkload(scenario, 2));
  });

  it('may be a capture on another machine of as many CPUs', async () => {
    const scenario = await resolveScenario(join(CAPTURES, 'spin9'), { machine: 'i5-1035g1' });
    expect(scenario.profile.name).toBe('i5-1035g1');
    await expect(
      resolveScenario(join(CAPTURES, 'spin9'), { machine: 'flat4' }),
    ).rejects.toThrow(/one of 8 CPUs, as in the recording, found flat4 with 4/);
  });

  it('lets the command line have the last word', async () => {
    const path = file('s.json', {
      name: 's',
      machine: 'flat4',
      workload: { generator: 'spinners', params: { tasks: 2, staggerUs: 5 } },
      durationMs: 10,
      seeds: [4, 9],
      overrides: { hz: 250, sysctl: { nr_migrate: 8 } },
    });
    const plain = await resolveScenario(path, {});
    expect(plain).toMatchObject({ durationNs: 1e7, seeds: [4, 9], profile: { hz: 250, sysctl: { nr_migrate: 8 } } });
    expect(plain.changes).toEqual([{ path: 'sysctl.nr_migrate', value: 8 }, { path: 'hz', value: 250 }]);
    const changed = await resolveScenario(path, {
      machine: 'pvt8c',
      durationSeconds: 2,
      seeds: [1],
      params: { tasks: 7 },
      settings: [{ path: 'hz', value: 1000, source: '--set' }],
    });
    expect(changed).toMatchObject(
      { durationNs: 2e9, seeds: [1], profile: { name: 'pvt8c', hz: 1000, sysctl: { nr_migrate: 8 } } },
    );
    expect(changed.workload).toMatchObject({ params: { tasks: 7, staggerUs: 5 } });
  });

  it('finds what a file names beside the file', async () => {
    const profile = JSON.parse(readFileSync(join(packageRoot(), 'calibration', 'machines', 'flat4.json'), 'utf8')) as object;
    file('mine.json', { ...profile, name: 'mine', calibrationErrorPercent: 2.5 });
    file('rt.json', { tasks: { t: { run: 100, sleep: 100 } } });
    const scenario = await resolveScenario(
      file('beside.json', { name: 'b', machine: 'mine.json', workload: { rtapp: 'rt.json' } }),
      {},
    );
    expect(scenario).toMatchObject({ profile: { name: 'mine' }, errorPercent: 2.5 });
    const inline = await resolveScenario(
      file('inline.json', { name: 'i', machine: { ...profile, name: 'own' }, workload: { generator: 'spinners' } }),
      {},
    );
    expect(inline.profile.name).toBe('own');
  });
});

describe('mutated scenario files', () => {
  const base = readFileSync(join(EXAMPLES, 'groups-by-rule.json'), 'utf8');
  const spots = [...JSON.stringify(JSON.parse(base)).matchAll(/[[\]{}:,"0-9]/g)].length;

  async function takenOrRefused(path: string): Promise<void> {
    try {
      await resolveScenario(path, {});
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).not.toMatch(/\n/);
      expect((error as Error).message.length).toBeLessThan(500);
    }
  }

  it('are taken or refused with one line: a piece cut out, doubled or replaced', async () => {
    const piece = fc.record(
      {
        at: fc.nat(base.length),
        length: fc.nat(12),
        by: fc.oneof(
          fc.constant(''),
          fc.string({ maxLength: 8 }),
          fc.constantFrom('-1', '1e999', 'null', '[]', '{}', '"x"'),
        ),
      },
    );
    await fc.assert(
      fc.asyncProperty(
        piece,
        async ({ at, length, by }) => takenOrRefused(file('mutant.json', base.slice(0, at) + by + base.slice(at + length))),
      ),
      { numRuns: 300 },
    );
  });

  it('are taken or refused with one line: any value anywhere', async () => {
    expect(spots).toBeGreaterThan(100);
    const paths: string[][] = [];
    const walk = (value: unknown, path: string[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) walk(
        inner,
        [...path, key],
      );
    };
    walk(JSON.parse(base), []);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.oneof(
        fc.jsonValue(),
        fc.double(),
        fc.maxSafeInteger(),
      ), async (path, value) => {
        const copy = JSON.parse(base) as Record<string, unknown>;
        let holder = copy;
        for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
        holder[path.at(-1)!] = value;
        await takenOrRefused(file('mutant.json', copy));
      }),
      { numRuns: 300 },
    );
  });
});
