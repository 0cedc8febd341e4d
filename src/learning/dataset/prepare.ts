import type { Matrix } from '../../libml/matrix.js';
import type { Dataset } from './dataset.js';

/** How a column is normalised: (x − offset) / scale. */
export interface Scaling {
  readonly name: string;
  readonly offset: number;
  /** Above 0. */
  readonly scale: number;
}

/**
 * The normalisation that a data set's options ask for, from the numbers of the training part: `minmax` brings it to 0…1,
 * `zscore` to mean 0 and deviation 1. A constant column becomes 0.
 */
export function scalingOf({ manifest: { options, statistics } }: Pick<Dataset, 'manifest'>): readonly Scaling[] {
  return statistics.map(({ name, min, max, mean, deviation }) => {
    if (options.normalise === 'minmax') return { name, offset: min, scale: max > min ? max - min : 1 };
    if (options.normalise === 'zscore') return { name, offset: mean, scale: deviation > 0 ? deviation : 1 };
    return { name, offset: 0, scale: 1 };
  });
}

/** Steps 1 and 5 of the thesis, where the options ask for them: single precision, and normalisation. In place. */
export function prepare(data: Dataset): Dataset {
  const { float32 } = data.manifest.options;
  const scaling = scalingOf(data);
  const { values, columns } = data.inputs;
  for (let i = 0; i < values.length; i += 1) {
    const { offset, scale } = scaling[i % columns.length]!;
    if (float32) values[i] = Math.fround((Math.fround(values[i]!) - Math.fround(offset)) / Math.fround(scale));
    else values[i] = (values[i]! - offset) / scale;
  }
  return data;
}

/** A matrix normalised; the columns must be those of the scaling, in order. A copy. */
export function scaled(matrix: Matrix, scaling: readonly Scaling[]): Matrix {
  const width = matrix.columns.length;
  const values = matrix.values.map((value, i) => (value - scaling[i % width]!.offset) / scaling[i % width]!.scale);
  return { ...matrix, values };
}
