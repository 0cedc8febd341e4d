/** At most so many waiting tasks of a lane have rows of their own. */
export const MOST_ROWS = 255;

/**
 * A row for each of a lane's waits, so that those at the same time lie in different ones, each as low as it can.
 * @returns rows from 0, by index from `first`
 */
export function waitRows(start: Float64Array, end: Float64Array, first: number, last: number): Uint8Array {
  const rows = new Uint8Array(last - first);
  const free: number[] = [];
  for (let i = first; i < last; i += 1) {
    let row = free.findIndex((until) => until <= start[i]!);
    if (row < 0) row = Math.min(free.length, MOST_ROWS);
    free[row] = end[i]!;
    rows[i - first] = row;
  }
  return rows;
}
