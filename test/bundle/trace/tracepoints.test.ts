import { describe, expect, it } from 'vitest';
import { DECISION_COLUMNS, BALANCE_COLUMNS } from '../../../src/sim/records/records.js';
import { Body } from '../../../src/bundle/trace/body.js';
import { TRACEPOINTS, type TraceEvents, type TracepointName } from '../../../src/bundle/trace/tracepoints.js';
import { fieldsOf } from './collect.js';

function parse<K extends TracepointName>(name: K, text: string): { event: TraceEvents[K]; problem: string; body: Body } {
  const tracepoint = TRACEPOINTS[name];
  const event = tracepoint.create() as TraceEvents[K];
  const body = new Body();
  body.reset(`prefix ${text}`, 7);
  (tracepoint.parse as (b: Body, e: TraceEvents[K]) => void)(body, event);
  return { event, problem: body.problem, body };
}

function good<K extends TracepointName>(name: K, text: string): TraceEvents[K] {
  const { event, problem } = parse(name, text);
  expect(problem).toBe('');
  return event;
}

const CAN_MIGRATE = 'comm=hogs pid=351 prio=120 src=5 dst=7 lvl=2 idle=2 mtype=2 flags=0x9 loop=1 imb=1 cnt=1 nbf=3 ' +
  'reason=3 hot=-2 buddy=0 result=0 ' +
  'delta=23625 ct=1730213738 exec_start=1730190113 sum_exec=17 vr=10951416 minvr=18446744073708503040 nmig=4 tl=1024 ' +
    'tu=512 tr=513 tw=335 hl=1 ue=511 ' +
  'slw=1570 sla=92114 sua=1911 sra=1912 snr=2 shnr=3 dlw=5 dla=88341 dua=1594 dra=1595 dnr=0 dhnr=6 mc=500000 policy=5';

describe('the tracepoints of every kernel', () => {
  it('sched_switch', () => {
    const text = 'prev_comm=cut prev_pid=263 prev_prio=120 prev_state=Z ==> next_comm=swapper/4 next_pid=0 next_prio=120';
    expect(good('sched_switch', text)).toEqual({
      prevComm: 'cut', prevPid: 263, prevPrio: 120, prevState: 0x20, nextComm: 'swapper/4', nextPid: 0, nextPrio: 120,
    });
  });

  const states: [string, number][] = [
    ['R', 0], ['R+', 0], ['S', 1], ['D', 2], ['S|D', 3], ['T', 4], ['t', 8], ['X', 16], ['Z', 32], ['P', 64], ['I', 128],
    ['K', 512], ['D|K', 514], ['S+', 0],
  ];
  it.each(states)('sched_switch: state %s', (state, bits) => {
    const text = `prev_comm=a prev_pid=2 prev_prio=120 prev_state=${state} ==> next_comm=b next_pid=3 next_prio=98`;
    expect(good('sched_switch', text).prevState).toBe(bits);
  });

  it('sched_waking, sched_wakeup, sched_wakeup_new', () => {
    for (const name of ['sched_waking', 'sched_wakeup', 'sched_wakeup_new'] as const) {
      const text = 'comm=init pid=263 prio=120 target_cpu=004';
      expect(good(name, text)).toEqual({ comm: 'init', pid: 263, prio: 120, targetCpu: 4 });
    }
    expect(good('sched_waking', 'comm=x pid=2 prio=1 success=1 target_cpu=010').targetCpu).toBe(10);
  });

  it('sched_migrate_task', () => {
    expect(good('sched_migrate_task', 'comm=kworker/3:0H pid=31 prio=100 orig_cpu=0 dest_cpu=3')).toEqual({
      comm: 'kworker/3:0H', pid: 31, prio: 100, origCpu: 0, destCpu: 3,
    });
  });

  it('sched_process_fork, _exec, _exit', () => {
    expect(good('sched_process_fork', 'comm=sh pid=264 child_comm=sh child_pid=265')).toEqual({
      comm: 'sh', pid: 264, childComm: 'sh', childPid: 265,
    });
    expect(good('sched_process_exec', 'filename=/proc/self/exe pid=264 old_pid=263')).toEqual({
      filename: '/proc/self/exe', pid: 264, oldPid: 263,
    });
    expect(good('sched_process_exit', 'comm=cut pid=263 prio=120')).toEqual({ comm: 'cut', pid: 263, prio: 120 });
    expect(good('sched_process_exit', 'comm=cut pid=263 prio=120 group_dead=true').prio).toBe(120);
  });

  it('sched_stat_runtime, with vruntime and as newer kernels print it', () => {
    expect(good('sched_stat_runtime', 'comm=init pid=1 runtime=91108 [ns] vruntime=18446744073709551615 [ns]')).toEqual({
      comm: 'init', pid: 1, runtimeNs: 91_108, vruntime: -1,
    });
    expect(good('sched_stat_runtime', 'comm=perf pid=17476 runtime=52549 [ns]').runtimeNs).toBe(52_549);
  });

  it('tracing_mark_write', () => {
    expect(good('tracing_mark_write', 'cfslab_start').text).toBe('cfslab_start');
  });
});

describe('a comm', () => {
  it.each(['my prog', 'a-b', 'pid=7', 'x pid=7 prio=1', '[000] a: b', 'a==>b', ' ==> ', '', 'prev_pid=9', 'x prev_pid=1',
    'x next_pid=1', '\xff\xfe'])('%j does not mislead', (comm) => {
    const text = `prev_comm=${comm} prev_pid=12 prev_prio=120 prev_state=S ==> next_comm=${comm} next_pid=34 next_prio=98`;
    expect(good('sched_switch', text)).toEqual({
      prevComm: comm, prevPid: 12, prevPrio: 120, prevState: 1, nextComm: comm, nextPid: 34, nextPrio: 98,
    });
    expect(good('sched_waking', `comm=${comm} pid=12 prio=120 target_cpu=004`)).toEqual({ comm, pid: 12, prio: 120,
      targetCpu: 4 });
    expect(good('sched_process_fork', `comm=${comm} pid=12 child_comm=${comm} child_pid=34`)).toEqual({ comm, pid: 12,
      childComm: comm, childPid: 34 });
    const row = good('cfslab_can_migrate', CAN_MIGRATE.replace('comm=hogs', `comm=${comm}`));
    expect([row.comm, row.pid, row.prio]).toEqual([comm, 351, 120]);
  });

  it('of a fork may look like the whole of one', () => {
    expect(good('sched_process_fork', 'comm=x pid=5 pid=12 child_comm=y pid=6 child_pid=34')).toMatchObject({ pid: 12,
      childPid: 34 });
  });
});

describe('the tracepoints of the captures', () => {
  it('cfslab_can_migrate fills every column but time and CPU', () => {
    const { row, comm } = good('cfslab_can_migrate', CAN_MIGRATE);
    const named = fieldsOf(DECISION_COLUMNS, row);
    expect(comm).toBe('hogs');
    expect(named).toEqual({
      cpu: 0, pid: 351, prio: 120, policy: 5, src_cpu: 5, dst_cpu: 7, level: 2, idle: 2, migration_type: 2, flags: 9,
        loop: 1,
      imbalance: 1, cache_nice_tries: 1, nr_balance_failed: 3, reason: 3, hot: -2, buddy: 0, result: 0, delta: 23_625,
      clock_task: 1_730_213_738, exec_start: 1_730_190_113, sum_exec: 17, vruntime: 10_951_416, min_vruntime: -1_048_576,
        nr_migrations: 4,
      task_load: 1024, task_util: 512, task_runnable: 513, task_weight: 335, h_load: 1, util_est: 511, src_weight: 1570,
        src_load: 92_114,
      src_util: 1911, src_runnable: 1912, src_nr: 2, src_h_nr: 3, dst_weight: 5, dst_load: 88_341, dst_util: 1594,
        dst_runnable: 1595,
      dst_nr: 0, dst_h_nr: 6, migration_cost: 500_000,
    });
  });

  it('cfslab_can_migrate takes a migration cost of 2^32 − 1 for −1, and fields in another order', () => {
    const at = DECISION_COLUMNS.findIndex((column) => column.name === 'migration_cost');
    expect(good('cfslab_can_migrate', CAN_MIGRATE.replace('mc=500000', 'mc=4294967295')).row[at]).toBe(-1);
    const moved = good('cfslab_can_migrate', `${CAN_MIGRATE.replace(' mc=500000', '').replace(' lvl=2', '')} lvl=3 mc=7`);
    expect([moved.row[at], moved.row[DECISION_COLUMNS.findIndex((column) => column.name === 'level')]]).toEqual([7, 3]);
  });

  it('cfslab_load_balance', () => {
    const text = 'dst=5 src=-1 lvl=0 sd=SMT idle=0 stage=1 moved=2 active=1 mtype=3 imb=-7 flags=0x11 nbf=4 interval=8';
    const { row, domain, level } = good('cfslab_load_balance', text);
    expect([domain, level]).toEqual(['SMT', 0]);
    expect(fieldsOf(BALANCE_COLUMNS, row)).toEqual({
      cpu: 5, level: 0, idle: 0, stage: 1, busiest: -1, moved: 2, active: 1, migration_type: 3, imbalance: -7,
        flags: 17,
      nr_balance_failed: 4, balance_interval: 8,
    });
  });

  it('cfslab_find_busiest', () => {
    const event = good('cfslab_find_busiest', 'dst=0 lvl=2 idle=0 found=0 mtype=0 imb=0 l=0,0,0,2,2,0,165,0,0,2048 ' +
      'b=0,1,1,1,2,0,1200,259,258,2048');
    expect([...event.local]).toEqual([0, 0, 0, 2, 2, 0, 165, 0, 0, 2048]);
    expect([...event.busiest]).toEqual([0, 1, 1, 1, 2, 0, 1200, 259, 258, 2048]);
    expect(event.level).toBe(2);
  });

  it('cfslab_select_rq', () => {
    const text = 'comm=init pid=1 cpu=4 prev=2 wf=0x18 sync=1 want_affine=1 wide=0 affine=4 path=2 target=4 new=2 ' +
      'recent=1 idle=0xef ' +
      'allowed=0xffffffffffffffff hic=0 hic2=1 nscan=7 ue=171 ua=6 la=5';
    expect(good('cfslab_select_rq', text)).toEqual({
      comm: 'init', pid: 1, cpu: 4, prev: 2, wakeFlags: 0x18, sync: 1, wantAffine: 1, wide: 0, affine: 4, path: 2,
        target: 4, newCpu: 2,
      recent: 1, idleMask: 'ef', allowedMask: 'ffffffffffffffff', hasIdleCores: 0, hasIdleCoresAfter: 1, nrIdleScan: 7,
        utilEst: 171,
      utilAvg: 6, loadAvg: 5,
    });
  });

  it('cfslab_place', () => {
    const text = 'cpu=2 pid=-1 tg=3 initial=1 vr0=18446744073708503040 vr1=125964654 cand=125964655 ' +
      'minvr=9223372036854775808 nr=1';
    expect(good('cfslab_place', text)).toEqual({
      cpu: 2, pid: -1, tg: 3, initial: 1, before: -1_048_576, after: 125_964_654, candidate: 125_964_655,
        minVruntime: -(2 ** 63), nr: 1,
    });
  });

  it('cfslab_tick', () => {
    const text = 'cpu=2 pid=380 tg=4 depth=1 ideal=3000000 exec=1443565 nr=4 rqnr=9 resched=0 reason=0 delta=-6644385 ' +
      'vr=394989 first=370 ' +
      'fvr=18446744073708503040 minvr=18446744073708503041';
    expect(good('cfslab_tick', text)).toEqual({
      cpu: 2, pid: 380, tg: 4, depth: 1, idealNs: 3_000_000, execNs: 1_443_565, nr: 4, rqNr: 9, resched: 0, reason: 0,
        delta: -6_644_385,
      vruntime: 394_989, firstPid: 370, firstVruntime: -1_048_576, minVruntime: -1_048_575,
    });
  });

  it('cfslab_preempt', () => {
    const text = 'cpu=6 curr=69 pid=339 result=0 reason=7 wpe=-1 vdiff=-11986154 gran=4000000 cvr=84768050 ' +
      'pvr=96754204 nr=2 scale=0 next=0 last=1 wf=0x10';
    expect(good('cfslab_preempt', text)).toEqual({
      cpu: 6, curr: 69, pid: 339, result: 0, reason: 7, wpe: -1, vdiff: -11_986_154, granNs: 4_000_000,
        currVruntime: 84_768_050,
      wakeeVruntime: 96_754_204, nr: 2, scale: 0, next: 0, last: 1, wakeFlags: 16,
    });
  });

  it('cfslab_newidle', () => {
    const text = 'cpu=2 gate=4 pulled=0 avg_idle=7076253 overload=0 cost0=3215 tried=0x3 diced=0x1 stop=-1 ndom=0 ' +
      'cost=0 nr=0 sdcost=5,6,0,0 ' +
      'd1k=-1,-1,12,-1 ratio=-1,-1,-1,13';
    const event = good('cfslab_newidle', text);
    expect(event).toMatchObject({ cpu: 2, gate: 4, pulled: 0, avgIdleNs: 7_076_253, overload: 0, cost0Ns: 3215, tried: 3,
      diced: 1, stop: -1, ndom: 0 });
    expect([[...event.sdCostNs], [...event.d1k], [...event.ratio]]).toEqual([[5, 6, 0, 0], [-1, -1, 12, -1], [-1, -1, -1,
      13]]);
  });

  it('cfslab_policy, with as many counters as it says', () => {
    const text = 'pid=77 src=3 dst=1 gen=2 task=2 mode=1 hot=1 stock=0 policy=1 result=0 logit=-123456789012 cycles=341 n=3 raw=1,-7,4503599627370496';
    const event = good('cfslab_policy', text);
    expect({ ...event, raw: [...event.raw.subarray(0, 4)] }).toEqual({
      pid: 77, src: 3, dst: 1, gen: 2, task: 2, mode: 1, hot: 1, stock: 0, policy: 1, result: 0, logit: -123_456_789_012, cycles: 341,
      clock: 0, by: 0, n: 3, raw: [1, -7, 2 ** 52, 0],
    });
    const later = good('cfslab_policy', text.replace(' n=3', ' clock=77123456789 by=2 n=3'));
    expect([later.cycles, later.clock, later.by, later.n]).toEqual([341, 77_123_456_789, 2, 3]);
    expect(good('cfslab_policy', text.replace(/n=3.*/, 'n=0 raw=')).n).toBe(0);
  });

  it('cfslab_nohz_kick and cfslab_throttle', () => {
    expect(good('cfslab_nohz_kick', 'cpu=7 flags=0x3 ilb=0 sent=1')).toEqual({ cpu: 7, flags: 3, ilb: 0, sent: 1 });
    expect(good('cfslab_throttle', 'cpu=6 tg=4 on=1 left=-118504 hnr=1')).toEqual({ cpu: 6, tg: 4, on: 1, leftNs: -118_504,
      hNr: 1 });
  });
});

describe('a malformed event', () => {
  it.each([
    ['sched_waking', 'comm=init pid=1 prio=120', 'target_cpu'],
    ['sched_waking', 'comm=init pid=1x prio=120 target_cpu=004', 'pid'],
    ['sched_waking', 'comm=init pid= prio=120 target_cpu=004', 'pid'],
    ['sched_waking', 'comm=init pid=99999999999 prio=120 target_cpu=004', 'pid'],
    ['sched_waking', 'x=init pid=1 prio=120 target_cpu=004', 'comm'],
    ['sched_waking', 'pid=1 prio=120 target_cpu=004', 'pid'],
    ['sched_waking', '', 'pid'],
    ['sched_switch', 'prev_comm=a prev_pid=2 prev_prio=120 prev_state=? ==> next_comm=b next_pid=3 next_prio=98',
      'prev_state'],
    ['sched_switch', 'prev_comm=a prev_pid=2 prev_prio=120 prev_state=S next_comm=b next_pid=3 next_prio=98', 'prev_pid'],
    ['sched_process_fork', 'comm=sh pid=264 child_pid=265', 'child_comm'],
    ['cfslab_policy', 'pid=7 src=0 dst=1 gen=1 task=2 mode=2 hot=0 stock=1 policy=1 result=1 logit=5 cycles=9 n=3 raw=1,2', 'raw'],
    ['cfslab_policy', 'pid=7 src=0 dst=1 gen=1 task=2 mode=2 hot=0 stock=1 policy=1 result=1 logit=5 cycles=9 n=33 raw=1', 'n'],
    ['cfslab_nohz_kick', 'cpu=7 flags=3 ilb=0 sent=1', 'flags'],
    ['cfslab_nohz_kick', 'cpu=7 flags=0x ilb=0 sent=1', 'flags'],
    ['cfslab_nohz_kick', 'cpu=7 flags=0xffffffff ilb=0 sent=1', 'flags'],
    ['cfslab_newidle', 'cpu=2 gate=4 pulled=0 avg_idle=18446744073709551616 overload=0', 'avg_idle'],
    ['cfslab_can_migrate', CAN_MIGRATE.replace(' nbf=3', ''), 'nbf'],
    ['cfslab_can_migrate', CAN_MIGRATE.replace('hot=-2', 'hot=--2'), 'hot'],
    ['cfslab_find_busiest', 'dst=0 lvl=2 idle=0 found=0 mtype=0 imb=0 l=0,0,0 b=0', 'l'],
  ] as const)('%s %j names its field', (name, text, field) => {
    expect(parse(name, text).problem).toBe(field);
  });

  it('counts what had to be rounded', () => {
    const { event, problem, body } = parse('cfslab_throttle', 'cpu=6 tg=4 on=1 left=9007199254740993 hnr=1');
    expect([event.leftNs, problem, body.rounded]).toEqual([2 ** 53, '', 1]);
  });
});
