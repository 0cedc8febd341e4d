import type { JobVariant } from '../job.js';
import type { ResolvedScenario } from '../resolved.js';
import type { Axis, Values } from './axes/axes.js';
import type { RunRequest } from './engine/types.js';
import { cellKey } from './identity/run-key.js';
import type { StoredRun } from './store/run-store.js';
import type { Bench, Variant } from './variants/bench.js';

/** Under which conditions candidates are compared: a scenario, and values of the axes that are conditions. */
export interface Context {
  readonly id: number;
  readonly base: number;
  readonly values: Values;
  /** The scenario's name, and the conditions where there are any. */
  readonly label: string;
}

/** What is chosen: values of the axes that are choices. */
export interface Candidate {
  /** 0 is the baseline; the others in the order in which the search came to them. */
  readonly id: number;
  /** Empty for the baseline. */
  readonly values: Values;
}

/** A candidate in a context, run for some share of the duration: what differs from run to run is the seed. */
export interface Cell {
  readonly candidate: Candidate;
  readonly context: Context;
  readonly share: number;
  readonly variant: Variant;
  readonly key: string;
  /** Finished runs by seed. Cells that come to the same have the same ones. */
  readonly runs: Map<number, StoredRun>;
}

/** The candidates of a sweep and their cells, each made once. */
export class Cells {
  readonly candidates: Candidate[] = [{ id: 0, values: [] }];
  private readonly byValues = new Map<string, Candidate>();
  private readonly cells = new Map<string, Cell>();
  private readonly runs = new Map<string, Map<number, StoredRun>>();

  constructor(
    private readonly bench: Bench,
    private readonly choices: readonly Axis[],
    private readonly conditions: readonly Axis[],
  ) {}

  get baseline(): Candidate {
    return this.candidates[0]!;
  }

  /** The candidate with these values of the choices. */
  candidate(values: Values): Candidate {
    const key = JSON.stringify(values);
    let known = this.byValues.get(key);
    if (known === undefined) {
      known = { id: this.candidates.length, values };
      this.candidates.push(known);
      this.byValues.set(key, known);
    }
    return known;
  }

  async cell(candidate: Candidate, context: Context, share = 1): Promise<Cell> {
    const name = `${candidate.id} ${context.id} ${share}`;
    let cell = this.cells.get(name);
    if (cell === undefined) {
      const isBaseline = candidate.id === 0;
      const axes = isBaseline ? this.conditions : [...this.choices, ...this.conditions];
      const full = await this.bench.variant(context.base, axes, [...candidate.values, ...context.values], isBaseline);
      const durationNs = Math.max(1, Math.round(full.scenario.durationNs * share));
      const variant = { ...full, scenario: { ...full.scenario, durationNs } };
      const key = cellKey(variant.scenario, variant.policy);
      let runs = this.runs.get(key);
      if (runs === undefined) this.runs.set(key, (runs = new Map<number, StoredRun>()));
      this.cells.set(name, (cell = { candidate, context, share, variant, key, runs }));
    }
    return cell;
  }

  /** Every cell, in order of candidate, context and share. */
  all(): Cell[] {
    return [...this.cells.values()].sort((a, b) => a.candidate.id - b.candidate.id || a.context.id - b.context.id || a.share - b.share);
  }

  /** Different runs that are there: cells that come to the same count once. */
  get runCount(): number {
    let sum = 0;
    for (const runs of this.runs.values()) sum += runs.size;
    return sum;
  }
}

/** What an engine needs to know of a run. */
export function requestOf({ key, variant }: Cell, base: ResolvedScenario, seed: number): RunRequest {
  const { profile, workload, durationNs } = variant.scenario;
  const own: JobVariant = {
    durationNs,
    ...(profile === base.profile ? {} : { profile }),
    ...(workload === base.workload || workload.kind === 'fixed' && base.workload.kind === 'fixed' && workload.workload === base.workload.workload ? {} : { workload }),
  };
  return { cell: key, base: variant.base, variant: own, policy: variant.policyText, seed };
}
