import type { IntegerProgram } from '../../libml/index.js';

/*
 * What an inference takes in a kernel, as long as nobody has measured it there: instructions counted in the C that is generated
 * of a program, at about one a ns.
 */
const CALL_NS = 20;
/** Reading a counter, clamping and scaling it. */
const INPUT_NS = 8;
const MULTIPLY_ADD_NS = 1;

/** ns of one inference, estimated from the size of the program. */
export function estimatedCostNs(program: IntegerProgram): number {
  return CALL_NS + INPUT_NS * program.inputs.length + MULTIPLY_ADD_NS * multiplyAdds(program);
}

/** Weights of a program: each is multiplied and added once a decision. */
function multiplyAdds({ layers }: IntegerProgram): number {
  return layers.reduce((sum, layer) => sum + layer.weights.length * layer.weights[0]!.length, 0);
}
