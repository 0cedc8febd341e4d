/**
 * What a task does, as a program of small operations: the contract between workloads, which write programs, and the
 * machine, which runs them. An operation is an opcode and two numbers; a program counter is an index into `code`.
 *
 * Time is CPU time where it says "runs" (ns of work at full speed on a warm cache) and wall time where it sleeps.
 */
export const Op = {
  /** Runs for `a` ns of CPU time; FOREVER never ends. */
  RUN: 0,
  /** Runs for a time drawn from distribution `a`. */
  RUN_DRAW: 1,
  /** Sleeps for `a` ns (an hrtimer, by its slack longer where `recordedSleeps` is not set), or until condition `b` − 1 is signalled (0: nothing ends it). */
  SLEEP: 2,
  /** Sleeps for a time drawn from distribution `a`. */
  SLEEP_DRAW: 3,
  /**
   * Periodic timer with period `a` ns; `b` = 2·slot (0…1) + mode. The first pass of a slot takes the present as its
   * reference. Sleeps to reference + period. Where that is past already: mode 0 (relative) takes the present as the new
   * reference, mode 1 (absolute) keeps the grid. (rt-app's "timer" with "mode".)
   */
  TIMER: 4,
  /** Semaphore `a`: takes one, or blocks until one is posted. Waiters are served first come, first served. */
  WAIT: 5,
  /** Semaphore `a`: posts `b` and wakes as many waiters, as an ordinary wake-up. */
  POST: 6,
  /** The same with WF_SYNC, as a pipe or a socket wakes its reader. */
  POST_SYNC: 7,
  /**
   * Mutex `a`: takes it, or blocks; a woken waiter tries again and may lose to a newcomer (as a futex mutex), after whom it is still
   * the one that wakes the next. With `b` above 0 it spins while the holder runs, looking every `b` ns, or each turn (as a mutex of the kernel).
   */
  LOCK: 8,
  /** Mutex `a`: gives it back and wakes the first waiter, unless one that was woken has still to come. The task must hold it. */
  UNLOCK: 9,
  /**
   * Condition `a`: blocks until signalled; mutex `b` (or −1) is given back meanwhile and must be taken again by LOCK. With a mutex,
   * those who wait are signalled by groups, as the GNU C library does it (see SyncObjects.maySignal).
   */
  COND_WAIT: 10,
  /** Condition `a`: wakes the first waiter, if any. */
  SIGNAL: 11,
  /** Condition `a`: wakes all waiters. */
  BROADCAST: 12,
  /** Barrier `a`: blocks until as many tasks as the barrier counts have come; the last one wakes the others and runs for `b` ns. */
  BARRIER: 13,
  /** Forks a child that starts at `a`; `b` is a row of Workload.templates, or −1 for a child like its parent. */
  FORK: 14,
  /** Blocks until every child of this task has exited. */
  JOIN: 15,
  EXIT: 16,
  /** execve(): sched_exec() may move the task. */
  EXEC: 17,
  /** setpriority(): nice value `a`. */
  NICE: 18,
  /** sched_setscheduler(): policy `a` (0 NORMAL, 3 BATCH, 5 IDLE). */
  POLICY: 19,
  /** sched_setaffinity(): row `a` of Workload.masks. */
  AFFINITY: 20,
  /** Moves the task into task group `a`. */
  GROUP: 21,
  YIELD: 22,
  /** Working set: `a` bytes, touched at `b` bytes per µs of run time. */
  WORKING_SET: 23,
  /** Loop register `a` (0…3) = `b`. */
  LOOP_SET: 24,
  /** Loop register `a` −= 1; goes to `b` while it is above 0. */
  LOOP_NEXT: 25,
  JUMP: 26,
  /** Counts `a` units of work done, for the throughput. */
  MARK: 27,
  /** Runs until ns `a` of simulated time, looking at the clock every `b` ns of CPU time: a program that has a deadline. */
  RUN_UNTIL: 28,
  /** Exits, and with the task all its children that are alive, whatever they do (exit_group). */
  EXIT_GROUP: 29,
  /** Goes to `b` once ns `a` of simulated time are past: a loop that is told to stop. */
  JUMP_AFTER: 30,
  /** Semaphore `a`: takes one, or blocks until one is posted, but not longer than a time drawn from distribution `b`. */
  WAIT_DRAW: 31,
  /** Posts one to a semaphore drawn from the `b` that begin with `a`, as POST. */
  POST_DRAW: 32,
  /** Goes to `b` in one of `a` cases, drawn. */
  JUMP_DRAW: 33,
  /** Semaphore `a`: takes one, or goes to `b` where there is none. */
  TRY: 34,
  /** Loop register `a` = how many have drawn a number at semaphore `b` before, as its count says, which goes up by one. */
  NUMBER: 35,
  /**
   * WAIT at one of a ring of semaphores that begins with `a`, by the number in a loop register: `b` is
   * 8 · size + 4 · next + register, and the semaphore `a` + (number + next) mod size; `next` 1 is the place after one's own.
   */
  WAIT_AT: 36,
  /** POST of one, likewise. */
  POST_AT: 37,
  /** Condition `a`: blocks until signalled, unless semaphore `b` has one that could be taken (as the kernel's wait_event()). */
  WAIT_EVENT: 38,
  /** SIGNAL with WF_SYNC, as a pipe wakes a writer. */
  SIGNAL_SYNC: 39,
  /** From here on the task is in the kernel, which does not preempt it, though it may wait. */
  ENTER_KERNEL: 40,
  /** It is on its way back to user mode: it may be preempted again. */
  LEAVE_KERNEL: 41,
  /** Goes to operation `b` where semaphore `a` has none; takes nothing. */
  JUMP_EMPTY: 42,
  /** COND_WAIT where everybody who waits has a condition of its own, all of which are `a`: they are no group. */
  COND_WAIT_OWN: 43,
  /** Goes to `b` if the barrier that the task crossed last was crossed at ns `a` of simulated time or later: so do all who crossed it. */
  JUMP_CROSSED: 44,
} as const;

export type Opcode = (typeof Op)[keyof typeof Op];

/** Operand `b` of WAIT_AT and POST_AT, and what it is made of. */
export const RING = {
  operand: (size: number, register: number, next: 0 | 1): number => (2 * size + next) * LOOP_REGISTERS + register,
  size: (operand: number): number => Math.floor(operand / (2 * LOOP_REGISTERS)),
  register: (operand: number): number => operand % LOOP_REGISTERS,
  next: (operand: number): number => Math.floor(operand / LOOP_REGISTERS) % 2,
} as const;

/** A run time that never ends, ns: 52 days, longer than any simulated time. It costs no event. */
export const FOREVER = 2 ** 52;

/** Loop and timer registers that each task has. */
export const LOOP_REGISTERS = 4;
export const TIMER_REGISTERS = 2;

export interface Program {
  readonly code: Uint8Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** Number of steps of a quantile table: entry i is the value at probability i/256. */
export const QUANTILE_STEPS = 256;

/** What a task is born with. */
export interface TaskTemplate {
  /** comm, at most 15 characters. */
  readonly comm: string;
  /** Where it starts. */
  readonly entry: number;
  /** −20…19 */
  readonly nice: number;
  /** 0 NORMAL, 3 BATCH, 5 IDLE */
  readonly policy: number;
  /** Row of Workload.masks. */
  readonly mask: number;
  /** Task group. */
  readonly group: number;
  /** Bytes. */
  readonly workingSet: number;
  /** Bytes touched per µs of run time. */
  readonly touchRate: number;
  /** A per-CPU kernel thread: never moved. */
  readonly perCpuKthread?: boolean;
  /** NUMA node that holds its memory: a move away from it is refused as if hot. Absent: none preferred. */
  readonly preferredNode?: number;
  /** pid to show; absent: numbered in order of birth. */
  readonly pid?: number;
  /** Nobody waits for it: a workload that ends by `exit` is over when every task but these has exited. */
  readonly background?: boolean;
}

/** When a CPU first balanced its domain of a level, ns since the recording's start, and whether it was busy then. */
export interface FirstBalance {
  readonly cpu: number;
  /** sd->level */
  readonly level: number;
  readonly ns: number;
  readonly busy: boolean;
}

/** A CPU's run queue before a run. */
export interface QueueStart {
  /** Of the root cfs_rq: what tasks that sleep or have exited have left of their load. Absent: nothing. */
  readonly loadAvg?: number;
  /** The same of their runnable time, … */
  readonly runnableAvg?: number;
  /** … and of their utilisation. */
  readonly utilAvg?: number;
  /** rq->avg_idle, ns */
  readonly avgIdleNs: number;
  /** rq->max_idle_balance_cost, ns */
  readonly maxIdleBalanceCostNs: number;
}

/** The dearest newly-idle balance of a CPU's domain before a run. */
export interface NewidleCost {
  readonly cpu: number;
  /** Which of its domains, the lowest is 0. */
  readonly domain: number;
  /** sd->max_newidle_lb_cost, ns */
  readonly ns: number;
}

/** What newly-idle balancing of a CPU's domain had counted before a run, for the dice of NI_RANDOM. */
export interface NewidleStats {
  readonly cpu: number;
  /** Which of its domains, the lowest is 0. */
  readonly domain: number;
  /** sd->newidle_call, _success and _ratio */
  readonly calls: number;
  readonly successes: number;
  readonly ratio: number;
}

/** What those who look for an idle CPU are told at the start of a run, where a last-level cache is shared with `cpu`. */
export interface SearchStart {
  readonly cpu: number;
  /** sd_llc_shared->has_idle_cores */
  readonly idleCores?: boolean;
  /** sd_llc_shared->nr_idle_scan */
  readonly scan?: number;
}

/** A CPU that idles at the start of a run and still ticks, since a task has just exited there. */
export interface IdleTicks {
  readonly cpu: number;
  /** Its last tick, ns since the start, unless it gets work before. */
  readonly untilNs: number;
  /** It still counts as one without ticks (nohz.idle_cpus_mask): none of its ticks has found it busy. */
  readonly counted: boolean;
}

/** The kernel at the start of a run, as far as it is known; what is absent is as on a machine that has idled since it booted. */
export interface StartState {
  /** When the first tick comes, ns since the start; what a replay leaves open of it (60 µs) the seed draws. Absent: the seed draws it. */
  readonly tickNs?: number;
  /** Absent: all CPUs idle without ticks. */
  readonly ticking?: readonly IdleTicks[];
  /** The first balance of each domain that a recording holds, newly-idle ones aside. Absent: nobody has balanced for long before. */
  readonly firstBalances?: readonly FirstBalance[];
  /** The run queues, by CPU. */
  readonly queues?: readonly QueueStart[];
  /** Absent, or of domains that are not named: none has cost anything yet. */
  readonly newidleCosts?: readonly NewidleCost[];
  /** Absent, or of domains that are not named: as they are when they are made. */
  readonly newidleStats?: readonly NewidleStats[];
  /** By CPUs; the first of those that share a cache counts. Of caches that are not named: a core is idle, and all CPUs may be looked at. */
  readonly searches?: readonly SearchStart[];
}

/** A task that is there without being forked: it is born at `startNs` on CPU `cpu`. */
export interface InitialTask {
  /** Row of Workload.templates. */
  readonly template: number;
  readonly startNs: number;
  /** CPU of the (invisible) parent, 0 where it does not matter. */
  readonly cpu: number;
  /** It has been there for long and slept: nothing is left of its averages, and nobody looks for a CPU for it. */
  readonly slept?: boolean;
  /** It has been busy until then, on that CPU: what its averages are, 0…1024 of the time. Only with `slept`. */
  readonly busy?: { readonly running: number; readonly runnable: number };
}

export interface GroupSpec {
  readonly name: string;
  /** Row of the parent group; 0 is the root. Parents come first. */
  readonly parent: number;
  /** cpu.weight, 1…10000; 100 is the default. */
  readonly weight: number;
  /** cpu.max: quota ns per period, or null for max. */
  readonly quotaNs: number | null;
  readonly periodNs: number;
  /** cpu.max.burst, ns. */
  readonly burstNs: number;
  /** cpu.idle */
  readonly idle: boolean;
}

/** A workload: programs, the tasks that run them, and the objects that they meet at. Plain data, checked by `checkWorkload`. */
export interface Workload {
  readonly name: string;
  readonly program: Program;
  readonly templates: readonly TaskTemplate[];
  readonly initial: readonly InitialTask[];
  /** The most tasks alive at once; one more is an error of the workload. */
  readonly maxTasks: number;
  /** Affinity masks as lists of CPUs; row 0 is all CPUs. CPUs that the machine lacks are an error. */
  readonly masks: ReadonlyArray<readonly number[]>;
  /** Task groups; row 0 is the root. */
  readonly groups: readonly GroupSpec[];
  /** Starting count by semaphore. */
  readonly semaphores: readonly number[];
  readonly mutexes: number;
  readonly conditions: number;
  /** Size by barrier. */
  readonly barriers: readonly number[];
  /** Distributions as quantile tables of QUANTILE_STEPS + 1 ascending values ≥ 0. */
  readonly distributions: ReadonlyArray<Float64Array>;
  /**
   * Draws of newly-idle balancing that a recording holds, by CPU, each 0…1023: the kernel of the machine rolls these, in
   * this order, before it goes on with its seeded stream. Absent: all draws come from the stream.
   */
  readonly recordedDraws?: ReadonlyArray<Float64Array>;
  /** SLEEP operations are as long as a recording had them: what timers were late by is in them. Default false. */
  readonly recordedSleeps?: boolean;
  /** What is known of the kernel at the start, where a recording shows it. Absent: the machine has idled since it booted. */
  readonly start?: StartState;
  /** What MARK counts, plural: `messages`. Empty where it marks nothing. */
  readonly unit: string;
  /** RUN counts as well: a ms of it, as far as it is done, is a unit. Default false. */
  readonly countsRuns?: boolean;
  /**
   * `exit`: the run is over when every task has exited (or at the scenario's duration, if it comes first); its result
   * is the completion time. `duration`: the tasks go on for ever and the scenario's duration ends the run; its result
   * is the throughput.
   */
  readonly ends: 'exit' | 'duration';
}
