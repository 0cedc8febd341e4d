import { RULE } from '../../kernel-validation/confront/rule.js';
import type { ConfrontDocument, MetricConfrontation, Ranking, SideDifference, Tau } from '../../kernel-validation/confront/types.js';
import { tallyText, wrongFirst } from '../../kernel-validation/confront/wording.js';
import { table, wrap, type Column } from '../table.js';
import { count, duration, significant } from '../units.js';

const HEADS: readonly Column[] = [
  { head: ['workload'], left: true },
  { head: ['policy'], left: true },
  { head: ['metric'], left: true },
  { head: ['verdict'], left: true },
  { head: ['predicted'] },
  { head: ['95 % interval'] },
  { head: ['measured'] },
  { head: ['95 % interval'] },
  { head: ['limit'] },
];

/** A confrontation as text, in lines of at most 120 characters: the verdict, what it rests on, then figure by figure. */
export function confrontText(document: ConfrontDocument): string {
  const { verdict, reasons, metrics, runs, notes } = document;
  const on = (side: 'sim' | 'kernel'): number => runs.filter((run) => run.side === side).length;
  return `${[
    `${verdict.toUpperCase()}: ${on('sim')} simulated runs beside ${on('kernel')} of the kernel`,
    ...reasons.map((reason) => wrap(`- ${reason}`)),
    '',
    ...decisionLines(document),
    wrap(tauText(document.tau)),
    '',
    ...document.rankings.flatMap(rankingLines),
    ...(metrics.length === 0 ? [] : [`Metrics: ${tallyText(metrics)}; those marked * decide.`, '', differenceTable(metrics), '']),
    ...(metrics.length === 0 ? [] : [levelTable(metrics), '']),
    ...RULE.map((sentence) => wrap(sentence)),
    ...notes.map((note) => wrap(`note: ${note}`)),
  ].join('\n')}\n`;
}

function decisionLines({ decisions }: ConfrontDocument): string[] {
  if (decisions.count === 0) return ['Decisions of the kernel’s policy: none recorded.'];
  return [
    `Decisions of the kernel’s policy: ${decisions.agree} of ${decisions.count} are those of the integer program.`,
    ...decisions.first.map(({ run, what }) => wrap(`- ${run}: ${what}`)),
  ];
}

function tauText({ value, lo, hi, n }: Tau): string {
  if (value === null) return `Order of the policies: none on one of the sides (Kendall's tau-b of ${n} pairs).`;
  const interval = lo === null || hi === null ? 'too few runs for an interval' : `95 % interval ${lo.toFixed(2)} … ${hi.toFixed(2)}`;
  return `Order of the policies: Kendall's tau-b ${value.toFixed(2)} of ${n} ${n === 1 ? 'pair' : 'pairs'}, ${interval}.`;
}

function rankingLines({ workload, metric, better, predicted, measured }: Ranking): string[] {
  const rows = predicted.map((one, i) => [
    String(i + 1), one.policy, figure(metric, one.mean), measured[i]!.policy, figure(metric, measured[i]!.mean),
  ]);
  const heads: Column[] = [
    { head: ['place'] }, { head: ['predicted'], left: true }, { head: [''] }, { head: ['measured'], left: true }, { head: [''] },
  ];
  return [`${workload}, by ${metric} (${better} is better):`, '', table(heads, rows), ''];
}

function differenceTable(metrics: readonly MetricConfrontation[]): string {
  return table(HEADS, wrongFirst(metrics).map((row) => [
    row.workload,
    row.policy,
    `${row.metric.replace(/_ns$/, '')}${row.objective ? ' *' : ''}`,
    row.verdict,
    ...[row.predicted, row.measured].flatMap((side) => [difference(row, side), interval(row, side)]),
    `±${significant(100 * row.limit)} %`,
  ]));
}

/** What the differences are between: the levels, and how far the simulator is off with each. */
function levelTable(metrics: readonly MetricConfrontation[]): string {
  const heads: Column[] = [
    { head: ['workload'], left: true },
    { head: ['policy'], left: true },
    { head: ['metric'], left: true },
    { head: ['predicted', 'stock'] },
    { head: ['predicted', 'policy'] },
    { head: ['measured', 'stock'] },
    { head: ['measured', 'policy'] },
    { head: ['error', 'stock'] },
    { head: ['error', 'policy'] },
    { head: ['runs'] },
  ];
  return table(heads, wrongFirst(metrics).map(({ workload, policy, metric, predicted, measured, stockError, policyError }) => [
    workload, policy, metric.replace(/_ns$/, ''),
    ...[predicted.stock, predicted.policy, measured.stock, measured.policy].map((value) => figure(metric, value)),
    signed(stockError), signed(policyError),
    `${predicted.runs}${predicted.paired ? 'p' : ''}/${measured.runs}${measured.paired ? 'p' : ''}`,
  ]));
}

function difference(row: MetricConfrontation, side: SideDifference): string {
  return side.relative === null ? figure(row.metric, side.difference) : signed(side.relative);
}

function interval(row: MetricConfrontation, { relative, relativeLo, relativeHi, lo, hi }: SideDifference): string {
  if (lo === null || hi === null) return '–';
  if (relative === null) return `${figure(row.metric, lo)} … ${figure(row.metric, hi)}`;
  return `${signed(relativeLo).replace(/ %$/, '')} … ${signed(relativeHi)}`;
}

/** `+1.23 %`, `−45.6 %` */
function signed(share: number | null): string {
  if (share === null) return '–';
  const percent = Math.abs(100 * share);
  const text = percent.toFixed(percent < 10 ? 2 : percent < 100 ? 1 : 0);
  return text === '0.00' ? '0.00 %' : `${share < 0 ? '−' : '+'}${text} %`;
}

function figure(metric: string, value: number): string {
  if (metric.endsWith('_ns')) return duration(value);
  return metric === 'throughput' || metric.endsWith('_share') ? significant(value) : count(value);
}
