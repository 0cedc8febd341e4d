import type { Comparison } from '../../experiment/compare.js';
import type { PairedDifference } from '../../experiment/stats/paired.js';
import { countOf, interval, relative, titleOf } from '../format.js';
import { html, type Html } from '../html.js';
import { answeringMetric, differencesOf, relativeOf } from './differences.js';

/** What was asked, and the answer for each workload in a sentence. */
export function comparisonAnswer(comparison: Comparison): Html {
  const { baseline, policies, scenarios } = comparison;
  const others = policies.filter((policy) => policy !== baseline);
  const where = scenarios.map(({ name, machine }) => `${name} on ${machine}`).join(', ');
  const which = others.length === 1 ? `Is ${others[0]!}` : `Which of ${others.join(', ')} is`;
  const asked = others.length === 0 ? `How does ${baseline} do on ${where}?` : `${which} better than ${baseline} on ${where}?`;
  return html`<p>${asked}</p>
${scenarios.map(({ name, seeds }) => html`<p class="answer">${sentence(comparison, name, seeds.length)}</p>\n`)}`;
}

function sentence(comparison: Comparison, workload: string, seeds: number): Html {
  const metric = answeringMetric(comparison, workload);
  const differences = metric === null ? [] : differencesOf(comparison, workload, metric);
  if (metric === null || differences.length === 0) return html`<strong>${workload}</strong>: there is nothing to judge by.`;
  const said = (['better', 'worse', 'undecided', 'same'] as const).flatMap((verdict) => {
    const those = differences.filter((one) => one.verdict === verdict);
    return those.length === 0 ? [] : [`${verdict === 'same' ? 'the same' : verdict}: ${those.map(shareOf).join(', ')}`];
  });
  return html`<strong>${workload}</strong>, ${titleOf(metric).toLowerCase()} against ${comparison.baseline} over
${countOf(seeds, 'seed')} – ${said.join('; ')}.`;
}

function shareOf(difference: PairedDifference): string {
  const { value, lo, hi } = relativeOf(difference);
  const range = lo === null || hi === null ? '' : ` (95 % ${interval(100 * lo, 100 * hi, '%')})`;
  return `${difference.policy} ${relative(value)}${difference.verdict === 'same' ? '' : range}`;
}
