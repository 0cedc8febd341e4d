import { DEFAULT_FEATURES, type KernelCosts, type SchedFeatures, type Sysctl } from '../../src/sim/kernel/config.js';
import { Kernel } from '../../src/sim/kernel/kernel.js';
import { NIL } from '../../src/sim/kernel/state/table.js';
import { attach_topology } from '../../src/sim/kernel/topology/attach.js';
import { build_topology } from '../../src/sim/kernel/topology/build.js';
import type { TopologyDescription } from '../../src/sim/kernel/topology/description.js';

/*
 * Kernels whose state is set by hand, for the tests of the wake-up path and of the policies. No event ever runs on them.
 */

export const NO_COSTS: KernelCosts = {
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

export const SYSCTL: Sysctl = {
  latency_ns: 24_000_000,
  min_granularity_ns: 3_000_000,
  idle_min_granularity_ns: 750_000,
  wakeup_granularity_ns: 4_000_000,
  migration_cost_ns: 500_000,
  nr_migrate: 32,
  child_runs_first: false,
  cfs_bandwidth_slice_us: 5000,
};

/** `packages` × `cores` × `threads`, CPUs numbered threads first; one last-level cache and NUMA node a package. */
export function grid(packages: number, cores: number, threads: number, capacity?: readonly number[]): TopologyDescription {
  const cpus: TopologyDescription['cpus'][number][] = [];
  for (let pkg = 0; pkg < packages; pkg++) {
    for (let core = 0; core < cores; core++) {
      for (let thread = 0; thread < threads; thread++) {
        const own = capacity?.[cpus.length];
        cpus.push({ core, package: pkg, node: pkg, llc: pkg, ...(own === undefined ? {} : { capacity: own }) });
      }
    }
  }
  const distance = Array.from({ length: packages }, (_, a) =>
    Array.from({ length: packages }, (_unused, b) => (a === b ? 10 : 21)),
  );
  return { cpus, distance };
}

export interface KernelSetup {
  readonly features?: Partial<SchedFeatures>;
  readonly sysctl?: Partial<Sysctl>;
  readonly groups?: number;
}

/** Task rows: one to wake up, and one that runs on each CPU that `busy` is called for. */
export const WAKEE = 0;
export const runnerOf = (cpu: number): number => 1 + cpu;
/** Mask rows: 0 is all CPUs, 1 is what `allow` sets for the wakee. */
const WAKEE_MASK = 1;

/** A kernel with all CPUs idle and every task allowed everywhere. */
export function handMadeKernel(description: TopologyDescription, setup: KernelSetup = {}): Kernel {
  const built = build_topology(description);
  const k = new Kernel({
    tasks: built.cpus * 2 + 8,
    groups: setup.groups ?? 1,
    masks: 4,
    topology: built,
    sysctl: { ...SYSCTL, ...setup.sysctl },
    features: { ...DEFAULT_FEATURES, ...setup.features },
    costs: NO_COSTS,
    hz: 250,
  });
  k.g.jiffies[0] = 1000;
  k.mask.set(0, Array.from({ length: built.cpus }, (_, cpu) => cpu));
  attach_topology(k, built);
  for (let group = 0; group < k.groups; group++) {
    for (let cpu = 0; cpu < k.cpus; cpu++) {
      k.cfs.cpu[group * k.cpus + cpu] = cpu;
      k.cfs.tg[group * k.cpus + cpu] = group;
    }
  }
  return k;
}

/** Puts a running task on `cpu`, with the CPU's load, utilisation and runnable sums as given. */
export function busy(k: Kernel, cpu: number, load = 1024, nr = 1): void {
  const p = runnerOf(cpu);
  k.rq.curr[cpu] = p;
  k.rq.nr_running[cpu] = nr;
  k.cfs.h_nr_running[cpu] = nr;
  k.task.cpu[p] = cpu;
  k.task.on_cpu[p] = 1;
  k.task.on_rq[p] = 1;
  k.se.cfs_rq[p] = cpu;
  k.avg.load_avg[k.cfs_avg + cpu] = load;
  k.avg.util_avg[k.cfs_avg + cpu] = Math.min(load, 1024);
  k.avg.runnable_avg[k.cfs_avg + cpu] = Math.min(load, 1024) * nr;
}

export function idle(k: Kernel, cpu: number): void {
  k.rq.curr[cpu] = NIL;
  k.rq.nr_running[cpu] = 0;
  k.cfs.h_nr_running[cpu] = 0;
}

/** Makes the CPUs listed busy and the others idle. */
export function busyOnly(k: Kernel, cpus: Iterable<number>): void {
  for (let cpu = 0; cpu < k.cpus; cpu++) idle(k, cpu);
  for (const cpu of cpus) busy(k, cpu);
}

/** Restricts the wakee to the CPUs listed. */
export function allow(k: Kernel, cpus: Iterable<number>): void {
  k.mask.set(WAKEE_MASK, cpus);
  k.task.mask[WAKEE] = WAKEE_MASK;
}

/** Makes the CPU run nothing but SCHED_IDLE tasks. */
export function onlyIdlePolicy(k: Kernel, cpu: number): void {
  busy(k, cpu, 3);
  k.cfs.idle_h_nr_running[cpu] = 1;
}
