/** LibML: networks small enough for a kernel, from training to integers. */
export type { Matrix } from './matrix.js';
export { checkSamples, type Samples } from './samples.js';
export { checkSizes, initialNetwork, layersOf, networkOf, parameterCount, type DenseLayer, type Network } from './network.js';
export {
  BIAS_BYTES, HEADER_BYTES, INPUT_BYTES, layerBytes, MAX_LAYERS, MAX_PAGE_BYTES, MAX_WIDTH, pageBytes, weightBytes,
} from './page.js';
export { Forward, logitsOf } from './forward.js';
export { libmlEngine, type Engine, type EngineMaker } from './engine.js';
export { crossEntropy, logitOf, sigmoid } from './logistic.js';
export { checkTrainingOptions, DEFAULT_TRAINING, type TrainingOptions } from './training-options.js';
export { Training, train, type EpochReport } from './training.js';
export { parseState, type TrainingState } from './training-state.js';
export { scaled, scalingOf, type InputScaling, type ModelInput } from './scaling.js';
export { fitScalings, type FitOptions } from './fit-scaling.js';
export { scaleMatrix } from './scale-matrix.js';
export { FORMATS, thresholdOf, withThreshold } from './program.js';
export type { IntegerLayer, IntegerProgram, NetworkProgram, ProgramFormat } from './program.js';
export { quantise } from './quantise.js';
export { prove, type Interval, type Proof } from './proof.js';
export { Interpreter, type Inference } from './interpreter.js';
export { javascriptOf } from './javascript.js';
export { compile } from './compile.js';
export { makeModel, modelHash, type Model, type ModelFacts } from './model.js';
export { loadModel, parseModel, saveModel, textOf } from './model-file.js';
export type { KnownFeature } from './check-model.js';
export { cSourceOf, type CSourceOptions } from './c-source.js';
