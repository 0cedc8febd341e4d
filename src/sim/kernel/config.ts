/** What of a machine and its kernel is fixed for a run. Plain data; the JSON profiles are read into it. */

/** /proc/sys/kernel and /sys/kernel/debug/sched knobs; the values in force, not the normalised ones. */
export interface Sysctl {
  readonly latency_ns: number;
  readonly min_granularity_ns: number;
  readonly idle_min_granularity_ns: number;
  readonly wakeup_granularity_ns: number;
  /** −1: every task is hot. 0: none is. */
  readonly migration_cost_ns: number;
  readonly nr_migrate: number;
  readonly child_runs_first: boolean;
  readonly cfs_bandwidth_slice_us: number;
}

/** kernel/sched/features.h, as far as the model has a branch for it. */
export interface SchedFeatures {
  readonly GENTLE_FAIR_SLEEPERS: boolean;
  readonly START_DEBIT: boolean;
  readonly NEXT_BUDDY: boolean;
  readonly LAST_BUDDY: boolean;
  readonly CACHE_HOT_BUDDY: boolean;
  readonly WAKEUP_PREEMPTION: boolean;
  readonly TTWU_QUEUE: boolean;
  readonly SIS_UTIL: boolean;
  readonly LB_MIN: boolean;
  readonly ATTACH_AGE_LOAD: boolean;
  readonly WA_IDLE: boolean;
  readonly WA_WEIGHT: boolean;
  readonly WA_BIAS: boolean;
  readonly UTIL_EST: boolean;
  readonly UTIL_EST_FASTUP: boolean;
  readonly NI_RANDOM: boolean;
  readonly ALT_PERIOD: boolean;
  readonly BASE_SLICE: boolean;
}

/** The defaults of 6.1. */
export const DEFAULT_FEATURES: SchedFeatures = {
  GENTLE_FAIR_SLEEPERS: true,
  START_DEBIT: true,
  NEXT_BUDDY: false,
  LAST_BUDDY: true,
  CACHE_HOT_BUDDY: true,
  WAKEUP_PREEMPTION: true,
  TTWU_QUEUE: true,
  SIS_UTIL: true,
  LB_MIN: false,
  ATTACH_AGE_LOAD: true,
  WA_IDLE: true,
  WA_WEIGHT: true,
  WA_BIAS: true,
  UTIL_EST: true,
  UTIL_EST_FASTUP: true,
  NI_RANDOM: true,
  ALT_PERIOD: true,
  BASE_SLICE: true,
};

/**
 * ns of CPU time that kernel work takes, charged to the CPU that does it, at the place where the kernel does it: time
 * stamps of what comes later in the same event include what was charged before. All are integers ≥ 0. They come from the
 * machine profile; calibration fits them.
 *
 *     wake-up:  sched_waking ─wakeup─► CPU chosen ─(ipi_delay, idle_exit_delay)─ activate ─► sched_wakeup
 *     switch:   block ─dequeue─ schedule ─(newly-idle balancing)─► sched_switch ─context_switch─► the next task runs
 */
export interface KernelCosts {
  /** From the switch to the first instruction of the next task: the rest of schedule(), and the way back to user mode. */
  readonly context_switch: number;
  /** The part of schedule() before the switch: its entry, and picking the next task; some of it comes after newly-idle balancing. */
  readonly schedule: number;
  /** Taking a task that blocks off its queue. */
  readonly dequeue: number;
  /** try_to_wake_up() up to the choice of a CPU, on the waker's CPU. */
  readonly wakeup: number;
  /** Queueing a woken task: on the CPU that does it, which is an idle target itself. */
  readonly activate: number;
  /** Sending an inter-processor interrupt, on the sender's CPU. */
  readonly ipi_send: number;
  /** fork, on the parent's CPU, up to where the child is told of (sched_process_fork), … */
  readonly fork: number;
  /** … and from there until the child is on the queue of the CPU that is chosen for it meanwhile. */
  readonly fork_wake: number;
  readonly tick: number;
  /** From sending an inter-processor interrupt to its handler. A delay, not charged. */
  readonly ipi_delay: number;
  /**
   * An idle CPU takes up a wake-up at multiples of this, ns, as it does on an emulated machine whose CPUs take turns of that
   * length; 0: at any time. As far as it can, it begins that much earlier, so that wake-ups do not take longer on average.
   */
  readonly ipi_turn: number;
  /**
   * From what makes a CPU preempt its task – the end of a wake-up, an interrupt – to schedule(), which a kernel that is not
   * preemptible calls on the way back to user mode: of it nothing but the system call or interrupt is done in it. A delay,
   * not charged: what a program does after a wake-up contains it.
   */
  readonly user_return: number;
  /** From an idle CPU's interrupt to its first schedule(). A delay, not charged. */
  readonly idle_exit_delay: number;
  /** What leaving idleness takes besides where the tick was stopped: it is started again. A delay, not charged. */
  readonly tick_restart: number;
  /** load_balance(): fixed part, part per CPU looked at, part per task asked about and part per task moved. */
  readonly lb_base: number;
  readonly lb_per_cpu: number;
  readonly lb_per_task: number;
  readonly lb_per_move: number;
  /** The entry of newly-idle balancing, up to the first domain. */
  readonly newidle_base: number;
  /** The stopper's part of an active balance. */
  readonly stopper: number;
  /**
   * What one trace event costs a machine that is being traced: charged wherever the instrumented kernel emits one. 0 for
   * a machine that nobody traces.
   */
  readonly trace_event: number;
}
