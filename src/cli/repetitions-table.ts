import type { RepetitionFile } from '../calibration/index.js';
import { table } from './table.js';
import { count, duration, significant } from './units.js';

const HEADS = [
  { head: ['metric'], left: true },
  { head: ['recordings'] },
  { head: ['least'] },
  { head: ['median'] },
  { head: ['greatest'] },
  { head: ['half range'] },
];

/** For each workload, what its recordings have of each metric: the ends of their range, and the middle. */
export function repetitionTable({ workloads }: RepetitionFile): string {
  return workloads.map(workloadTable).join('\n');
}

function workloadTable({ sameness, recordings }: RepetitionFile['workloads'][number]): string {
  const metrics = [...new Set(recordings.flatMap(({ figures }) => Object.keys(figures)))];
  const rows = metrics.map((metric) => {
    const values = recordings.flatMap(({ figures }) => (Object.hasOwn(figures, metric) ? [figures[metric]!] : []));
    values.sort((a, b) => a - b);
    const [least, greatest] = [values[0]!, values.at(-1)!];
    const middle = (values[(values.length - 1) >> 1]! + values[values.length >> 1]!) / 2;
    const half = middle === 0 ? '–' : `${significant((100 * (greatest - least)) / 2 / Math.abs(middle))} %`;
    const cells = [least, middle, greatest].map((value) => figure(metric, value));
    return [metric.replace(/_ns$/, ''), String(values.length), ...cells, half];
  });
  const seeds = recordings.map(({ seed }) => (seed === null ? '–' : String(seed))).join(', ');
  const { workload, topology, release } = sameness;
  return `${workload} on ${topology}, ${release}; seeds ${seeds}\n\n${table(HEADS, rows)}\n`;
}

function figure(metric: string, value: number): string {
  if (metric.endsWith('_ns')) return duration(value);
  return metric.endsWith('_share') ? significant(value) : count(value);
}
