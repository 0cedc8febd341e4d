import { InputError } from '../input/error.js';
import { ONE } from './integers.js';
import type { Matrix } from './matrix.js';
import { scaled, type ModelInput } from './scaling.js';

const UNIT = 1 / ONE;

/**
 * Raw values as a network is trained on them: each column scaled as the kernel does it, divided by 2^16.
 *
 * @param raw has a column for each input, in any order, and perhaps more
 * @param into where the result goes, row-major; may be `raw.values` where the columns are the inputs in their order
 * @throws InputError where a column is missing
 */
export function scaleMatrix(
  raw: Matrix,
  inputs: readonly ModelInput[],
  into = new Float64Array(raw.rows * inputs.length),
): Matrix {
  const width = raw.columns.length;
  const places = inputs.map(({ name }) => {
    const place = raw.columns.indexOf(name);
    if (place < 0) throw new InputError('data set', 'columns', name, raw.columns.join(', '));
    return place;
  });
  if (into === raw.values && (width !== inputs.length || places.some((place, i) => place !== i))) {
    throw new Error('scaleMatrix: in place only where the columns are the inputs');
  }
  inputs.forEach(({ scaling }, i) => {
    const place = places[i]!;
    for (let row = 0; row < raw.rows; row++) {
      into[row * inputs.length + i] = scaled(scaling, raw.values[row * width + place]!) * UNIT;
    }
  });
  return { rows: raw.rows, columns: inputs.map(({ name }) => name), values: into };
}
