/** Rows that may come in between before a row that is late is no longer sorted in. */
export const WINDOW_ROWS = 32_768;

/** What is done with a record once nothing can come before it any more: `length` values from index `at` of `data`. */
export type Release = (
  op: number, ts: number, file: number, late: boolean, data: Float64Array, at: number, length: number,
) => void;

/**
 * Puts records in the order of their time, those of equal time in the order in which they came, as long as none is late by
 * more than the window: a ring buffer that is read while it is written, and CPUs whose buffers are merged, give lines a
 * little out of order. Memory is bounded by the window, and by how far the files that are read in step lie apart.
 *
 *     came ──►│ pending, up to 2 windows ──────────────────│
 *             │ sorted: the first are released, a window stays │      a record before the last released is refused
 */
export class RowWindow {
  private data = new Float64Array(1 << 16);
  private used = 0;
  private spare = new Float64Array(0);
  private count = 0;
  private capacity = 0;
  private at = new Uint32Array(0);
  private length = new Uint8Array(0);
  private op = new Uint8Array(0);
  private file = new Uint16Array(0);
  private late = new Uint8Array(0);
  private ts = new Float64Array(0);
  private sorted = true;
  /** Time of the last record of all that was put in. */
  private newest = -Infinity;
  private trigger: number;
  /** Time of the last record that was released. */
  private released = -Infinity;
  /** Records that have been released: the number of a pending one is this and its index. */
  private gone = 0;

  /** @param horizon what no record that still comes from another file is before; Infinity where there is one file */
  constructor(
    private readonly release: Release,
    /** Is called before some are released, with whether their order is not that in which they came. */
    private readonly onPass: (sorted: boolean) => void,
    private readonly horizon: () => number,
    private readonly windowRows = WINDOW_ROWS,
  ) {
    this.trigger = 2 * windowRows;
    this.widen(this.trigger + 1);
  }

  /** Puts a record in. @returns its number, for `find`; −1 where it is before what has been released */
  add(op: number, ts: number, file: number, late: boolean, values: Float64Array, length: number): number {
    if (ts < this.released) return -1;
    if (this.count >= this.trigger) {
      this.pass(this.count - this.windowRows);
      // Where a file lags behind, the others' records have to wait for it.
      this.trigger = this.count + this.windowRows;
      if (this.trigger >= this.capacity) this.widen(2 * this.trigger);
      // What has come just now may be before what was released just now.
      if (ts < this.released) return -1;
    }
    const index = this.count;
    if (this.used + length > this.data.length) this.stretch(length);
    const { data, used } = this;
    for (let i = 0; i < length; i += 1) data[used + i] = values[i]!;
    this.at[index] = used;
    this.length[index] = length;
    this.op[index] = op;
    this.file[index] = file;
    this.late[index] = late ? 1 : 0;
    this.ts[index] = ts;
    this.used = used + length;
    if (ts < this.newest) this.sorted = false;
    else this.newest = ts;
    this.count = index + 1;
    return this.gone + index;
  }

  /** Where the values of the record of a number are, as long as it is pending and nothing was sorted before it; else −1. */
  find(number: number): number {
    const index = number - this.gone;
    return index >= 0 && index < this.count ? this.at[index]! : -1;
  }

  /** The values of pending records; their places hold until the next `add`. */
  get values(): Float64Array {
    return this.data;
  }

  /** Releases all. */
  finish(): void {
    this.pass(this.count, Infinity);
  }

  /** Releases up to `most` records, none after the horizon, and with the last of them those of equal time. */
  private pass(most: number, horizon = this.horizon()): void {
    const order = this.order();
    this.onPass(order !== null);
    const { ts, op, file, late, at, length } = this;
    let passed = 0;
    while (passed < this.count) {
      const next = order === null ? passed : order[passed]!;
      const time = ts[next]!;
      if (time > horizon || (passed >= most && time > this.released)) break;
      this.released = time;
      this.release(op[next]!, time, file[next]!, late[next] === 1, this.data, at[next]!, length[next]!);
      passed += 1;
    }
    this.keepFrom(passed, order);
  }

  private order(): Uint32Array | null {
    if (this.sorted) return null;
    const { ts } = this;
    const order = Uint32Array.from({ length: this.count }, (_, index) => index);
    return order.sort((a, b) => ts[a]! - ts[b]! || a - b);
  }

  /** Moves the records that stay to the front, in order. */
  private keepFrom(passed: number, order: Uint32Array | null): void {
    const { count } = this;
    const left = count - passed;
    if (order === null) {
      const from = left === 0 ? this.used : this.at[passed]!;
      this.data.copyWithin(0, from, this.used);
      for (let i = 0; i < left; i += 1) this.at[i] = this.at[passed + i]! - from;
      for (const list of [this.length, this.op, this.file, this.late, this.ts]) list.copyWithin(0, passed, count);
      this.used -= from;
    } else {
      this.permute(order.subarray(passed));
    }
    this.sorted = true;
    this.newest = left === 0 ? this.released : this.ts[left - 1]!;
    this.gone += passed;
    this.count = left;
  }

  private permute(order: Uint32Array): void {
    const { data, at, length } = this;
    if (this.spare.length < data.length) this.spare = new Float64Array(data.length);
    const into = this.spare;
    let used = 0;
    const starts = new Uint32Array(order.length);
    for (let i = 0; i < order.length; i += 1) {
      const from = at[order[i]!]!;
      const size = length[order[i]!]!;
      starts[i] = used;
      for (let j = 0; j < size; j += 1) into[used + j] = data[from + j]!;
      used += size;
    }
    for (const list of [length, this.op, this.file, this.late, this.ts]) {
      const picked = list.slice(0, order.length);
      for (let i = 0; i < order.length; i += 1) picked[i] = list[order[i]!]!;
      list.set(picked);
    }
    at.set(starts);
    this.spare = data;
    this.data = into;
    this.used = used;
  }

  private stretch(more: number): void {
    const wider = new Float64Array(Math.max(2 * this.data.length, this.used + more));
    wider.set(this.data.subarray(0, this.used));
    this.data = wider;
  }

  private widen(capacity: number): void {
    const grown = <T extends Uint32Array | Uint8Array | Uint16Array | Float64Array>(list: T, wider: T): T => {
      wider.set(list);
      return wider;
    };
    this.at = grown(this.at, new Uint32Array(capacity));
    this.length = grown(this.length, new Uint8Array(capacity));
    this.op = grown(this.op, new Uint8Array(capacity));
    this.file = grown(this.file, new Uint16Array(capacity));
    this.late = grown(this.late, new Uint8Array(capacity));
    this.ts = grown(this.ts, new Float64Array(capacity));
    this.capacity = capacity;
  }
}
