import { DEFAULT_FEATURES, type KernelCosts, type SchedFeatures, type Sysctl } from '../../src/sim/kernel/config.js';
import { create_group, init_root_group } from '../../src/sim/kernel/core/task-group.js';
import type { Hardware, Tracepoints } from '../../src/sim/kernel/hooks.js';
import { CLOCK_BASE, Kernel } from '../../src/sim/kernel/kernel.js';
import { attach_topology } from '../../src/sim/kernel/topology/attach.js';
import { build_topology } from '../../src/sim/kernel/topology/build.js';

export interface Shape {
  readonly cpus?: number;
  readonly tasks?: number;
  /** Parents of groups 1, 2, … */
  readonly parents?: readonly number[];
  readonly capacity?: number;
  readonly sysctl?: Partial<Sysctl>;
  readonly features?: Partial<SchedFeatures>;
  readonly hz?: number;
}

export const SYSCTL: Sysctl = {
  latency_ns: 18_000_000,
  min_granularity_ns: 2_250_000,
  idle_min_granularity_ns: 750_000,
  wakeup_granularity_ns: 3_000_000,
  migration_cost_ns: 500_000,
  nr_migrate: 32,
  child_runs_first: false,
  cfs_bandwidth_slice_us: 5000,
};

const COSTS: KernelCosts = {
  context_switch: 0, wakeup: 0, fork: 0, fork_wake: 0, tick: 0, ipi_delay: 0, ipi_turn: 0, idle_exit_delay: 0, tick_restart: 0, lb_base: 0, lb_per_cpu: 0,
  lb_per_task: 0, lb_per_move: 0, newidle_base: 0, stopper: 0,
  schedule: 0, dequeue: 0, activate: 0, ipi_send: 0, user_return: 0, trace_event: 0,
};

const nothing = (): void => undefined;

const HARDWARE: Hardware = {
  send_reschedule: nothing, send_ttwu: nothing, send_nohz_kick: nothing, raise_sched_softirq: nothing,
  queue_active_balance: nothing,
  queue_migration: nothing, start_period_timer: nothing, start_slack_timer: nothing, sched_rng: () => 0,
};

const TRACE: Tracepoints = {
  sched_switch: nothing, sched_waking: nothing, sched_wakeup: nothing, sched_wakeup_new: nothing,
  sched_migrate_task: nothing, sched_process_fork: nothing, sched_process_exec: nothing, sched_process_exit: nothing,
  can_migrate: nothing, load_balance: nothing, newidle: nothing, throttle: nothing,
};

/** A kernel with idle CPUs of one package and the groups asked for, as it is after boot. It asks nothing of the world. */
export function kernel(shape: Shape = {}): Kernel {
  const cpus = shape.cpus ?? 1;
  const capacity = shape.capacity ?? 1024;
  const topology = build_topology({
    cpus: Array.from({ length: cpus }, (_, core) => ({ core, package: 0, node: 0, llc: 0, capacity })),
    distance: [[10]],
  });
  const parents = shape.parents ?? [];
  const k = new Kernel({
    tasks: shape.tasks ?? 4,
    groups: 1 + parents.length,
    masks: 1,
    topology,
    sysctl: { ...SYSCTL, ...shape.sysctl },
    features: { ...DEFAULT_FEATURES, ...shape.features },
    costs: COSTS,
    hz: shape.hz ?? 250,
  });
  attach_topology(k, topology);
  for (let cpu = 0; cpu < cpus; cpu++) {
    for (const clock of [k.rq.clock, k.rq.clock_task, k.rq.clock_pelt, k.rq.clock_idle, k.rq.clock_pelt_idle]) {
      clock[cpu] = CLOCK_BASE;
    }
  }
  k.mask.set(0, Array.from({ length: cpus }, (_, cpu) => cpu));
  k.hw = HARDWARE;
  k.trace = TRACE;
  init_root_group(k);
  parents.forEach((parent, i) => create_group(k, i + 1, parent));
  return k;
}
