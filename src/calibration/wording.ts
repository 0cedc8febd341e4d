import type { Residual, Verdict } from './types.js';

/** Verdicts in the order in which people want to see them: what is wrong comes first. */
export const VERDICT_ORDER: readonly Verdict[] = ['fail', 'undecided', 'not measured', 'pass'];

/** Residuals by verdict, fails first; those of one verdict as they were. */
export function failuresFirst(residuals: readonly Residual[]): Residual[] {
  return VERDICT_ORDER.flatMap((verdict) => residuals.filter((residual) => residual.verdict === verdict));
}

/** Percent with a sign: `+3.1 %`; `–` where there is none. */
export function signedPercent(relative: number | null): string {
  if (relative === null) return '–';
  return `${relative < 0 ? '−' : '+'}${percent(Math.abs(relative))}`;
}

/** `10 %`, `0.35 %`, `1725 %` */
export function percent(relative: number): string {
  const value = 100 * relative;
  return `${value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))} %`;
}

/** The tolerance and what it rests on: `10 %`, `23 % (blocks)`, `−4.1 … +12 % (seeds)`, of a kernel's 0 `0 … 7 (seeds)`. */
export function toleranceText(residual: Residual): string {
  const { tolerance, toleranceFrom, toleranceLo, toleranceHi, kernel } = residual;
  const from = toleranceFrom === undefined || toleranceFrom === 'limit' ? '' : ` (${toleranceFrom})`;
  if (from === '' || toleranceLo === undefined || toleranceHi === undefined) return percent(tolerance) + from;
  if (kernel === 0) return `${significant(toleranceLo)} … ${significant(toleranceHi)}${from}`;
  const [below, above] = [toleranceLo, toleranceHi].map((bound) => percent(Math.abs((bound - kernel) / kernel)));
  return below === above ? below + from : `−${below!.replace(' %', '')} … +${above!}${from}`;
}

function significant(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `2 fail, 3 undecided, 1 not measured, 10 pass` */
export function tally(residuals: readonly Residual[]): string {
  return VERDICT_ORDER.map((verdict) => {
    const count = residuals.filter((residual) => residual.verdict === verdict).length;
    return `${count} ${verdict}`;
  }).join(', ');
}

/** How to read a table of residuals, sentence by sentence. */
export const LEGEND: readonly string[] = [
  'The interval is that of the mean of the free runs, 95 %.',
  'pass: it lies within the tolerance around the kernel’s figure; fail: outside; undecided: on its edge, or fewer than 10 ' +
    'events.',
  'The tolerance is what is asked for, or the kernel’s own spread where that is wider, on either side: what recordings of ' +
    'the same workload under other seeds span (seeds); where there are fewer than 5, also 95 % of what blocks of this ' +
    'recording tell (blocks).',
  'not measured: none of the knobs named for the metric moves it out of its tolerance when turned wrong, so that ' +
    'agreement says nothing.',
];
