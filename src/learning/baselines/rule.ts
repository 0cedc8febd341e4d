import { InputError } from '../../input/error.js';
import type { Matrix } from '../../libml/matrix.js';
import { soft_answer, task_is_hot } from '../../sim/kernel/balance/hot-rule.js';
import { SCHED_IDLE } from '../../sim/kernel/constants.js';
import type { Task } from '../dataset/inputs.js';
import { selectColumns } from '../dataset/select-rows.js';
import type { Predictor } from './predictor.js';

/** What the kernel's own test needs: the answer of the hot test, or what that is made of. */
const TRIES = ['nr_balance_failed', 'cache_nice_tries'];
const WITH_HOT = [...TRIES, 'hot'];
const WITHOUT_HOT = [...TRIES, 'delta', 'migration_cost'];
/** What the hot test asks besides; where a column is missing, what is so for most tasks is taken. */
const BESIDES: ReadonlyArray<readonly [string, number]> = [['buddy', 0], ['dst_nr', 1], ['policy', 0], ['level', 1]];

/**
 * The rule itself: the soft branch of can_migrate_task(), from features alone.
 *
 *     task 1      yes: not hot, or nr_balance_failed > cache_nice_tries
 *     tasks 2, 3  forced: hot, and nr_balance_failed > cache_nice_tries. Of what is still to come the rule knows nothing.
 *
 * @param columns what the rows will have: `hot`, or `delta` and `migration_cost`, beside the two counts
 * @throws InputError where they have not
 */
export function ruleFor(task: Task, columns: readonly string[]): Predictor {
  const has = (names: readonly string[]): boolean => names.every((name) => columns.includes(name));
  if (!hasRule(columns)) {
    throw new InputError('rule', 'features', `${WITH_HOT.join(', ')}, or ${WITHOUT_HOT.join(', ')}`, columns.join(', '));
  }
  const besides = BESIDES.filter(([name]) => columns.includes(name)).map(([name]) => name);
  const features = has(WITH_HOT) ? WITH_HOT : [...WITHOUT_HOT, ...besides];
  return {
    name: 'rule',
    features,
    predict(inputs: Matrix): Float64Array {
      const { rows, values } = selectColumns(inputs, features, 'rule');
      const scores = new Float64Array(rows);
      for (let row = 0; row < rows; row += 1) {
        const own = values.subarray(row * features.length, (row + 1) * features.length);
        const hot = features === WITH_HOT ? own[2] === 1 : isHot(features, own);
        const answer = soft_answer(hot, own[0]!, own[1]!);
        scores[row] = answer === 2 || (task === 1 && answer === 1) ? 1 : 0;
      }
      return scores;
    },
  };
}

/** Whether the columns hold what the rule needs. */
export function hasRule(columns: readonly string[]): boolean {
  return [WITH_HOT, WITHOUT_HOT].some((names) => names.every((name) => columns.includes(name)));
}

function isHot(features: readonly string[], own: Float64Array): boolean {
  const [buddy, dstNr, policy, level] = BESIDES.map(([name, usual]) => {
    const place = features.indexOf(name);
    return place < 0 ? usual : own[place]!;
  });
  // Level 0 is that of hardware threads of a core where there is one; that of cores is above it.
  return task_is_hot(level === 0, policy === SCHED_IDLE, buddy! > 0, dstNr!, own[3]!, own[2]!);
}
