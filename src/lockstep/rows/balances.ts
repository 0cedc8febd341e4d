/** Load balancing: what load_balance() finds, whom it asks about, what it leaves behind. */
import { CPU_NEWLY_IDLE, LBF_ALL_PINNED, LBF_SOME_PINNED, STAGE_NO_BUSIEST_GROUP, STAGE_NOT_BALANCER, STAGE_TRIED } from '../../sim/kernel/constants.js';
import { init_lb_env } from '../../sim/kernel/balance/lb-env.js';
import { fill_cpus, finish, move_tasks, out_all_pinned, out_balanced } from '../../sim/kernel/balance/load-balance.js';
import { should_we_balance } from '../../sim/kernel/balance/need-active.js';
import { update_blocked_averages } from '../../sim/kernel/fair/blocked.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { AFFINITY_CHANGED } from '../past/affinity.js';
import { changed, searchGroups, searchQueues } from './busiest.js';
import { firstMet, NEAR_CHANGE_NS, nearLoads } from '../agreement/causes.js';
import { NO_DOMAIN } from '../agreement/lacks.js';
import { FOUND_NS, LOOK_AT_QUEUES, LOOK_BEGINS, NOTHING_NS, type Look } from '../time/looks.js';
import { afterPeriodic } from '../world/periodic.js';
import { attachDetached } from './preempts.js';
import { machineText } from '../world/show.js';
import type { Ask } from '../time/moments.js';
import type { GroupStats, OpenBalance, World } from '../world/world.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;
/** Why a search may not be judged. */
const NO_NEWIDLE = 'newly-idle balances are not recorded: when a CPU began to idle is not known';
/** What is judged of a balance, and of one that has tried to move tasks. */
const OF_BALANCE = ['lb_stage', 'lb_nr_balance_failed'] as const;
const OF_TRIED = ['lb_stage', 'lb_busiest', 'lb_moved', 'lb_nr_balance_failed'] as const;
const MOVING = 'a queue changed while they were looked at, within what the clock resolves';
const GROUP_FIELDS = [
  ['nr', 'sum_nr_running'], ['h_nr', 'sum_h_nr_running'], ['idle_cpus', 'idle_cpus'], ['load', 'group_load'], ['util', 'group_util'],
  ['runnable', 'group_runnable'], ['capacity', 'group_capacity'],
] as const;

/**
 * A balance has looked at the groups: the model does.
 * @param end when the last queue was read, ns
 */
function open(w: World, ts: number, cpu: number, level: number, idle: number, end: number): OpenBalance | null {
  const { k } = w;
  const sd = w.domain(cpu, level);
  if (sd === NIL) return null;
  w.at(ts, cpu, 0);
  const before = w.balances[cpu] ?? null;
  // A second look in the same balance: all tasks of the queue that was found were pinned.
  const again = before !== null && before.sd === sd && before.idle === idle && before.asked > 0 ? before : null;
  if (again !== null && again.source !== NIL) again.cleared.push(again.source);
  if (before?.states === w.seen[cpu]) w.seen[cpu] = [];
  const states = w.seen[cpu]!;
  if (!w.quanta.known || states.length === 0) states.push({ ts, view: w.views.take() });
  const opened: OpenBalance = {
    ts, cpu, sd, idle, states, answers: [], stage: STAGE_NO_BUSIEST_GROUP, busiest: NIL, others: [], moved: -1, unsure: false, imbalance: 0,
    migrationType: 0, detached: [], attaching: false, groups: null, asked: 0, source: NIL, cleared: again?.cleared ?? [], otherNumbers: false,
  };
  opened.answers = searchGroups(w, opened, end);
  const { imbalance, migrationType } = opened.answers[0]!;
  [opened.imbalance, opened.migrationType] = [imbalance, migrationType];
  const { sds } = k.lb_env;
  if (opened.answers[0]!.stage >= STAGE_NO_BUSIEST_GROUP && sds.busiest !== NIL) {
    opened.groups = { local: { ...sds.local_stat }, busiest: { ...sds.busiest_stat } };
  }
  w.balances[cpu] = opened;
  return opened;
}

/** Whether the search finds the same with its reads a little earlier and later. */
function steady({ stage, busiest, others }: OpenBalance): boolean {
  return others.every((other) => other.stage === stage && other.busiest === busiest);
}

/** should_we_balance() of a newly-idle balance. */
export function onAsk(w: World, ask: Ask): void {
  const { k } = w;
  const sd = w.domain(ask.cpu, ask.level);
  if (sd === NIL) return;
  init_lb_env(k, k.lb_env, sd, ask.cpu, CPU_NEWLY_IDLE);
  fill_cpus(k, k.lb_env);
  w.may[ask.cpu] = should_we_balance(k, k.lb_env) ? 1 : 0;
}

/** A moment of a balance's look at the queues. */
export function onLook(w: World, { ts, of: cpu, level, idle, step }: Look): void {
  if (step === LOOK_AT_QUEUES) {
    const opened = w.balances[cpu] ?? null;
    if (opened !== null) searchQueues(w, opened, opened.ts);
    return;
  }
  if (step === LOOK_BEGINS) begin(w, ts, cpu, level, idle);
  w.seen[cpu]!.push({ ts, view: w.views.take() });
}

/** What a balance does before it looks. */
function begin(w: World, ts: number, cpu: number, level: number, idle: number): void {
  const { k } = w;
  w.seen[cpu] = [];
  const sd = w.domain(cpu, level);
  if (sd === NIL || idle === CPU_NEWLY_IDLE) return;
  w.at(ts, cpu, 0);
  if (w.agedAt[cpu] !== k.g.jiffies[0]) {
    w.agedAt[cpu] = k.g.jiffies[0]!;
    update_blocked_averages(k, cpu);
  }
  init_lb_env(k, k.lb_env, sd, cpu, idle);
  fill_cpus(k, k.lb_env);
  w.may[cpu] = should_we_balance(k, k.lb_env) ? 1 : 0;
}

/** cfslab_find_busiest. */
export function onFindBusiest(w: World, c: Columns, row: number): void {
  const at = (name: string): number => c[name]![row]!;
  const ts = at('ts');
  const opened = open(w, ts, at('cpu'), at('level'), at('idle'), ts - FOUND_NS);
  if (opened === null) return;
  if (opened.groups !== null) {
    const seen = spanSeen(w, opened.sd);
    compareGroup(w, at, 'local', opened.groups.local, seen);
    compareGroup(w, at, 'busiest', opened.groups.busiest, seen);
    opened.otherNumbers = (['local', 'busiest'] as const).some((side) =>
      at(`${side}_nr`) !== opened.groups![side].sum_nr_running || at(`${side}_idle_cpus`) !== opened.groups![side].idle_cpus);
    if (at('found') !== 0 && opened.answers[0]!.group !== NIL && opened.migrationType === at('migration_type')) {
      w.features.compare('imbalance', at('imbalance'), opened.imbalance, 1);
    }
  }
  opened.imbalance = at('imbalance');
  opened.migrationType = at('migration_type');
  if (!w.quanta.known) searchQueues(w, opened, ts);
}

const AVERAGES: ReadonlySet<string> = new Set(['load', 'util', 'runnable']);

/** Whether the averages of every CPU of the domain are known. */
function spanSeen(w: World, sd: number): boolean {
  const off = w.k.sd.span_off[sd]!;
  for (let i = off; i < off + w.k.sd.span_weight[sd]!; i++) if (w.seenCpu[w.k.topo_cpus[i]!] === 0) return false;
  return true;
}

function compareGroup(w: World, at: (name: string) => number, side: string, stats: GroupStats, seen: boolean): void {
  for (const [recorded, field] of GROUP_FIELDS) {
    if (AVERAGES.has(recorded) && !seen) continue;
    w.features.compare(`group_${recorded}`, at(`${side}_${recorded}`), stats[field], 1);
  }
}

/**
 * Before the first can_migrate_task() of a balance: how many tasks would the model move from the queue that was found? Where it is
 * not known of some whether they may come, with all of these and with none.
 */
export function predictMoves(w: World, opened: OpenBalance, src: number, dst: number, imbalance: number, type: number): void {
  const unknown = unknownOn(w, src, dst);
  opened.moved = movesWith(w, opened, src, dst, imbalance, type, unknown, false);
  opened.unsure = unknown.length > 0 && movesWith(w, opened, src, dst, imbalance, type, unknown, true) !== opened.moved;
}

function movesWith(
  w: World, opened: OpenBalance, src: number, dst: number, imbalance: number, type: number, unknown: readonly number[], allowed: boolean,
): number {
  const { k } = w;
  const saved = k.arena.save();
  for (const p of unknown) w.affinity.assume(p, dst, allowed);
  const env = k.lb_env;
  init_lb_env(k, env, opened.sd, dst, opened.idle);
  fill_cpus(k, env);
  env.src_cpu = src;
  env.imbalance = imbalance;
  env.migration_type = type;
  env.flags = LBF_ALL_PINNED;
  env.loop_max = Math.min(k.sysctl.nr_migrate, k.rq.nr_running[src]!);
  const moved = move_tasks(k, env);
  k.arena.load(saved);
  return moved;
}

/** Tasks that wait on a queue of which it is not known if they may come to `dst`. */
function unknownOn(w: World, src: number, dst: number): number[] {
  const { rq, task } = w.k;
  const unknown: number[] = [];
  for (let p = rq.cfs_tasks_head[src]!; p !== NIL; p = task.group_next[p]!) {
    if (task.on_cpu[p] === 0 && w.affinity.isUnknown(p, dst, w.now)) unknown.push(p);
  }
  return unknown;
}

/** Why the kernel has come to another stage or queue. */
function causeOf(w: World, opened: OpenBalance, stage: number): string {
  const asked = stage === STAGE_NOT_BALANCER || opened.stage === STAGE_NOT_BALANCER;
  const { groups } = opened;
  return firstMet([
    ['should_we_balance() answers otherwise, and a wake-up was sent to the CPU within 3 µs', asked && Math.abs(opened.ts - w.arrivedAt[opened.cpu]!) < NEAR_CHANGE_NS],
    ['a CPU whose averages no record has shown yet', !asked && !spanSeen(w, opened.sd)],
    ['the record shows other numbers running or idle in a group than the model', !asked && opened.otherNumbers],
    ['a round began during the look, and a queue changed with it', !asked && changed(w, opened)],
    ['the loads of the two groups are within 5 % of each other', !asked && groups !== null && nearLoads(groups.local.group_load, groups.busiest.group_load)],
  ]);
}

/** cfslab_load_balance: the end of a balance. */
export function onBalance(w: World, c: Columns, row: number): void {
  const { k, tally } = w;
  const at = (name: string): number => c[name]![row]!;
  const [ts, cpu, stage] = [at('ts'), at('cpu'), at('stage')];
  let opened = w.balances[cpu] ?? null;
  if (opened !== null && (k.sd.level[opened.sd] !== at('level') || opened.idle !== at('idle'))) opened = null;
  opened ??= open(w, ts, cpu, at('level'), at('idle'), ts - NOTHING_NS);
  // Every task of the queue was pinned, and the search without it has left no record of what it found.
  if (opened !== null && opened.asked > 0 && stage !== STAGE_TRIED) opened = open(w, ts, cpu, at('level'), at('idle'), ts - NOTHING_NS);
  if (opened === null) {
    w.balances[cpu] = null;
    for (const name of stage === STAGE_TRIED ? OF_TRIED : OF_BALANCE) tally.undecided(name, NO_DOMAIN);
    return;
  }
  searchQueues(w, opened, opened.ts);
  const text = (): string[] => [
    `level ${at('level')}, idle ${at('idle')}; kernel: stage ${stage}, busiest ${at('busiest')}, moved ${at('moved')}, type ` +
      `${at('migration_type')}, imbalance ${at('imbalance')}, failed ${at('nr_balance_failed')}`,
    `model: stage ${opened.stage}, busiest ${opened.busiest}, moved ${opened.moved}, failed before ${k.sd.nr_balance_failed[opened.sd]}`,
    ...machineText(w),
  ];
  w.may[cpu] = -1;
  const told = steady(opened);
  const why = w.showsNewidle || at('idle') !== CPU_NEWLY_IDLE ? MOVING : NO_NEWIDLE;
  const cause = (): string => causeOf(w, opened, stage);
  if (told && why === MOVING) tally.judge('lb_stage', ts, cpu, stage, opened.stage, text, cause);
  else tally.undecided('lb_stage', why);
  if (stage === STAGE_TRIED) {
    if (told && why === MOVING) tally.judge('lb_busiest', ts, cpu, at('busiest'), opened.busiest, text, cause);
    else tally.undecided('lb_busiest', why);
    const moved = opened.moved >= 0 ? opened.moved : 0;
    if (opened.unsure) tally.undecided('lb_moved', AFFINITY_CHANGED);
    else tally.judge('lb_moved', ts, cpu, at('moved'), moved, text);
  }
  for (const p of opened.detached) attachDetached(w, ts, p);
  w.balances[cpu] = null;

  w.at(ts, cpu, 0);
  const env = k.lb_env;
  init_lb_env(k, env, opened.sd, cpu, opened.idle);
  fill_cpus(k, env);
  env.flags = at('flags');
  env.migration_type = at('migration_type');
  env.imbalance = at('imbalance');
  env.src_cpu = at('busiest');
  // Each pass tells the parent of pinned tasks, also one after which the balance looks again without that queue and finds nothing.
  const tried = stage === STAGE_TRIED ? at('imbalance') > 0 : opened.cleared.length > 0;
  const parent = k.sd.parent[opened.sd]!;
  if (parent !== NIL && tried && (env.flags & LBF_SOME_PINNED) !== 0) k.sgc.imbalance[k.sg.sgc[k.sd.groups[parent]!]!] = 1;
  if (stage !== STAGE_TRIED) {
    out_balanced(k, env, stage);
  } else if (at('moved') === 0 && opened.asked > 0 && (env.flags & LBF_ALL_PINNED) !== 0) {
    out_all_pinned(k, env, stage);
  } else {
    const pending = k.rq.active_balance[env.src_cpu]!;
    finish(k, env, cpu, at('moved'));
    k.rq.active_balance[env.src_cpu] = at('active') !== 0 ? 1 : pending;
  }
  tally.judge('lb_nr_balance_failed', ts, cpu, at('nr_balance_failed'), k.sd.nr_balance_failed[opened.sd]!, text);
  w.features.compare('balance_interval', at('balance_interval'), k.sd.balance_interval[opened.sd]!, 1);
  k.sd.nr_balance_failed[opened.sd] = at('nr_balance_failed');
  k.sd.balance_interval[opened.sd] = at('balance_interval');
  if (opened.idle !== CPU_NEWLY_IDLE) afterPeriodic(w, cpu, opened.sd, opened.idle, stage);
}
