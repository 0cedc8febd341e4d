import type { Comparison } from '../experiment/compare.js';
import { comparisonAnswer } from './comparison/answer.js';
import { answeringMetric, differencesOf, gainOf } from './comparison/differences.js';
import { differencePanels } from './comparison/panels.js';
import { differencesTable } from './comparison/tables.js';
import { tradeOff } from './comparison/trade-off.js';
import { relative, titleOf } from './format.js';
import { gainHeat } from './gain-heat.js';
import { GAIN_MARKS } from './gain-marks.js';
import { html, type Html } from './html.js';
import { page } from './page.js';
import { shownSections, type ShownRuns } from './runs/shown.js';
import { timelineLive } from './timeline/report.js';

/**
 * The report of a comparison: the answer, every difference, and some of the runs themselves. The same comparison makes the
 * same bytes.
 *
 * @param shown null: no run is looked at
 */
export function comparisonReport(comparison: Comparison, shown: ShownRuns | null): string {
  const { scenarios, paired } = comparison;
  return page({
    kicker: 'cfslab · policies on the same workloads and seeds',
    title: `${comparison.policies.join(', ')} on ${scenarios.map(({ name }) => name).join(', ')}`,
    lead: comparisonAnswer(comparison),
    sections: [
      ...(scenarios.length > 1 && comparison.policies.length > 1 ? [{ id: 'workloads', title: 'Policies and workloads', body: heat(comparison) }] : []),
      { id: 'differences', title: 'Differences', count: paired.length, body: differencesTable(comparison) },
      { id: 'trade-off', title: 'Trade-off', body: tradeOff(comparison) },
      ...(shown === null ? [] : shownSections(shown)),
      { id: 'charts', title: 'Metric by metric', body: differencePanels(comparison) },
      { id: 'notes', title: 'Notes', body: notes(comparison) },
    ],
    footer: html`<p>The page is one file: it fetches nothing${shown === null ? ' and runs no script' : ', and its one script draws the timeline'}.</p>`,
    ...(shown === null ? {} : { live: timelineLive() }),
  });
}

/** Gains of every policy on every workload, by the metric that answers for the workload. */
function heat(comparison: Comparison): Html {
  const metrics = comparison.scenarios.map(({ name }) => answeringMetric(comparison, name));
  const others = comparison.policies.filter((policy) => policy !== comparison.baseline);
  return gainHeat({
    rowName: 'policy',
    columnName: 'workload',
    caption: `Gain over ${comparison.baseline}: ${[...new Set(metrics.filter((metric) => metric !== null).map(titleOf))].join(', ')}. ✓ better, ✕ worse, ? undecided, = the same.`,
    columns: comparison.scenarios.map(({ name }) => name),
    rows: others.map((policy) => ({
      head: policy,
      cells: comparison.scenarios.map(({ name }, i) => {
        const metric = metrics[i]!;
        const one = metric === null ? undefined : differencesOf(comparison, name, metric).find((difference) => difference.policy === policy);
        const gain = one === undefined ? null : gainOf(one);
        return { gain, text: relative(gain), title: one === undefined ? 'not compared' : `${titleOf(one.metric)}: ${one.verdict}`, mark: one === undefined ? '' : GAIN_MARKS[one.verdict].character };
      }),
    })),
  });
}

function notes({ scenarios, results }: Comparison): Html {
  const unfinished = scenarios.flatMap(({ name }) => {
    const runs = results.filter((run) => run.workload === name);
    const cut = runs.filter((run) => !run.finished).length;
    return cut === 0 ? [] : [`${name}: ${cut} of ${runs.length} runs ended with the duration, before every task had exited`];
  });
  const said = scenarios.flatMap(({ name, changes, notes: own }) => [
    ...changes.map(({ path, value }) => `${name}: ${path} was set to ${String(value)}`),
    ...own.map((note) => `${name}: ${note}`),
  ]);
  return html`<ul>${[...unfinished, ...said].map((text) => html`<li>${text}</li>\n`)}</ul>`;
}
