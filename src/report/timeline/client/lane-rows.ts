/** The rows of a table by lane, in each in the order that they have in the table. */
export interface LaneRows {
  /** Where each lane's rows begin, and the number of all. */
  readonly first: Uint32Array;
  readonly rows: Uint32Array;
}

/** Rows whose lane is none of those are left out. */
export function byLane(lane: ArrayLike<number>, lanes: number): LaneRows {
  const first = new Uint32Array(lanes + 1);
  for (let row = 0; row < lane.length; row += 1) if (lane[row]! >= 0 && lane[row]! < lanes) first[lane[row]! + 1]! += 1;
  for (let i = 0; i < lanes; i += 1) first[i + 1]! += first[i]!;
  const rows = new Uint32Array(first[lanes]!);
  const next = first.slice();
  for (let row = 0; row < lane.length; row += 1) {
    if (lane[row]! >= 0 && lane[row]! < lanes) rows[next[lane[row]!]!++] = row;
  }
  return { first, rows };
}

/** The first place of a lane whose row is at or after a time; the lane's end where there is none. */
export function placeAt({ first, rows }: LaneRows, lane: number, ts: ArrayLike<number>, time: number): number {
  let [low, high] = [first[lane]!, first[lane + 1]!];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ts[rows[middle]!]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first index between `low` and `high` whose value is at or above that wanted. */
export function lowerBound(values: ArrayLike<number>, wanted: number, low = 0, high = values.length): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
