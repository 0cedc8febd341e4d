import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aptAccess, aptCommand, installPackages, type AptSystem } from '../../../src/kernel-validation/demo/apt.js';
import { runDemo, type DemoTools } from '../../../src/kernel-validation/demo/demo.js';
import { demoSteps, type DemoRequest } from '../../../src/kernel-validation/demo/plan.js';
import { checkScenario } from '../../../src/experiment/schema/scenario.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'cfslab-demo-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const request = (): DemoRequest => ({
  out,
  workloads: [{ name: 'threadpool', params: { workers: 24, hogs: 0 } }, { name: 'hackbench', params: { groups: 3 } }],
  policy: 'neural-early',
  repetitions: 3,
  seconds: 0.4,
  migrationCostNs: 5_000_000,
  kernel: null,
});

interface Fake {
  readonly tools: DemoTools;
  readonly said: string[];
  readonly ran: string[];
}

/** How a machine is that is not root's with apt-get, where everything succeeds. */
interface FakeMachine {
  readonly uid?: number;
  readonly programs?: readonly string[];
  /** The exit code of `sudo -n true`. */
  readonly sudo?: number;
  /** What apt-get update prints, and apt-get install; and the latter's exit code. */
  readonly update?: string;
  readonly install?: string;
  readonly code?: number;
  /** apt-get install succeeds and brings nothing. */
  readonly empty?: boolean;
}

/** A machine where `missing` tools are missing, and cfslab's exit codes are these in turn. */
function fake(missing: readonly string[], codes: readonly number[] = [], machine: FakeMachine = {}): Fake {
  const said: string[] = [];
  const ran: string[] = [];
  const { uid = 0, programs = ['apt-get', 'sudo'], sudo = 0, update = 'Reading package lists...', install = 'Setting up', code = 0 } = machine;
  const path = (name: string): string => join(out, `tool-${name}`);
  const system: AptSystem = {
    find: (name) => (programs.includes(name) ? `/usr/bin/${name}` : undefined),
    uid: () => uid,
    run: (argv, options) => {
      const end = { code: 0, timedOut: false, lastLines: [update] };
      if (argv.at(-1) === 'true') return Promise.resolve({ ...end, code: sudo });
      ran.push(argv.join(' '));
      if (!argv.includes('install')) return Promise.resolve(end);
      options.onLine?.(install);
      if (code === 0 && machine.empty !== true) for (const name of missing) writeFileSync(path(name), '');
      return Promise.resolve({ code, timedOut: false, lastLines: [install, 'E: and more'] });
    },
  };
  let clock = 0;
  let step = 0;
  const tools: DemoTools = {
    apt: system,
    tools: missing.map((name) => ({ package: name, oneOf: [path(name)] })),
    cfslab: (argv) => {
      ran.push(`cfslab ${argv.join(' ')}`);
      return Promise.resolve(codes[step++] ?? 0);
    },
    say: (line) => void said.push(line),
    now: () => (clock += 61_000),
  };
  return { tools, said, ran };
}

describe('the plan of a demonstration', () => {
  it('builds, measures stock, policy and shadow, predicts and confronts', () => {
    const steps = demoSteps(request());
    expect(steps.map(({ argv }) => argv.slice(0, argv[0] === 'kernel' ? 2 : 1).join(' '))).toEqual([
      'kernel build', 'kernel measure', 'kernel measure', 'compare', 'kernel confront',
    ]);
    expect(steps[1]!.argv).toEqual(expect.arrayContaining(['threadpool,hackbench', 'stock,neural-early', '5000000', 'pvt8c']));
    expect(steps[2]!.argv).toEqual(expect.arrayContaining(['neural-early@shadow']));
  });

  it('takes a kernel that is given instead of building one', () => {
    const steps = demoSteps({ ...request(), kernel: 'bzImage' });
    expect(steps).toHaveLength(4);
    for (const { argv } of steps.slice(0, 2)) expect(argv.join(' ')).toContain('--kernel bzImage');
  });

  it('simulates the workloads with the parameters that are measured', () => {
    const { files, argv } = demoSteps(request())[3]!;
    expect(files.map(({ text, path }) => checkScenario(JSON.parse(text), path))).toMatchObject([
      { name: 'threadpool', machine: 'pvt8c', workload: { generator: 'threadpool', params: { workers: 24, hogs: 0 } }, durationSeconds: 0.4, seeds: 3 },
      { name: 'hackbench', overrides: { sysctl: { migration_cost_ns: 5_000_000 } } },
    ]);
    for (const { path } of files) expect(argv).toContain(path);
  });
});

describe('a demonstration', () => {
  it('says what it installs before it does, then takes every step with the time that has gone', async () => {
    const { tools, said, ran } = fake(['flex', 'bison']);
    expect(await runDemo(request(), tools)).toBe(0);
    expect(said[0]).toBe('This will install 2 Debian packages with apt-get: flex bison');
    expect(ran[0]).toBe('env DEBIAN_FRONTEND=noninteractive apt-get update');
    expect(ran[1]).toMatch(/^env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends flex bison$/);
    expect(said).toContain('  Setting up');
    expect(ran.slice(2).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'cfslab kernel build', 'cfslab kernel measure', 'cfslab kernel measure', expect.stringMatching(/^cfslab compare /) as string, 'cfslab kernel confront',
    ]);
    expect(said.filter((line) => line.includes('Step'))).toHaveLength(5);
    expect(said.find((line) => line.includes('Step 2 of 5'))).toMatch(/^\[02:02\]/);
    expect(JSON.parse(readFileSync(join(out, 'scenarios', 'hackbench.json'), 'utf8'))).toMatchObject({ name: 'hackbench' });
  });

  it('installs nothing where nothing is missing', async () => {
    const { tools, said, ran } = fake([]);
    await runDemo(request(), tools);
    expect(said[0]).toBe('All Debian packages that this needs are installed.');
    expect(ran.some((line) => line.includes('apt-get'))).toBe(false);
  });

  it('clears what was simulated before, and nothing that was measured', async () => {
    for (const folder of ['predicted', 'measured']) {
      mkdirSync(join(out, folder));
      writeFileSync(join(out, folder, 'old'), '');
    }
    await runDemo(request(), fake([]).tools);
    expect([existsSync(join(out, 'predicted')), existsSync(join(out, 'measured', 'old'))]).toEqual([false, true]);
  });

  it('stops at the first step that fails, and passes the verdict on', async () => {
    const failed = fake([], [0, 3]);
    expect(await runDemo(request(), failed.tools)).toBe(3);
    expect(failed.ran).toHaveLength(2);
    expect(failed.said.at(-1)).toContain('Step 2 ended with code 3');
    const refuted = fake([], [0, 0, 0, 0, 1]);
    expect(await runDemo(request(), refuted.tools)).toBe(1);
    expect(refuted.said.at(-1)).toContain('Done');
  });

  it.each<[string, FakeMachine]>([
    ['you are not root, and there is no sudo', { uid: 1000, programs: ['apt-get'] }],
    ['you are not root, and sudo asks for a password', { uid: 1000, sudo: 1 }],
    ['there is no apt-get', { programs: [] }],
  ])('says so in one line, and before anything else, where %s', async (why, machine) => {
    const { tools, ran, said } = fake(['flex', 'bison'], [], machine);
    await expect(runDemo(request(), tools)).rejects.toThrow(
      `2 Debian packages are missing and cannot be installed from here, since ${why}; as root: ${aptCommand(['flex', 'bison']).join(' ')}`,
    );
    expect([ran, said]).toEqual([[], []]);
  });

  it('installs through a sudo that asks for no password', async () => {
    const { tools, ran } = fake(['flex'], [], { uid: 1000 });
    expect(await runDemo(request(), tools)).toBe(0);
    expect(ran[0]).toBe('sudo -n env DEBIAN_FRONTEND=noninteractive apt-get update');
    expect(ran[1]).toMatch(/^sudo -n env \S+ apt-get .*install .*flex$/);
  });

  it('says why apt fails, and what was wrong with its lists before', async () => {
    const { apt } = fake([], [], { update: 'W: Failed to fetch x', install: 'E: Unable to locate package broken', code: 100 }).tools;
    const access = await aptAccess(apt);
    await expect(installPackages(['broken'], access as string[], apt)).rejects.toThrow(
      'apt-get install failed with code 100: E: Unable to locate package broken (apt-get update before it: W: Failed to fetch x)',
    );
  });

  it('notices where a package does not hold what it should', async () => {
    await expect(runDemo(request(), fake(['flex'], [], { empty: true }).tools)).rejects.toThrow('apt-get has installed flex, and');
  });
});
