import { makeModel, initialNetwork, scalingOf, DEFAULT_TRAINING, type Model, type ModelInput, type ProgramFormat } from '../../libml/index.js';
import { namedModel } from '../../policies/models.js';

/** The networks whose cost is stated: the thesis' compact ones are 7-10-1 and 10-10-1 (table 5.8), the largest of ours 10-16-1. */
export const COST_SHAPES: ReadonlyArray<readonly number[]> = [[7, 10, 1], [10, 16, 1]];

/** What they look at: the first so many. */
const INPUTS = ['hot', 'delta', 'nr_balance_failed', 'cpu_idle', 'cpu_newly_idle', 'loop', 'src_nr', 'dst_nr', 'task_util', 'buddy'];

/**
 * A network of these sizes that was never trained: what it takes does not hang on what it says. Its role is to imitate, in which
 * it is asked in every call.
 */
export function modelOfShape(sizes: readonly number[], format: ProgramFormat): Model {
  return makeModel(initialNetwork(sizes, 1), {
    task: 1,
    inputs: inputsOf(sizes[0]!),
    probability: 0.5,
    quantisation: format,
    dataset: { hash: '0'.repeat(64), rows: 0, positives: 0 },
    training: { library: 'libml', epochs: 0, options: { ...DEFAULT_TRAINING, hidden: sizes.slice(1, -1) } },
    metrics: {},
  });
}

/** Scaled as training scales them: from recordings, as those of the shipped model are; it lacks one. */
function inputsOf(count: number): ModelInput[] {
  const trained = new Map(namedModel('early', 'cost').model.inputs.map((input) => [input.name, input]));
  return INPUTS.slice(0, count).map((name) => trained.get(name) ?? { name, scaling: scalingOf('linear', 0, 3) });
}

/** `7-10-1` */
export function shapeText(sizes: readonly number[]): string {
  return sizes.join('-');
}

/** Sizes of a model's network. */
export function sizesOf({ inputs, layers }: Model): number[] {
  return [inputs.length, ...layers.map(({ biases }) => biases.length)];
}
