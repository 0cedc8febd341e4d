import { InputError } from '../input/error.js';
import type { Matrix } from './matrix.js';

/** What a network learns from, or is judged by: scaled inputs and, for each row, 0 or 1. */
export interface Samples {
  readonly inputs: Matrix;
  readonly labels: Uint8Array;
}

/**
 * Refuses samples that nothing can be learnt from.
 *
 * @param where what is named in the error, as `training`
 * @throws InputError where there are none, an input is not finite, a label is neither 0 nor 1, or all labels are alike
 */
export function checkSamples(samples: Samples, where: string): void {
  const { inputs, labels } = samples;
  const width = inputs.columns.length;
  if (inputs.rows === 0 || width === 0) {
    throw new InputError(where, '', 'rows with inputs', `${inputs.rows} rows of ${width} inputs`);
  }
  if (inputs.values.length !== inputs.rows * width || labels.length !== inputs.rows) {
    const found = `${inputs.values.length} values and ${labels.length} labels`;
    throw new InputError(where, '', `${inputs.rows} rows of ${width} inputs, each with a label`, found);
  }
  for (let i = 0; i < inputs.values.length; i++) {
    if (Number.isFinite(inputs.values[i]!)) continue;
    const place = `row ${Math.floor(i / width)}, ${inputs.columns[i % width]!}`;
    throw new InputError(where, place, 'a finite number', String(inputs.values[i]!));
  }
  let positives = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row]! > 1) throw new InputError(where, `label of row ${row}`, '0 or 1', String(labels[row]!));
    positives += labels[row]!;
  }
  if (positives === 0 || positives === labels.length) {
    throw new InputError(where, 'labels', 'both 0 and 1', `${positives} of ${labels.length} rows are 1`);
  }
}
