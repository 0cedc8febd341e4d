/**
 * Events as `trace-cmd report -R` prints them, and as libtraceevent does where it cannot follow the kernel's own format
 * (`[FAILED TO PARSE]`): the fields of the record, by their names in the kernel's structure. A field that is a structure
 * itself is not printed but for a 0: of such an event nothing can be read, or not all.
 */
import { BALANCE_COLUMNS, DECISION_COLUMNS } from '../../sim/records/records.js';
import type { Body } from './body.js';
import {
  finishDecision, type CanMigrate, type FindBusiest, type LoadBalance, type NohzKick, type Throttle,
} from './cfslab-events.js';
import { rowReader, type Field } from './field-rows.js';
import { parseForkAs, type Fork, type Mark, type Switch } from './kernel-events.js';

const DECISION_FIELDS: readonly Field[] = [
  ['pid', 'pid'], ['prio', 'prio'], ['clock_task', 'clock_task'], ['vruntime', 'vruntime', 'wrapped'],
  ['min_vruntime', 'min_vruntime', 'wrapped'], ['exec_start', 'exec_start'], ['sum_exec', 'sum_exec'],
  ['delta', 'delta', 'wrapped'], ['nr_migrations', 'nr_migrations'], ['imbalance', 'imbalance', 'wrapped'],
  ['t_load', 'task_load'], ['t_util', 'task_util'], ['t_runnable', 'task_runnable'], ['t_weight', 'task_weight'],
  ['h_load', 'h_load'], ['util_est', 'util_est'], ['src_load_w', 'src_weight'], ['src_load_avg', 'src_load'],
  ['src_util_avg', 'src_util'], ['src_run_avg', 'src_runnable'], ['dst_load_w', 'dst_weight'],
  ['dst_load_avg', 'dst_load'], ['dst_util_avg', 'dst_util'], ['dst_run_avg', 'dst_runnable'], ['src_nr', 'src_nr'],
  ['src_hnr', 'src_h_nr'], ['dst_nr', 'dst_nr'], ['dst_hnr', 'dst_h_nr'], ['src', 'src_cpu'], ['dst', 'dst_cpu'],
  ['cnt', 'cache_nice_tries'], ['nr_failed', 'nr_balance_failed'], ['flags', 'flags', 'either'], ['loop', 'loop'],
  ['idle', 'idle'], ['mtype', 'migration_type'], ['level', 'level'], ['hot', 'hot', 'byte'], ['buddy', 'buddy'],
  ['reason', 'reason'], ['result', 'result'], ['policy', 'policy'], ['mc', 'migration_cost'],
];

const BALANCE_FIELDS: readonly Field[] = [
  ['imbalance', 'imbalance', 'wrapped'], ['nr_failed', 'nr_balance_failed'], ['interval', 'balance_interval'],
  ['cpu', 'cpu'], ['src', 'busiest'], ['moved', 'moved'], ['flags', 'flags', 'either'], ['level', 'level'],
  ['idle', 'idle'], ['stage', 'stage'], ['mtype', 'migration_type'], ['active', 'active'],
];

const readDecision = rowReader(DECISION_FIELDS, DECISION_COLUMNS);
const readBalance = rowReader(BALANCE_FIELDS, BALANCE_COLUMNS);
const LEVEL_AT = BALANCE_COLUMNS.findIndex((column) => column.name === 'level');
/** TASK_REPORT_MAX: the task was preempted, whatever its state. */
const PREEMPTED = 0x100;
/** As `taskStateOf` has it: not runnable, and that is all we know. */
const STATE_OTHER = 0x200;
/** What stands for what the tool does not print. */
const UNKNOWN = -1;

/** sched_switch: the state is the kernel's number, and there is no arrow. */
export function parseRawSwitch(b: Body, e: Switch): void {
  const nextCommEnd = b.skipCommBefore('next_pid');
  e.nextPid = b.int('next_pid');
  e.nextPrio = b.int('next_prio');
  e.nextComm = b.textBefore('next_comm', nextCommEnd);
  const prevCommEnd = b.skipCommBefore('prev_pid', nextCommEnd - e.nextComm.length - 'next_comm='.length);
  e.prevComm = b.leadingText('prev_comm', prevCommEnd);
  e.prevPid = b.int('prev_pid');
  e.prevPrio = b.int('prev_prio');
  const state = b.either('prev_state');
  if (state < 0) b.fail('prev_state');
  if ((state & PREEMPTED) !== 0) e.prevState = 0;
  else e.prevState = (state & 0xff) | (state > 0xff ? STATE_OTHER : 0);
}

/** sched_process_fork */
export function parseRawFork(b: Body, e: Fork): void {
  parseForkAs(b, e, 'parent_comm', 'parent_pid');
}

/** print: `ip=tracing_mark_write buf=text` */
export function parseRawMark(b: Body, e: Mark): void {
  const at = b.text.indexOf(' buf=', b.begin);
  if (at < 0) b.fail('buf');
  e.text = at < 0 ? '' : b.text.slice(at + ' buf='.length);
}

export function parseRawCanMigrate(b: Body, e: CanMigrate): void {
  e.comm = b.leadingText('comm', b.skipCommBefore('pid'));
  readDecision(b, e.row);
  finishDecision(e);
}

export function parseRawLoadBalance(b: Body, e: LoadBalance): void {
  readBalance(b, e.row);
  e.level = e.row[LEVEL_AT]!;
  e.domain = b.word('name');
}

/** cfslab_find_busiest: the numbers of both groups are lost. */
export function parseRawFindBusiest(b: Body, e: FindBusiest): void {
  e.dst = b.int('cpu');
  e.level = b.int('level');
  e.idle = b.int('idle');
  e.found = b.int('found');
  e.mtype = b.int('mtype');
  e.imbalance = b.wrapped('imbalance');
  e.local.fill(UNKNOWN);
  e.busiest.fill(UNKNOWN);
}

export function parseRawNohzKick(b: Body, e: NohzKick): void {
  e.cpu = b.int('cpu');
  e.flags = b.either('flags');
  e.ilb = b.int('ilb');
  e.sent = b.int('sent');
}

export function parseRawThrottle(b: Body, e: Throttle): void {
  e.cpu = b.int('cpu');
  e.tg = b.int('tg');
  e.on = b.int('on');
  e.leftNs = b.wrapped('left');
  e.hNr = b.int('nr');
}

/** cfslab_select_rq, cfslab_preempt, cfslab_tick, cfslab_newidle: all that they hold is in a structure, `k=0`. */
export function parseRawStructure(b: Body): void {
  if (!b.has('k')) b.fail('k');
  b.withheld = true;
}
