import { describe, expect, it } from 'vitest';
import { Body } from '../../../src/bundle/trace/body.js';
import { LIBRARY_TRACEPOINTS } from '../../../src/bundle/trace/library-tracepoints.js';
import { TRACEPOINTS, type TraceEvents, type TracepointName,
  type TracepointTable } from '../../../src/bundle/trace/tracepoints.js';
import { BALANCE_COLUMNS, DECISION_COLUMNS } from '../../../src/sim/records/records.js';
import { fieldsOf } from './collect.js';

function parse<K extends TracepointName>(name: K, text: string, table: TracepointTable = LIBRARY_TRACEPOINTS) {
  const tracepoint = table[name];
  const event = tracepoint.create() as TraceEvents[K];
  const body = new Body();
  body.reset(`prefix ${text}`, 7);
  (tracepoint.parse as unknown as (b: Body, e: TraceEvents[K]) => void)(body, event);
  return { event, problem: body.problem, withheld: body.withheld };
}

function good<K extends TracepointName>(name: K, text: string, table?: TracepointTable): TraceEvents[K] {
  const { event, problem, withheld } = parse(name, text, table);
  expect([problem, withheld]).toEqual(['', false]);
  return event;
}

const COMMS = ['init', 'my prog', 'a-b', 'a:b', ':-1', 'kworker/3:0H', 'x [120]', 'x:1 [120]', 'a ==> b', ' S ==> b', '',
  'CPU:005', 'x CPU:1', 'pid=7', '\xff\xfe', '[120]', ']', ' '];

describe('short forms', () => {
  it.each(COMMS)('sched_wakeup of the comm %j', (comm) => {
    for (const name of ['sched_wakeup', 'sched_wakeup_new'] as const) {
      const expected = { comm, pid: 324, prio: 120, targetCpu: 5 };
      expect(good(name, `${comm}:324 [120] CPU:005`)).toEqual(expected);
      expect(good(name, `${comm}:324 [120] success=1 CPU:005`)).toEqual(expected);
      expect(good(name, `comm=${comm} pid=324 prio=120 target_cpu=005`)).toEqual(expected);
    }
  });

  it.each(COMMS)('sched_switch from and to the comm %j', (comm) => {
    const expected = { prevComm: comm, prevPid: 1, prevPrio: 120, prevState: 1, nextComm: comm, nextPid: 0, nextPrio: 98 };
    expect(good('sched_switch', `${comm}:1 [120] S ==> ${comm}:0 [98]`)).toEqual(expected);
    expect(good('sched_switch', `${comm}:1 [120] S ==> ${comm}:0 [98] Latency: 1.028 usecs`)).toEqual(expected);
    expect(good('sched_switch', `prev_comm=${comm} prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=${comm} next_pid=0 ` +
      'next_prio=98')).toEqual(expected);
    expect(good('sched_switch', `prev_comm=${comm} prev_pid=1 prev_prio=120 prev_state=1 next_comm=${comm} next_pid=0 ` +
      'next_prio=98')).toEqual(expected);
  });

  const letters: [string, number][] = [['R', 0], ['S', 1], ['D', 2], ['T', 4], ['t', 8], ['Z', 16], ['X', 32], ['x', 64],
    ['W', 128], ['S|D', 3], ['D|W', 130], ['R+', 0], ['S+', 0], ['I', 128], ['P', 64]];
  it.each(letters)('sched_switch: the plugin’s state %s', (state, bits) => {
    expect(good('sched_switch', `a:1 [120] ${state} ==> b:2 [0]`).prevState).toBe(bits);
  });

  it('the prio of a deadline task, however it is printed', () => {
    for (const prio of ['-1', '4294967295']) {
      expect(good('sched_wakeup', `dl:9 [${prio}] CPU:000`)).toEqual({ comm: 'dl', pid: 9, prio: -1, targetCpu: 0 });
    }
  });

  it.each(['', ' ', 'init', 'init:1', 'init:1 [120]', 'init:1 [120] CPU:', 'init:1 [120] CPU:x', 'init:1 [120] CPU:1 x',
    'init:1 [120] CPU:12345678901', 'init:x [120] CPU:1', 'init:1 [x] CPU:1', 'init:1 [] CPU:1', ':[120] CPU:1',
      'init [120] CPU:1',
    'init:1[120] CPU:1', ' CPU:1', '] CPU:1', 'init:1 [99999999999999] CPU:1', 'init:99999999999999 [1] CPU:1'])(
    'sched_wakeup refuses %j', (text) => {
      expect(parse('sched_wakeup', text).problem).not.toBe('');
    });

  it.each(['', ']', ' ==> ]', 'a:1 [120] S ==> ]', 'a:1 [120] ==> b:2 [120]', 'a:1 [120] ? ==> b:2 [120]',
    'a:1 [120] S => b:2 [120]',
    'a:1 [120] S ==> b:2 [120', 'a:1 S ==> b:2 [120]', 'a [120] S ==> b:2 [120]', 'a:1 [120] S ==> b [120]',
    'a:1 [120] S|? ==> b:2 [120]', 'a:1 [120] constructor ==> b:2 [120]', 'a:1 [120] toString ==> b:2 [120]', 'Latency: 1 usecs', 'a:1 [120] S Latency: ==> b:2 [120] Latency: '])(
    'sched_switch refuses %j', (text) => {
      expect(parse('sched_switch', text).problem).not.toBe('');
    });
});

describe('raw fields', () => {
  const states: [string, number][] = [['0', 0], ['1', 1], ['2', 2], ['128', 128], ['256', 0], ['258', 0], ['0x80', 128],
    ['512', 512], ['514', 514]];
  it.each(states)('sched_switch: state %s', (state, bits) => {
    const text = `prev_comm=a prev_pid=2 prev_prio=120 prev_state=${state} next_comm=b next_pid=3 next_prio=98`;
    expect(good('sched_switch', text).prevState).toBe(bits);
  });

  it.each(COMMS)('sched_process_fork of the comm %j', (comm) => {
    const expected = { comm, pid: 1, childComm: comm, childPid: 324 };
    expect(good('sched_process_fork', `parent_comm=${comm} parent_pid=1 child_comm=${comm} ` +
      `child_pid=324`)).toEqual(expected);
    expect(good('sched_process_fork', `comm=${comm} pid=1 child_comm=${comm} child_pid=324`)).toEqual(expected);
  });

  it('print', () => {
    expect(good('tracing_mark_write', 'ip=tracing_mark_write buf=cfslab_start')).toEqual({ text: 'cfslab_start' });
    expect(good('tracing_mark_write', 'tracing_mark_write: cfslab: start')).toEqual({ text: 'cfslab: start' });
    expect(parse('tracing_mark_write', 'cfslab_start').problem).toBe('print');
    expect(parse('tracing_mark_write', 'ip=cfslab_start').problem).toBe('buf');
  });

  it('cfslab_can_migrate has every column that the kernel’s form has', () => {
    const { row, comm } = good('cfslab_can_migrate', 'comm=hackbench pid=357 prio=120 clock_task=1728265126 ' +
      'vruntime=18446744073708503040 ' +
      'min_vruntime=176836968 exec_start=1728261663 sum_exec=201461 delta=-3463 nr_migrations=4 imbalance=-3 ' +
        't_load=1019 t_util=1 ' +
      't_runnable=2 t_weight=1024 h_load=1018 util_est=5 src_load_w=8192 src_load_avg=8036 src_util_avg=993 ' +
        'src_run_avg=994 ' +
      'dst_load_w=1024 dst_load_avg=1022 dst_util_avg=6 dst_run_avg=7 src_nr=8 src_hnr=9 dst_nr=1 dst_hnr=10 src=5 ' +
        'dst=4 cnt=11 ' +
      'nr_failed=12 flags=0x10 loop=1 idle=1 mtype=2 level=3 hot=254 buddy=0 reason=3 result=0 policy=5 mc=4294967295');
    expect(comm).toBe('hackbench');
    expect(fieldsOf(DECISION_COLUMNS, row)).toEqual({
      cpu: 0, pid: 357, prio: 120, policy: 5, src_cpu: 5, dst_cpu: 4, level: 3, idle: 1,
        migration_type: 2, flags: 16,
      loop: 1, imbalance: -3, cache_nice_tries: 11, nr_balance_failed: 12, reason: 3, hot: -2, buddy: 0, result: 0,
        delta: -3463,
      clock_task: 1_728_265_126, exec_start: 1_728_261_663, sum_exec: 201_461, vruntime: -1_048_576,
        min_vruntime: 176_836_968,
      nr_migrations: 4, task_load: 1019, task_util: 1, task_runnable: 2, task_weight: 1024, h_load: 1018, util_est: 5,
      src_weight: 8192, src_load: 8036, src_util: 993, src_runnable: 994, src_nr: 8, src_h_nr: 9, dst_weight: 1024,
        dst_load: 1022,
      dst_util: 6, dst_runnable: 7, dst_nr: 1, dst_h_nr: 10, migration_cost: -1,
    });
  });

  it('cfslab_load_balance has every column that the kernel’s form has', () => {
    const { row, domain, level } = good('cfslab_load_balance', 'imbalance=18446744073709551609 nr_failed=4 interval=8 ' +
      'cpu=5 src=-1 moved=2 ' +
      'flags=17 level=2 idle=1 stage=3 mtype=3 active=1 name=MC');
    expect([domain, level]).toEqual(['MC', 2]);
    expect(fieldsOf(BALANCE_COLUMNS, row)).toEqual({
      cpu: 5, level: 2, idle: 1, stage: 3, busiest: -1, moved: 2, active: 1, migration_type: 3, imbalance: -7,
      flags: 17, nr_balance_failed: 4, balance_interval: 8,
    });
  });

  it('cfslab_find_busiest loses the groups, which are −1', () => {
    for (const before of ['', '[FAILED TO PARSE] ']) {
      const event = good('cfslab_find_busiest', `${before}cpu=4 level=2 idle=1 found=1 mtype=2 imbalance=3 l=0 b=0`);
      expect(event).toMatchObject({ dst: 4, level: 2, idle: 1, found: 1, mtype: 2, imbalance: 3 });
      expect(new Set([...event.local, ...event.busiest])).toEqual(new Set([-1]));
    }
  });

  it('cfslab_place, _nohz_kick and _throttle', () => {
    expect(good('cfslab_place', 'vr0=18446744073708503040 vr1=2 cand=3 minvr=4 cpu=5 pid=-1 tg=6 initial=1 nr=7')).toEqual({
      cpu: 5, pid: -1, tg: 6, initial: 1, before: -1_048_576, after: 2, candidate: 3, minVruntime: 4, nr: 7,
    });
    for (const flags of ['0x3', '3']) {
      expect(good('cfslab_nohz_kick', `cpu=7 flags=${flags} ilb=0 sent=1`)).toEqual({ cpu: 7, flags: 3, ilb: 0, sent: 1 });
    }
    for (const [left, key] of [['-118504', 'nr'], ['18446744073709433112', 'nr'], ['-118504', 'hnr']]) {
      expect(good('cfslab_throttle', `cpu=6 tg=4 on=1 left=${left} ${key}=1`)).toEqual({ cpu: 6, tg: 4, on: 1,
        leftNs: -118_504,
        hNr: 1 });
    }
  });

  it.each([
    ['cfslab_select_rq', 'comm=init pid=324 k=0'], ['cfslab_preempt', 'cpid=326 pid=354 k=0'], ['cfslab_tick', 'k=0'],
    ['cfslab_newidle', 'k=0'],
  ] as const)('%s is withheld', (name, text) => {
    for (const before of ['', '[FAILED TO PARSE] ']) {
      expect(parse(name, before + text)).toMatchObject({ problem: '', withheld: true });
    }
    expect(parse(name, text.replace('k=0', 'k=')).problem).not.toBe('');
    expect(parse(name, '[FAILED TO PARSE] comm=init').problem).toBe('k');
  });
});

describe('the kernel’s own forms', () => {
  it.each([
    ['sched_waking', 'comm=init pid=263 prio=120 target_cpu=004'],
    ['sched_migrate_task', 'comm=kworker/3:0H pid=31 prio=100 orig_cpu=0 dest_cpu=3'],
    ['sched_process_fork', 'comm=sh pid=264 child_comm=sh child_pid=265'],
    ['sched_process_exec', 'filename=/proc/self/exe pid=264 old_pid=263'],
    ['sched_process_exit', 'comm=cut pid=263 prio=120 group_dead=true'],
    ['sched_stat_runtime', 'comm=perf pid=17476 runtime=52549 [ns]'],
    ['sched_stat_runtime', 'comm=init pid=1 runtime=91108 [ns] vruntime=18446744073709551615 [ns]'],
    ['cfslab_select_rq', 'comm=init pid=1 cpu=4 prev=2 wf=0x18 sync=1 want_affine=1 wide=0 affine=4 path=2 target=4 ' +
      'new=2 recent=1 ' +
      'idle=0xef allowed=0xff hic=0 hic2=1 nscan=7 ue=171 ua=6 la=5'],
    ['cfslab_newidle', 'cpu=2 gate=4 pulled=0 avg_idle=7076253 overload=0 cost0=3215 tried=0x3 diced=0x1 stop=-1 ndom=0 ' +
      'cost=0 nr=0 ' +
      'sdcost=5,6,0,0 d1k=-1,-1,12,-1 ratio=-1,-1,-1,13'],
    ['cfslab_load_balance', 'dst=5 src=-1 lvl=0 sd=SMT idle=0 stage=1 moved=2 active=1 mtype=3 imb=-7 flags=0x11 nbf=4 ' +
      'interval=8'],
    ['cfslab_find_busiest', 'dst=0 lvl=2 idle=0 found=0 mtype=0 imb=0 l=0,0,0,2,2,0,165,0,0,2048 ' +
      'b=0,1,1,1,2,0,1200,259,258,2048'],
    ['cfslab_throttle', 'cpu=6 tg=4 on=1 left=-118504 hnr=1'],
  ] as const)('%s is read as in ftrace’s text', (name, text) => {
    expect(good(name, text)).toEqual(good(name, text, TRACEPOINTS));
  });
});
