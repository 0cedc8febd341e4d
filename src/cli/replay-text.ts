import type { L1Report } from '../bundle/replay-l1.js';
import type { FreeRunRow } from '../experiment/free-run.js';
import { metricText } from './run.js';
import { table } from './table.js';
import { duration } from './units.js';

/** Disagreements of L1 that the text shows; `--json` has more. */
const SHOWN = 10;

export interface FreeRun {
  readonly machine: string;
  readonly seeds: number;
  readonly rows: readonly FreeRunRow[];
}

/** @param policies of the recordings, where they are not all of the stock kernel */
export function l1Text({ rows, decidable, agree, disagreements }: L1Report, policies: readonly string[]): string {
  const share = decidable === 0 ? 'nothing to compare' : `${((100 * agree) / decidable).toFixed(4)} % agree`;
  const lines = disagreements.slice(0, SHOWN).map(
    ({ row, ts, pid, recorded, computed }) =>
      `row ${row}, ${duration(ts)}, pid ${pid}: recorded hot ${recorded.hot}, result ${recorded.result}; ` +
      `computed hot ${computed.hot}, result ${computed.result}`,
  );
  const more = decidable - agree - lines.length;
  const others = [...new Set(policies)].filter((policy) => policy !== 'stock');
  return `${[
    `L1: ${rows} decisions, ${decidable} decidable, ${agree} agree, ${decidable - agree} differ: ${share}`,
    ...lines,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...others.map((policy) => `The bundle is of policy ${policy}, which need not answer as the stock kernel does.`),
  ].join('\n')}\n`;
}

/** @param switches whether the recording has a workload to run */
export function freeText(free: FreeRun | null, switches: boolean): string {
  if (free === null) return switches ? '' : 'Free run: not measured, for the recording has no switches to take a workload from.\n';
  const rows = free.rows.map(({ metric, kernel, mean, least, most, relErr }) => [
    metric.replace(/_ns$/, ''),
    metricText(metric, kernel, ''),
    metricText(metric, mean, ''),
    `${metricText(metric, least, '')} … ${metricText(metric, most, '')}`,
    relErr === null ? '–' : `${relErr < 0 ? '−' : '+'}${Math.abs(100 * relErr).toFixed(1)} %`,
  ]);
  const head = ['metric', 'recorded', 'simulated', 'least … most', 'difference'];
  return [
    '',
    `Free run on ${free.machine}, stock policy, ${free.seeds} seeds:`,
    table(head.map((text, i) => ({ head: [text], left: i === 0 })), rows),
    '',
  ].join('\n');
}
