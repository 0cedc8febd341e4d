import { cpus, loadavg } from 'node:os';
import type { Measurement } from './measurement.js';
import { meets } from './statistics.js';

/** The machine that the figures are of, and how busy it was. */
export interface Surroundings {
  readonly cpu: string;
  readonly cpus: number;
  readonly node: string;
  /** Load average of the last minute, before and after: 1 and more say that others were at work too. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export function surroundings(loadBefore: number): Surroundings {
  const list = cpus();
  return { cpu: list[0]?.model.trim() ?? 'unknown', cpus: list.length, node: process.version, loadBefore, loadAfter: load() };
}

/** Load average of the last minute. */
export function load(): number {
  return loadavg()[0]!;
}

/** out/bench.json */
export function documentOf(measurements: readonly Measurement[], where: Surroundings): string {
  const rows = measurements.map((row) => ({ ...row, met: meets(row.summary, row.floor) }));
  return `${JSON.stringify({ schema: 1, ...where, measurements: rows }, null, 1)}\n`;
}

/** The results for a reader. */
export function textOf(measurements: readonly Measurement[], where: Surroundings): string {
  const head = ['measured', 'median', 'least', 'most', 'unit', 'n', 'floor'];
  const rows = measurements.map(({ name, unit, summary, floor }) => {
    const { median, min, max, samples } = summary;
    const met = meets(summary, floor);
    const limit = floor === undefined ? '' : `${floor.kind} ${figure(floor.value)}${floor.aim === undefined ? '' : `, aim ${figure(floor.aim)}`}`;
    return [name, figure(median), figure(min), figure(max), unit, String(samples), met === null ? '' : `${limit}: ${met ? 'kept' : 'MISSED'}`];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column >= 1 && column <= 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ').trimEnd();
  const { cpu, cpus: count, node, loadBefore, loadAfter } = where;
  const busy = Math.max(loadBefore, loadAfter) > count / 2 + 1 ? ' Others were at work on it: expect better figures on a quiet one.' : '';
  return [
    `${cpu}, ${count} CPUs, Node ${node}; load average ${loadBefore.toFixed(2)} before and ${loadAfter.toFixed(2)} after.${busy}`,
    '',
    line(head),
    ...rows.map(line),
    '',
  ].join('\n');
}

/** Four significant digits; thousands are set apart. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  return String(Number(value.toPrecision(4)));
}
