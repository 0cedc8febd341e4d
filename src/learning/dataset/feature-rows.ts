import type { Feature } from '../../policies/features.js';
import type { Source } from './sources.js';

/**
 * Hands over the features of every call of a recording, row by row.
 *
 * @param visit gets the row's number and its values in the order of `features`; the array is used again for the next row
 */
export async function streamFeatures(
  source: Source, features: readonly Feature[], visit: (row: number, values: Float64Array) => void,
): Promise<void> {
  const columns = [...new Set(features.map(({ column }) => column))];
  const places = features.map(({ column }) => columns.indexOf(column));
  const values = new Float64Array(features.length);
  let at = 0;
  await source.stream('decisions', columns, (chunk, count) => {
    for (let row = 0; row < count; row += 1) {
      for (let i = 0; i < features.length; i += 1) values[i] = features[i]!.ofColumn(chunk[places[i]!]![row]!);
      visit(at + row, values);
    }
    at += count;
  });
}

/** Whether a value is one that the feature can have. −1 stands in most columns for what the source does not know. */
export function isValid(feature: Feature, value: number): boolean {
  return value >= feature.min && value <= feature.max;
}
