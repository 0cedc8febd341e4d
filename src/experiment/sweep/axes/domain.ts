import { exp, ln } from '../../../sim/engine/elementary.js';
import type { AxisSpec } from '../spec/schema.js';

export type AxisValue = number | string | boolean;

/** What values an axis has, over the unit interval: every search works on [0, 1). */
export interface Domain {
  /** The value at u, 0 ≤ u ≤ 1. */
  at(u: number): AxisValue;
  /** How many values a grid takes; null where the axis is a range and says no number of steps. */
  readonly levels: number | null;
  /** The u of a grid's value, 0 ≤ i < levels. */
  levelAt(i: number): number;
  /** Whether neighbouring values are alike, so that a search may follow a slope. */
  readonly continuous: boolean;
}

/** The domain that an axis's file says; of a range for a knob of integers, the nearest integers. */
export function domainOf(spec: AxisSpec, integers: boolean): Domain {
  if (spec.values !== undefined) return listed(spec.values);
  if (spec.integer !== undefined) {
    const { from, to, step } = spec.integer;
    const count = Math.floor((to - from) / step) + 1;
    return { ...stepped(count, (i) => from + step * i), continuous: count > 2 };
  }
  const { from, to, steps } = (spec.linear ?? spec.log)!;
  const round = (value: number): number => (integers ? Math.round(value) : value);
  const [low, high] = spec.log === undefined ? [from, to] : [ln(from), ln(to)];
  const at = (u: number): number => {
    // The ends are the numbers that the user wrote, not what a logarithm and back makes of them.
    if (u <= 0) return round(from);
    if (u >= 1) return round(to);
    const inner = low + u * (high - low);
    return round(spec.log === undefined ? inner : exp(inner));
  };
  const levels = steps ?? null;
  return { at, levels, levelAt: (i) => (levels === null || levels === 1 ? 0 : i / (levels - 1)), continuous: true };
}

function listed(values: readonly AxisValue[]): Domain {
  return { ...stepped(values.length, (i) => values[i]!), continuous: false };
}

/** Values in steps of equal width: value i stands for [i/n, (i + 1)/n). */
function stepped<T extends AxisValue>(count: number, value: (i: number) => T): Omit<Domain, 'continuous'> {
  return {
    at: (u) => value(Math.max(0, Math.min(count - 1, Math.floor(u * count)))),
    levels: count,
    levelAt: (i) => (i + 0.5) / count,
  };
}
