import type { Comparison } from '../../experiment/compare.js';
import type { PairedDifference } from '../../experiment/stats/paired.js';
import { interval, quantity, relative, titleOf, unitOfMetric } from '../format.js';
import { verdictBadge } from '../gain-marks.js';
import { html, type Html } from '../html.js';
import { table } from '../table.js';
import { relativeOf } from './differences.js';

/** Every difference with its interval and verdict, workload by workload; what is undecided or the same is folded away. */
export function differencesTable(comparison: Comparison): Html {
  if (comparison.paired.length === 0) return html`<p class="muted">There is no policy to compare ${comparison.baseline} with.</p>`;
  return html`<p>Policy − ${comparison.baseline}, paired by seed, with 95 % intervals that are not corrected for their number.</p>
${comparison.scenarios.map(({ name }) => {
    const here = comparison.paired.filter((one) => one.workload === name);
    const decided = here.filter(({ verdict }) => verdict === 'better' || verdict === 'worse');
    const rest = here.filter(({ verdict }) => verdict !== 'better' && verdict !== 'worse');
    const open = decided.length === 0 ? html`<p class="muted">On ${name} nothing is better or worse.</p>` : tableOf(comparison, name, 'decided', decided);
    if (rest.length === 0) return open;
    return html`${open}<details><summary>${name}: ${rest.length} undecided or the same</summary>${tableOf(comparison, name, 'undecided or the same', rest)}</details>\n`;
  })}`;
}

function tableOf({ baseline }: Comparison, workload: string, what: string, differences: readonly PairedDifference[]): Html {
  return table({
    caption: html`<strong>${workload}</strong>: ${what}`,
    label: `Differences on ${workload}: ${what}`,
    cards: true,
    columns: [{ head: 'policy' }, { head: 'metric' }, { head: baseline, figures: true }, { head: 'difference', figures: true },
      { head: '95 % interval', figures: true }, { head: 'relative', figures: true }, { head: 'verdict' }],
    rows: differences.map(rowOf),
  });
}

function rowOf(one: PairedDifference): Array<string | Html> {
  const unit = unitOfMetric(one.metric);
  const known = one.pairs > 0;
  return [
    one.policy,
    titleOf(one.metric),
    quantity(known ? one.baselineMean : null, unit),
    quantity(known ? one.mean : null, unit),
    interval(one.lo, one.hi, unit),
    relative(relativeOf(one).value),
    verdictBadge(one.verdict, one.reason),
  ];
}
