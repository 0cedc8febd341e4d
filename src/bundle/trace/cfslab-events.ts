/** The tracepoints that the captures' kernel has in addition; their README says what every field means. */
import { BALANCE_COLUMNS, DECISION_COLUMNS, POLICY_INPUTS } from '../../sim/records/records.js';
import type { Body } from './body.js';
import { rowReader, type Field } from './field-rows.js';

const DECISION_FIELDS: readonly Field[] = [
  ['pid', 'pid'], ['prio', 'prio'], ['src', 'src_cpu'], ['dst', 'dst_cpu'], ['lvl', 'level'], ['idle', 'idle'],
  ['mtype', 'migration_type'], ['flags', 'flags', 'hex'], ['loop', 'loop'], ['imb', 'imbalance'],
  ['cnt', 'cache_nice_tries'], ['nbf', 'nr_balance_failed'], ['reason', 'reason'], ['hot', 'hot', 'byte'], ['buddy',
    'buddy'],
  ['result', 'result'], ['delta', 'delta'], ['ct', 'clock_task'], ['exec_start', 'exec_start'], ['sum_exec', 'sum_exec'],
  ['vr', 'vruntime', 'wrapped'], ['minvr', 'min_vruntime', 'wrapped'], ['nmig', 'nr_migrations'], ['tl', 'task_load'],
  ['tu', 'task_util'], ['tr', 'task_runnable'], ['tw', 'task_weight'], ['hl', 'h_load'], ['ue', 'util_est'],
  ['slw', 'src_weight'], ['sla', 'src_load'], ['sua', 'src_util'], ['sra', 'src_runnable'], ['snr', 'src_nr'],
  ['shnr', 'src_h_nr'], ['dlw', 'dst_weight'], ['dla', 'dst_load'], ['dua', 'dst_util'], ['dra', 'dst_runnable'],
  ['dnr', 'dst_nr'], ['dhnr', 'dst_h_nr'], ['mc', 'migration_cost'], ['policy', 'policy'],
];

const BALANCE_FIELDS: readonly Field[] = [
  ['dst', 'cpu'], ['src', 'busiest'], ['lvl', 'level'], ['idle', 'idle'], ['stage', 'stage'], ['moved', 'moved'],
  ['active', 'active'], ['mtype', 'migration_type'], ['imb', 'imbalance'], ['flags', 'flags', 'hex'],
  ['nbf', 'nr_balance_failed'], ['interval', 'balance_interval'],
];

const readDecision = rowReader(DECISION_FIELDS, DECISION_COLUMNS);
const readBalance = rowReader(BALANCE_FIELDS, BALANCE_COLUMNS);
const indexOf = (name: string): number => DECISION_COLUMNS.findIndex((column) => column.name === name);
const PID_AT = indexOf('pid');
const PRIO_AT = indexOf('prio');
const LEVEL_AT = BALANCE_COLUMNS.findIndex((column) => column.name === 'level');
const MIGRATION_COST_AT = indexOf('migration_cost');

/** cfslab_can_migrate: a row of decisions; `ts` and `cpu` are the line's. */
export const newCanMigrate = () => ({ comm: '', pid: 0, prio: 0, row: new Float64Array(DECISION_COLUMNS.length) });
export type CanMigrate = ReturnType<typeof newCanMigrate>;

export function parseCanMigrate(b: Body, e: CanMigrate): void {
  e.comm = b.leadingText('comm', b.skipCommBefore('pid'));
  readDecision(b, e.row);
  finishDecision(e);
}

/** What follows from a row once it is filled. */
export function finishDecision(e: CanMigrate): void {
  e.pid = e.row[PID_AT]!;
  e.prio = e.row[PRIO_AT]!;
  // The sysctl is an unsigned int, and its −1 is printed so.
  if (e.row[MIGRATION_COST_AT] === 0xffff_ffff) e.row[MIGRATION_COST_AT] = -1;
}

/** cfslab_load_balance: a row of balances; `ts` is the line's. */
export const newLoadBalance = () => ({ domain: '', level: 0, row: new Float64Array(BALANCE_COLUMNS.length) });
export type LoadBalance = ReturnType<typeof newLoadBalance>;

export function parseLoadBalance(b: Body, e: LoadBalance): void {
  readBalance(b, e.row);
  e.level = e.row[LEVEL_AT]!;
  e.domain = b.word('sd');
}

/** cfslab_find_busiest: of both groups type, nr, h_nr, idle_cpus, weight, avg_load, load, util, runnable, capacity. */
export const newFindBusiest = () => ({
  dst: 0, level: 0, idle: 0, found: 0, mtype: 0, imbalance: 0, local: new Float64Array(10), busiest: new Float64Array(10),
});
export type FindBusiest = ReturnType<typeof newFindBusiest>;

export function parseFindBusiest(b: Body, e: FindBusiest): void {
  e.dst = b.int('dst');
  e.level = b.int('lvl');
  e.idle = b.int('idle');
  e.found = b.int('found');
  e.mtype = b.int('mtype');
  e.imbalance = b.long('imb');
  b.list('l', e.local);
  b.list('b', e.busiest);
}

/** cfslab_select_rq: the masks are hexadecimal digits. */
export const newSelectRq = () => ({
  comm: '', pid: 0, cpu: 0, prev: 0, wakeFlags: 0, sync: 0, wantAffine: 0, wide: 0, affine: 0, path: 0, target: 0, newCpu: 0,
  recent: 0, idleMask: '', allowedMask: '', hasIdleCores: 0, hasIdleCoresAfter: 0, nrIdleScan: 0, utilEst: 0, utilAvg: 0,
  loadAvg: 0,
});
export type SelectRq = ReturnType<typeof newSelectRq>;

export function parseSelectRq(b: Body, e: SelectRq): void {
  e.comm = b.leadingText('comm', b.skipCommBefore('pid'));
  e.pid = b.int('pid');
  e.cpu = b.int('cpu');
  e.prev = b.int('prev');
  e.wakeFlags = b.hex('wf');
  e.sync = b.int('sync');
  e.wantAffine = b.int('want_affine');
  e.wide = b.int('wide');
  e.affine = b.int('affine');
  e.path = b.int('path');
  e.target = b.int('target');
  e.newCpu = b.int('new');
  e.recent = b.int('recent');
  e.idleMask = b.hexDigits('idle');
  e.allowedMask = b.hexDigits('allowed');
  e.hasIdleCores = b.int('hic');
  e.hasIdleCoresAfter = b.int('hic2');
  e.nrIdleScan = b.int('nscan');
  e.utilEst = b.long('ue');
  e.utilAvg = b.long('ua');
  e.loadAvg = b.long('la');
}

/** cfslab_place: place_entity(); pid −1 for a group's entity. */
export const newPlace = () => ({
  cpu: 0, pid: 0, tg: 0, initial: 0, before: 0, after: 0, candidate: 0, minVruntime: 0, nr: 0,
});
export type Place = ReturnType<typeof newPlace>;

export function parsePlace(b: Body, e: Place): void {
  e.cpu = b.int('cpu');
  e.pid = b.int('pid');
  e.tg = b.int('tg');
  e.initial = b.int('initial');
  e.before = b.wrapped('vr0');
  e.after = b.wrapped('vr1');
  e.candidate = b.wrapped('cand');
  e.minVruntime = b.wrapped('minvr');
  e.nr = b.int('nr');
}

/** cfslab_tick: check_preempt_tick(). */
export const newTick = () => ({
  cpu: 0, pid: 0, tg: 0, depth: 0, idealNs: 0, execNs: 0, nr: 0, rqNr: 0, resched: 0, reason: 0, delta: 0, vruntime: 0,
  firstPid: 0, firstVruntime: 0, minVruntime: 0,
});
export type Tick = ReturnType<typeof newTick>;

export function parseTick(b: Body, e: Tick): void {
  e.cpu = b.int('cpu');
  e.pid = b.int('pid');
  e.tg = b.int('tg');
  e.depth = b.int('depth');
  e.idealNs = b.long('ideal');
  e.execNs = b.long('exec');
  e.nr = b.int('nr');
  e.rqNr = b.int('rqnr');
  e.resched = b.int('resched');
  e.reason = b.int('reason');
  e.delta = b.long('delta');
  e.vruntime = b.wrapped('vr');
  e.firstPid = b.int('first');
  e.firstVruntime = b.wrapped('fvr');
  e.minVruntime = b.wrapped('minvr');
}

/** cfslab_preempt: check_preempt_wakeup(). */
export const newPreempt = () => ({
  cpu: 0, curr: 0, pid: 0, result: 0, reason: 0, wpe: 0, vdiff: 0, granNs: 0, currVruntime: 0, wakeeVruntime: 0, nr: 0,
  scale: 0, next: 0, last: 0, wakeFlags: 0,
});
export type Preempt = ReturnType<typeof newPreempt>;

export function parsePreempt(b: Body, e: Preempt): void {
  e.cpu = b.int('cpu');
  e.curr = b.int('curr');
  e.pid = b.int('pid');
  e.result = b.int('result');
  e.reason = b.int('reason');
  e.wpe = b.int('wpe');
  e.vdiff = b.long('vdiff');
  e.granNs = b.long('gran');
  e.currVruntime = b.wrapped('cvr');
  e.wakeeVruntime = b.wrapped('pvr');
  e.nr = b.int('nr');
  e.scale = b.int('scale');
  e.next = b.int('next');
  e.last = b.int('last');
  e.wakeFlags = b.hex('wf');
}

/** cfslab_newidle: the lists have one entry for each of the four lowest domains. */
export const newNewidle = () => ({
  cpu: 0, gate: 0, pulled: 0, avgIdleNs: 0, overload: 0, cost0Ns: 0, tried: 0, diced: 0, stop: 0, ndom: 0, costNs: 0, nr: 0,
  sdCostNs: new Float64Array(4), d1k: new Float64Array(4), ratio: new Float64Array(4),
});
export type Newidle = ReturnType<typeof newNewidle>;

export function parseNewidle(b: Body, e: Newidle): void {
  e.cpu = b.int('cpu');
  e.gate = b.int('gate');
  e.pulled = b.int('pulled');
  e.avgIdleNs = b.long('avg_idle');
  e.overload = b.int('overload');
  e.cost0Ns = b.long('cost0');
  e.tried = b.hex('tried');
  e.diced = b.hex('diced');
  e.stop = b.int('stop');
  e.ndom = b.int('ndom');
  e.costNs = b.long('cost');
  e.nr = b.int('nr');
  b.list('sdcost', e.sdCostNs);
  b.list('d1k', e.d1k);
  b.list('ratio', e.ratio);
}

/** cfslab_nohz_kick: kick_ilb(). */
export const newNohzKick = () => ({ cpu: 0, flags: 0, ilb: 0, sent: 0 });
export type NohzKick = ReturnType<typeof newNohzKick>;

export function parseNohzKick(b: Body, e: NohzKick): void {
  e.cpu = b.int('cpu');
  e.flags = b.hex('flags');
  e.ilb = b.int('ilb');
  e.sent = b.int('sent');
}

/** cfslab_throttle: a group's run queue on one CPU is throttled or released. */
export const newThrottle = () => ({ cpu: 0, tg: 0, on: 0, leftNs: 0, hNr: 0 });
export type Throttle = ReturnType<typeof newThrottle>;

export function parseThrottle(b: Body, e: Throttle): void {
  e.cpu = b.int('cpu');
  e.tg = b.int('tg');
  e.on = b.int('on');
  e.leftNs = b.long('left');
  e.hNr = b.int('hnr');
}

/** cfslab_policy: a call that a policy was asked about; `raw` has `n` values. */
export const newPolicy = () => ({
  pid: 0, src: 0, dst: 0, gen: 0, task: 0, mode: 0, hot: 0, stock: 0, policy: 0, result: 0, logit: 0, cycles: 0, clock: 0, by: 0, n: 0,
  raw: new Float64Array(POLICY_INPUTS),
});
export type Policy = ReturnType<typeof newPolicy>;

export function parsePolicy(b: Body, e: Policy): void {
  e.pid = b.int('pid');
  e.src = b.int('src');
  e.dst = b.int('dst');
  e.gen = b.long('gen');
  e.task = b.int('task');
  e.mode = b.int('mode');
  e.hot = b.int('hot');
  e.stock = b.int('stock');
  e.policy = b.int('policy');
  e.result = b.int('result');
  e.logit = b.long('logit');
  e.cycles = b.long('cycles');
  // The first kernels had no policy that keeps to more than its model's word.
  const isLater = b.has('by');
  e.clock = isLater ? b.long('clock') : 0;
  e.by = isLater ? b.int('by') : 0;
  e.n = b.int('n');
  e.raw.fill(0);
  if (e.n < 0 || e.n > POLICY_INPUTS) b.fail('n');
  else if (e.n > 0) b.list('raw', e.raw.subarray(0, e.n));
}
