import type { KernelCosts } from '../../src/sim/kernel/config.js';
import { loadMachine } from '../../src/experiment/schema/profile.js';
import { createPolicy } from '../../src/policies/registry.js';
import type { Tracepoints } from '../../src/sim/kernel/hooks.js';
import { FOREVER, type Workload } from '../../src/sim/programs/program.js';
import type { Policy } from '../../src/sim/policy/policy.js';
import type { MachineProfile } from '../../src/sim/profile.js';
import { EVENT_KINDS, type EventKind, type TableName } from '../../src/sim/records/records.js';
import type { RunOptions, RunResult } from '../../src/sim/run-types.js';
import { Simulation } from '../../src/sim/simulation.js';
import type { ProgramBuilder } from '../../src/workloads/assembler.js';
import { WorkloadBuilder, type TemplateSpec } from '../../src/workloads/builder.js';

export const US = 1e3;
export const MS = 1e6;
export const SEC = 1e9;

/** Kernel work that takes no time: what is left is what the programs do. */
export const NO_COSTS: KernelCosts = {
  context_switch: 0,
  wakeup: 0,
  fork: 0,
  fork_wake: 0,
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

/** What a test changes about a shipped machine. */
export interface MachinePatch extends Partial<Pick<MachineProfile, 'hz' | 'tickSkewNs' | 'timerSlackNs' | 'smtSpeed'>> {
  readonly sysctl?: Partial<MachineProfile['sysctl']>;
  readonly features?: Partial<MachineProfile['features']>;
  readonly costs?: Partial<MachineProfile['costs']>;
  readonly cache?: Partial<MachineProfile['cache']>;
}

/** A shipped machine with what a test changes; timers come when they are asked for unless it says otherwise. */
export function machine(name: string, patch: MachinePatch = {}): MachineProfile {
  const base = loadMachine(name);
  return {
    ...base,
    timerSlackNs: 0,
    ...patch,
    sysctl: { ...base.sysctl, ...patch.sysctl },
    features: { ...base.features, ...patch.features },
    costs: { ...base.costs, ...patch.costs },
    cache: { ...base.cache, ...patch.cache },
  };
}

/** What a test says of a task beside its routine. */
export type TaskSpec = Partial<TemplateSpec> & { readonly startNs?: number; readonly cpu?: number };

/** Adds tasks to a workload, from routines written on the spot. */
export class Scene {
  constructor(readonly w: WorkloadBuilder) {}

  /** A task that is there at the start (or at `startNs`, born on CPU `cpu`) and does what is written. */
  task(comm: string, body: (p: ProgramBuilder) => void, spec: TaskSpec = {}): void {
    const { startNs = 0, cpu = 0, ...rest } = spec;
    const entry = this.w.program.routine(() => body(this.w.program));
    this.w.initial(this.w.template({ comm, entry, ...rest }), startNs, cpu);
  }

  /** A task that runs for ever. */
  spinner(comm: string, spec: TaskSpec = {}): void {
    this.task(comm, spin, spec);
  }
}

export function spin(p: ProgramBuilder): void {
  p.forever(() => p.run(FOREVER));
}

/** A workload for `cpus` CPUs. */
export function workload(
  cpus: number,
  write: (s: Scene, w: WorkloadBuilder) => void,
  options: { ends?: Workload['ends']; maxTasks?: number; unit?: string } = {},
): Workload {
  const w = new WorkloadBuilder(cpus);
  write(new Scene(w), w);
  const { ends = 'duration', maxTasks = 64, unit = '' } = options;
  return w.build({ name: 'test', unit, ends, maxTasks });
}

export interface Setup {
  readonly profile: MachineProfile | string;
  readonly workload: Workload;
  readonly durationNs: number;
  readonly seed?: number;
  readonly policy?: Policy | string | null;
  readonly record?: boolean;
  readonly takeTicksTogether?: boolean;
}

export function optionsOf(setup: Setup): RunOptions {
  const { profile, policy = null, seed = 1, durationNs, workload: work, record = false, takeTicksTogether = true } = setup;
  return {
    profile: typeof profile === 'string' ? loadMachine(profile) : profile,
    workload: work,
    policy: typeof policy === 'string' ? createPolicy(policy) : policy,
    seed,
    durationNs,
    record,
    takeTicksTogether,
  };
}

export function simulation(setup: Setup): Simulation {
  return new Simulation(optionsOf(setup));
}

export function run(setup: Setup): RunResult {
  return simulation(setup).run();
}

/** Listens to a simulation's tracepoints beside its own tracer. */
export function listen(sim: Simulation, listener: Partial<Tracepoints>): void {
  const inner = sim.kernel.trace;
  sim.kernel.trace = new Proxy(inner, {
    get(target, name): unknown {
      const own = Reflect.get(target, name) as (...args: unknown[]) => void;
      const extra = Reflect.get(listener, name) as ((...args: unknown[]) => void) | undefined;
      if (extra === undefined) return own.bind(target);
      return (...args: unknown[]): void => {
        own.apply(target, args);
        extra(...args);
      };
    },
  });
}

export type Row = Readonly<Record<string, number>>;

/** The rows of a recorded table as objects. */
export function rows(result: RunResult, table: TableName): Row[] {
  const { rows: n, columns } = result.tables![table];
  const names = Object.keys(columns);
  return Array.from({ length: n }, (_, i) => Object.fromEntries(names.map((name) => [name, columns[name]![i]!])));
}

/** Recorded events of one kind. */
export function events(result: RunResult, kind: EventKind): Row[] {
  const index = EVENT_KINDS.indexOf(kind);
  return rows(result, 'events').filter((row) => row['kind'] === index);
}

export function taskNamed(result: RunResult, comm: string): RunResult['tasks'][number] {
  const found = result.tasks.filter((task) => task.comm === comm);
  if (found.length !== 1) throw new Error(`${found.length} tasks are called ${comm}`);
  return found[0]!;
}

/** CPU time of the task called so, ns. */
export function runNs(result: RunResult, comm: string): number {
  return taskNamed(result, comm).runNs;
}

/** When the task called so exited, ns. */
export function exitTime(result: RunResult, comm: string): number {
  const { pid } = taskNamed(result, comm);
  return events(result, 'exit').find((row) => row['pid'] === pid)!['ts']!;
}

/** Names of the tasks in the order in which they exited. */
export function exitOrder(result: RunResult): string[] {
  const comms = new Map(result.tasks.map((task) => [task.pid, task.comm]));
  return events(result, 'exit').map((row) => comms.get(row['pid']!)!);
}

/** Sum of a column. */
export function total(list: readonly Row[], column: string): number {
  return list.reduce((sum, row) => sum + row[column]!, 0);
}
