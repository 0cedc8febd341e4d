import { InputError } from '../input/error.js';
import type { Network } from './network.js';
import { thresholdOf, type NetworkProgram, type ProgramFormat } from './program.js';
import { prove } from './proof.js';
import { quantiseFixed } from './quantise-fixed.js';
import { quantiseInt8 } from './quantise-int8.js';
import type { ModelInput } from './scaling.js';

/**
 * A trained network as an integer program, proven free of overflow.
 *
 * @param inputs the network's inputs in their order, with the scaling that it was trained on
 * @param probability the answer is yes from this probability on; above 0 and below 1
 * @param where what is named in the error
 * @throws InputError where the inputs are not the network's, or the program cannot be proven; with layer and unit
 */
export function quantise(
  network: Network,
  inputs: readonly ModelInput[],
  format: ProgramFormat,
  probability = 0.5,
  where: string = format,
): NetworkProgram {
  if (inputs.length !== network.sizes[0]) {
    throw new InputError(where, 'inputs', `${network.sizes[0]!}`, `${inputs.length}`);
  }
  if (!(probability > 0 && probability < 1)) {
    throw new InputError(where, 'probability', 'above 0 and below 1', String(probability));
  }
  const parts =
    format === 'int8' ? quantiseInt8(network, inputs) : quantiseFixed(network, inputs, format === 'q16' ? 16 : 11, where);
  const program: NetworkProgram = {
    kind: 'network',
    format,
    accumulatorBits: format === 'int8' ? 32 : 64,
    ...parts,
    threshold: thresholdOf(probability, parts.logitUnit),
  };
  prove(program, where);
  return program;
}
