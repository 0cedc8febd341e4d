import { distinct } from '../../experiment/stats/paired.js';
import type { Run } from './run.js';
import type { SideName } from './types.js';

/** The kernel's own answer, with which the others are compared. */
export const BASELINE = 'stock';

/** The runs of one policy on one workload, on both sides. */
export interface PolicyRuns {
  readonly policy: string;
  readonly sim: readonly Run[];
  readonly kernel: readonly Run[];
}

/** The runs of one workload: of stock, and of each policy that both sides have. */
export interface WorkloadRuns {
  readonly workload: string;
  readonly stock: PolicyRuns;
  readonly policies: readonly PolicyRuns[];
}

export interface Grouped {
  readonly workloads: readonly WorkloadRuns[];
  /** What could not be confronted, and why. */
  readonly notes: readonly string[];
}

/**
 * The runs by workload and policy, in the order in which they first come. A policy that only stands by (shadow) decides
 * nothing: its runs are neither its own nor stock's, and take part with their recorded decisions alone. A run whose mode was
 * changed in the middle is nobody's either.
 */
export function groupRuns(runs: readonly Run[]): Grouped {
  const notes: string[] = [];
  const workloads: WorkloadRuns[] = [];
  for (const { name } of runs.filter(wasSwitched)) notes.push(`${name}: its mode was changed while it ran: left out`);
  for (const workload of distinct(runs.map(({ facts }) => facts.workload))) {
    const here = runs.filter(({ facts }) => facts.workload === workload && facts.mode !== 'shadow').filter((run) => !wasSwitched(run));
    const named = distinct(here.map(decider));
    const all = named.map((policy): PolicyRuns => ({
      policy,
      sim: here.filter((run) => run.side === 'sim' && decider(run) === policy),
      kernel: here.filter((run) => run.side === 'kernel' && decider(run) === policy),
    }));
    for (const one of all) {
      for (const side of ['sim', 'kernel'] as const) if (one[side].length === 0) notes.push(lack(workload, one.policy, side));
    }
    const whole = all.filter(({ sim, kernel }) => sim.length > 0 && kernel.length > 0);
    const stock = whole.find(({ policy }) => policy === BASELINE);
    if (stock === undefined) {
      notes.push(`${workload}: without runs of ${BASELINE} on both sides nothing is compared`);
      continue;
    }
    workloads.push({ workload, stock, policies: whole.filter((one) => one !== stock) });
  }
  return { workloads, notes };
}

function decider({ facts }: Run): string {
  return facts.mode === 'off' ? BASELINE : facts.policy;
}

function wasSwitched({ facts }: Run): boolean {
  return facts.switched != null;
}

function lack(workload: string, policy: string, side: SideName): string {
  return `${policy} on ${workload} was ${side === 'sim' ? 'measured and not predicted' : 'predicted and not measured'}: left out`;
}
