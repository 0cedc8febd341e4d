import type { SweepDocument } from '../../experiment/sweep/report/document.js';
import { signed } from '../../experiment/sweep/report/answer.js';
import type { Comparison } from '../../experiment/sweep/statistics/comparisons.js';
import type { Estimate } from '../../experiment/sweep/statistics/effects.js';
import { table, wrap } from '../table.js';

/** Candidates that are shown of each context. */
const SHOWN = 10;

/** A sweep's document as text, in lines of at most 120 characters. */
export function sweepText(document: SweepDocument): string {
  const parts = [
    `${document.name}: ${document.candidates.length - 1} candidates, ${document.contexts.length} contexts, ${document.runs} runs`,
    wrap(document.question),
    '',
    ...document.answer.map((sentence) => wrap(sentence)),
    '',
    candidatesTables(document),
    '',
    ...effectsText(document),
    ...paretoText(document),
    wrap(legend(document)),
  ];
  return `${parts.join('\n')}\n`;
}

/** One table for each objective, the best candidates first. */
function candidatesTables(document: SweepDocument): string {
  return document.objectives.map(({ metric, unit }) => {
    const overall = document.comparisons.filter((one) => one.context === null && one.metric === metric);
    const order = [...overall].sort((a, b) => (b.gain ?? -Infinity) - (a.gain ?? -Infinity) || a.candidate - b.candidate);
    const rows = order.slice(0, SHOWN).map((one) => [document.candidates[one.candidate]!.label, ...numbers(one)]);
    const more = order.length > SHOWN ? `\n${order.length - SHOWN} more: --json` : '';
    return `gain in ${metric} over all contexts, ${unit}:\n${table(
      [{ head: ['candidate'], left: true }, { head: ['gain'] }, { head: ['95 % interval'] }, { head: ['seeds'] }, { head: ['p, corrected'] }, { head: ['verdict'], left: true }],
      rows,
    )}${more}`;
  }).join('\n\n');
}

/** Why a verdict is undecided, in the width that a table has. */
const REASON_TEXT: Readonly<Record<Exclude<Comparison['reason'], ''>, string>> = {
  'too few pairs': 'too few pairs',
  'interval includes 0': '0 is inside',
  'inside the calibration error': 'too small',
  'not after correction': 'p too high',
  'runs without this metric': 'not in all runs',
};

function numbers({ gain, lo, hi, pairs, adjustedP, verdict, reason }: Comparison): string[] {
  return [
    gain === null ? '–' : signed(gain),
    lo === null || hi === null ? '–' : `${signed(lo)} … ${signed(hi)}`,
    String(pairs),
    adjustedP < 0.0001 ? '<0.0001' : adjustedP.toFixed(4),
    reason === '' ? verdict : `${verdict} (${REASON_TEXT[reason]})`,
  ];
}

function effectsText({ effects }: SweepDocument): string[] {
  const rows = [
    ...effects.main.map(({ factor, share, levels }) => {
      const gains = levels.map(({ gain }) => gain.mean);
      return [factor, percent(share), `${signed(Math.min(...gains))} … ${signed(Math.max(...gains))}`];
    }),
    ...effects.interactions.map(({ factors, share }) => [factors.join(' × '), percent(share), '']),
  ];
  if (rows.length === 0) return [];
  const head = [{ head: ['axis'], left: true }, { head: ['share of variation, %'] }, { head: ['mean gain, least … most'] }];
  return [`what the gain in ${effects.metric} depends on:\n${table(head, rows)}`, ''];
}

function percent({ mean, lo, hi }: Estimate): string {
  const interval = lo === null || hi === null ? '' : ` (${(100 * lo).toFixed(0)} … ${(100 * hi).toFixed(0)})`;
  return `${(100 * mean).toFixed(1)}${interval}`;
}

function paretoText({ pareto, objectives, candidates }: SweepDocument): string[] {
  const front = pareto.filter(({ onFront }) => onFront);
  if (front.length === 0) return [];
  const head = [{ head: ['Pareto front'], left: true }, ...objectives.map(({ metric }) => ({ head: [metric] })), { head: ['on it, % of resamples'] }];
  const rows = front.map(({ candidate, gains, frequency }) => [
    candidates[candidate]!.label, ...gains.map(({ mean, lo, hi }) => `${signed(mean)} (${signed(lo ?? mean)} … ${signed(hi ?? mean)})`), (100 * frequency).toFixed(0),
  ]);
  return [table(head, rows), ''];
}

function legend({ correction, seeds, ended, baseline }: SweepDocument): string {
  const why = { decided: 'no verdict is open that more seeds could decide', budget: 'its budget of runs is used up', seeds: 'every open cell has its most seeds' }[ended];
  return [
    `Gains are against ${baseline} on the base's knobs, paired by seed; above 0 is better. Intervals are of 95 % (bootstrap, with few seeds the wider of it and Student's t)`,
    `and not corrected: of many candidates the best one's mean is too high. Verdicts are corrected for ${correction.comparisons} comparisons by Holm's method`,
    correction.looks > 1 ? `and for ${correction.looks} looks.` : '.',
    `Each cell has ${seeds.first === seeds.most ? String(seeds.first) : `${seeds.first} to ${seeds.most}`} seeds; the sweep ended because ${why}.`,
  ].join(' ').replace(' .', '.');
}
