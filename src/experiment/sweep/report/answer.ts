import type { Comparison } from '../statistics/comparisons.js';
import type { SweepDocument, SweptObjective } from './document.js';

type Document = Omit<SweepDocument, 'question' | 'answer'>;

/** What was asked, in a sentence. */
export function questionOf({ axes, baseline, contexts, objectives }: Document): string {
  const choices = axes.filter(({ role }) => role === 'choice').map(({ knob }) => knob);
  const what = choices.length === 0 ? 'the policy' : choices.join(' and ');
  return `Which ${what} ${choices.length > 1 ? 'are' : 'is'} best for ${objectives.map(({ metric }) => metric).join(' and ')} against ${baseline}, in ${contexts.length === 1 ? contexts[0]!.label : `each of ${contexts.length} contexts and over all of them`}?`;
}

/** The answer: for each objective, for all contexts together, then for each of them. */
export function answerOf(document: Document): string[] {
  const { contexts } = document;
  const groups: ReadonlyArray<readonly [number | null, string]> = [
    [null, contexts.length === 1 ? contexts[0]!.label : `All ${contexts.length} contexts together`],
    ...(contexts.length === 1 ? [] : contexts.map(({ id, label }) => [id, label] as const)),
  ];
  const { objectives } = document;
  return objectives.flatMap((objective) =>
    groups.map(([context, label]) => `${label}${objectives.length === 1 ? '' : `, ${objective.metric}`}: ${sentence(document, objective, context)}`),
  );
}

function sentence(document: Document, { metric, scale, unit }: SweptObjective, context: number | null): string {
  const here = document.comparisons.filter((comparison) => comparison.context === context && comparison.metric === metric);
  const judged = here.filter(({ gain }) => gain !== null);
  if (judged.length === 0) return 'nothing can be compared.';
  if (judged.every(({ verdict }) => verdict === 'same')) return `${document.baseline} and all ${judged.length} candidates do exactly the same.`;
  const best = judged.reduce((most, one) => (one.gain! > most.gain! ? one : most));
  const words = `${document.candidates[best.candidate]!.label} gains ${interval(scale === 'relative' ? '%' : unit, best)}`;
  const sure = judged.filter(({ verdict }) => verdict === 'better').length;
  const worse = judged.filter(({ verdict }) => verdict === 'worse').length;
  const rest = `${sure} of ${judged.length} candidates are better than ${document.baseline}, ${worse} worse`;
  if (best.verdict === 'better') return `the best, ${words}; ${rest}.`;
  const why = best.verdict === 'undecided' ? `undecided, ${best.reason}` : best.verdict;
  return `none is shown to be the best: the highest mean, ${words} (${why}); ${rest}.`;
}

function interval(unit: string, { gain, lo, hi, pairs }: Comparison): string {
  const range = lo === null || hi === null ? '' : ` (95 % ${signed(lo)} … ${signed(hi)}, ${pairs} seeds)`;
  return `${signed(gain!)} ${unit}${range}`;
}

/** With two decimals and a sign. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return text === '0.00' ? text : `${value < 0 ? '−' : '+'}${text}`;
}
