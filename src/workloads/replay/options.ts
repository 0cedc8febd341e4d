import type { GroupSpec, Workload } from '../../sim/programs/program.js';

/** A task group of the recorded machine; a recording holds only the ids of groups, not how they were set. */
export interface ReplayGroup extends Omit<GroupSpec, 'parent'> {
  /** The id that the recording's events carry; never 0, which is the root. */
  readonly id: number;
  /** Id of the parent group; it must come earlier in the list, or be 0. */
  readonly parent: number;
}

/**
 * What the extraction should know beyond the recording. The costs are integers ≥ 0 in ns, usually those of the machine
 * profile that the workload will run on: the simulator charges them itself, so that they must not also be in the bursts.
 */
export interface ReplayOptions {
  /** Taken off each stint on a CPU, once. Default 0. */
  readonly switchCostNs?: number;
  /** Taken off the stint in which a wake-up was issued, what follows it, once for each wake-up. Default 0. */
  readonly wakeupCostNs?: number;
  /** Taken off the parent's stint, what comes before the record of the fork. Default 0. */
  readonly forkCostNs?: number;
  /** The same, what follows it. Default 0. */
  readonly forkWakeCostNs?: number;
  /** Taken off the end of each stint: what schedule() does before the switch. Default 0. */
  readonly scheduleCostNs?: number;
  /** The same, only where the task blocks. Default 0. */
  readonly dequeueCostNs?: number;
  /** The same: from when it says that it sleeps to schedule(). Default 0. */
  readonly blockCostNs?: number;
  /** Taken off the stint on whose CPU a woken task was queued, what follows it. Default 0. */
  readonly activateCostNs?: number;
  /** Taken off for each trace event that was emitted on the task's time. Default 0. */
  readonly traceEventNs?: number;
  /** Length of the turns that the machine's CPUs take, 0: they take none. Default 0. */
  readonly turnNs?: number;
  /** Newly-idle searches are taken off the stints that they ended, and searches for a CPU off those of the wakers, with the time that was recorded. Default false. */
  readonly searches?: boolean;
  /** Where the recording stops in the midst of the work, tasks go on until its time is over, instead of ending after what was recorded of them. Default false. */
  readonly goesOn?: boolean;
  /** How the task groups were set. Groups that are missing here get the default weight and no limit. */
  readonly groups?: readonly ReplayGroup[];
}

/** What came of an extraction, in counts. Times are ns. */
export interface ReplayStats {
  /** Tasks of the workload, and how many of them were there from the start. */
  tasks: number;
  initialTasks: number;
  /** Per-CPU kernel threads, replayed as noise with their recorded timing. */
  noiseTasks: number;
  /** Tasks that exited in the recording, and those whose end the run does not wait for. */
  exits: number;
  backgroundTasks: number;
  /** Tasks that the run waits for and that had not exited when the recording ended. */
  unfinishedTasks: number;
  /** Calls of sched_yield() by which a task gave way. */
  yields: number;
  /** Tasks of a real-time class, replayed at nice −20. */
  realtimeTasks: number;
  /** Operations of the program, and bytes that it takes in memory. */
  ops: number;
  bytes: number;
  /** RUN operations: stretches of CPU time between two other operations. */
  bursts: number;
  /** Wake-ups that one task gives another: a POST and a WAIT each, or a part of a crossing. Of these, the synchronous ones … */
  wakesByTask: number;
  syncWakes: number;
  /** … and those that came before their task had blocked. */
  earlyWakes: number;
  /** Messages that nobody saw. */
  messages: number;
  /** Pipes and sockets, and the messages that go over them. */
  channels: number;
  sent: number;
  /** Barriers, how often one was crossed, tasks that run until a deadline, and tasks that end when their parent does. */
  barriers: number;
  crossings: number;
  deadlines: number;
  killed: number;
  /** Tasks that go on when the recording is over. */
  goingOn: number;
  /** Tasks that go round a barrier until a time that others of the recording ended by, too. */
  timed: number;
  /** Queues of requests that several workers serve, and the requests. */
  services: number;
  requests: number;
  /** Tasks that take what workers hand on without an answer, and how much of it woke nobody. */
  sinks: number;
  unseen: number;
  /** Blocks ended by an interrupt or from the idle task: SLEEP operations. */
  wakesByTimer: number;
  /** Interrupts' wake-ups that came before their task had blocked: without effect. */
  earlyTimerWakes: number;
  /** Blocks whose end nothing in the recording explains: SLEEP operations. */
  wakesUnknown: number;
  /** Blocks ended by the stopper, left out: they belong to a move that the simulator makes itself. */
  wakesByStopper: number;
  /** Wake-ups of noise tasks: SLEEP operations. */
  noiseWakes: number;
  semaphores: number;
  /** CPU time of the workload's tasks as recorded; of this in RUN operations; and the rest, taken off as costs. */
  cpuNs: number;
  runNs: number;
  subtractedNs: number;
  /** Costs that found no CPU time left in their stint to be taken off. */
  unsubtractedNs: number;
  /** CPU time of the tasks left out (the stoppers). */
  omittedNs: number;
  /** Switches away from a task that was not the one running: lost events. The time since the last one is dropped. */
  contradictions: number;
}

export interface Extraction {
  readonly workload: Workload;
  /** Span of the recording, ns. */
  readonly durationNs: number;
  /** CPUs of the recorded machine. */
  readonly cpus: number;
  /** What a reader of the result should know, one sentence each. */
  readonly notes: readonly string[];
  readonly stats: Readonly<ReplayStats>;
}

export function emptyStats(): ReplayStats {
  return {
    tasks: 0,
    initialTasks: 0,
    noiseTasks: 0,
    exits: 0,
    backgroundTasks: 0,
    unfinishedTasks: 0,
    yields: 0,
    realtimeTasks: 0,
    ops: 0,
    bytes: 0,
    bursts: 0,
    wakesByTask: 0,
    syncWakes: 0,
    earlyWakes: 0,
    messages: 0,
    channels: 0,
    sent: 0,
    barriers: 0,
    crossings: 0,
    deadlines: 0,
    killed: 0,
    goingOn: 0,
    timed: 0,
    services: 0,
    requests: 0,
    sinks: 0,
    unseen: 0,
    wakesByTimer: 0,
    earlyTimerWakes: 0,
    wakesUnknown: 0,
    wakesByStopper: 0,
    noiseWakes: 0,
    semaphores: 0,
    cpuNs: 0,
    runNs: 0,
    subtractedNs: 0,
    unsubtractedNs: 0,
    omittedNs: 0,
    contradictions: 0,
  };
}
