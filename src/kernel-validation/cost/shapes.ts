import { makeModel, initialNetwork, scalingOf, DEFAULT_TRAINING, type Model, type ModelInput, type ProgramFormat } from '../../libml/index.js';
import { FEATURES } from '../../policies/features.js';

/** The networks whose cost is stated: the thesis' compact ones are 7-10-1 and 10-10-1 (table 5.8), the largest of ours 10-16-1. */
export const COST_SHAPES: ReadonlyArray<readonly number[]> = [[7, 10, 1], [10, 16, 1]];

/** What they look at: the first so many. Those that span orders of magnitude are taken by their logarithm. */
const INPUTS = ['delta', 'nr_balance_failed', 'hot', 'src_nr', 'dst_nr', 'task_util', 'loop', 'cpu_idle', 'cpu_newly_idle', 'buddy'];
const LOGARITHMIC_FROM = 2 ** 16;

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

function inputsOf(count: number): ModelInput[] {
  return INPUTS.slice(0, count).map((name) => {
    const { min, max } = FEATURES.find((feature) => feature.name === name)!;
    return { name, scaling: scalingOf(max >= LOGARITHMIC_FROM ? 'log2' : 'linear', min, max) };
  });
}

/** `7-10-1` */
export function shapeText(sizes: readonly number[]): string {
  return sizes.join('-');
}

/** Sizes of a model's network. */
export function sizesOf({ inputs, layers }: Model): number[] {
  return [inputs.length, ...layers.map(({ biases }) => biases.length)];
}
