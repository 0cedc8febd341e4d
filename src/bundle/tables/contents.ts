import type { InstrumentName, TableData, TableName } from '../../sim/records/records.js';
import type { DirtyEntry } from '../dirty.js';
import type { RunFacts } from '../capture/measured-run.js';

/** manifest.json of a bundle. */
export interface Manifest {
  readonly schema: 2;
  readonly source: 'kernel' | 'sim';
  /** Kernel release (`6.1.192-cfslab`), or the simulator's version. */
  readonly release: string;
  /** Ticks a second; 0 where the source does not tell. */
  readonly hz: number;
  readonly preemption: string;
  /** Name of a machine or of a topology; `unknown` where the source does not tell. */
  readonly topology: string;
  readonly cpus: number;
  readonly sysctl: Readonly<Record<string, number>>;
  readonly features: readonly string[];
  readonly policy: { readonly name: string; readonly params: Readonly<Record<string, number>>; readonly hash: string };
  readonly workload: string;
  readonly seed: number | null;
  /** What run it is, where it was made to measure a policy: by the simulator, or in a kernel of the laboratory or of a user. */
  readonly run?: RunFacts;
  /** Finest step of the time stamps, ns. */
  readonly clockResolutionNs: number;
  /** Virtual time that each CPU of an emulated machine runs in its turn, one after the other, where the machine is of that kind, ns. */
  readonly quantumNs?: number;
  readonly durationNs: number;
  readonly lostEvents: number;
  /** sha256 of what it was made from, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Time stamp of the first event in the trace's own clock, ns, as digits: it may pass 2^53. */
  readonly firstTimestampNs?: string;
  /** When the workload began and ended where the trace has marks for it, ns since the first event. */
  readonly startNs?: number;
  readonly endNs?: number;
  /** Tasks that ran throughout on CPUs that never switched, and so are in no event, where the trace tells whose its lines are. */
  readonly throughout?: ReadonlyArray<{ readonly cpu: number; readonly pid: number }>;
  /** The capture's `topology` file as it stands: what the machine is made of. */
  readonly topologyFile?: string;
  /** The run queues before the recording, by CPU, where the source tells. */
  readonly runQueues?: readonly RunQueueStart[];
  /** Task groups where the source tells how they were set; parents come before their children. */
  readonly groups?: readonly RecordedGroup[];
  readonly rows: Readonly<Record<TableName, number> & Partial<Record<InstrumentName, number>>>;
  /** The format of each trace that it was made from, by the names in `inputs`. */
  readonly formats?: Readonly<Record<string, string>>;
  /** What was wrong with the source, how it was treated, and how often; only where it was looked for. */
  readonly dirty?: readonly DirtyEntry[];
  /** What a reader should know: dirty data and how it was treated, and such. */
  readonly notes: readonly string[];
}

/** A CPU's run queue before the recording began. */
export interface RunQueueStart {
  /** Of the root cfs_rq. */
  readonly minVruntimeNs: number;
  readonly avgIdleNs: number;
  readonly maxIdleBalanceCostNs: number;
  /** Its averages, where the source has them: those of an idle CPU are as it went idle, and as the kernel reads them. */
  readonly averages?: {
    /** rq->clock when they were made, ns since the machine's start. */
    readonly clockNs: number;
    readonly load: number;
    readonly runnable: number;
    readonly util: number;
    /** Of tasks that have left, and that the kernel will subtract when it next brings them up to date. */
    readonly removed: { readonly load: number; readonly runnable: number; readonly util: number };
    /** Tasks that were runnable on it: at least the one that read this. */
    readonly running: number;
  };
}

/** A task group, as it was set when the run began. */
export interface RecordedGroup {
  /** The id that events carry; never 0, which is the root. */
  readonly id: number;
  /** Id of the parent group, or 0. */
  readonly parent: number;
  readonly name: string;
  /** cpu.weight, 1…10000. */
  readonly weight: number;
  /** cpu.max: ns a period, null for max. */
  readonly quotaNs: number | null;
  readonly periodNs: number;
  /** cpu.max.burst, ns. */
  readonly burstNs: number;
  /** cpu.idle */
  readonly idle: boolean;
}

/** What is known of a task, from all of its events. */
export interface TaskInfo {
  readonly pid: number;
  /** comm at its last event, or when it exited: the program that it executed last, or what it called itself. */
  readonly comm: string;
  /** pid of the parent where its fork was seen, else −1. */
  readonly parent: number;
  /** First kernel priority seen, 100…139 for fair tasks, below for others; −1 where none was. */
  readonly prio: number;
  /** Row of `masks` first seen, or −1. */
  readonly allowed: number;
  /** Task group first seen (0 root), or −1. */
  readonly group: number;
  /** Scheduling policy of a fair task when the recording began, where that is known and not SCHED_NORMAL: 3 batch, 5 idle. */
  readonly policy?: number;
  /** It was there before the trace began. */
  readonly preexisting: boolean;
}

/** One sched domain as debugfs or the simulator shows it. */
export interface DomainInfo {
  readonly cpu: number;
  readonly level: number;
  readonly name: string;
  readonly flags: readonly string[];
  readonly span: readonly number[] | null;
  readonly imbalancePct: number;
  readonly cacheNiceTries: number;
  readonly busyFactor: number;
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
}

/** A bundle in memory. */
export interface BundleContents {
  readonly manifest: Manifest;
  readonly tables: Readonly<Record<TableName, TableData>>;
  /** What only an instrumented kernel records: the tables that have rows. */
  readonly instrument: Readonly<Partial<Record<InstrumentName, TableData>>>;
  readonly tasks: readonly TaskInfo[];
  /** Affinity masks that events and tasks refer to, as lists of CPUs. */
  readonly masks: ReadonlyArray<readonly number[]>;
  readonly domains: readonly DomainInfo[];
  /** Differences of /proc/schedstat and other counters, by name. */
  readonly counters: Readonly<Record<string, number>>;
}
