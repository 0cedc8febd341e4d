/** Numbers as people read them. Every number that is printed carries its unit. */

interface Unit {
  readonly name: string;
  readonly scale: number;
}

const TIME: readonly Unit[] = [
  { name: 'ns', scale: 1 },
  { name: 'µs', scale: 1e3 },
  { name: 'ms', scale: 1e6 },
  { name: 's', scale: 1e9 },
];

const BYTES: readonly Unit[] = [
  { name: 'B', scale: 1 },
  { name: 'KiB', scale: 2 ** 10 },
  { name: 'MiB', scale: 2 ** 20 },
  { name: 'GiB', scale: 2 ** 30 },
];

/** The largest unit in which the value is at least 1. */
function unitFor(value: number, units: readonly Unit[]): Unit {
  return units.findLast((unit) => Math.abs(value) >= unit.scale) ?? units[0]!;
}

/** `1.23 ms` */
export function duration(ns: number): string {
  const unit = unitFor(ns, TIME);
  return `${significant(ns / unit.scale)} ${unit.name}`;
}

/** `12.5 MiB` */
export function bytes(count: number): string {
  const unit = unitFor(count, BYTES);
  return `${significant(count / unit.scale)} ${unit.name}`;
}

/** Four significant digits, without an exponent where the number is below ten million: `12.35`, `0.001235`, `1234567`. */
export function significant(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(3);
  if (size >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(4)));
}

/** A count that may be a mean: whole where it is, else with one decimal below 1000. */
export function count(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  return Math.abs(value) < 1000 ? value.toFixed(1) : significant(value);
}

/** The unit of a whole column of times: that of its largest value, so that rows can be compared at a glance. */
export function timeColumn(
  values: ReadonlyArray<number | null>,
): { readonly unit: string; readonly show: (ns: number | null) => string } {
  const largest = values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  const unit = unitFor(largest, TIME);
  return { unit: unit.name, show: (ns) => (ns === null ? '–' : significant(ns / unit.scale)) };
}
