import { quantileOf } from '../experiment/series.js';
import { inOrder, ruleOf } from './metrics.js';
import type { CalibrationDocument, Residual, Verdict } from './types.js';
import { failuresFirst, LEGEND, percent, signedPercent, tally, toleranceText, VERDICT_ORDER } from './wording.js';

/**
 * The L3 section of FIDELITY.md: what `cfslab calibrate --json` found, as Markdown. Residuals of recordings that were held
 * out come first and are what counts.
 */
export function fidelitySection(document: CalibrationDocument): string {
  const { residuals, inputs, fits, notes } = document;
  const held = residuals.filter(({ holdout }) => holdout);
  const own = residuals.filter(({ holdout }) => !holdout);
  const names = (holdout: boolean): string => {
    const chosen = inputs.filter((input) => input.holdout === holdout);
    return chosen.map(({ name, hash }) => `\`${name}\` (${hash.slice(0, 12)})`).join(', ') || 'none';
  };
  const fitted = 'Recordings that it was fitted on';
  return [
    `Machine \`${document.profile}\`, ${document.seeds} seeds. Fitted on: ${names(false)}. Held out: ${names(true)}.`,
    repetitionSentence(document),
    ...section('Recordings held out', held),
    ...section(held.length === 0 ? fitted : `${fitted}, for comparison`, own),
    ...(fits.length === 0 ? ['Nothing was fitted.'] : ['Fitted:', fitTable(document)]),
    LEGEND.join(' '),
    'What is asked of each metric, and the knobs of its power check:',
    ruleTable(residuals),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ].join('\n\n');
}

/** Which recordings there are more of, and of which there is one only. */
function repetitionSentence({ repetitions = [], inputs }: CalibrationDocument): string {
  const repeated = repetitions.map(({ name, by }) => `\`${name}\` ${by.length}`);
  const alone = inputs.filter(({ name }) => repetitions.every((one) => one.name !== name)).map(({ name }) => `\`${name}\``);
  const some = `The kernel’s own spread, from recordings of the same workload under other seeds: ${repeated.join(', ')}.`;
  const none = `Of one recording only, from blocks of time: ${alone.join(', ')}.`;
  return [...(repeated.length === 0 ? [] : [some]), ...(alone.length === 0 ? [] : [none])].join(' ');
}

function section(title: string, residuals: readonly Residual[]): string[] {
  if (residuals.length === 0) return [];
  return [`**${title}**: ${tally(residuals)}.`, summaryTable(residuals), residualTable(residuals)];
}

/** One line for each metric: how many recordings it passes on, and how far off it is. */
function summaryTable(residuals: readonly Residual[]): string {
  const metrics = inOrder([...new Set(residuals.map(({ metric }) => metric))]);
  return tableOf(['metric', ...VERDICT_ORDER, 'median of the errors without sign'], metrics.map((metric) => {
    const own = residuals.filter((residual) => residual.metric === metric);
    const count = (verdict: Verdict): string => String(own.filter((residual) => residual.verdict === verdict).length);
    const errors = own.flatMap(({ relErr }) => (relErr === null ? [] : [Math.abs(relErr)])).sort((a, b) => a - b);
    const median = quantileOf(errors, 0.5);
    return [`\`${metric}\``, ...VERDICT_ORDER.map(count), median === null ? '–' : percent(median)];
  }));
}

function residualTable(residuals: readonly Residual[]): string {
  const figures = ['kernel', 'simulator', 'interval', 'error', 'tolerance'];
  const head = ['verdict', 'recording', 'metric', ...figures, 'knob turned wrong', 'then'];
  const rows = failuresFirst(residuals).map((residual) => [
    residual.verdict === 'fail' ? '**fail**' : residual.verdict,
    residual.workload,
    `\`${residual.metric}\``,
    figure(residual.kernel),
    figure(residual.sim),
    `${figure(residual.simLo)} … ${figure(residual.simHi)}`,
    signedPercent(residual.relErr),
    toleranceText(residual),
    residual.knob === '' ? '–' : `\`${residual.knob}\``,
    residual.turned === null ? '–' : figure(residual.turned),
  ]);
  return tableOf(head, rows);
}

function fitTable({ fits }: CalibrationDocument): string {
  const head = ['parameter', 'unit', 'value', 'before', '95 % interval', 'n', 'how'];
  return tableOf(head, fits.map(({ parameter, unit, value, previous, lo, hi, n, method }) => [
    `\`${parameter}\``,
    unit,
    figure(value),
    figure(previous),
    lo === null || hi === null ? '–' : `${figure(lo)} … ${figure(hi)}`,
    String(n),
    method,
  ]));
}

function ruleTable(residuals: readonly Residual[]): string {
  const metrics = inOrder([...new Set(residuals.map(({ metric }) => metric))]);
  return tableOf(['metric', 'limit', 'knobs', 'why'], metrics.map((metric) => {
    const { limit, knobs, why } = ruleOf(metric);
    return [`\`${metric}\``, percent(limit), knobs.join(', '), why];
  }));
}

function tableOf(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Four significant digits; whole numbers as they are. */
function figure(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
}

