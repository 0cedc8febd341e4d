import type { ComparedRun, Comparison } from '../experiment/compare.js';
import { distinct, type PairedDifference } from '../experiment/stats/paired.js';
import { FEW_PAIRS, mean } from '../experiment/stats/intervals.js';
import type { MetricName } from '../sim/records/metrics.js';
import { table, wrap, type Column } from './table.js';
import { count, duration, significant, timeColumn } from './units.js';

/** Metrics whose differences are printed unless all are asked for. */
const MAIN_METRICS: readonly MetricName[] = [
  'completion_ns',
  'throughput',
  'wakeup_latency_p50_ns',
  'wakeup_latency_p99_ns',
  'migrations_balance',
  'forced_migrations',
  'lb_failed',
  'refill_ns',
  'fairness_jain',
];

/** The comparison as text, in lines of at most 120 characters. */
export function compareText(comparison: Comparison, allMetrics: boolean): string {
  const parts = comparison.scenarios.map((scenario) => {
    const seeds = scenario.seeds.length === 1 ? '1 seed' : `${scenario.seeds.length} seeds`;
    const runs = comparison.results.filter((run) => run.workload === scenario.name);
    const head = `${scenario.name} on ${scenario.machine}: ${seeds}, at most ${duration(scenario.durationNs)} simulated`;
    const changes = scenario.changes.map(({ path, value }) => `${path} = ${String(value)}`).join(', ');
    const paired = comparison.paired.filter((difference) => difference.workload === scenario.name);
    return [
      head,
      ...(changes === '' ? [] : [wrap(`changed: ${changes}`)]),
      '',
      meansTable(runs, comparison.policies),
      '',
      ...unfinished(runs),
      ...(paired.length === 0 ? [] : [pairedTable(paired, comparison.baseline, allMetrics), '']),
      ...scenario.notes.map((note) => wrap(note)),
    ].join('\n');
  });
  return `${parts.join('\n\n')}\n${wrap(legend(comparison, allMetrics))}\n`;
}

function legend(comparison: Comparison, allMetrics: boolean): string {
  if (comparison.paired.length === 0) return 'Means over the seeds.';
  const others = allMetrics ? '' : ' Metrics not shown: --all-metrics or --json.';
  return [
    'Means over the seeds; differences are policy − baseline, paired by seed, each with a 95 % interval (Student t;',
    `with fewer than ${FEW_PAIRS} pairs the wider of it and a bootstrap), not corrected for their number.`,
    'Of a count, better says no more than fewer.',
    `Undecided: 0 is inside the interval, or a run time differs by less than the calibration error.${others}`,
  ].join(' ');
}

function unfinished(runs: readonly ComparedRun[]): string[] {
  const cut = runs.filter((run) => !run.finished && run.metrics.throughput === null).length;
  if (cut === 0) return [];
  return [wrap(`${cut} of ${runs.length} runs did not finish within the duration: they have no completion time.`)];
}

/** Mean of a metric over runs, null where any of them lacks it. */
function meanOf(runs: readonly ComparedRun[], metric: MetricName): number | null {
  const values = runs.map((run) => run.metrics[metric]);
  return values.length === 0 || values.includes(null) ? null : mean(values as number[]);
}

function meansTable(runs: readonly ComparedRun[], policies: readonly string[]): string {
  const byPolicy = policies.map((policy) => ({ policy, runs: runs.filter((run) => run.policy === policy) }));
  const times = (metric: MetricName, head: string): [Column, string[]] => {
    const values = byPolicy.map((row) => meanOf(row.runs, metric));
    const { unit, show } = timeColumn(values);
    return [{ head: [...head.split(' '), unit] }, values.map(show)];
  };
  const counts = (
    metrics: readonly MetricName[],
    head: string,
    show: (value: number) => string = count,
  ): [Column, string[]] => {
    const cells = byPolicy.map((row) =>
      metrics
        .map((metric) => meanOf(row.runs, metric))
        .map((value) => (value === null ? '–' : show(value)))
        .join('/'),
    );
    return [{ head: head.split(' ') }, cells];
  };
  const result: Array<[Column, string[]]> = [];
  if (runs.some((run) => run.metrics.completion_ns !== null)) result.push(times('completion_ns', 'comple- tion'));
  if (runs.some((run) => run.metrics.throughput !== null)) {
    result.push(counts(['throughput'], 'through- put 1/s', significant));
  }
  const columns: Array<[Column, string[]]> = [
    [{ head: ['policy'], left: true }, [...policies]],
    ...result,
    counts(['migrations_wakeup', 'migrations_fork'], 'migrations wakeup/fork count'),
    counts(['migrations_balance', 'migrations_active'], 'migrations balance/active count'),
    counts(['forced_migrations'], 'forced count'),
    counts(['can_migrate_calls'], 'asked count'),
    counts(['lb_failed'], 'failed balances count'),
    times('refill_ns', 'refill'),
    times('policy_ns', 'policy'),
    times('wakeup_latency_p50_ns', 'wakeup p50'),
    times('wakeup_latency_p99_ns', 'wakeup p99'),
    counts(['fairness_jain'], 'Jain index', (value) => value.toFixed(4)),
  ];
  const rows = policies.map((_, i) => columns.map(([, cells]) => cells[i]!));
  return table(columns.map(([column]) => column), rows);
}

/** Why a verdict is undecided, in the width that a table has. */
const REASON_TEXT: Readonly<Record<Exclude<PairedDifference['reason'], ''>, string>> = {
  'too few pairs': 'too few pairs',
  'interval includes 0': '0 is inside',
  'inside the calibration error': 'too small',
  'runs without this metric': 'not in all runs',
};

const HEADS: readonly Column[] = [
  { head: ['policy'], left: true },
  { head: ['metric'], left: true },
  { head: ['baseline'] },
  { head: ['difference'] },
  { head: ['95 % interval'] },
  { head: ['relative'] },
  { head: ['verdict'], left: true },
];

function pairedTable(paired: readonly PairedDifference[], baseline: string, allMetrics: boolean): string {
  const shown = paired.filter(({ metric }) => allMetrics || MAIN_METRICS.includes(metric));
  const rows = distinct(shown.map(({ policy }) => policy)).flatMap((policy) =>
    shown.filter((difference) => difference.policy === policy).map((difference, i) => pairedRow(difference, i === 0)),
  );
  return `against ${baseline}:\n${table(HEADS, rows)}`;
}

function pairedRow(difference: PairedDifference, first: boolean): string[] {
  const { policy, metric, baselineMean, mean: middle, lo, hi, pairs, verdict, reason } = difference;
  const show = metric.endsWith('_ns') ? duration : significant;
  const relative = baselineMean === 0 ? '–' : `${signed((100 * middle) / baselineMean, percent)} %`;
  return [
    first ? policy : '',
    metric.replace(/_ns$/, ''),
    pairs === 0 ? '–' : show(baselineMean),
    pairs === 0 ? '–' : signed(middle, show),
    lo === null || hi === null ? '–' : `${signed(lo, show)} … ${signed(hi, show)}`,
    pairs === 0 ? '–' : relative,
    reason === '' ? verdict : `${verdict} (${REASON_TEXT[reason]})`,
  ];
}

function percent(value: number): string {
  return value < 100 ? value.toFixed(2) : value.toFixed(0);
}

function signed(value: number, show: (value: number) => string): string {
  const body = show(Math.abs(value));
  return value < 0 && !/^0(\.0*)?$/.test(body) ? `−${body}` : value > 0 ? `+${body}` : body;
}
