/** can_migrate_task(): the reason, the answer, and every number that the record shows. */
import { CPU_IDLE, LBF_ACTIVE_LB, REASON_AFFINITY, SCHED_IDLE, TASK_ON_RQ_QUEUED } from '../../sim/kernel/constants.js';
import { can_migrate_task } from '../../sim/kernel/balance/can-migrate.js';
import { init_lb_env } from '../../sim/kernel/balance/lb-env.js';
import { update_rq_clock } from '../../sim/kernel/core/clock.js';
import { list_move_head } from '../../sim/kernel/core/cfs-tasks.js';
import { task_h_load } from '../../sim/kernel/fair/h-load.js';
import { task_util_est } from '../../sim/kernel/fair/signals.js';
import { scale_load_down } from '../../sim/kernel/math/weights.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { AFFINITY_CHANGED } from '../past/affinity.js';
import { predictMoves } from './balances.js';
import { SEEN_EST, SEEN_LOAD, SEEN_RUNNABLE, nudgeAverages, settleUtilEst } from '../world/averages.js';
import { NO_DOMAIN } from '../agreement/lacks.js';
import { learnQueue, learnTask, takeTask } from '../world/learn.js';
import { compareMinVruntime, compareVruntime } from '../world/settle.js';
import { queueText } from '../world/show.js';
import type { OpenBalance, World } from '../world/world.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;
const REASONS = ['throttled', 'per-cpu-kthread', 'affinity', 'running', 'active-balance', 'decided'];

/** cfslab_can_migrate. */
export function onDecision(w: World, c: Columns, row: number): void {
  const { k, roster, tally, witness } = w;
  const at = (name: string): number => c[name]![row]!;
  // Of a call that kprobes show it is not known what it was asked on.
  if (at('reason') < 0) return;
  const [ts, cpu, pid, src, dst] = [at('ts'), at('cpu'), at('pid'), at('src_cpu'), at('dst_cpu')];
  const active = (at('flags') & LBF_ACTIVE_LB) !== 0;
  const opened = active ? null : openFor(w, dst, src, at('level'));
  const sd = opened === null ? w.domain(dst, at('level')) : opened.sd;
  const fresh = roster.row(pid) === NIL;
  w.atClock(ts, at('clock_task'), cpu);
  const p = roster.rowOrAdopt(pid, src);
  if (p === NIL || sd === NIL || fresh) {
    for (const name of ['can_migrate_reason', 'can_migrate_answer'] as const) {
      tally.undecided(name, sd === NIL ? NO_DOMAIN : 'the task had not been seen before');
    }
    return;
  }
  update_rq_clock(k, src);
  if (opened !== null) {
    opened.asked++;
    opened.source = src;
    if (opened.moved < 0) predictMoves(w, opened, src, dst, at('imbalance'), at('migration_type'));
    w.atClock(ts, at('clock_task'), cpu);
  }
  const env = k.lb_env;
  init_lb_env(k, env, sd, dst, active ? CPU_IDLE : at('idle'));
  env.src_cpu = src;
  env.imbalance = at('imbalance');
  env.migration_type = at('migration_type');
  env.flags = active ? LBF_ACTIVE_LB : 0;
  can_migrate_task(k, p, env);
  const unknown = witness.reason >= REASON_AFFINITY && w.affinity.isUnknown(p, dst, ts);
  const text = (): string[] => [
    `task ${roster.name(p)} from ${src} to ${dst}, level ${at('level')}, idle ${at('idle')}`,
    `kernel: reason ${REASONS[at('reason')]}, hot ${at('hot')}, buddy ${at('buddy')}, result ${at('result')}, delta ${at('delta')}, ` +
      `failed ${at('nr_balance_failed')} of ${at('cache_nice_tries')}`,
    `model: reason ${REASONS[witness.reason]}, hot ${witness.hot}, result ${witness.result}, delta ` +
      `${k.rq.clock_task[src]! - k.se.exec_start[p]!}, failed ${k.sd.nr_balance_failed[sd]}, on CPU ${k.task.cpu[p]}`,
    ...queueText(w, src),
  ];
  if (unknown) {
    for (const name of ['can_migrate_reason', 'can_migrate_answer'] as const) tally.undecided(name, AFFINITY_CHANGED);
  } else {
    tally.judge('can_migrate_reason', ts, cpu, at('reason'), witness.reason, text);
    tally.judge('can_migrate_answer', ts, cpu, at('result'), witness.result, text);
  }
  w.affinity.asked(p, dst, at('reason'));
  compareFeatures(w, at, p, src, dst, sd);
  if (active && at('result') !== 0) w.affinity.willMove(p, dst);
  if (active && at('result') !== 0) k.sd.nr_balance_failed[sd] = 0;
  if (active) k.rq.active_balance[src] = 0;
  else if (k.task.on_rq[p] === TASK_ON_RQ_QUEUED && k.task.cpu[p] === src) list_move_head(k, src, p);
}

/** The balance that asks: the one for `dst`, or, where affinity made it turn to another CPU, the one on that level. */
function openFor(w: World, dst: number, src: number, level: number): OpenBalance | null {
  const own = w.balances[dst] ?? null;
  if (own !== null) return own;
  for (const opened of w.balances) {
    if (opened !== null && w.k.sd.level[opened.sd] === level && (opened.busiest === src || opened.asked > 0)) return opened;
  }
  return null;
}

function compareFeatures(w: World, at: (name: string) => number, p: number, src: number, dst: number, sd: number): void {
  const { k, features } = w;
  const { se: e, avg, task } = k;
  const same = (name: string, model: number): void => features.compare(name, at(name), model, 1);
  same('nr_balance_failed', k.sd.nr_balance_failed[sd]!);
  for (const [side, cpu] of [['src', src], ['dst', dst]] as const) {
    const a = k.cfs_avg + cpu;
    same(`${side}_weight`, scale_load_down(k.cfs.weight[cpu]!));
    same(`${side}_nr`, k.rq.nr_running[cpu]!);
    same(`${side}_h_nr`, k.cfs.h_nr_running[cpu]!);
    if (w.seenCpu[cpu] === 0) {
      learnQueue(w, cpu, { load: at(`${side}_load`), util: at(`${side}_util`), runnable: at(`${side}_runnable`) });
      continue;
    }
    same(`${side}_load`, avg.load_avg[a]!);
    same(`${side}_util`, avg.util_avg[a]!);
    same(`${side}_runnable`, avg.runnable_avg[a]!);
    nudgeAverages(avg, a, { load: at(`${side}_load`), util: at(`${side}_util`), runnable: at(`${side}_runnable`) }, 1);
  }
  same('task_weight', task.policy[p] === SCHED_IDLE ? 3 : scale_load_down(e.weight[p]!));
  same('nr_migrations', e.nr_migrations[p]!);
  if (task.cpu[p] !== src) return;
  compareMinVruntime(w, e.cfs_rq[p]!, at('min_vruntime'));
  compareVruntime(w, 'vruntime', p, at('vruntime'));
  if (w.roster.adopted[p] === 0) {
    if (at('exec_start') !== 0) features.compare('delta', at('delta'), k.rq.clock_task[src]! - e.exec_start[p]!, 1e5);
    features.compare('sum_exec', at('sum_exec'), e.sum_exec_runtime[p]!, 1e5);
  }
  const known = w.seenTask[p]!;
  const estimate = at('util_est');
  // An estimate below the utilisation does not show.
  const shown = estimate > at('task_util');
  const seen = (name: string, bit: number): number => ((known & bit) === 0 ? at(name) : -1);
  learnTask(w, p, { load: seen('task_load', SEEN_LOAD), util: seen('task_util', SEEN_LOAD), runnable: seen('task_runnable', SEEN_RUNNABLE) });
  w.seenTask[p] = known | SEEN_LOAD | SEEN_RUNNABLE | (shown ? SEEN_EST : 0);
  if ((known & SEEN_EST) === 0 && shown) settleUtilEst(avg, p, estimate);
  // The kernel asks for it in every call, and keeps what it finds for the rest of the tick.
  const load = task_h_load(k, p);
  if ((known & SEEN_RUNNABLE) !== 0) same('task_runnable', avg.runnable_avg[p]!);
  if ((known & SEEN_LOAD) === 0) return;
  same('task_load', avg.load_avg[p]!);
  same('task_util', avg.util_avg[p]!);
  same('h_load', load);
  if ((known & SEEN_EST) !== 0) same('util_est', task_util_est(k, p));
  takeTask(w, p, { load: at('task_load'), util: at('task_util'), runnable: (known & SEEN_RUNNABLE) !== 0 ? at('task_runnable') : -1 });
}
