import { StreamHash } from './engine/hash.js';
import { attach_topology } from './kernel/topology/attach.js';
import { build_topology } from './kernel/topology/build.js';
import { create_group, init_root_group, set_group_bandwidth, set_group_idle, set_group_weight } from './kernel/core/task-group.js';
import { Kernel } from './kernel/kernel.js';
import { Histogram } from './records/latency.js';
import { Machine, type SavedMachine } from './machine.js';
import type { Metrics } from './records/metrics.js';
import { fairness, runtimes, workDone } from './records/outcome.js';
import { PolicyHook, stateDoubles } from './policy/policy-hook.js';
import { Recorder } from './records/recorder.js';
import type { RunOptions, RunResult } from './run-types.js';
import { schedstatCounters } from './records/schedstat.js';
import { setStart } from './start/start-state.js';
import { Counter, Tracer } from './records/tracer.js';

/** The state of a run at a moment. Made by `Simulation.snapshot`, opaque otherwise. */
export interface Snapshot {
  readonly arena: ArrayBuffer;
  readonly machine: SavedMachine;
}

/** How much simulated time passes between two calls of `onProgress`, ns. */
const PROGRESS_NS = 10_000_000;

/**
 * One run: a machine, a workload, a policy, a seed. The same options give the same stream of events, bit for bit, on
 * any machine.
 */
export class Simulation {
  readonly kernel: Kernel;
  readonly machine: Machine;
  private readonly tracer: Tracer;
  private readonly hash: StreamHash;
  private readonly latency: Histogram;
  private readonly policyCounters: Float64Array;

  constructor(private readonly options: RunOptions) {
    const { profile, workload } = options;
    const k = new Kernel({
      tasks: workload.maxTasks,
      groups: Math.max(1, workload.groups.length),
      masks: Math.max(1, workload.masks.length),
      topology: build_topology(profile.topology, profile.domains),
      sysctl: profile.sysctl,
      features: profile.features,
      costs: profile.costs,
      hz: profile.hz,
    });
    this.kernel = k;
    attach_topology(k, build_topology(profile.topology, profile.domains));
    setStart(k, workload.start);

    this.hash = new StreamHash(k.arena);
    this.latency = new Histogram(k.arena);
    this.policyCounters = k.arena.f64(2);
    this.machine = new Machine(k, profile, workload, options.seed, options.takeTicksTogether ?? true);
    this.tracer = new Tracer(k, this.machine.t, this.hash, this.latency);
    k.hw = this.machine;
    k.trace = this.tracer;
    if (options.policy !== null) {
      const state = k.arena.f64(stateDoubles(options.policy, k));
      k.policy = new PolicyHook(k, options.policy, this.policyCounters, state, this.tracer);
    }
    this.createMasksAndGroups();
    if (options.record === true) this.tracer.recorder = new Recorder(k);
  }

  /** ns of simulated time. */
  get now(): number {
    return this.kernel.g.now[0]!;
  }

  /** Whether nothing more will happen: the duration is over, every task has exited, or none can ever run again. */
  get over(): boolean {
    const { machine, options } = this;
    if (machine.nextTime > options.durationNs) return true;
    return options.workload.ends === 'exit' && machine.alive === 0 && !machine.moreToCome;
  }

  /**
   * Runs until the end, or until `time`.
   * @param time ns of simulated time; events at this very time still happen
   */
  runUntil(time: number): void {
    const { machine, options } = this;
    const end = Math.min(time, options.durationNs);
    if (options.workload.ends === 'exit') {
      while ((machine.alive > 0 || machine.moreToCome) && machine.stepUntil(end));
    } else {
      while (machine.stepUntil(end));
    }
  }

  /**
   * Runs to the end.
   * @param onProgress called now and then with the simulated time, ns; returns false to stop the run there
   */
  run(onProgress?: (simulatedNs: number) => boolean): RunResult {
    if (onProgress === undefined) {
      this.runUntil(Infinity);
    } else {
      for (let until = this.now + PROGRESS_NS; !this.over; until += PROGRESS_NS) {
        this.runUntil(until);
        // The machine itself may stand at an earlier time: ticks that change nothing are put off.
        if (!onProgress(Math.min(until, this.options.durationNs))) break;
      }
    }
    return this.result();
  }

  /** The state as it is now. Recorded rows are not part of it. */
  snapshot(): Snapshot {
    return { arena: this.kernel.arena.save(), machine: this.machine.save() };
  }

  /** Puts a state back that was taken from a simulation with the same options; the run then goes on bit for bit. */
  restore(snapshot: Snapshot): void {
    this.kernel.arena.load(snapshot.arena);
    this.machine.load(snapshot.machine);
  }

  result(): RunResult {
    // Time goes on to the end, and ticks that were put off and lie before it have happened.
    const end = this.endOfRun();
    this.machine.settle(end);
    this.kernel.g.now[0] = end;
    const { machine, kernel: k, options, tracer } = this;
    const finished = machine.alive === 0 && !machine.moreToCome;
    const exits = options.workload.ends === 'exit';
    const simulatedNs = end;
    const tasks = runtimes(k, machine);
    return {
      streamHash: this.hash.digest(),
      checkpoints: this.hash.checkpoints(),
      events: machine.events,
      simulatedNs,
      metrics: this.metrics(finished && exits, simulatedNs),
      finished,
      tasks,
      ...(tracer.recorder === null ? {} : { tables: tracer.recorder.tables() }),
      counters: { ...schedstatCounters(k), ...this.ownCounters() },
    };
  }

  /** The last event of a run that ends by itself or can never go on; the duration where it was cut off there. */
  private endOfRun(): number {
    const { machine, options } = this;
    const ended = options.workload.ends === 'exit' && ((machine.alive === 0 && !machine.moreToCome) || machine.nextTime === Infinity);
    return ended || !this.over ? this.now : options.durationNs;
  }

  private metrics(completed: boolean, simulatedNs: number): Metrics {
    const { machine, latency, options } = this;
    const count = this.tracer.counters;
    const marked = workDone(this.kernel, machine);
    return {
      completion_ns: completed ? simulatedNs : null,
      throughput: options.workload.unit !== '' && simulatedNs > 0 ? (marked * 1e9) / simulatedNs : null,
      context_switches: count[Counter.SWITCHES]!,
      migrations_wakeup: count[Counter.MIGRATIONS_WAKEUP]!,
      migrations_balance: count[Counter.MIGRATIONS_BALANCE]!,
      migrations_active: count[Counter.MIGRATIONS_ACTIVE]!,
      migrations_fork: count[Counter.MIGRATIONS_FORK]!,
      forced_migrations: count[Counter.FORCED]!,
      can_migrate_calls: count[Counter.DECISIONS]!,
      hot_refusals: count[Counter.HOT_REFUSALS]!,
      lb_calls: count[Counter.BALANCES]!,
      lb_failed: count[Counter.BALANCES_FAILED]!,
      refill_ns: machine.cache.refillNs,
      policy_ns: this.policyCounters[1]!,
      wakeup_latency_p50_ns: latency.percentile(50),
      wakeup_latency_p99_ns: latency.percentile(99),
      fairness_jain: fairness(this.kernel, machine),
    };
  }

  private ownCounters(): Record<string, number> {
    const count = this.tracer.counters;
    return {
      marked: workDone(this.kernel, this.machine),
      migrations_other: count[Counter.MIGRATIONS_OTHER]!,
      decided: count[Counter.DECIDED]!,
      newidle_calls: count[Counter.NEWIDLE]!,
      throttled: count[Counter.THROTTLED]!,
      wakeups_measured: this.latency.samples,
      policy_decisions: this.policyCounters[0]!,
    };
  }

  private createMasksAndGroups(): void {
    const { kernel: k, options } = this;
    const { masks, groups } = options.workload;
    k.mask.set(0, Array.from({ length: k.cpus }, (_, cpu) => cpu));
    masks.forEach((cpus, row) => {
      if (row > 0) k.mask.set(row, cpus);
    });
    init_root_group(k);
    groups.forEach((group, tg) => {
      if (tg === 0) return;
      create_group(k, tg, group.parent);
      if (group.idle) set_group_idle(k, tg);
      else set_group_weight(k, tg, group.weight);
      if (group.quotaNs !== null) set_group_bandwidth(k, tg, group.quotaNs, group.periodNs, group.burstNs);
    });
  }
}

/** One run from beginning to end. */
export function simulate(options: RunOptions): RunResult {
  return new Simulation(options).run();
}
