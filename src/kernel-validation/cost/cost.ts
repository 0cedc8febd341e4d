import type { RunFacts } from '../../bundle/capture/measured-run.js';
import { FORMATS, type Model } from '../../libml/index.js';
import { kernelCost } from './kernel-cost.js';
import { COST_SHAPES, modelOfShape } from './shapes.js';
import type { CostDocument } from './types.js';
import { userSpaceCost, type TimedModel } from './user-space.js';

/** What the rows mean, for the text and the page. */
const NOTES: readonly string[] = [
  'User space: the C that goes into the kernel, compiled with gcc -O2 for this machine; a stock decision is the test that can_migrate_task() comes down to after its refusals, with the call. ns of CPU time, median of repetitions.',
  'Kernel: cycles that the policy takes in can_migrate_task(), mean over all calls; those in which its word can change nothing are among them. In the laboratory a cycle is an instruction. The stock row is can_migrate_task() as a whole with the policy off; a ratio is stock and policy together to stock. Runs that recorded the policy’s calls are left out, for that takes time within them: `kernel measure --events none`.',
];

/**
 * What a decision costs: in user space on this machine, for networks of two sizes in every form and for the models given; and in the
 * kernel, as measured runs have counted it.
 *
 * @param given models beside those of the two sizes, by a name for them
 * @param models by the hash that runs name
 * @throws OutsideError where there is no gcc
 */
export function costOf(given: readonly TimedModel[], runs: readonly RunFacts[], models: ReadonlyMap<string, Model>): CostDocument {
  const shapes = COST_SHAPES.flatMap((sizes) => FORMATS.map((format) => ({ policy: '', model: modelOfShape(sizes, format) })));
  return { schema: 1, rows: [...userSpaceCost([...shapes, ...given]), ...kernelCost(runs, models)], notes: NOTES };
}
