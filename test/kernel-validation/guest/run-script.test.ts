import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRunFile } from '../../../src/bundle/capture/measured-run.js';
import { finishCapture } from '../../../src/kernel-validation/boot/capture.js';
import { guestFolder, guestPrograms, PROGRAM_TOOLS } from '../../../src/kernel-validation/guest/programs.js';
import { PLAIN_RUN, runFiles, type RunSettings } from '../../../src/kernel-validation/guest/settings.js';
import { missingPackages } from '../../../src/kernel-validation/tools.js';

const root = mkdtempSync(join(tmpdir(), 'cfslab-run-script-'));
const hasTools = missingPackages(PROGRAM_TOOLS).length === 0;
let programs = '';
beforeAll(async () => {
  if (hasTools) programs = await guestPrograms({ root: join(root, 'cache') });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const RUN: RunSettings = {
  ...PLAIN_RUN, place: 'here', workload: 'spinners', params: { tasks: 1 }, durationMs: 10, events: 'ml', mode: 'decide',
  page: Buffer.from('page'), migrationCostNs: 5_000_000,
};

/** Plain files where the kernel has its own. */
const FILES: Readonly<Record<string, string>> = {
  'sys/kernel/tracing/events/enable': '0\n',
  'sys/kernel/tracing/instances/cfslab/options/overwrite': '1\n',
  'sys/kernel/tracing/instances/cfslab/events/sched/cfslab_can_migrate/enable': '0\n',
  'sys/kernel/tracing/instances/cfslab/events/sched/sched_switch/enable': '0\n',
  'sys/kernel/tracing/instances/cfslab/per_cpu/cpu0/stats': 'entries: 1\noverrun: 0\n',
  'sys/kernel/tracing/instances/cfslab/trace': '# tracer: nop\n',
  'sys/kernel/debug/sched/debug': 'cpu#0\n',
  'sys/kernel/debug/sched/features': 'WAKEUP_PREEMPTION\n',
  'sys/kernel/debug/sched/migration_cost_ns': '500000\n',
  'sys/kernel/debug/sched/domains/cpu0/domain0/max_newidle_lb_cost': '2026\n',
  'sys/kernel/debug/cfslab/mode': 'off\n',
  'sys/kernel/debug/cfslab/model': '',
  'sys/kernel/debug/cfslab/active': 'hash abc\n',
  'sys/kernel/debug/cfslab/source': `${'ab'.repeat(32)}\n`,
  'sys/kernel/debug/cfslab/stats': 'mode decide\ncalls 12\nasked 10\ncycles 2420\nmemory_bytes 11504\n',
  'proc/sys/kernel/sched_schedstats': '0\n',
};

let count = 0;

/** Runs the script on a machine of stand-ins, some of them other or left out. */
function go(settings: RunSettings, files: Readonly<Record<string, string | null>> = {}) {
  const folder = join(root, `run-${++count}`);
  const put = (path: string, data: string | Uint8Array): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data);
  };
  for (const [name, text] of Object.entries({ ...FILES, ...files })) if (text !== null) put(join(folder, 'sys-root', name), text);
  for (const [name, data] of runFiles(settings)) put(join(folder, 'run', name), data);
  const env = { ...process.env, PATH: `${programs}:${process.env['PATH']}`, CFSLAB_SYS: join(folder, 'sys-root') };
  const argv = [join(guestFolder(), 'run.sh'), join(folder, 'run'), join(folder, 'out'), join(folder, 'work')];
  const { status, stdout } = spawnSync('sh', argv, { encoding: 'utf8', env });
  return {
    status, stdout, out: join(folder, 'out'),
    system: (name: string) => readFileSync(join(folder, 'sys-root', name), 'utf8'),
  };
}

describe('the script of a run', () => {
  it('pushes, sets the mode and the knobs, measures, hands out, and puts back', async () => {
    if (!hasTools) return;
    const { status, stdout, out, system } = go(RUN);
    expect([status, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, 'cfslab: run is whole']);
    expect(system('sys/kernel/debug/cfslab/model')).toBe('page');
    // Everything is as it was.
    expect(system('sys/kernel/debug/cfslab/mode')).toBe('off\n');
    expect(system('sys/kernel/debug/sched/migration_cost_ns')).toBe('500000\n');
    expect(system('proc/sys/kernel/sched_schedstats')).toBe('0\n');
    // But while it ran the knobs were set, and the events that it asks for were on, and no others.
    expect(readFileSync(join(out, 'sched_debugfs'), 'utf8')).toContain('migration_cost_ns: 5000000\n');
    expect(system('sys/kernel/tracing/instances/cfslab/events/sched/cfslab_can_migrate/enable')).toBe('1\n');
    expect(system('sys/kernel/tracing/instances/cfslab/events/sched/sched_switch/enable')).toBe('0\n');
    expect(system('sys/kernel/tracing/instances/cfslab/tracing_on')).toBe('0\n');
    // What the kernel answers here is not what was written to it, as it would be in a plain file.
    writeFileSync(join(out, 'policy.latency'), 'calls 20\ncycles 9000\n');
    const identity = { workload: 'spinners', unit: null, policy: 'neural-early', model: null, repetition: 0 };
    const origin = { shape: 'unknown', quantumNs: 0, wallMs: 1, argv: [], said: [], files: [] };
    const facts = await finishCapture(out, RUN, identity, origin);
    expect(facts).toMatchObject({
      mode: 'decide', memoryBytes: 11504, latency: { calls: 20, cycles: 9000 }, kernelSource: 'ab'.repeat(32),
      stats: { asked: 10, cycles: 2420 },
    });
    expect(facts.completionNs).toBeGreaterThanOrEqual(10e6);
  });

  it('runs a script in the workload’s place, and says when the mode was changed while it ran', async () => {
    if (!hasTools) return;
    const settings: RunSettings = {
      ...RUN, mode: 'off', script: 'echo "$SEED of mine"\nsleep 0.2\n', switchMode: { mode: 'decide', afterMs: 50 },
    };
    const { status, out } = go(settings);
    expect(status).toBe(0);
    expect(readFileSync(join(out, 'workload.log'), 'utf8')).toBe('1 of mine\n');
    const identity = { workload: 'idle', unit: null, policy: 'neural-early', model: null, repetition: 0 };
    const facts = await finishCapture(out, settings, identity, { shape: 'unknown', quantumNs: 0, wallMs: 1, argv: [], said: [], files: [] });
    expect(facts).toMatchObject({ mode: 'off', completionNs: 0, switched: { mode: 'decide' } });
    expect(facts.switched!.atNs).toBeGreaterThanOrEqual(50e6);
    expect(readRunFile(out)).toEqual(facts);
  });

  it('leaves a kernel without our policy alone, in mode off', () => {
    if (!hasTools) return;
    const without = Object.fromEntries(Object.keys(FILES).filter((name) => name.includes('debug/cfslab')).map((name) => [name, null]));
    expect(go({ ...RUN, mode: 'off', page: null }, without)).toMatchObject({ status: 0 });
    const { status, stdout } = go(RUN, without);
    expect([status, stdout]).toEqual([1, expect.stringMatching(/cfslab: failed: the kernel has no policy/)]);
  });

  it('says why it gives up, and puts back even then', () => {
    if (!hasTools) return;
    expect(go({ ...RUN, workload: 'nothing' }).stdout).toMatch(/failed: there is no workload nothing/);
    const failing = go({ ...RUN, workload: 'hackbench', params: { groups: 'x', fds: 1, loops: 1, datasize: 1, transport: 'pipe', mode: 'thread' } });
    expect(failing.stdout).toMatch(/failed: the workload ended with status/);
    expect(failing.system('sys/kernel/debug/sched/migration_cost_ns')).toBe('500000\n');
    expect(failing.system('sys/kernel/debug/cfslab/mode')).toBe('off\n');
  });

  it('puts back what a run that was killed has left', () => {
    if (!hasTools) return;
    const undo = join(root, 'undo');
    const knob = join(root, 'knob');
    writeFileSync(undo, `echo 7 > ${knob}\n`);
    process.env['CFSLAB_UNDO'] = undo;
    try {
      expect(go({ ...RUN, mode: 'off', page: null }).status).toBe(0);
    } finally {
      delete process.env['CFSLAB_UNDO'];
    }
    expect([readFileSync(knob, 'utf8'), existsSync(undo)]).toEqual(['7\n', false]);
  });
});
