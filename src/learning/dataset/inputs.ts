import { InputError } from '../../input/error.js';
import { FEATURES, featureByName, type Feature } from '../../policies/features.js';

/** The three questions of the thesis; `TASKS` says what a positive row is. */
export type Task = 1 | 2 | 3;

export const TASKS: Readonly<Record<Task, string>> = {
  1: 'the task may be moved: CFS answers yes',
  2: 'the call belongs to a series that ends in a forced migration',
  3: 'this very call is a forced migration',
};

/**
 * The inputs that the thesis selects for each task (sections 5.1.1, 5.2.1 and 5.3.1, tables 5.4, 5.6 and 5.7), by the
 * names of the feature table. `pid`, `ts`, `vruntime` and `exec_start` tell one run from another rather than one
 * decision from another.
 */
export const THESIS_INPUTS: Readonly<Record<Task, readonly string[]>> = {
  1: ['task_util', 'delta', 'nr_migrations', 'pid', 'nr_balance_failed', 'vruntime', 'cpu_idle'],
  2: [
    'cpu_idle', 'nr_migrations', 'cpu_newly_idle', 'ts', 'delta', 'cache_nice_tries', 'exec_start', 'src_nr', 'task_util',
    'nr_balance_failed',
  ],
  3: ['cpu_idle', 'cpu_newly_idle', 'task_util', 'nr_balance_failed', 'cache_nice_tries', 'delta', 'dst_cpu'],
};

/** The features of table 5.3 of the thesis: what its selection chooses from. */
export const THESIS_FEATURES: readonly string[] = FEATURES.filter(({ thesis }) => thesis !== null).map(({ name }) => name);

/** Inputs that mean the same in every run: no identity, no absolute time. */
export const DEFAULT_INPUTS: Readonly<Record<Task, readonly string[]>> = {
  1: ['delta', 'migration_cost', 'nr_balance_failed', 'cache_nice_tries', 'buddy', 'dst_nr', 'policy'],
  2: [
    'hot', 'delta', 'nr_balance_failed', 'cache_nice_tries', 'cpu_idle', 'cpu_newly_idle', 'loop', 'src_nr', 'dst_nr',
    'task_util',
  ],
  3: ['hot', 'delta', 'migration_cost', 'nr_balance_failed', 'cache_nice_tries', 'cpu_idle', 'cpu_newly_idle'],
};

/** Names that stand for a list of features. */
export const INPUT_SETS = ['default', 'thesis', 'thesis-table', 'all'] as const;

/**
 * The features that a user names.
 *
 * @param names features, or one of `INPUT_SETS` alone
 * @param where what is named in the error, as `--features`
 * @throws InputError for a name that the table does not have, or one given twice
 */
export function inputsOf(task: Task, names: readonly string[], where: string): readonly Feature[] {
  const set = names.length === 1 ? setOf(task, names[0]!) : undefined;
  return (set ?? names).map((name, i, all) => {
    const feature = featureByName(name);
    if (feature === undefined) {
      throw new InputError(where, '', `a feature, or alone one of ${INPUT_SETS.join(', ')}`, name);
    }
    if (all.indexOf(name) !== i) throw new InputError(where, '', 'each feature once', `${name} twice`);
    return feature;
  });
}

function setOf(task: Task, name: string): readonly string[] | undefined {
  switch (name) {
    case 'default':
      return DEFAULT_INPUTS[task];
    case 'thesis':
      return THESIS_INPUTS[task];
    case 'thesis-table':
      return THESIS_FEATURES;
    case 'all':
      return FEATURES.map((feature) => feature.name);
    default:
      return undefined;
  }
}
