/** Agreement of one number that the recording shows with the model's. */
export interface FeatureAgreement {
  readonly count: number;
  /** Rows in which the two are equal. */
  readonly exact: number;
  readonly medianRelErr: number;
  readonly p99RelErr: number;
  /** 99 % quantile of |model − kernel|, in units of the feature. */
  readonly p99AbsErr: number;
}

/**
 * Errors of the features. The relative error is |model − kernel| / max(|kernel|, scale): the scale is what a difference of
 * that kind is measured against where the value itself may be near 0 – 1 for counts and averages, the scheduling latency
 * for vruntimes, which have no zero.
 */
export class Features {
  private readonly errors = new Map<string, { values: Float64Array; units: Float64Array; count: number; exact: number }>();

  /** Values of one feature, on both sides. */
  compare(name: string, kernel: number, model: number, scale: number): void {
    let entry = this.errors.get(name);
    if (entry === undefined) this.errors.set(name, (entry = { values: new Float64Array(256), units: new Float64Array(256), count: 0, exact: 0 }));
    if (entry.count === entry.values.length) {
      entry.values = joined(entry.values, new Float64Array(entry.count));
      entry.units = joined(entry.units, new Float64Array(entry.count));
    }
    if (kernel === model) entry.exact++;
    entry.units[entry.count] = Math.abs(model - kernel);
    entry.values[entry.count++] = Math.abs(model - kernel) / Math.max(Math.abs(kernel), scale);
  }

  /** How often the two sides differed. */
  differing(name: string): number {
    const entry = this.errors.get(name);
    return entry === undefined ? 0 : entry.count - entry.exact;
  }

  /** Takes in another recording's errors. */
  add(other: Features): void {
    for (const [name, { values, units, count, exact }] of other.errors) {
      const own = this.errors.get(name) ?? { values: NONE, units: NONE, count: 0, exact: 0 };
      this.errors.set(name, {
        values: joined(own.values.subarray(0, own.count), values.subarray(0, count)),
        units: joined(own.units.subarray(0, own.count), units.subarray(0, count)),
        count: own.count + count,
        exact: own.exact + exact,
      });
    }
  }

  /** Leaves only some features. */
  keep(names: ReadonlySet<string>): void {
    for (const name of [...this.errors.keys()]) if (!names.has(name)) this.errors.delete(name);
  }

  summary(): Record<string, FeatureAgreement> {
    const out: Record<string, FeatureAgreement> = {};
    for (const [name, { values, units, count, exact }] of this.errors) {
      const away = units.slice(0, count).sort((a, b) => a - b);
      const sorted = values.slice(0, count).sort((a, b) => a - b);
      out[name] = {
        count,
        exact,
        medianRelErr: sorted[Math.max(0, Math.ceil(count * 0.5) - 1)]!,
        p99RelErr: sorted[Math.max(0, Math.ceil(count * 0.99) - 1)]!,
        p99AbsErr: away[Math.max(0, Math.ceil(count * 0.99) - 1)]!,
      };
    }
    return out;
  }
}

const NONE = new Float64Array(0);

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const together = new Float64Array(a.length + b.length);
  together.set(a);
  together.set(b, a.length);
  return together;
}
