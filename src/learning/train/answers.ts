import { compile } from '../../libml/compile.js';
import { Forward } from '../../libml/forward.js';
import { logitOf, sigmoid } from '../../libml/logistic.js';
import type { Matrix } from '../../libml/matrix.js';
import type { Network } from '../../libml/network.js';
import type { NetworkProgram } from '../../libml/program.js';
import { scaleMatrix } from '../../libml/scale-matrix.js';
import type { ModelInput } from '../../libml/scaling.js';
import type { Predictor } from '../baselines/predictor.js';
import { selectColumns } from '../dataset/select-rows.js';
import type { Answers } from './trainer.js';

/** Those of a network in floating point, on the inputs that it was trained on. */
export function answersOfNetwork(network: Network, inputs: readonly ModelInput[], probability: number): Answers {
  const forward = new Forward(network);
  const threshold = logitOf(probability);
  const each = <T extends Float64Array | Uint8Array>(raw: Matrix, into: T, of: (logit: number) => number): T => {
    const { values } = scaleMatrix(raw, inputs);
    for (let row = 0; row < raw.rows; row += 1) into[row] = of(forward.logit(values, row * inputs.length));
    return into;
  };
  return {
    scores: (raw) => each(raw, new Float64Array(raw.rows), (logit) => sigmoid(logit)),
    decisions: (raw) => each(raw, new Uint8Array(raw.rows), (logit) => (logit >= threshold ? 1 : 0)),
  };
}

/** Those of an integer program. */
export function answersOfProgram(program: NetworkProgram): Answers {
  const inference = compile(program);
  const columns = program.inputs.map(({ name }) => name);
  const each = <T extends Float64Array | Uint8Array>(raw: Matrix, into: T, of: (own: Float64Array) => number): T => {
    const { values } = selectColumns(raw, columns, 'program');
    for (let row = 0; row < raw.rows; row += 1) into[row] = of(values.subarray(row * columns.length, (row + 1) * columns.length));
    return into;
  };
  return {
    scores: (raw) => each(raw, new Float64Array(raw.rows), (own) => sigmoid(inference.logit(own) * program.logitUnit)),
    decisions: (raw) => each(raw, new Uint8Array(raw.rows), (own) => (inference.decide(own) ? 1 : 0)),
  };
}

/** Those of anything that gives scores. */
export function answersOfPredictor(predictor: Predictor, probability: number): Answers {
  return {
    scores: (raw) => predictor.predict(raw),
    decisions: (raw) => Uint8Array.from(predictor.predict(raw), (score) => (score >= probability ? 1 : 0)),
  };
}
