/** Numbers of one column, over the rows of the training part. */
export interface ColumnStatistics {
  /** Name of the feature. */
  readonly name: string;
  /** Smallest value. */
  readonly min: number;
  /** Largest value. */
  readonly max: number;
  /** Arithmetic mean. */
  readonly mean: number;
  /** Standard deviation of the population (n, not n − 1). */
  readonly deviation: number;
}

/** Collects the statistics of columns row by row (Welford's recurrence: no large sums to cancel). */
export class StatisticsCollector {
  private rows = 0;
  private readonly min: Float64Array;
  private readonly max: Float64Array;
  private readonly mean: Float64Array;
  private readonly squares: Float64Array;

  constructor(private readonly names: readonly string[]) {
    const { length } = names;
    this.min = new Float64Array(length).fill(Infinity);
    this.max = new Float64Array(length).fill(-Infinity);
    this.mean = new Float64Array(length);
    this.squares = new Float64Array(length);
  }

  add(values: ArrayLike<number>): void {
    this.rows += 1;
    const { rows, min, max, mean, squares } = this;
    for (let i = 0; i < mean.length; i += 1) {
      const value = values[i]!;
      if (value < min[i]!) min[i] = value;
      if (value > max[i]!) max[i] = value;
      const off = value - mean[i]!;
      mean[i] = mean[i]! + off / rows;
      squares[i] = squares[i]! + off * (value - mean[i]!);
    }
  }

  /** Of at least one row. */
  finish(): readonly ColumnStatistics[] {
    return this.names.map((name, i) => ({
      name, min: this.min[i]!, max: this.max[i]!, mean: this.mean[i]!,
      deviation: this.min[i] === this.max[i] ? 0 : Math.sqrt(this.squares[i]! / this.rows),
    }));
  }
}
