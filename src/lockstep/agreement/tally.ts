import { UNEXPLAINED } from './causes.js';

/** The decisions that are compared, in the order of the report. */
export const DECISIONS = [
  'wakeup_cpu', 'fork_cpu', 'exec_cpu', 'wakeup_preempt', 'tick_resched', 'pick_next', 'newidle_gate', 'lb_stage', 'lb_busiest',
  'lb_moved', 'lb_nr_balance_failed', 'can_migrate_reason', 'can_migrate_answer',
] as const;
export type DecisionName = (typeof DECISIONS)[number];

export interface DecisionCount {
  count: number;
  /** Of them those that the recording carries what is needed for. */
  decidable: number;
  agree: number;
}

/** A decision on which the kernel and the model differ. */
export interface Disagreement {
  readonly decision: DecisionName;
  /** ns since the first event. */
  readonly ts: number;
  readonly cpu: number;
  readonly recorded: string;
  readonly computed: string;
  /** What is measured on the row that explains it, or that nothing does. */
  readonly cause: string;
  /** The state that each side decided from, a line for each thing. */
  readonly state: readonly string[];
}

/** What the recording lacks, where a decision could not be judged, and how often. */
export type Undecidable = Map<string, number>;

/** Counts agreement by decision and keeps the first disagreements. */
export class Tally {
  readonly counts: Record<DecisionName, DecisionCount>;
  readonly disagreements: Disagreement[] = [];
  readonly undecidable = new Map<DecisionName, Undecidable>();
  /** Causes of disagreements, and how often. */
  readonly causes = new Map<DecisionName, Map<string, number>>();

  /**
   * @param keep how many disagreements to keep of those in `only` (all decisions where it is null)
   * @param lacks decisions that this recording cannot be judged on at all, with the reason
   */
  constructor(
    private readonly keep: number,
    private readonly only: ReadonlySet<string> | null,
    private readonly lacks: ReadonlyMap<DecisionName, string> = new Map(),
  ) {
    this.counts = Object.fromEntries(
      DECISIONS.map((name) => [name, { count: 0, decidable: 0, agree: 0 }]),
    ) as Record<DecisionName, DecisionCount>;
  }

  /** A decision that cannot be judged: `why` names what the recording does not carry. */
  undecided(name: DecisionName, why: string): void {
    this.counts[name].count++;
    countIn(this.undecidable, name, this.lacks.get(name) ?? why);
  }

  /**
   * @param state called only where the two differ and the disagreement is kept
   * @param causeOf called only where the two differ
   * @returns whether the two agree
   */
  judge(
    name: DecisionName, ts: number, cpu: number, recorded: number | string, computed: number | string, state: () => string[],
    causeOf: () => string = () => UNEXPLAINED,
  ): boolean {
    const lacking = this.lacks.get(name);
    if (lacking !== undefined) {
      this.undecided(name, lacking);
      return recorded === computed;
    }
    const count = this.counts[name];
    count.count++;
    count.decidable++;
    if (recorded === computed) {
      count.agree++;
      return true;
    }
    const cause = causeOf();
    countIn(this.causes, name, cause);
    if (this.disagreements.length < this.keep && (this.only === null || this.only.has(name))) {
      this.disagreements.push({ decision: name, ts, cpu, recorded: String(recorded), computed: String(computed), cause, state: state() });
    }
    return false;
  }
}

function countIn(counts: Map<DecisionName, Map<string, number>>, name: DecisionName, why: string): void {
  let own = counts.get(name);
  if (own === undefined) counts.set(name, (own = new Map<string, number>()));
  own.set(why, (own.get(why) ?? 0) + 1);
}
