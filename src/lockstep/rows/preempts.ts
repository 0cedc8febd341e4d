/** Wake-up preemption and the tick. */
import { update_rq_clock } from '../../sim/kernel/core/clock.js';
import { activate_task } from '../../sim/kernel/core/activate.js';
import { ENQUEUE_NOCLOCK, TASK_ON_RQ_MIGRATING, TASK_ON_RQ_QUEUED } from '../../sim/kernel/constants.js';
import { nohz_balance_enter_idle, nohz_balance_exit_idle } from '../../sim/kernel/balance/nohz.js';
import { clear_buddies, set_last_buddy, set_next_buddy } from '../../sim/kernel/fair/buddies.js';
import { update_curr } from '../../sim/kernel/fair/curr.js';
import { check_preempt_wakeup } from '../../sim/kernel/fair/preempt.js';
import { check_preempt_tick, task_tick_fair } from '../../sim/kernel/fair/tick.js';
import { sched_slice } from '../../sim/kernel/fair/slice.js';
import { rq_clock_skip_update } from '../../sim/kernel/core/clock.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { learnFromSlice } from './moves.js';
import { afterTick } from '../world/periodic.js';
import { compareMinVruntime, compareVruntime, entityIn, settleVruntime } from '../world/settle.js';
import { queueText } from '../world/show.js';
import type { World } from '../world/world.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;
/** Group entities and tasks compared on their vruntimes. */
const BY_VRUNTIME = 7;
/** The CPU was to reschedule already. */
const RESCHED_SET = 2;
const ATTACH_LAG_NS = 400;
const TICK_LAG_NS = 1300;
/** More than what a run time is off by, ns. */
const RESUMED_NS = 20_000;

/** Queues a task that a balance or the stopper has taken from another CPU. */
export function attachDetached(w: World, ts: number, p: number): void {
  const { k } = w;
  if (k.task.on_rq[p] !== TASK_ON_RQ_MIGRATING) return;
  const cpu = k.task.cpu[p]!;
  w.at(ts, k.g.this_cpu[0]!, ATTACH_LAG_NS);
  // A balance reads the clock once for all the tasks that it has moved.
  const opened = w.balances.find((balance) => balance?.detached.includes(p)) ?? null;
  if (opened?.attaching !== true) update_rq_clock(k, cpu);
  if (opened !== null) opened.attaching = true;
  w.queueing(p, cpu, () => activate_task(k, cpu, p, ENQUEUE_NOCLOCK));
  w.wakeIdle(cpu);
}

/** cfslab_preempt. */
export function onPreempt(w: World, c: Columns, row: number): void {
  const { k, roster } = w;
  const at = (name: string): number => c[name]![row]!;
  const [ts, cpu] = [at('ts'), at('cpu')];
  const p = roster.row(at('pid'));
  if (p !== NIL) attachDetached(w, ts, p);
  const curr = roster.row(at('curr'));
  if (p === NIL || curr === NIL || k.rq.curr[cpu] !== curr || k.task.cpu[p] !== cpu) {
    w.tally.undecided('wakeup_preempt', 'one of the two tasks had not been seen before');
    return;
  }
  w.at(ts, cpu, ATTACH_LAG_NS);
  const cause = at('cause');
  // A schedule() that picks the same task again clears the flag and leaves no record.
  if (cause > RESCHED_SET) k.rq.need_resched[cpu] = 0;
  const set = k.rq.need_resched[cpu]!;
  if (cause === RESCHED_SET && set === 0 && hasQuota(w, curr)) {
    w.tally.undecided('wakeup_preempt', 'how much of its quota a group has left is not recorded');
    k.rq.need_resched[cpu] = 1;
    return;
  }
  const [next, last] = [k.cfs.next[cpu]!, k.cfs.last[cpu]!];
  check_preempt_wakeup(k, cpu, p, at('wake_flags'));
  const computed = set === 0 && k.rq.need_resched[cpu] !== 0 ? 1 : 0;
  const agree = w.tally.judge('wakeup_preempt', ts, cpu, at('result'), computed, () => [
    `task ${roster.name(p)} against ${roster.name(curr)}; before: need_resched ${set}`,
    `kernel: cause ${at('cause')}, vdiff ${at('vdiff')}, gran ${at('gran')}, vruntime ${at('curr_vruntime')} and ${at('vruntime')}`,
    `model: vruntime ${k.se.vruntime[curr]} and ${k.se.vruntime[p]}`,
    ...queueText(w, cpu),
  ]);
  settlePair(w, at, curr, p);
  if (!agree) {
    k.rq.need_resched[cpu] = at('result') !== 0 ? 1 : set;
    k.cfs.next[cpu] = next;
    k.cfs.last[cpu] = last;
    if (at('next') !== 0) set_next_buddy(k, p);
    if (at('last') !== 0) set_last_buddy(k, curr);
  }
  if (k.task.on_rq[curr] === TASK_ON_RQ_QUEUED && k.rq.need_resched[cpu] !== 0) rq_clock_skip_update(k, cpu);
}

/** Whether the task is in a group, or in one below it, that is throttled when it has used up its quota. */
function hasQuota({ k }: World, p: number): boolean {
  for (let tg = k.task.tg[p]!; tg > 0; tg = k.tg.parent[tg]!) if (k.tg.quota[tg] !== Infinity) return true;
  return false;
}

/** The vruntimes that the record shows are those of the entities on the queue that both chains share. */
function settlePair(w: World, at: (name: string) => number, curr: number, p: number): void {
  if (at('cause') !== BY_VRUNTIME) return;
  const { se: e } = w.k;
  let [a, b] = [curr, p];
  while (e.depth[a]! > e.depth[b]!) a = e.parent[a]!;
  while (e.depth[b]! > e.depth[a]!) b = e.parent[b]!;
  while (e.cfs_rq[a] !== e.cfs_rq[b]) [a, b] = [e.parent[a]!, e.parent[b]!];
  w.features.compare('preempt_vdiff', at('vdiff'), e.vruntime[a]! - e.vruntime[b]!, w.k.sysctl.latency_ns);
  settleVruntime(w, a, at('curr_vruntime'));
  settleVruntime(w, b, at('vruntime'));
}

/** The tick of a CPU that runs a task above the fair class: what is due is balanced there too. */
function tickAbove(w: World, cpu: number): void {
  nohz_balance_exit_idle(w.k, cpu);
  update_rq_clock(w.k, cpu);
  w.above.tick(cpu);
  w.ticked[cpu] = 1;
}

/** The tick of every CPU: what it does to clocks, vruntimes and averages. Its decisions have records of their own. */
export function onTimer(w: World, ts: number): void {
  const { k } = w;
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    w.at(ts, cpu, TICK_LAG_NS);
    const curr = k.rq.curr[cpu]!;
    if (curr === NIL) {
      if (w.above.runs(cpu)) tickAbove(w, cpu);
      else if (k.rq.nr_running[cpu] === 0) nohz_balance_enter_idle(k, cpu);
      continue;
    }
    nohz_balance_exit_idle(k, cpu);
    if (w.switching[cpu] !== 0 || k.task.on_rq[curr] !== TASK_ON_RQ_QUEUED) continue;
    const before = k.rq.need_resched[cpu]!;
    update_rq_clock(k, cpu);
    const [next, last, skip] = [k.cfs.next[cpu]!, k.cfs.last[cpu]!, k.cfs.skip[cpu]!];
    const weights = w.beforeTick[cpu]!;
    weights.clear();
    for (let se = k.se.parent[curr]!; se !== NIL; se = k.se.parent[se]!) weights.set(se, k.se.weight[se]!);
    task_tick_fair(k, cpu, curr);
    // Whether it reschedules, and clears buddies, is for the records to say.
    k.rq.need_resched[cpu] = before;
    [k.cfs.next[cpu], k.cfs.last[cpu], k.cfs.skip[cpu]] = [next, last, skip];
    w.ticked[cpu] = 1;
  }
}

/** The softirq that a CPU's tick may have raised. */
export function onSoftirq(w: World, ts: number, cpu: number): void {
  if (w.ticked[cpu] === 0) return;
  w.ticked[cpu] = 0;
  w.at(ts, cpu, 0);
  afterTick(w, cpu);
}

/**
 * A task that has run for less than since it was picked was taken off its CPU and put back: so a change of its affinity, nice value,
 * policy or group begins its slice anew.
 * @kernel kernel/sched/core.c __do_set_cpus_allowed, set_user_nice, __sched_setscheduler, sched_move_task
 * @omits all but set_next_task()
 */
function resumed({ k: { se: e } }: World, se: number, exec: number): void {
  if (e.sum_exec_runtime[se]! - e.prev_sum_exec_runtime[se]! - exec > RESUMED_NS) {
    e.prev_sum_exec_runtime[se] = e.sum_exec_runtime[se]! - exec;
  }
}

/**
 * A tick goes from the running task up through the entities of its groups, and weighs each anew when it comes there: a record of
 * one below has the weights from before. Gives them back to those above `se`. (task_tick_fair(), update_cfs_group() in kernel/sched/fair.c)
 * @returns what gives them their new weights again
 */
function weighBefore({ k: { se: e, cfs: c }, beforeTick }: World, cpu: number, se: number): () => void {
  const changed: { readonly at: number; readonly by: number }[] = [];
  const weigh = (at: number, by: number): void => {
    e.weight[at]! += by;
    if (e.on_rq[at] !== 0) c.weight[e.cfs_rq[at]!]! += by;
  };
  for (let at = e.parent[se]!; at !== NIL; at = e.parent[at]!) {
    const by = (beforeTick[cpu]!.get(at) ?? e.weight[at]!) - e.weight[at]!;
    if (by === 0) continue;
    weigh(at, by);
    changed.push({ at, by });
  }
  return () => {
    for (const { at, by } of changed) weigh(at, -by);
  };
}

/** cfslab_tick. */
export function onTick(w: World, c: Columns, row: number): void {
  const { k, roster } = w;
  const { se: e } = k;
  const at = (name: string): number => c[name]![row]!;
  const [ts, cpu] = [at('ts'), at('cpu')];
  const tg = w.group(at('tg'));
  const curr = k.rq.curr[cpu]!;
  const se = curr === NIL ? NIL : entityIn(w, curr, tg);
  if (se === NIL || k.task.on_rq[curr] !== TASK_ON_RQ_QUEUED || (at('pid') > 0 && roster.pid(se) !== at('pid'))) {
    w.tally.undecided('tick_resched', 'the running task had not been seen before');
    return;
  }
  const cfs = e.cfs_rq[se]!;
  w.at(ts, cpu, 0);
  // The record shows how long the task has run: from that follows when the kernel read its clock.
  const clock = e.exec_start[se]! + at('exec') - (e.sum_exec_runtime[se]! - e.prev_sum_exec_runtime[se]!);
  if (clock > k.rq.clock[cpu]! && Math.abs(k.sched_clock() - clock) < 1e5) w.atClock(ts, clock, cpu);
  update_rq_clock(k, cpu);
  for (let at = curr; at !== NIL; at = e.parent[at]!) update_curr(k, e.cfs_rq[at]!);
  if (k.cfs.nr_running[cfs]! < 2 || k.cfs.first[cfs] === NIL) {
    w.tally.judge('tick_resched', ts, cpu, at('resched'), 'only one entity', () => queueText(w, cpu));
    return;
  }
  const weigh = weighBefore(w, cpu, se);
  learnFromSlice(w, ts, cfs, se, at('ideal'));
  const set = k.rq.need_resched[cpu]!;
  k.rq.need_resched[cpu] = 0;
  const first = k.cfs.first[cfs]!;
  w.features.compare('tick_ideal', at('ideal'), sched_slice(k, cfs, se), 1);
  w.features.compare('tick_exec', at('exec'), e.sum_exec_runtime[se]! - e.prev_sum_exec_runtime[se]!, 1e6);
  w.features.compare('tick_delta', at('delta'), e.vruntime[se]! - e.vruntime[first]!, k.sysctl.latency_ns);
  resumed(w, se, at('exec'));
  check_preempt_tick(k, cfs, se);
  const computed = k.rq.need_resched[cpu]!;
  w.tally.judge('tick_resched', ts, cpu, at('resched'), computed, () => [
    `kernel: cause ${at('cause')}, ideal ${at('ideal')}, exec ${at('exec')}, delta ${at('delta')}, first ${at('first')} vruntime ` +
      `${at('first_vruntime')}, nr ${at('nr')}`,
    `model: ideal ${sched_slice(k, cfs, se)}, exec ${e.sum_exec_runtime[se]! - e.prev_sum_exec_runtime[se]!}, nr ${k.cfs.nr_running[cfs]}`,
    ...queueText(w, cpu),
  ]);
  weigh();
  k.rq.need_resched[cpu] = set !== 0 || at('resched') !== 0 ? 1 : 0;
  if (at('resched') !== 0 && at('cause') === 1) clear_buddies(k, cfs, se);
  compareVruntime(w, 'tick_vruntime', se, at('vruntime'));
  compareMinVruntime(w, cfs, at('min_vruntime'));
  if (at('first') > 0 && roster.row(at('first')) !== NIL) {
    const waiting = roster.row(at('first'));
    if (k.task.cpu[waiting] === cpu && e.on_rq[waiting] !== 0) settleVruntime(w, waiting, at('first_vruntime'));
  }
}
