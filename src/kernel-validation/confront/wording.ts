import type { ConfrontVerdict, MetricConfrontation } from './types.js';

/** Verdicts in the order in which they are shown: what is wrong comes first. */
export const CONFRONT_VERDICTS: readonly ConfrontVerdict[] = ['refuted', 'undecided', 'confirmed'];

/** How many rows have which verdict. */
export function tallyOf(metrics: readonly MetricConfrontation[]): Record<ConfrontVerdict, number> {
  const of = (verdict: ConfrontVerdict): number => metrics.filter((one) => one.verdict === verdict).length;
  return { refuted: of('refuted'), undecided: of('undecided'), confirmed: of('confirmed') };
}

/** `1 refuted, 3 undecided, 8 confirmed` */
export function tallyText(metrics: readonly MetricConfrontation[]): string {
  const tally = tallyOf(metrics);
  return CONFRONT_VERDICTS.filter((verdict) => tally[verdict] > 0).map((verdict) => `${tally[verdict]} ${verdict}`).join(', ');
}

/** Rows as they are read: objectives first, and what is wrong before what is right; else in the document's order. */
export function wrongFirst(metrics: readonly MetricConfrontation[]): MetricConfrontation[] {
  const rank = ({ objective, verdict }: MetricConfrontation): number => (objective ? 0 : 10) + CONFRONT_VERDICTS.indexOf(verdict);
  return [...metrics].sort((a, b) => rank(a) - rank(b));
}
