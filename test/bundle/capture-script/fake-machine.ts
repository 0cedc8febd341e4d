import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const EVENTS = [
  'sched_switch', 'sched_waking', 'sched_wakeup', 'sched_wakeup_new', 'sched_migrate_task', 'sched_process_fork',
  'sched_process_exec', 'sched_process_exit',
];
const TRACE = [
  '# tracer: nop',
  '#',
  '          <idle>-0       [000] d..2.    10.000000: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 ' +
    'prev_state=R ==> next_comm=a next_pid=7 next_prio=120',
  '               a-7       [000] d..2.    10.001000: sched_switch: prev_comm=a prev_pid=7 prev_prio=120 ' +
    'prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120',
  '',
].join('\n');

/** The files of trace buffers as they stand before anybody has touched them. */
function buffer(): Record<string, string> {
  return {
    tracing_on: '1\n',
    trace_clock: '[local] global counter uptime perf mono mono_raw boot x86-tsc\n',
    buffer_size_kb: '1408\n',
    current_tracer: 'nop\n',
    'options/overwrite': '1\n',
    trace: TRACE,
    trace_marker: '',
    'per_cpu/cpu0/stats':
      'entries: 2\noverrun: 0\ncommit overrun: 0\nbytes: 100\noldest event ts: 1\nnow ts: 2\n' +
      'dropped events: 0\nread events: 0\n',
    ...Object.fromEntries(EVENTS.map((name) => [`events/sched/${name}/enable`, name === 'sched_wakeup' ? '1\n' : '0\n'])),
  };
}

const KNOBS: Readonly<Record<string, string>> = {
  busy_factor: '16', cache_nice_tries: '1', flags: 'SD_BALANCE_NEWIDLE SD_BALANCE_EXEC ', imbalance_pct: '117',
  max_interval: '4', max_newidle_lb_cost: '500', min_interval: '2', name: 'MC',
};

/** What /proc/PID/task/TID/stat has: nice value, real-time priority and policy are fields 19, 40 and 41. */
function stat(pid: number, name: string, nice: number, real: number, policy: number): string {
  const fields = new Array<number | string>(50).fill(0);
  [fields[0], fields[16], fields[37], fields[38]] = ['S', nice, real, policy];
  return `${pid} (${name}) ${fields.join(' ')}\n`;
}

/** A machine of two CPUs that is nothing but files: what the script reads and writes, below a directory. */
export class FakeMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'cfslab-script-'));
  readonly tracefs = join(this.root, 'tracefs');

  /** @param instances the kernel has instances of the trace buffers */
  constructor(instances: boolean) {
    const put = (files: Record<string, string>, below: string): void => {
      for (const [name, content] of Object.entries(files)) this.write(join(below, name), content);
    };
    put(buffer(), 'tracefs');
    put({ saved_cmdlines_size: '128\n', kprobe_events: 'p:mine do_sys_open\n' }, 'tracefs');
    put(buffer(), 'template');
    if (instances) mkdirSync(join(this.tracefs, 'instances'));
    const counts = [0, 1].map((cpu) => `cpu${cpu} 0 0 1 1 1 1 1 1 1\ndomain0 3${' 0'.repeat(36)}\n`);
    const schedstat = `version 15\ntimestamp 1000\n${counts.join('')}`;
    put(
      {
        cmdline: 'quiet\n', cpuinfo: 'processor: 0\n', uptime: '12.34 20.00\n', schedstat, stat: 'cpu 1 2\n',
        kallsyms: 'ffffffff81000000 t can_migrate_task.isra.0\nffffffff81000001 t load_balance_x\n',
        'sys/kernel/sched_schedstats': '0\n', 'sys/kernel/sched_child_runs_first': '0\n', 'sys/kernel/sched_text': 'a b\n',
        'sys/kernel/numa_balancing': '0\n',
        '7/task/7/status': 'Name:\ta\nPid:\t7\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n',
        '7/task/7/stat': stat(7, 'a', -5, 0, 0),
        '7/task/7/cgroup': '0::/\n',
        '7/task/9/stat': stat(9, 'a) (b 1', 0, 49, 1),
        '7/task/9/cgroup': '1:cpuset:/x\n0::/user.slice/a:1.scope (x)\n',
        '7/task/9/status': 'Name:\ta b\nPid:\t9\nCpus_allowed_list:\t1\n',
      },
      'proc',
    );
    for (const cpu of [0, 1]) {
      const place = { physical_package_id: '0\n', thread_siblings_list: `${cpu}\n`, core_siblings_list: '0-1\n' };
      put({ core_id: `${cpu}\n`, ...place }, `sys/devices/system/cpu/cpu${cpu}/topology`);
      put({ shared_cpu_list: '0-1\n' }, `sys/devices/system/cpu/cpu${cpu}/cache/index3`);
      put(KNOBS, `sys/kernel/debug/sched/domains/cpu${cpu}/domain0`);
    }
    put({ 'cpu.weight': '100\n', 'cpu.max': 'max 100000\n', 'cpu.stat': 'x\n' }, 'sys/fs/cgroup/user.slice');
    put({ 'cpu.weight': '300\n', 'cpu.max': '20000 100000\n' }, 'sys/fs/cgroup/user.slice/a:1.scope (x)');
    put({ 'cgroup.procs': '' }, 'sys/fs/cgroup/other.slice');
    put({ cpulist: '0-1\n', distance: '10\n' }, 'sys/devices/system/node/node0');
    const knobs = { migration_cost_ns: '500000\n', debug: 'Sched Debug\n', preempt: 'none (full)\n' };
    put({ features: 'UTIL_EST NO_HRTICK \n', ...knobs }, 'sys/kernel/debug/sched');
    put({ current_clocksource: 'tsc\n' }, 'sys/devices/system/clocksource/clocksource0');
    this.addTools();
  }

  /** A program that comes before the machine's own of that name. */
  addTool(name: string, text: string): void {
    this.write(join('bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(this.root, 'bin', name), 0o755);
  }

  /** tracefs fills a new instance with files, and removes it with them. */
  private addTools(): void {
    const fill = `cp -r "${this.root}/template/." "$1/"`;
    this.addTool('mkdir', `/bin/mkdir "$@" || exit 1\ncase $* in */instances/*) ${fill} ;; esac`);
    const remove = `echo "$1" >> "${this.root}/removed"; rm -r "$1"`;
    this.addTool('rmdir', `case $1 in "${this.tracefs}"/instances/*) ${remove} ;; *) exit 1 ;; esac`);
  }

  write(name: string, content: string): void {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  read(name: string): string {
    return readFileSync(join(this.root, name), 'utf8');
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      PATH: `${join(this.root, 'bin')}:${process.env['PATH'] ?? ''}`,
      CFSLAB_TRACEFS: this.tracefs,
      CFSLAB_PROC: join(this.root, 'proc'),
      CFSLAB_SYS: join(this.root, 'sys'),
    };
  }

  /** The settings of the machine by file: of tracefs and the sysctl; not what the buffers hold. */
  settings(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const folder of ['tracefs', 'proc/sys']) {
      for (const name of readdirSync(join(this.root, folder), { recursive: true, encoding: 'utf8' })) {
        const path = join(folder, name);
        if (!statSync(join(this.root, path)).isFile() || /\/(trace|trace_marker)$/.test(path)) continue;
        // A real file shows the choice in brackets; a fake one shows what was written.
        found[path] = this.read(path).trim().replace(/.*\[(.*)\].*/, '$1');
      }
    }
    return found;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
