/** Agreement of one number that the recording shows with the model's. */
export interface FeatureAgreement {
  readonly count: number;
  /** Rows in which the two are equal. */
  readonly exact: number;
  readonly medianRelErr: number;
  readonly p99RelErr: number;
}

/**
 * Errors of the features. The relative error is |model − kernel| / max(|kernel|, scale): the scale is what a difference of
 * that kind is measured against where the value itself may be near 0 – 1 for counts and averages, the scheduling latency
 * for vruntimes, which have no zero.
 */
export class Features {
  private readonly errors = new Map<string, { values: Float64Array; count: number; exact: number }>();

  /** Values of one feature, on both sides. */
  compare(name: string, kernel: number, model: number, scale: number): void {
    let entry = this.errors.get(name);
    if (entry === undefined) this.errors.set(name, (entry = { values: new Float64Array(256), count: 0, exact: 0 }));
    if (entry.count === entry.values.length) {
      const wider = new Float64Array(entry.count * 2);
      wider.set(entry.values);
      entry.values = wider;
    }
    if (kernel === model) entry.exact++;
    entry.values[entry.count++] = Math.abs(model - kernel) / Math.max(Math.abs(kernel), scale);
  }

  /** Takes in another recording's errors. */
  add(other: Features): void {
    for (const [name, { values, count, exact }] of other.errors) {
      const own = this.errors.get(name);
      const together = new Float64Array((own?.count ?? 0) + count);
      if (own !== undefined) together.set(own.values.subarray(0, own.count));
      together.set(values.subarray(0, count), own?.count ?? 0);
      this.errors.set(name, { values: together, count: together.length, exact: (own?.exact ?? 0) + exact });
    }
  }

  /** Leaves only some features. */
  keep(names: ReadonlySet<string>): void {
    for (const name of [...this.errors.keys()]) if (!names.has(name)) this.errors.delete(name);
  }

  summary(): Record<string, FeatureAgreement> {
    const out: Record<string, FeatureAgreement> = {};
    for (const [name, { values, count, exact }] of this.errors) {
      const sorted = values.slice(0, count).sort((a, b) => a - b);
      out[name] = {
        count,
        exact,
        medianRelErr: sorted[Math.max(0, Math.ceil(count * 0.5) - 1)]!,
        p99RelErr: sorted[Math.max(0, Math.ceil(count * 0.99) - 1)]!,
      };
    }
    return out;
  }
}
