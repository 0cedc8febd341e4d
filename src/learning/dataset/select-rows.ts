import { InputError } from '../../input/error.js';
import type { Matrix } from '../../libml/matrix.js';
import { Stream } from '../../sim/engine/rng.js';
import { emptyRows, type Dataset } from './dataset.js';

/** The rows of a data set for which `wanted` holds, in order. */
export function rowsWhere(data: Dataset, wanted: (row: number) => boolean): Dataset {
  const rows: number[] = [];
  for (let row = 0; row < data.inputs.rows; row += 1) if (wanted(row)) rows.push(row);
  return rows.length === data.inputs.rows ? data : takeRows(data, rows);
}

/** The rows of one part: `TRAIN` or `TEST`. */
export function partOf(data: Dataset, part: number): Dataset {
  return rowsWhere(data, (row) => data.origin.part[row] === part);
}

/** The rows of one recording, by its index in the manifest's sources. */
export function sourceOf(data: Dataset, source: number): Dataset {
  return rowsWhere(data, (row) => data.origin.source[row] === source);
}

/** As many rows of each class: all of the rarer one, a seeded sample without replacement of the other, in order. */
export function evenClasses(data: Dataset, seed: number): Dataset {
  const counts = classCounts(data.labels);
  const wanted = Math.min(counts[0], counts[1]);
  const stream = new Stream(seed, 'even classes');
  const remaining: [number, number] = [...counts];
  const need: [number, number] = [wanted, wanted];
  return rowsWhere(data, (row) => {
    const own = data.labels[row] as 0 | 1;
    const takes = need[own] === remaining[own] || (need[own] > 0 && stream.below(remaining[own]) < need[own]);
    remaining[own] -= 1;
    if (takes) need[own] -= 1;
    return takes;
  });
}

/** Rows with label 0, and with label 1. */
export function classCounts(labels: Uint8Array): [number, number] {
  let positives = 0;
  for (let row = 0; row < labels.length; row += 1) positives += labels[row]!;
  return [labels.length - positives, positives];
}

/**
 * Some columns of a matrix, in the order asked for: a model's inputs from a data set that has more.
 *
 * @param where what is named in the error
 * @throws InputError where the matrix lacks one
 */
export function selectColumns(matrix: Matrix, columns: readonly string[], where: string): Matrix {
  const places = columns.map((name) => {
    const place = matrix.columns.indexOf(name);
    if (place < 0) throw new InputError(where, 'features', name, matrix.columns.join(', '));
    return place;
  });
  if (places.length === matrix.columns.length && places.every((place, i) => place === i)) return matrix;
  const values = new Float64Array(matrix.rows * columns.length);
  for (let row = 0; row < matrix.rows; row += 1) {
    for (let i = 0; i < places.length; i += 1) {
      values[row * places.length + i] = matrix.values[row * matrix.columns.length + places[i]!]!;
    }
  }
  return { rows: matrix.rows, columns: [...columns], values };
}

function takeRows(data: Dataset, rows: readonly number[]): Dataset {
  const columns = data.inputs.columns;
  const taken = emptyRows(columns, rows.length);
  rows.forEach((row, at) => {
    taken.inputs.values.set(data.inputs.values.subarray(row * columns.length, (row + 1) * columns.length), at * columns.length);
    taken.labels[at] = data.labels[row]!;
    taken.origin.source[at] = data.origin.source[row]!;
    taken.origin.part[at] = data.origin.part[row]!;
    taken.origin.series[at] = data.origin.series[row]!;
    taken.origin.ts[at] = data.origin.ts[row]!;
  });
  return { manifest: data.manifest, ...taken };
}
