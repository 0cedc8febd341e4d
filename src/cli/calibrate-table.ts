import type { CalibrationDocument, FitRow, Residual } from '../calibration/types.js';
import { failuresFirst, LEGEND, signedPercent, tally, toleranceText } from '../calibration/wording.js';
import { table, wrap, type Column } from './table.js';
import { count, duration, significant } from './units.js';

const HEADS: readonly Column[] = [
  { head: ['recording'], left: true },
  { head: ['metric'], left: true },
  { head: ['verdict'], left: true },
  { head: ['kernel'] },
  { head: ['simulator'] },
  { head: ['95 % interval'] },
  { head: ['error'] },
  { head: ['tolerance'] },
];

/** A calibration as text, in lines of at most 120 characters: what fails first. */
export function calibrationText(document: CalibrationDocument): string {
  const { residuals, fits, notes, inputs, profile, seeds } = document;
  const held = residuals.filter(({ holdout }) => holdout);
  const own = residuals.filter(({ holdout }) => !holdout);
  const used = inputs.filter(({ holdout }) => !holdout).length;
  return `${[
    `${profile}: fitted on ${used} of ${inputs.length} recordings, ${seeds} seeds`,
    '',
    ...(fits.length === 0 ? ['Nothing was fitted.', ''] : [fitTable(fits), '']),
    ...residualTable('Held out', held),
    ...residualTable(held.length === 0 ? 'Fitted on' : 'Fitted on, for comparison', own),
    ...powerless(residuals),
    ...LEGEND.map((note) => wrap(note)),
    ...notes.map((note) => wrap(`note: ${note}`)),
  ].join('\n')}\n`;
}

function fitTable(fits: readonly FitRow[]): string {
  const heads: Column[] = [
    { head: ['parameter'], left: true },
    { head: ['fitted'] },
    { head: ['before'] },
    { head: ['95 % interval'] },
    { head: ['n'] },
  ];
  const rows = fits.map(({ parameter, unit, value, previous, lo, hi, n }) => [
    parameter,
    `${significant(value)} ${unit}`.trim(),
    significant(previous),
    lo === null || hi === null ? '–' : `${significant(lo)} … ${significant(hi)}`,
    String(n),
  ]);
  return table(heads, rows);
}

function residualTable(title: string, residuals: readonly Residual[]): string[] {
  if (residuals.length === 0) return [];
  const rows = failuresFirst(residuals).map((residual) => [
    residual.workload,
    residual.metric.replace(/_ns$/, ''),
    residual.verdict,
    figure(residual, residual.kernel),
    figure(residual, residual.sim),
    `${figure(residual, residual.simLo)} … ${figure(residual, residual.simHi)}`,
    signedPercent(residual.relErr),
    toleranceText(residual),
  ]);
  return [`${title}: ${tally(residuals)}`, '', table(HEADS, rows), ''];
}

/** What was not measured although it disagrees, and which knob came closest. */
function powerless(residuals: readonly Residual[]): string[] {
  const outside = residuals.filter(
    ({ verdict, relErr, tolerance }) => verdict === 'not measured' && relErr !== null && Math.abs(relErr) > tolerance,
  );
  if (outside.length === 0) return [];
  const names = outside.map(({ workload, metric }) => `${metric} of ${workload}`).join(', ');
  return [wrap(`Not measured, and yet off by more than the tolerance: ${names}.`), ''];
}

function figure({ metric, unit }: Residual, value: number): string {
  if (unit === 'ns') return duration(value);
  return metric.endsWith('_share') ? significant(value) : count(value);
}
