import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { CANNOT_KNOW, CAN_KNOW, KPROBE_LIMITS } from '../../../src/bundle/capture-script/limits.js';
import { DEFAULTS, isEventName, TOOLS, type CaptureScriptOptions } from '../../../src/bundle/capture-script/options.js';
import { captureScript } from '../../../src/bundle/capture-script/script.js';
import { readAffinities } from '../../../src/bundle/capture/affinities.js';
import { readCgroups } from '../../../src/bundle/capture/cgroups.js';
import { readFacts } from '../../../src/bundle/capture/capture-facts.js';
import { parseSchedDebugfs } from '../../../src/bundle/capture/sched-debugfs.js';
import { parseSchedstat } from '../../../src/bundle/capture/schedstat.js';
import { TextFile } from '../../../src/bundle/capture/text-lines.js';
import { readThreads } from '../../../src/bundle/capture/threads.js';
import { parseCaptureTopology } from '../../../src/experiment/schema/capture-topology.js';
import { FakeMachine } from './fake-machine.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const machines: FakeMachine[] = [];
afterEach(() => machines.splice(0).forEach((machine) => machine.remove()));

function fake(instances: boolean, options: Partial<CaptureScriptOptions> = {}): FakeMachine {
  const machine = new FakeMachine(instances);
  machines.push(machine);
  machine.write('script.sh', captureScript({ ...DEFAULTS, seconds: 1, ...options }));
  return machine;
}

function run(machine: FakeMachine, args: readonly string[], env: NodeJS.ProcessEnv = machine.environment) {
  const script = join(machine.root, 'script.sh');
  const { status, stderr } = spawnSync('sh', [script, ...args], { env, encoding: 'utf8', timeout: 300_000 });
  return { status, stderr };
}

/** Waits for something to come true, for some seconds at most. */
async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('the script', () => {
  it.each(TOOLS)('for %s is one that shells understand', (tool) => {
    const input = captureScript({ ...DEFAULTS, tool, kprobes: tool === 'tracefs' });
    for (const shell of ['sh', 'dash', 'bash', 'busybox']) {
      const args = shell === 'busybox' ? ['sh', '-n'] : ['-n'];
      const { status, stderr, error } = spawnSync(shell, args, { input, encoding: 'utf8' });
      const isThere = (error as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT';
      if (isThere) expect([shell, status, stderr]).toEqual([shell, 0, '']);
    }
    const lint = spawnSync('shellcheck', ['-'], { input, encoding: 'utf8' });
    if (lint.error === undefined) expect(lint.stdout).toBe('');
    expect(input).not.toMatch(/\\\$\{|undefined|\[object/);
  });

  it('says in its comments, and docs/CAPTURE.md says, what it can and cannot know', () => {
    const script = captureScript({ ...DEFAULTS, kprobes: true });
    const page = readFileSync(join(ROOT, 'docs/CAPTURE.md'), 'utf8');
    for (const line of [...CAN_KNOW, ...CANNOT_KNOW, ...KPROBE_LIMITS]) {
      expect(script).toContain(`#  - ${line}`);
      expect(page).toContain(`- ${line}`);
    }
  });

  it('takes only names of events that mean nothing to a shell', () => {
    for (const good of ['sched_switch', 'irq:softirq_entry']) expect(isEventName(good)).toBe(true);
    const bad = ['', 'a b', 'a;b', '$(x)', '../x', 'a:b:c', 'A', ':a', 'a/b', '-e'];
    expect(bad.filter(isEventName)).toEqual([]);
  });
});

describe.each([['with instances of the buffers', true], ['with one buffer', false]])('on a machine %s', (_, instances) => {
  it('makes a capture directory and puts everything back', () => {
    const machine = fake(instances);
    const before = machine.settings();
    const out = join(machine.root, 'capture');
    const { status, stderr } = run(machine, [out, 'sh', '-c', 'echo work is done']);
    expect([status, stderr]).toEqual([0, `cfslab: ${out} is a capture directory now\n`]);
    expect(machine.settings()).toEqual(before);
    if (instances) {
      expect(machine.read('removed')).toMatch(/instances\/cfslab\.\d+\n$/);
      expect(readdirSync(join(machine.tracefs, 'instances'))).toEqual([]);
      // What others trace was not touched.
      expect(machine.read('tracefs/trace')).toBe(machine.read('template/trace'));
    }

    expect(machine.read('capture/workload.log')).toBe('work is done\n');
    const debugfs = parseSchedDebugfs(new TextFile(out, 'sched_debugfs'));
    expect(debugfs).toMatchObject({ features: ['UTIL_EST', 'NO_HRTICK'], knobs: { migration_cost_ns: 500_000 } });
    expect(debugfs.domains).toMatchObject([{ cpu: 0, name: 'MC' }, { cpu: 1, imbalancePct: 117 }]);
    const [start, end] = ['before', 'after'].map((when) => parseSchedstat(new TextFile(out, `schedstat.${when}`)));
    expect(start).toEqual(end);
    expect(parseCaptureTopology(machine.read('capture/topology'), 'topology').cpus).toEqual([
      { core: 0, package: 0, node: 0, llc: 0 },
      { core: 1, package: 0, node: 0, llc: 0 },
    ]);
    machine.write('capture/kconfig', 'CONFIG_HZ=1000\nCONFIG_PREEMPT=y\n');
    expect(readFacts(out, 1)).toMatchObject({
      cpus: 2, hz: 1000, workload: 'sh dur=1', topology: 'unpatched', lostEvents: 0,
      sysctl: { child_runs_first: 0, numa_balancing: 0, schedstats: 0 },
    });
    expect(existsSync(join(out, 'sched_debug_before')) && existsSync(join(out, 'sched_debug_after'))).toBe(true);
    expect([...readAffinities(out)]).toEqual([[7, [0, 1]], [9, [1]]]);
    expect([...readThreads(out)]).toEqual([
      [7, { policy: 0, prio: 115, group: '/' }],
      [9, { policy: 1, prio: 50, group: '/user.slice/a:1.scope (x)' }],
    ]);
    expect(readCgroups(out).map(({ name, parent, weight, quotaNs }) => [name, parent, weight, quotaNs])).toEqual([
      ['user.slice', 0, 100, null], ['user.slice/a:1.scope (x)', 2, 300, 20_000_000],
    ]);
    const cost = '/sys/kernel/debug/sched/domains/cpu1/domain0/max_newidle_lb_cost 500';
    expect(machine.read('capture/newidle_cost.after')).toContain(cost);
    const trace = gunzipSync(readFileSync(join(out, 'trace.txt.gz'))).toString();
    if (instances) expect(trace).toContain('sched_switch: prev_comm=a');
  });

  const signals = [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const;
  it.each(signals)('puts everything back after %s', async (signal, expected) => {
    // A day: only the signal can end it.
    const machine = fake(instances, { seconds: 86_400 });
    const before = machine.settings();
    const out = join(machine.root, 'capture');
    const env = machine.environment;
    const child = spawn('sh', [join(machine.root, 'script.sh'), out], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const marker = (): string => {
      const [instance] = instances ? readdirSync(join(machine.tracefs, 'instances')) : [];
      const at = join('tracefs', instance === undefined ? '' : `instances/${instance}`, 'trace_marker');
      return existsSync(join(machine.root, at)) ? machine.read(at) : '';
    };
    await until(() => marker().includes('cfslab_start'));
    expect(marker()).toContain('cfslab_start');
    expect(machine.settings()).not.toEqual(before);
    expect(machine.read('proc/sys/kernel/sched_schedstats')).toBe('1\n');
    child.kill(signal);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    expect(code).toBe(expected);
    expect(stderr).toBe(`cfslab: stopped early: ${out} is not complete\n`);
    expect(machine.settings()).toEqual(before);
  });
});

describe('with kprobes', () => {
  it('probes what the kernel has as a function, and removes its own probes only', () => {
    const machine = fake(true, { kprobes: true });
    machine.write('template/events/cfslab/can_migrate_task/enable', '0\n');
    const { status, stderr } = run(machine, [join(machine.root, 'capture'), 'true']);
    expect(stderr).toMatch(/^cfslab: no probe on load_balance: this kernel has it not as a function, or has no kprobes\n/);
    expect(status).toBe(0);
    expect(machine.read('tracefs/kprobe_events').split('\n')).toEqual([
      'p:mine do_sys_open',
      'r:cfslab/can_migrate_task can_migrate_task.isra.0 ret=$retval:s32',
      '-:cfslab/can_migrate_task',
      '',
    ]);
  });

  it('reads the arguments of functions whose names have no suffix', () => {
    const machine = fake(true, { kprobes: true });
    machine.write('proc/kallsyms', 'ffffffff81000000 t can_migrate_task\nffffffff81000001 t load_balance\n');
    const names = ['can_migrate_task', 'load_balance', 'can_migrate_task_call', 'load_balance_call'];
    for (const name of names) machine.write(`template/events/cfslab/${name}/enable`, '0\n');
    expect(run(machine, [join(machine.root, 'capture'), 'true']).status).toBe(0);
    expect(machine.read('tracefs/kprobe_events').split('\n')).toEqual([
      'p:mine do_sys_open',
      'r:cfslab/can_migrate_task can_migrate_task ret=$retval:s32',
      'r:cfslab/load_balance load_balance ret=$retval:s32',
      'p:cfslab/can_migrate_task_call can_migrate_task task=%di:x64 src=+16(%si):s32 dst=+20(%si):s32',
      'p:cfslab/load_balance_call load_balance dst=%di:s32 domain=%dx:x64 idle=%cx:u32',
      ...names.map((name) => `-:cfslab/${name}`),
      '',
    ]);
  });
});

describe.each([
  ['trace-cmd', '-q -C mono -b 65536 -e sched:sched_switch', 'report -t -i'],
  ['perf', '-q -a -k CLOCK_MONOTONIC -m 16384 -e sched:sched_switch', 'script --ns -i'],
] as const)('with %s', (tool, recordArgs, reportArgs) => {
  /** Does what the tool does, as far as the script can see: runs the command, and leaves settings changed. */
  const imitation = (root: string): string => `echo "$*" >> "${root}/calls"
case $1 in
  record)
    echo 0 > "$CFSLAB_TRACEFS/tracing_on"; echo mono > "$CFSLAB_TRACEFS/trace_clock"
    while [ "$1" != -o ]; do shift; done
    echo data > "$2"; shift 2; [ "$1" != -- ] || shift
    "$@" ;;
  *) echo "a-7 [000] 10.000000001: sched:sched_switch: prev_comm=a" ;;
esac`;

  it('records, makes text of it, and puts back what the tool has left changed', () => {
    const machine = fake(true, { tool });
    machine.addTool(tool, imitation(machine.root));
    const before = machine.settings();
    const out = join(machine.root, 'capture');
    const said = `cfslab: ${out} is a capture directory now\n`;
    expect(run(machine, [out, 'echo', 'a command', 'and more'])).toEqual({ status: 0, stderr: said });
    const calls = machine.read('calls');
    expect(calls).toContain(`record ${recordArgs} `);
    expect(calls).toContain(reportArgs);
    expect(machine.read('capture/workload.log')).toBe('a command and more\n');
    expect(gunzipSync(readFileSync(join(out, 'trace.txt.gz'))).toString()).toContain('sched_switch');
    if (tool === 'trace-cmd') expect(machine.settings()).toEqual(before);
  });

  it('ends the tool and puts everything back where it is interrupted', async () => {
    const machine = fake(true, { tool, seconds: 60 });
    const change = tool === 'perf' ? '' : 'echo 0 > "$CFSLAB_TRACEFS/tracing_on"\n';
    machine.addTool(tool, `${change}echo $$ > "${machine.root}/pid"\nexec sleep 60`);
    const before = machine.settings();
    const args = [join(machine.root, 'script.sh'), join(machine.root, 'capture')];
    const child = spawn('sh', args, { env: machine.environment, stdio: 'ignore' });
    await until(() => existsSync(join(machine.root, 'pid')) && machine.read('pid') !== '');
    child.kill('SIGINT');
    expect(await new Promise<number | null>((resolve) => child.on('close', resolve))).toBe(130);
    expect(machine.settings()).toEqual(before);
    const pid = Number(machine.read('pid'));
    // One that nobody has reaped yet has no command line any more.
    const isAlive = (): boolean => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0;
    await until(() => !isAlive());
    expect(isAlive()).toBe(false);
  });
});

describe('what is refused in one line', () => {
  const line = /^cfslab: [^\n]+\n$/;
  it('is a machine without tracefs', () => {
    const machine = fake(true);
    const env = { ...machine.environment, CFSLAB_TRACEFS: join(machine.root, 'nothing') };
    const { status, stderr } = run(machine, ['x'], env);
    expect([status, stderr]).toEqual([3, 'cfslab: there is no tracefs: mount -t tracefs nodev /sys/kernel/tracing\n']);
  });

  it('is a user who is not root', () => {
    const machine = fake(true);
    machine.addTool('id', 'echo 1000');
    const { status, stderr } = run(machine, ['x'], { ...machine.environment, CFSLAB_TRACEFS: '' });
    expect([status, stderr]).toEqual([3, 'cfslab: only root may trace the scheduler: run it with sudo\n']);
  });

  it('is a directory that is there, and none at all', () => {
    const machine = fake(true);
    for (const args of [[], [machine.root]]) {
      const { status, stderr } = run(machine, args);
      expect(status).toBe(3);
      expect(stderr).toMatch(line);
    }
    expect(existsSync(join(machine.root, 'removed'))).toBe(false);
  });

  it.each(['trace-cmd', 'perf'] as const)('is a machine without %s', (tool) => {
    const machine = fake(true, { tool });
    spawnSync('sh', ['-c', `for tool in id sed; do ln -s "$(command -v $tool)" "${machine.root}/bin/$tool"; done`]);
    const shell = spawnSync('sh', ['-c', 'command -v sh'], { encoding: 'utf8' }).stdout.trim();
    const { status, stderr } = spawnSync(shell, [join(machine.root, 'script.sh'), join(machine.root, 'x')], {
      env: { ...machine.environment, PATH: join(machine.root, 'bin') }, encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([3, `cfslab: there is no ${tool} on this machine\n`]);
  });
});
