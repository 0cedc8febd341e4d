/** LibML: networks small enough for a kernel, from training to integers. */
export type { Matrix } from './matrix.js';
export { checkSamples, type Samples } from './samples.js';
export { checkSizes, initialNetwork, layersOf, networkOf, parameterCount, type DenseLayer, type Network } from './network.js';
export { MAX_PAGE_BYTES, pageBytes } from './page.js';
export { Forward, logitsOf } from './forward.js';
export { libmlEngine, type Engine, type EngineMaker } from './engine.js';
export { crossEntropy, logitOf, sigmoid } from './logistic.js';
export { checkTrainingOptions, DEFAULT_TRAINING, type TrainingOptions } from './training-options.js';
export { Training, train, type EpochReport } from './training.js';
export { parseState, type TrainingState } from './training-state.js';
