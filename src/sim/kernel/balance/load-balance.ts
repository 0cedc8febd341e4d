import { update_rq_clock } from '../core/clock.js';
import {
  CPU_NEWLY_IDLE,
  LBF_ALL_PINNED,
  LBF_DST_PINNED,
  LBF_NEED_BREAK,
  LBF_SOME_PINNED,
  STAGE_NO_BUSIEST_GROUP,
  STAGE_NO_BUSIEST_QUEUE,
  STAGE_TRIED,
} from '../constants.js';
import type { LbEnv } from '../env.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { find_busiest_group } from './busiest-group.js';
import { find_busiest_queue } from './busiest-queue.js';
import { attach_tasks, detach_tasks } from './detach.js';
import { init_lb_env, SCHED_NR_MIGRATE_BREAK } from './lb-env.js';
import { need_active_balance, should_we_balance } from './need-active.js';
import { span_has } from './spans.js';

/** ms: a domain whose tasks are all pinned is balanced this rarely at most. */
const MAX_PINNED_INTERVAL = 512;

/**
 * env->cpus becomes the CPUs of the domain.
 * @kernel kernel/sched/fair.c load_balance (cpumask_and of the span)
 * @omits CPUs that are not active
 */
export function fill_cpus(k: Kernel, env: LbEnv): void {
  const off = k.sd.span_off[env.sd]!;
  const end = off + k.sd.span_weight[env.sd]!;
  env.cpus.fill(0);
  for (let i = off; i < end; i++) env.cpus[k.topo_cpus[i]!] = 1;
}

/**
 * No CPU is left to pull from.
 * @kernel kernel/sched/fair.c load_balance (cpumask_subset of env->cpus and env->dst_grpmask)
 * @omits nothing
 */
export function only_dst_group_left(k: Kernel, env: LbEnv): boolean {
  const mask_off = k.sg.mask_off[env.dst_grp]!;
  const mask_len = k.sg.mask_len[env.dst_grp]!;
  const off = k.sd.span_off[env.sd]!;
  const end = off + k.sd.span_weight[env.sd]!;
  for (let i = off; i < end; i++) {
    const cpu = k.topo_cpus[i]!;
    if (env.cpus[cpu]! !== 0 && !span_has(k, mask_off, mask_len, cpu)) return false;
  }
  return true;
}

/**
 * The part of load_balance() from its label more_balance on: detaches and attaches until nothing more is to be had, and
 * where affinity kept tasks from env->dst_cpu, goes on for another CPU of the group.
 * @returns tasks moved
 * @kernel kernel/sched/fair.c load_balance (from more_balance on)
 * @omits locks
 */
export function move_tasks(k: Kernel, env: LbEnv): number {
  let ld_moved = 0;
  for (;;) {
    update_rq_clock(k, env.src_cpu);
    const cur_ld_moved = detach_tasks(k, env);
    if (cur_ld_moved !== 0) {
      attach_tasks(k, env);
      ld_moved += cur_ld_moved;
    }
    if ((env.flags & LBF_NEED_BREAK) !== 0) {
      env.flags &= ~LBF_NEED_BREAK;
      continue;
    }
    if ((env.flags & LBF_DST_PINNED) === 0 || env.imbalance <= 0) return ld_moved;
    env.cpus[env.dst_cpu] = 0;
    env.dst_cpu = env.new_dst_cpu;
    env.flags &= ~LBF_DST_PINNED;
    env.loop = 0;
    env.loop_break = SCHED_NR_MIGRATE_BREAK;
  }
}

/** Reports the end of a load_balance(). */
function out(k: Kernel, env: LbEnv, stage: number, moved: number, active: number): number {
  // The time between the statistics and the lock of the busiest queue is but that of the statistics.
  k.charge(k.cost.lb_base);
  k.trace.load_balance(env, env.sd, stage, env.src_cpu, moved, active);
  k.charge_event();
  return moved;
}

/** The part of load_balance() from its label out_one_pinned on: nothing was moved, so balance less often. */
function out_one_pinned(k: Kernel, env: LbEnv, stage: number): number {
  const sd = env.sd;
  if (env.idle !== CPU_NEWLY_IDLE) {
    const interval = k.sd.balance_interval[sd]!;
    if (
      ((env.flags & LBF_ALL_PINNED) !== 0 && interval < MAX_PINNED_INTERVAL) ||
      interval < k.sd.max_interval[sd]!
    ) {
      k.sd.balance_interval[sd] = interval * 2;
    }
  }
  return out(k, env, stage, 0, 0);
}

/**
 * The part of load_balance() from its label out_all_pinned on.
 * @kernel kernel/sched/fair.c load_balance (out_all_pinned)
 * @omits nothing
 */
export function out_all_pinned(k: Kernel, env: LbEnv, stage: number): number {
  k.sd_stats.lb_balanced[env.sd * 3 + env.idle]!++;
  k.sd.nr_balance_failed[env.sd] = 0;
  return out_one_pinned(k, env, stage);
}

/**
 * The part of load_balance() from its label out_balanced on.
 * @kernel kernel/sched/fair.c load_balance (out_balanced)
 * @omits nothing
 */
export function out_balanced(k: Kernel, env: LbEnv, stage: number): number {
  const sd_parent = k.sd.parent[env.sd]!;
  // Where tasks could have moved and none had to, the parent need not be told of pinned ones any more.
  if (sd_parent !== NIL && (env.flags & LBF_ALL_PINNED) === 0) {
    k.sgc.imbalance[k.sg.sgc[k.sd.groups[sd_parent]!]!] = 0;
  }
  return out_all_pinned(k, env, stage);
}

/**
 * The part of load_balance() after the moves: counts the failure, and starts an active balance where pulling waiting
 * tasks is not enough.
 * @kernel kernel/sched/fair.c load_balance (after the moves)
 * @omits locks
 */
export function finish(k: Kernel, env: LbEnv, this_cpu: number, ld_moved: number): number {
  const sd = env.sd;
  const busiest = env.src_cpu;
  let active_balance = 0;
  if (ld_moved === 0) {
    k.sd_stats.lb_failed[sd * 3 + env.idle]!++;
    // Newly-idle balancing is frequent and opportunistic; its failures say little.
    if (env.idle !== CPU_NEWLY_IDLE) k.sd.nr_balance_failed[sd]!++;
    if (need_active_balance(k, env)) {
      // The idle task and the stopper are bound to their CPU.
      const curr = k.rq.curr[busiest]!;
      if (curr === NIL || !k.mask.has(k.task.mask[curr]!, this_cpu)) return out_one_pinned(k, env, STAGE_TRIED);
      env.flags &= ~LBF_ALL_PINNED;
      if (k.rq.active_balance[busiest]! === 0) {
        k.rq.active_balance[busiest] = 1;
        k.rq.push_cpu[busiest] = this_cpu;
        active_balance = 1;
        k.hw.queue_active_balance(busiest);
      }
    }
  } else {
    k.sd.nr_balance_failed[sd] = 0;
  }
  if (active_balance === 0 || need_active_balance(k, env)) k.sd.balance_interval[sd] = k.sd.min_interval[sd]!;
  return out(k, env, STAGE_TRIED, ld_moved, active_balance);
}

/** What begin_balance() answers where it is not over. */
export const BALANCING = -1;

/**
 * Balances domain `sd` on behalf of `this_cpu`: finds the busiest group, its busiest queue, and pulls tasks from it.
 * k.lb_env keeps the call's state and statistics until the next call; its continue_balancing is the kernel's output
 * argument. Charges lb_base once, and lb_per_cpu for every CPU of the domain each time that statistics are gathered.
 *
 *     begin_balance:  should_we_balance ─► find_busiest_group ─► find_busiest_queue: more than one task there?
 *                       ▲                                            │ takes its time
 *     finish_balance:   │                                          lock ─► detach/attach ─► nr_balance_failed, interval
 *                       └──── all tasks of that queue pinned: without that CPU ─┘
 *
 * No queue is locked before the lock of the busiest one, so CPUs that balance at the same time find the same one, and those that come
 * late find nothing there. Whoever lets the time pass between the two parts sees that; this function does both at one moment.
 * @param idle CPU_IDLE, CPU_NOT_IDLE or CPU_NEWLY_IDLE
 * @returns tasks moved
 * @kernel kernel/sched/fair.c load_balance
 * @omits locks, and CPUs that are not active (hot-plugging)
 */
export function load_balance(k: Kernel, this_cpu: number, sd: number, idle: number): number {
  const moved = begin_balance(k, this_cpu, sd, idle);
  return moved === BALANCING ? finish_balance(k, this_cpu) : moved;
}

/**
 * The part of load_balance() up to the lock of the busiest queue. What it has found is kept in the row of the CPU that does the work, which
 * may be another one than `this_cpu`.
 * @returns BALANCING where that queue is to be locked, else what load_balance() returns
 * @kernel kernel/sched/fair.c load_balance (up to its label more_balance)
 * @omits nothing
 */
export function begin_balance(k: Kernel, this_cpu: number, sd: number, idle: number): number {
  const { lb_env: env, pending_lb: pending } = k;
  init_lb_env(k, env, sd, this_cpu, idle);
  fill_cpus(k, env);
  k.sd_stats.lb_count[sd * 3 + idle]!++;
  const moved = look(k, env, this_cpu);
  if (moved !== BALANCING) return moved;
  const worker = k.g.this_cpu[0]!;
  pending.sd[worker] = sd;
  pending.idle[worker] = idle;
  pending.src_cpu[worker] = env.src_cpu;
  pending.imbalance[worker] = env.imbalance;
  pending.migration_type[worker] = env.migration_type;
  pending.loop_max[worker] = env.loop_max;
  return BALANCING;
}

/**
 * The rest of load_balance(): goes on with what begin_balance() has found.
 * @returns tasks moved
 * @kernel kernel/sched/fair.c load_balance (from its label more_balance on)
 * @omits nothing
 */
export function finish_balance(k: Kernel, this_cpu: number): number {
  const { lb_env: env, pending_lb: pending } = k;
  const worker = k.g.this_cpu[0]!;
  const sd = pending.sd[worker]!;
  const sd_parent = k.sd.parent[sd]!;
  init_lb_env(k, env, sd, this_cpu, pending.idle[worker]!);
  fill_cpus(k, env);
  env.src_cpu = pending.src_cpu[worker]!;
  env.imbalance = pending.imbalance[worker]!;
  env.migration_type = pending.migration_type[worker]!;
  env.loop_max = pending.loop_max[worker]!;
  env.flags = LBF_ALL_PINNED;

  for (;;) {
    const ld_moved = move_tasks(k, env);
    if (sd_parent !== NIL && (env.flags & LBF_SOME_PINNED) !== 0 && env.imbalance > 0) {
      k.sgc.imbalance[k.sg.sgc[k.sd.groups[sd_parent]!]!] = 1;
    }
    if ((env.flags & LBF_ALL_PINNED) === 0) return finish(k, env, this_cpu, ld_moved);

    env.cpus[env.src_cpu] = 0;
    if (only_dst_group_left(k, env)) return out_all_pinned(k, env, STAGE_TRIED);
    env.loop = 0;
    env.loop_break = SCHED_NR_MIGRATE_BREAK;
    env.stage = STAGE_TRIED;
    const moved = look(k, env, this_cpu);
    if (moved !== BALANCING) return moved;
  }
}

/**
 * Looks for the queue to pull from: env->src_cpu, with env->imbalance and loop_max.
 * @returns BALANCING, or what load_balance() returns where there is none
 */
function look(k: Kernel, env: LbEnv, this_cpu: number): number {
  const stats = env.sd * 3 + env.idle;
  if (!should_we_balance(k, env)) {
    env.continue_balancing = false;
    return out_balanced(k, env, env.stage);
  }
  k.charge(k.cost.lb_per_cpu * k.sd.span_weight[env.sd]!);
  const group = find_busiest_group(k, env);
  if (group === NIL) {
    k.sd_stats.lb_nobusyg[stats]!++;
    return out_balanced(k, env, STAGE_NO_BUSIEST_GROUP);
  }
  const busiest = find_busiest_queue(k, env, group);
  if (busiest === NIL) {
    k.sd_stats.lb_nobusyq[stats]!++;
    return out_balanced(k, env, STAGE_NO_BUSIEST_QUEUE);
  }
  k.sd_stats.lb_imbalance[stats]! += env.imbalance;
  env.src_cpu = busiest;

  // Cleared as soon as one task is found that may run on the destination.
  env.flags |= LBF_ALL_PINNED;
  if (k.rq.nr_running[busiest]! <= 1) return finish(k, env, this_cpu, 0);
  env.loop_max = Math.min(k.sysctl.nr_migrate, k.rq.nr_running[busiest]!);
  return BALANCING;
}
