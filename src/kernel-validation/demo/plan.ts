import { join } from 'node:path';
import { BUNDLES } from '../measure/folders.js';

/** What a demonstration is to show. */
export interface DemoRequest {
  /** Folder that all of it goes into. */
  readonly out: string;
  /** Workloads that can be measured, as `kernel measure` has them. */
  readonly workloads: ReadonlyArray<DemoWorkload>;
  /** A policy with a model. */
  readonly policy: string;
  /** Runs of stock and of the policy on each workload, with other perturbations; and seeds of the simulator. */
  readonly repetitions: number;
  /** Of workloads that end by time. */
  readonly seconds: number;
  readonly migrationCostNs: number;
  /** A kernel with the policy in it; null: it is built. */
  readonly kernel: string | null;
}

/** A workload that the simulator and the guest have by the same name and with the same parameters. */
export interface DemoWorkload {
  readonly name: string;
  readonly params: Readonly<Record<string, number | string | readonly number[]>>;
}

/** A step: a command line of cfslab, and the files that it needs. */
export interface DemoStep {
  readonly title: string;
  readonly argv: readonly string[];
  readonly files: ReadonlyArray<{ readonly path: string; readonly text: string }>;
  /** Folders that stand in its way, from another time. */
  readonly remove: readonly string[];
}

/** The machine of the laboratory, by which the simulator has it too: 8 cores that share one cache. */
const MACHINE = 'pvt8c';

/**
 * The demonstration as command lines, from a kernel that is not built yet to the confrontation:
 *
 *     kernel build ─► kernel measure (stock, policy) ─► kernel measure (shadow) ─┐
 *                                             compare, simulated: same workloads ┴─► kernel confront
 *
 * Runs that were measured before are taken up; what is simulated is made anew.
 */
export function demoSteps({ out, workloads, policy, repetitions, seconds, migrationCostNs, kernel }: DemoRequest): DemoStep[] {
  const names = workloads.map(({ name }) => name).join(',');
  const measured = join(out, 'measured');
  const shadow = join(out, 'shadow');
  const predicted = join(out, 'predicted');
  const measuring = (policies: string, times: number, where: string): string[] => [
    'kernel', 'measure', '--workloads', names, '--policies', policies, '--repetitions', String(times), '--duration', String(seconds),
    '--migration-cost', String(migrationCostNs), '--events', 'full', '--shape', MACHINE, ...(kernel === null ? [] : ['--kernel', kernel]), '--out', where,
  ];
  const scenarios = workloads.map(({ name, params }) => ({
    path: join(out, 'scenarios', `${name}.json`),
    text: `${JSON.stringify({
      name, machine: MACHINE, workload: { generator: name, params }, durationSeconds: seconds, seeds: repetitions,
      overrides: { sysctl: { migration_cost_ns: migrationCostNs } },
    }, null, 1)}\n`,
  }));
  const plain = { files: [], remove: [] };
  return [
    ...(kernel === null ? [{ ...plain, title: 'Build the kernel with the policy in it', argv: ['kernel', 'build'] }] : []),
    { ...plain, title: `Measure stock and ${policy} in it, ${repetitions} perturbed runs each`, argv: measuring(`stock,${policy}`, repetitions, measured) },
    { ...plain, title: `Run ${policy} in shadow: asked and counted, while stock decides`, argv: measuring(`${policy}@shadow`, 1, shadow) },
    {
      title: 'Predict the same in the simulator',
      argv: ['compare', ...scenarios.map(({ path }) => path), '--policies', `stock,${policy}`, '--out', predicted],
      files: scenarios,
      remove: [predicted],
    },
    {
      ...plain,
      title: 'Confront the prediction with the measurement',
      argv: ['kernel', 'confront', '--sim', predicted, '--kernel', join(measured, BUNDLES), '--kernel', join(shadow, BUNDLES), '--html', join(out, 'confrontation.html')],
    },
  ];
}
