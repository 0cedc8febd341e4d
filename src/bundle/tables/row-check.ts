import type { ColumnSpec, ColumnType } from '../../sim/records/records.js';
import { CODES } from './codes.js';

/** The values that a column of a type holds. */
export const LIMITS: Readonly<Record<ColumnType, readonly [number, number]>> = {
  int8: [-0x80, 0x7f],
  int16: [-0x8000, 0x7fff],
  int32: [-0x8000_0000, 0x7fff_ffff],
  uint32: [0, 0xffff_ffff],
  // The largest double below 2^63.
  int64: [-(2 ** 63), 2 ** 63 - 1024],
};

/** Tells whether the values of a row fit their columns: in the type's range, and known codes where a column holds codes. */
export class RowCheck {
  private readonly names: readonly string[];
  private readonly low: Float64Array;
  private readonly high: Float64Array;

  constructor(columns: readonly ColumnSpec[]) {
    this.names = columns.map((column) => column.name);
    const limits = columns.map(({ name, type }) => {
      const [low, high] = LIMITS[type];
      const [lowest, highest] = CODES[name] ?? [low, high];
      return [Math.max(low, lowest), Math.min(high, highest)] as const;
    });
    this.low = Float64Array.from(limits, ([low]) => low);
    this.high = Float64Array.from(limits, ([, high]) => high);
  }

  /** @returns '' or the first column that its value does not fit in */
  problem(values: ArrayLike<number>): string {
    const { low, high } = this;
    for (let i = 0; i < low.length; i += 1) {
      const value = values[i]!;
      if (!(value >= low[i]! && value <= high[i]!)) return this.names[i]!;
    }
    return '';
  }
}
