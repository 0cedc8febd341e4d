import type { Engine } from './engine/types.js';
import { Cells, type Candidate, type Cell } from './cells.js';
import { Evaluator, type Pace } from './evaluator.js';
import { valuesAt, type SweepPlan } from './plan.js';
import { firstSeeds, nextSeeds } from './refine.js';
import { ask, startSearch, tell } from './search/ask-tell.js';
import { compareAll, isOpen, pairingsOf, type Comparison } from './statistics/comparisons.js';
import { gains, together } from './statistics/gains.js';
import { meanInterval } from './statistics/tests.js';
import { mean } from '../stats/intervals.js';
import type { RunStore } from './store/run-store.js';

/** The best candidate at some point of a sweep. */
export interface Best {
  /** Id of the candidate. */
  readonly candidate: number;
  /** Its gain over the baseline, over all contexts, in the first objective. */
  readonly gain: number;
  /** Ends of its 95 % interval, not corrected; null for fewer than two seeds. */
  readonly lo: number | null;
  /** The same. */
  readonly hi: number | null;
}

/** Runs that were there, and the best candidate by them: how a sweep came to its answer. */
export interface Milestone extends Best {
  /** Different runs that were there. */
  readonly runs: number;
}

export interface SweepOptions {
  readonly engine: Engine;
  readonly store: RunStore;
  readonly signal: AbortSignal;
  readonly onProgress?: (pace: Pace, best: Best | null) => void;
}

/** What a sweep's runs and comparisons are, once it has ended. */
export interface SweepOutcome {
  readonly cells: Cells;
  readonly comparisons: readonly Comparison[];
  readonly milestones: readonly Milestone[];
  /** Why it ended: the search was over and no verdict open, or the budget or the seeds were used up. */
  readonly ended: 'decided' | 'budget' | 'seeds';
  /** Runs that were taken from the cache. */
  readonly cached: number;
}

/** Does a sweep: asks the search for candidates, runs them, tells it what they are worth; then adds seeds where a verdict is open. */
export async function runSweep(plan: SweepPlan, options: SweepOptions): Promise<SweepOutcome> {
  const course = new Course(plan, options);
  await course.search();
  const ended = await course.refine();
  return { cells: course.cells, comparisons: course.compare(), milestones: course.milestones, ended, cached: course.cached };
}

/** A sweep under way. */
export class Course {
  readonly cells: Cells;
  readonly milestones: Milestone[] = [];
  private readonly evaluator: Evaluator;
  private best: Best | null = null;
  private outOfBudget = false;
  /** Candidates that have been run for the full duration, and their cells by context; the baseline too. */
  private readonly complete = new Map<number, readonly Cell[]>();

  constructor(private readonly plan: SweepPlan, options: SweepOptions) {
    this.cells = new Cells(plan.bench, plan.choices, plan.conditions);
    const onPace = (pace: Pace): void => options.onProgress?.(pace, this.best);
    this.evaluator = new Evaluator(plan.bench.scenarios, options.engine, options.store, options.signal, onPace);
  }

  get cached(): number {
    return this.evaluator.cached;
  }

  /** Runs what the search asks for until it is over, or the budget is. */
  async search(): Promise<void> {
    const { plan } = this;
    let state = startSearch(plan.method, plan.space);
    for (;;) {
      const asked = ask(state);
      if (asked.questions.length === 0) return;
      const trials = asked.questions.map(({ id, point, share }) => ({ id, share, candidate: this.cells.candidate(valuesAt(plan.choices, point)) }));
      const values = await this.values(trials);
      if (values === null) {
        this.outOfBudget = true;
        return;
      }
      state = tell(plan.method, plan.space, asked.state, trials.map(({ id }, i) => ({ id, value: values[i]! })), plan.file);
      this.mark();
    }
  }

  /**
   * Runs candidates with the first seeds.
   * @returns what they are worth to a search, the lower the better; null where the budget has not so many runs
   */
  async values(trials: ReadonlyArray<{ readonly candidate: Candidate; readonly share: number }>): Promise<Array<number | null> | null> {
    const { plan } = this;
    const seeds = firstSeeds(plan.looks[0]!);
    const made: Array<{ readonly own: Cell[]; readonly baseline: Cell[] }> = [];
    for (const { candidate, share } of trials) {
      made.push({ own: await this.cellsOf(candidate, share), baseline: await this.cellsOf(this.cells.baseline, share) });
    }
    const all = [...new Set(made.flatMap(({ own, baseline }) => [...baseline, ...own]))];
    const fresh = new Set(all.flatMap((cell) => seeds.filter((seed) => !cell.runs.has(seed)).map((seed) => `${cell.key} ${seed}`)));
    if (this.cells.runCount + fresh.size > plan.spec.budget.runs) return null;
    await this.evaluator.ensure(all.map((cell) => ({ cell, seeds })));
    return trials.map(({ candidate, share }, i) => {
      const { own, baseline } = made[i]!;
      if (share === 1) {
        this.complete.set(candidate.id, own);
        this.complete.set(0, baseline);
      }
      return this.worth(own, baseline, seeds);
    });
  }

  /** Adds seeds where verdicts are open. */
  async refine(): Promise<SweepOutcome['ended']> {
    const { plan } = this;
    for (const seeds of plan.looks.slice(1)) {
      const left = plan.spec.budget.runs - this.cells.runCount;
      const cellOf = async (candidate: Candidate, context: number): Promise<Cell> => this.cells.cell(candidate, plan.contexts[context]!);
      const comparisons = this.compare();
      const { wanted, cut } = await nextSeeds(plan, comparisons, this.cells.candidates, cellOf, seeds, left);
      if (cut) this.outOfBudget = true;
      if (wanted.length === 0) return comparisons.some(isOpen) || this.outOfBudget ? 'budget' : 'decided';
      await this.evaluator.ensure(wanted);
      this.mark();
    }
    if (this.outOfBudget) return 'budget';
    return this.compare().some(isOpen) ? 'seeds' : 'decided';
  }

  /** Every candidate that was run for the full duration against the baseline, as things stand. */
  compare(): Comparison[] {
    const { plan } = this;
    const baseline = this.complete.get(0) ?? [];
    const errors = plan.contexts.map(({ base }) => plan.bench.scenarios[base]!.errorPercent);
    const pairings = [...this.complete.entries()]
      .filter(([id]) => id !== 0)
      .sort(([a], [b]) => a - b)
      .flatMap(([id, own]) =>
        plan.spec.objectives.flatMap((objective) => {
          const byContext = own.map((cell, i) => gains(objective, cell.runs, baseline[i]!.runs, firstSeeds(plan.looks.at(-1)!)));
          return pairingsOf(id, objective, byContext, errors);
        }),
      );
    return compareAll(pairings, plan.looks.length);
  }

  private async cellsOf(candidate: Candidate, share: number): Promise<Cell[]> {
    const cells: Cell[] = [];
    for (const context of this.plan.contexts) cells.push(await this.cells.cell(candidate, context, share));
    return cells;
  }

  private worth(own: readonly Cell[], baseline: readonly Cell[], seeds: readonly number[]): number | null {
    let sum = 0;
    for (const objective of this.plan.spec.objectives) {
      const all = together(own.map((cell, i) => gains(objective, cell.runs, baseline[i]!.runs, seeds)));
      if (all.missing > 0 || all.bySeed.size === 0) return null;
      sum -= objective.weight * mean([...all.bySeed.values()]);
    }
    return sum;
  }

  /** Notes the best candidate so far. */
  private mark(): void {
    const [objective] = this.plan.spec.objectives;
    const baseline = this.complete.get(0) ?? [];
    let best: Best | null = null;
    for (const [candidate, own] of [...this.complete.entries()].sort(([a], [b]) => a - b)) {
      if (candidate === 0) continue;
      const all = together(own.map((cell, i) => gains(objective!, cell.runs, baseline[i]!.runs, firstSeeds(this.plan.looks.at(-1)!))));
      if (all.missing > 0 || all.bySeed.size === 0) continue;
      const values = [...all.bySeed.values()];
      const gain = mean(values);
      if (best !== null && gain <= best.gain) continue;
      best = { candidate, gain, lo: null, hi: null, ...meanInterval(values) };
    }
    this.best = best;
    if (best !== null) this.milestones.push({ runs: this.cells.runCount, ...best });
  }
}
