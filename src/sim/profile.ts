import type { KernelCosts, SchedFeatures, Sysctl } from './kernel/config.js';
import type { TopologyDescription } from './kernel/topology/description.js';
import type { DomainsSettings } from './kernel/topology/tune.js';

/** The cache model's numbers; the formula stands in cache.ts. Zero refill costs switch it off. */
export interface CacheProfile {
  /** Bytes of the private cache (L2) of a core; SMT siblings share it. */
  readonly privateBytes: number;
  /** Bytes of a shared last-level cache. */
  readonly llcBytes: number;
  /** ps to bring one byte from the shared cache into the private one. */
  readonly llcPsPerByte: number;
  /** ps per byte from memory of the same node. */
  readonly memoryPsPerByte: number;
  /** ps per byte from memory or a cache of another node. */
  readonly remotePsPerByte: number;
}

/** A machine: what calibration fits and `calibration/machines/*.json` holds, already checked and with defaults filled in. */
export interface MachineProfile {
  readonly name: string;
  readonly description: string;
  readonly topology: TopologyDescription;
  /** 100, 250, 300 or 1000. */
  readonly hz: number;
  /** ns by which each next CPU's tick is later (skew_tick); 0: all at once. */
  readonly tickSkewNs: number;
  /** ns by which the timer of a sleeping task may be late, so that it shares an interrupt (timer_slack_ns). */
  readonly timerSlackNs: number;
  /** Speed of a hardware thread in 1/1024 while its SMT sibling is busy too; 1024: no contention. */
  readonly smtSpeed: number;
  readonly sysctl: Sysctl;
  readonly features: SchedFeatures;
  /** What is set of the sched domains after boot, by level; absent: nothing. */
  readonly domains?: DomainsSettings;
  readonly costs: KernelCosts;
  readonly cache: CacheProfile;
  /** Error of run times that calibration left, percent; absent: the machine was never calibrated. */
  readonly calibrationErrorPercent?: number;
  /** Where calibrated numbers come from; absent: the machine was never calibrated. */
  readonly calibration?: CalibrationRecord;
}

/** What a machine was calibrated on. Hashes are sha256 in hexadecimal. */
export interface CalibrationRecord {
  /** The machine that the calibration started from. */
  readonly base: string;
  readonly fittedOn: ReadonlyArray<{ readonly name: string; readonly hash: string }>;
  readonly heldOut: ReadonlyArray<{ readonly name: string; readonly hash: string }>;
  /** Of the document that `cfslab calibrate --json` printed. */
  readonly documentHash: string;
}
