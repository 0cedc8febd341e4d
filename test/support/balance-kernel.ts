import { DEFAULT_FEATURES, type KernelCosts, type SchedFeatures, type Sysctl } from '../../src/sim/kernel/config.js';
import { SCHED_NORMAL, TASK_RUNNING } from '../../src/sim/kernel/constants.js';
import { activate_task } from '../../src/sim/kernel/core/activate.js';
import { update_rq_clock } from '../../src/sim/kernel/core/clock.js';
import { sched_fork } from '../../src/sim/kernel/core/fork.js';
import type { LbEnv } from '../../src/sim/kernel/env.js';
import { set_next_entity } from '../../src/sim/kernel/fair/entity.js';
import type { Hardware, Tracepoints } from '../../src/sim/kernel/hooks.js';
import { Kernel } from '../../src/sim/kernel/kernel.js';
import { NIL } from '../../src/sim/kernel/state/table.js';
import { attach_topology } from '../../src/sim/kernel/topology/attach.js';
import { build_topology } from '../../src/sim/kernel/topology/build.js';

/** One can_migrate_task() as the trace saw it. */
export interface Asked {
  readonly p: number;
  readonly reason: number;
  readonly hot: number;
  readonly result: number;
  readonly dst: number;
}

/** One load_balance() as the trace saw it. */
export interface Balanced {
  readonly sd: number;
  readonly stage: number;
  readonly busiest: number;
  readonly moved: number;
  readonly active: number;
  readonly flags: number;
}

/** A kernel to balance on, and what it asked of the world around it. */
export interface Bench {
  readonly k: Kernel;
  readonly asked: Asked[];
  readonly balanced: Balanced[];
  readonly newidle: Array<{ cpu: number; gate: number; pulled: number; cost: number }>;
  readonly migrated: Array<{ p: number; from: number; to: number; cause: number }>;
  /** CPUs kicked to balance for the tickless ones. */
  readonly kicks: number[];
  /** CPUs whose SCHED softirq was raised. */
  readonly softirqs: number[];
  readonly activeBalances: number[];
  /** What sched_rng() answers next; 0 when empty. */
  readonly dice: number[];
}

export interface Shape {
  /** Threads by core: [2, 2] is two cores of two threads. */
  readonly cores?: readonly number[];
  /** Node of each core; all 0 where absent. */
  readonly nodes?: readonly number[];
  /** Capacity of each core; 1024 where absent. */
  readonly capacity?: readonly number[];
  readonly hz?: number;
  readonly groups?: number;
  readonly sysctl?: Partial<Sysctl>;
  readonly features?: Partial<SchedFeatures>;
  readonly costs?: Partial<KernelCosts>;
}

const SYSCTL: Sysctl = {
  latency_ns: 24_000_000,
  min_granularity_ns: 3_000_000,
  idle_min_granularity_ns: 750_000,
  wakeup_granularity_ns: 4_000_000,
  migration_cost_ns: 500_000,
  nr_migrate: 32,
  child_runs_first: false,
  cfs_bandwidth_slice_us: 5000,
};

const NO_COSTS: KernelCosts = {
  context_switch: 0,
  wakeup: 0,
  fork: 0, fork_wake: 0,
  tick: 0,
  ipi_delay: 0,
  ipi_turn: 0,
  idle_exit_delay: 0,
  tick_restart: 0,
  lb_base: 0,
  lb_per_cpu: 0,
  lb_per_task: 0,
  lb_per_move: 0,
  newidle_base: 0,
  stopper: 0, schedule: 0, dequeue: 0, activate: 0, ipi_send: 0, user_return: 0, trace_event: 0,
};

const nothing = (): void => undefined;

/** Builds a kernel of the given shape; 1 s of simulated time has passed and all CPUs are idle. */
export function bench(shape: Shape = {}): Bench {
  const cores = shape.cores ?? [1, 1, 1, 1];
  const nodes = shape.nodes ?? cores.map(() => 0);
  const cpus = cores.flatMap((threads, core) =>
    Array.from({ length: threads }, () => ({
      core,
      package: nodes[core]!,
      node: nodes[core]!,
      llc: nodes[core]!,
      capacity: shape.capacity?.[core] ?? 1024,
    })),
  );
  const nrNodes = Math.max(...nodes) + 1;
  const row = (a: number): number[] => Array.from({ length: nrNodes }, (_, b) => (a === b ? 10 : 20));
  const distance = Array.from({ length: nrNodes }, (_, a) => row(a));
  const topology = build_topology({ cpus, distance });
  const k = new Kernel({
    tasks: 128,
    groups: shape.groups ?? 1,
    masks: 16,
    topology,
    sysctl: { ...SYSCTL, ...shape.sysctl },
    features: { ...DEFAULT_FEATURES, ...shape.features },
    costs: { ...NO_COSTS, ...shape.costs },
    hz: shape.hz ?? 250,
  });
  k.g.now[0] = 1_000_000_000;
  attach_topology(k, topology);
  k.g.jiffies[0] = 1000;
  k.mask.set(0, cpus.keys());
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    for (let tg = 0; tg < k.groups; tg++) {
      k.cfs.cpu[k.tg_cfs_rq(tg, cpu)] = cpu;
      k.cfs.tg[k.tg_cfs_rq(tg, cpu)] = tg;
    }
    update_rq_clock(k, cpu);
  }
  const out: Bench = { k, asked: [], balanced: [], newidle: [], migrated: [], kicks: [], softirqs: [], activeBalances: [], dice: [] };
  k.hw = hardware(out);
  k.trace = tracepoints(out);
  return out;
}

function hardware(out: Bench): Hardware {
  return {
    send_reschedule: nothing,
    send_ttwu: nothing,
    send_nohz_kick: (cpu) => void out.kicks.push(cpu),
    raise_sched_softirq: (cpu) => void out.softirqs.push(cpu),
    queue_active_balance: (cpu) => void out.activeBalances.push(cpu),
    queue_migration: nothing,
    start_period_timer: nothing,
    start_slack_timer: nothing,
    sched_rng: () => out.dice.shift() ?? 0,
  };
}

function tracepoints(out: Bench): Tracepoints {
  return {
    sched_switch: nothing,
    sched_waking: nothing,
    sched_wakeup: nothing,
    sched_wakeup_new: nothing,
    sched_migrate_task: (p, from, to, cause) => void out.migrated.push({ p, from, to, cause }),
    sched_process_fork: nothing,
    sched_process_exec: nothing,
    sched_process_exit: nothing,
    can_migrate: (p, env, reason, hot, result) => void out.asked.push({ p, reason, hot, result, dst: env.dst_cpu }),
    load_balance: (env, sd, stage, busiest, moved, active) =>
      void out.balanced.push({ sd, stage, busiest, moved, active, flags: env.flags }),
    newidle: (cpu, gate, pulled, cost) => void out.newidle.push({ cpu, gate, pulled, cost }),
    throttle: nothing,
  };
}

export interface Born {
  readonly policy?: number;
  readonly mask?: number;
  readonly flags?: number;
  readonly tg?: number;
  /** load_avg; that of its weight where absent. */
  readonly load?: number;
  readonly util?: number;
  /** ns since it last ran; it never ran where absent. */
  readonly ranAgo?: number;
}

/** Queues a new task on `cpu`, waiting. The CPU's averages grow by the task's. */
export function queue(k: Kernel, p: number, cpu: number, born: Born = {}): number {
  sched_fork(k, p, cpu, NIL, {
    pid: 100 + p,
    nice: 0,
    policy: born.policy ?? SCHED_NORMAL,
    mask: born.mask ?? 0,
    tg: born.tg ?? 0,
    flags: born.flags ?? 0,
    preferred_nid: NIL,
  });
  k.task.state[p] = TASK_RUNNING;
  if (born.load !== undefined) k.avg.load_avg[p] = born.load;
  if (born.util !== undefined) k.avg.util_avg[p] = born.util;
  activate_task(k, cpu, p, 0);
  k.se.exec_start[p] = born.ranAgo === undefined ? 0 : k.rq.clock_task[cpu]! - born.ranAgo;
  return p;
}

/** Makes the queued task `p` the current one of its CPU. */
export function run(k: Kernel, p: number): number {
  const cpu = k.task.cpu[p]!;
  set_next_entity(k, k.se.cfs_rq[p]!, p);
  k.rq.curr[cpu] = p;
  k.task.on_cpu[p] = 1;
  return p;
}

/** The domain of `cpu` that is `height` levels above the lowest. */
export function domain(k: Kernel, cpu: number, height = 0): number {
  let sd = k.rq.sd[cpu]!;
  for (let i = 0; i < height; i++) sd = k.sd.parent[sd]!;
  return sd;
}

/** Puts every CPU of the domain into env->cpus. */
export function fillCpus(k: Kernel, env: LbEnv, sd: number): void {
  env.cpus.fill(0);
  for (let i = 0; i < k.sd.span_weight[sd]!; i++) env.cpus[k.topo_cpus[k.sd.span_off[sd]! + i]!] = 1;
}
