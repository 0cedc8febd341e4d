import { InputError } from '../input/error.js';
import type { Model } from './model.js';
import { networkOf } from './network.js';
import { FORMATS, type NetworkProgram, type ProgramFormat } from './program.js';
import { prove } from './proof.js';
import type { ModelInput } from './scaling.js';

/** A feature that a model may take, with its range. */
export interface KnownFeature {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/**
 * Refuses a model, of the right schema, whose parts do not fit each other, the features that there are, or the proof.
 *
 * @param file named in the error
 * @throws InputError naming the field
 */
export function checkModel(model: Model, known: readonly KnownFeature[], file: string): void {
  checkInputs(model.inputs, known, file);
  const network = networkOf(model.layers, file);
  if (network.sizes[0] !== model.inputs.length) {
    throw new InputError(file, 'layers.0.weights', `${model.inputs.length} weights a unit, one for each input`, `${network.sizes[0]!}`);
  }
  const { probability, quantisation, programs } = model;
  if (!(probability > 0 && probability < 1)) throw new InputError(file, 'probability', 'above 0 and below 1', String(probability));
  if (programs[quantisation] === undefined) {
    throw new InputError(file, `programs.${quantisation}`, 'the program that quantisation names', 'nothing');
  }
  for (const format of FORMATS) {
    const program = programs[format];
    if (program !== undefined) checkProgram(program, format, model, network.sizes, file);
  }
}

function checkInputs(inputs: readonly ModelInput[], known: readonly KnownFeature[], file: string): void {
  const features = new Map(known.map((feature) => [feature.name, feature]));
  const seen = new Set<string>();
  inputs.forEach(({ name, scaling: { lo, hi } }, i) => {
    const feature = features.get(name);
    if (feature === undefined) throw new InputError(file, `inputs.${i}.name`, 'the name of a feature', name);
    if (seen.has(name)) throw new InputError(file, `inputs.${i}.name`, 'each feature once', name);
    seen.add(name);
    const place = `inputs.${i}.scaling`;
    if (lo >= hi) throw new InputError(file, place, `lo below hi for ${name}`, `${lo} and ${hi}`);
    if (lo >= feature.min && hi <= feature.max) return;
    throw new InputError(file, place, `a clamp within ${feature.min} to ${feature.max} for ${name}`, `${lo} to ${hi}`);
  });
}

function checkProgram(
  program: NetworkProgram,
  format: ProgramFormat,
  { inputs }: Model,
  sizes: readonly number[],
  file: string,
): void {
  const place = `programs.${format}`;
  const refuse = (where: string, expected: string, found: string): never => {
    throw new InputError(file, `${place}.${where}`, expected, found);
  };
  if (program.format !== format) refuse('format', format, program.format);
  const bits = format === 'int8' ? 32 : 64;
  if (program.accumulatorBits !== bits) refuse('accumulatorBits', String(bits), String(program.accumulatorBits));
  const scalesOf = (list: readonly ModelInput[]): string =>
    list.map(({ name, scaling: s }) => `${name} ${s.kind} ${s.lo} ${s.hi} ${s.base} ${s.preShift} ${s.multiplier}`).join(', ');
  const [ours, theirs] = [scalesOf(inputs), scalesOf(program.inputs)];
  if (theirs !== ours) refuse('inputs', `those of the model, ${ours}`, theirs);
  if (program.layers.length !== sizes.length - 1) refuse('layers', `${sizes.length - 1}`, `${program.layers.length}`);
  const top = format === 'int8' ? 128 : 2 ** 31;
  program.layers.forEach(({ weights, biases, shifts }, l) => {
    const at = `layers.${l}`;
    const [count, outputs] = [sizes[l]!, sizes[l + 1]!];
    for (const [name, list] of [['weights', weights], ['biases', biases], ['shifts', shifts]] as const) {
      if (list.length !== outputs) refuse(`${at}.${name}`, `${outputs}, one for each unit`, `${list.length}`);
    }
    weights.forEach((row, j) => {
      if (row.length !== count) refuse(`${at}.weights.${j}`, `${count} weights`, `${row.length}`);
      const wide = row.find((weight) => weight < -top || weight >= top);
      if (wide !== undefined) refuse(`${at}.weights.${j}`, `weights from ${-top} to ${top - 1}`, String(wide));
    });
    if (l === sizes.length - 2 && shifts[0] !== 0) refuse(`${at}.shifts`, '0 for the output', String(shifts[0]));
  });
  prove(program, file, place);
}
