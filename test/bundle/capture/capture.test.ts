import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import { inspect } from '../../../src/bundle/inspect.js';
import { EVENT_KINDS } from '../../../src/sim/records/records.js';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { InputError } from '../../../src/input/error.js';
import { CaptureCopy, traceLines } from '../capture-fixture.js';

let capture: CaptureCopy;
beforeEach(() => void (capture = new CaptureCopy('rtapp')));
afterEach(() => capture.remove());

const PREFIX = '            init-1       [002] d....   ';
/** The events as [ns, cpu, kind, pid, a, b]. */
function eventsOf({ tables }: BundleContents): unknown[][] {
  const { rows, columns } = tables.events;
  const at = (name: string, row: number): number => columns[name]![row]!;
  return Array.from({ length: rows }, (_, row) => [
    at('ts', row), at('cpu', row), EVENT_KINDS[at('kind', row)], at('pid', row), at('a', row), at('b', row),
  ]);
}

describe('readCapture', () => {
  it('reads a whole capture as its own counts say', async () => {
    const contents = await readCapture(capture.dir);
    const stats = JSON.parse(capture.read('stats.json')) as { records: number; by_event: Record<string, number> };
    const { events, rows } = inspect(contents);
    expect(rows.decisions).toBe(stats.records);
    expect(rows.balances).toBe(stats.by_event['cfslab_load_balance']);
    expect(events['switch']).toBe(stats.by_event['sched_switch']);
    expect(events['waking']).toBe(stats.by_event['sched_waking']);
    expect(events['fork']).toBe(stats.by_event['sched_process_fork']);
    expect(contents.manifest).toMatchObject({
      source: 'kernel', release: '6.1.192-cfslab', hz: 250, preemption: 'voluntary', topology: 'pvt8', cpus: 8,
        workload: 'rtapp dur=1', seed: 1,
      clockResolutionNs: 1, quantumNs: 1000, firstTimestampNs: '1794937827', startNs: 354_830, endNs: 2_269_212_467,
        durationNs: 2_269_212_467, lostEvents: 0,
    });
    expect(contents.manifest.sysctl).toMatchObject({ migration_cost_ns: 500_000, cfs_bandwidth_slice_us: 5000,
      child_runs_first: 0 });
    expect(contents.masks).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
    expect(contents.tasks[0]).toEqual({ pid: 1, comm: 'init', parent: -1, prio: 120, allowed: 0, group: 0,
      preexisting: true });
    expect(contents.domains.map(({ level }) => level)).toEqual(Array.from({ length: 8 }, () => [0, 2]).flat());
    expect(contents.domains[0]!.span).toEqual([0, 1]);
  });

  it('shows what changes when an event shows it, once', async () => {
    capture.writeTrace([
      `${PREFIX}1000: sched_waking: comm=a pid=7 prio=120 target_cpu=001`,
      `${PREFIX}1001: cfslab_select_rq: comm=a pid=7 cpu=2 prev=1 wf=0x18 sync=1 want_affine=1 wide=0 affine=2 path=2 ` +
        `target=2 new=1 recent=1 ` +
        'idle=0xef allowed=0xff hic=0 hic2=0 nscan=7 ue=1 ua=6 la=6',
      `${PREFIX}1002: sched_wakeup: comm=a pid=7 prio=125 target_cpu=001`,
      `${PREFIX}1003: cfslab_place: cpu=2 pid=7 tg=0 initial=0 vr0=1 vr1=1 cand=1 minvr=1 nr=1`,
      `${PREFIX}1004: cfslab_place: cpu=2 pid=7 tg=3 initial=0 vr0=1 vr1=1 cand=1 minvr=1 nr=1`,
      `${PREFIX.replace('d....', 'd.h..')}1005: sched_waking: comm=a pid=7 prio=125 target_cpu=001`,
      `${PREFIX}1006: cfslab_select_rq: comm=a pid=7 cpu=2 prev=1 wf=0x8 sync=0 want_affine=1 wide=0 affine=2 path=2 ` +
        `target=2 new=1 recent=1 ` +
        'idle=0xef allowed=0x3 hic=0 hic2=0 nscan=7 ue=1 ua=6 la=6',
      `${PREFIX}1007: cfslab_throttle: cpu=2 tg=1 on=1 left=0 hnr=1`,
      `${PREFIX}1008: cfslab_newidle: cpu=2 gate=5 pulled=3 avg_idle=7 overload=0 cost0=3 tried=0x3 diced=0x1 stop=-1 ` +
        `ndom=0 cost=0 nr=0 ` +
        'sdcost=5,6,0,0 d1k=-1,-1,12,-1 ratio=-1,-1,-1,13',
    ]);
    const contents = await readCapture(capture.dir);
    expect(eventsOf(contents)).toEqual([
      [0, 2, 'waking', 7, 1, 2],
      [2, 2, 'prio', 7, 125, -1],
      [2, 2, 'wakeup', 7, 1, -1],
      [4, 2, 'group', 7, 3, -1],
      [5, 2, 'waking', 7, 1, 1],
      [6, 2, 'allowed', 7, 1, -1],
      [7, 2, 'throttle', -1, 0, 1],
      [8, 2, 'draw', -1, 12, 2],
      [8, 2, 'newidle', -1, 5, 3],
    ]);
    expect(contents.masks).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1]]);
    expect(contents.tasks).toEqual([
      { pid: 1, comm: 'init', parent: -1, prio: -1, allowed: -1, group: -1, preexisting: true },
      { pid: 7, comm: 'a', parent: -1, prio: 120, allowed: 0, group: 0, preexisting: true },
    ]);
  });

  it('tells a deadline task, whose priority is -1, from one of which none was seen', async () => {
    capture.writeTrace([
      `${PREFIX}1000: sched_waking: comm=a pid=7 prio=120 target_cpu=001`,
      `${PREFIX}1001: sched_waking: comm=a pid=7 prio=-1 target_cpu=001`,
      `${PREFIX}1002: sched_waking: comm=b pid=8 prio=-1 target_cpu=001`,
      `${PREFIX}1003: sched_waking: comm=a pid=7 prio=121 target_cpu=001`,
    ]);
    const contents = await readCapture(capture.dir);
    expect(eventsOf(contents).filter(([, , kind]) => kind === 'prio')).toEqual([
      [1, 2, 'prio', 7, -1, -1], [2, 2, 'prio', 8, -1, -1], [3, 2, 'prio', 7, 121, -1],
    ]);
    expect(contents.tasks.slice(1).map(({ pid, prio }) => [pid, prio])).toEqual([[7, 120], [8, -1]]);
  });

  it('sorts in what is out of order, and counts from the earliest event', async () => {
    capture.writeTrace([1005, 1002, 1009, 1001].map((ns) =>
      `${PREFIX}${ns}: sched_process_exit: comm=a pid=${ns} prio=120`));
    const contents = await readCapture(capture.dir);
    expect(eventsOf(contents).map(([ts, , , pid]) => [ts, pid])).toEqual([[0, 1001], [1, 1002], [4, 1005], [8, 1009]]);
    expect(contents.manifest).toMatchObject({ firstTimestampNs: '1001', durationNs: 8 });
    expect(contents.manifest.notes.join('\n')).toContain('2 events came before the one above');
  });

  it('is exact to the ns however late the clock is', async () => {
    capture.writeTrace(['18014398509481984', '18014398509481985'].map((ns) =>
      `${PREFIX}${ns}: sched_process_exit: comm=a pid=5 prio=120`));
    const contents = await readCapture(capture.dir);
    expect(contents.manifest).toMatchObject({ firstTimestampNs: '18014398509481984', durationNs: 1 });
  });

  it('tells a task by its last name, its parent, and the reuse of a pid', async () => {
    capture.writeTrace([
      `${PREFIX}1: cfslab_place: cpu=2 pid=9 tg=0 initial=1 vr0=1 vr1=1 cand=1 minvr=1 nr=1`,
      `${PREFIX}2: sched_process_fork: comm=init pid=1 child_comm=init child_pid=9`,
      `            late-9       [002] d....   3: sched_process_exit: comm=ch\u00e9 pid=3 pid=9 prio=120`,
      `${PREFIX}4: sched_process_fork: comm=init pid=1 child_comm=other child_pid=9`,
    ]);
    const contents = await readCapture(capture.dir);
    expect(contents.tasks[1]).toEqual({ pid: 9, comm: 'ché pid=3', parent: 1, prio: 120, allowed: -1, group: 0,
      preexisting: false });
    expect(contents.manifest.notes.join('\n')).toContain('1 forks reused the pid');
  });

  it('says what a capture of few events is good for, and what its notes are', async () => {
    const lines = traceLines('rtapp').filter((line) =>
      /^#|: (cfslab_can_migrate|cfslab_load_balance|sched_migrate_task): /.test(line));
    capture.writeTrace([...lines, 'garbage', `${PREFIX}99: sched_waking: comm=a pid=1`, `${PREFIX}99: block_rq_issue: 8,0`]);
    const { manifest } = await readCapture(capture.dir);
    const notes = manifest.notes.join('\n');
    expect(notes).toContain('good for learning, not for replay');
    expect(notes).toMatch(/the trace announces 8248 events and holds \d+/);
    expect(notes).toContain('not the one whose md5');
    expect(notes).toContain('dropped 1 lines that are no event');
    expect(notes).toContain('dropped 1 lines of sched_waking');
    expect(notes).toContain('passed over 1 events block_rq_issue');
  });

  it('takes HZ from the time that passed where there is no kconfig', async () => {
    rmSync(`${capture.root}/kconfig`);
    expect((await readCapture(capture.dir)).manifest).toMatchObject({ hz: 250, preemption: 'unknown' });
  });

  it('needs a trace', async () => {
    rmSync(capture.path('trace.txt.gz'));
    await expect(readCapture(capture.dir)).rejects.toThrow(InputError);
  });

  it.each([
    ['manifest', { workload: 'capture', topology: 'unknown', seed: null }, 'the workload and its seed are not known'],
    ['sched_debugfs', { features: [] }, 'features, knobs and sched domains are not known'],
    ['schedstat.before', {}, 'what the kernel counted is not known'],
    ['schedstat.after', {}, 'what the kernel counted is not known'],
    ['sysctl', {}, 'sysctls are not known'],
    ['topology', { cpus: 8 }, 'the topology is not known'],
    ['uname', { release: 'unknown' }, 'the kernel is not known'],
  ])('says in the notes what is not known without %s', async (name, facts, note) => {
    const whole = await readCapture(capture.dir);
    rmSync(capture.path(name));
    const { manifest, tables } = await readCapture(capture.dir);
    expect(manifest).toMatchObject(facts);
    expect(manifest.notes.join('\n')).toContain(note);
    expect(manifest.inputs[name]).toBeUndefined();
    expect(tables).toEqual(whole.tables);
  });

  it('reads what an unpatched kernel of any version leaves: the trace and little else', async () => {
    for (const name of ['manifest', 'sched_debugfs', 'topology', 'sysctl', 'uptime', 'trace_stats']) {
      rmSync(capture.path(name), { force: true });
    }
    rmSync(`${capture.root}/kconfig`);
    for (const name of ['schedstat.before', 'schedstat.after']) {
      capture.write(name, capture.read(name).replace('version 15', 'version 17'));
    }
    const { manifest, counters, domains } = await readCapture(capture.dir);
    expect(manifest).toMatchObject({ hz: 0, preemption: 'unknown', cpus: 8, lostEvents: 0 });
    expect(manifest.notes.join('\n')).toContain('schedstat.before is of version 17, which is not understood');
    expect([counters, domains]).toEqual([{}, []]);
  });

  it('does not know HZ of a recording too short for its jiffies to be counted', async () => {
    rmSync(`${capture.root}/kconfig`);
    expect((await readCapture(capture.dir)).manifest.hz).toBeGreaterThan(0);
    capture.write('uptime', '2.07 2.07\n');
    expect((await readCapture(capture.dir)).manifest.hz).toBe(0);
    capture.write('uptime', '2.07 2.06\n');
    await expect(readCapture(capture.dir)).rejects.toThrow('uptime: line 1');
  });

  it.each([
    ['uname', 'Linux', 'uname: line 1'],
    ['topology', 'cpu0 core=0 pkg=0 x\ncpu2 core=0 pkg=0 x\n', 'topology: line 2'],
    ['sysctl', '/proc/sys/kernel/a:b\n', 'sysctl: line 1'],
    ['manifest', 'mode=pvt8\n', 'expected a line `run: cfslab: wl=…`'],
    ['trace_stats', 'cpu0 entries: 1\n', 'trace_stats: line 1'],
  ])('refuses a malformed %s', async (name, contents, message) => {
    capture.write(name, contents);
    await expect(readCapture(capture.dir)).rejects.toThrow(message);
  });

  it('refuses a trace without events and what is no directory', async () => {
    capture.writeTrace(['# tracer: nop']);
    await expect(readCapture(capture.dir)).rejects.toThrow('expected a trace with events');
    await expect(readCapture(capture.path('uname'))).rejects.toThrow('expected a capture directory');
  });

  it('adds up what the ring buffers lost', async () => {
    const stats = capture.read('trace_stats').replace('overrun: 0', 'overrun: 5').replace('dropped events: 0',
      'dropped events: 7');
    capture.write('trace_stats', stats);
    expect((await readCapture(capture.dir)).manifest.lostEvents).toBe(12);
  });
});
