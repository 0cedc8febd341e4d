import { InputError } from '../input/error.js';
import { EXACT } from './integers.js';
import type { Matrix } from './matrix.js';
import { scalingOf, type InputScaling, type ModelInput } from './scaling.js';

/** Where values are a hundred times the median's size, equal steps of the logarithm say more than equal steps. */
const HEAVY = 100;

export interface FitOptions {
  /** The kind of a scaling by column name, where it is not to be chosen by the values. */
  readonly kinds?: ReadonlyMap<string, InputScaling['kind']>;
  /** The share of values beyond each end that is clamped, 0…0.1; none where the ends would meet. Default 0.001. */
  readonly tail?: number;
}

/**
 * A scaling for each column of raw values: its ends become −1 and 1. What has a heavy tail – its greatest size is more than a
 * hundred times the median size – is taken as a logarithm.
 *
 * @throws InputError where there are no rows, or a column does not vary, or holds what is no whole number within ±(2^53 − 1)
 */
export function fitScalings(raw: Matrix, { kinds, tail = 0.001 }: FitOptions = {}): ModelInput[] {
  const sorted = new Float64Array(raw.rows);
  return raw.columns.map((name, column) => {
    for (let row = 0; row < raw.rows; row++) {
      const value = raw.values[row * raw.columns.length + column]!;
      if (!Number.isSafeInteger(value)) {
        throw new InputError('data set', `row ${row}, ${name}`, `a whole number within ±${EXACT}`, String(value));
      }
      sorted[row] = value;
    }
    sorted.sort((a, b) => a - b);
    const last = raw.rows - 1;
    if (!(sorted[0]! < sorted[last]!)) {
      throw new InputError('data set', name, 'a column that varies', raw.rows === 0 ? 'no rows' : String(sorted[0]!));
    }
    const cut = Math.floor(tail * last);
    const [lo, hi] = sorted[cut]! < sorted[last - cut]! ? [sorted[cut]!, sorted[last - cut]!] : [sorted[0]!, sorted[last]!];
    return { name, scaling: scalingOf(kinds?.get(name) ?? kindOf(sorted), lo, hi) };
  });
}

/** @param values sorted; overwritten */
function kindOf(values: Float64Array): InputScaling['kind'] {
  for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i]!);
  values.sort((a, b) => a - b);
  return values.at(-1)! > HEAVY * Math.max(values[Math.floor(values.length / 2)]!, 1) ? 'log2' : 'linear';
}
