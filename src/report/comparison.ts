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
import { page, type Section } from './page.js';
import { migrationCauses } from './runs/causes.js';
import { runDistributions } from './runs/distributions.js';
import { observedRun } from './runs/observed.js';
import { timelineLive, timelineOf, type Labelled } from './timeline/report.js';
import { timelineSection } from './timeline/section.js';

/** The runs of a comparison that are looked at, all of one workload and seed. */
export interface ShownRuns {
  readonly workload: string;
  readonly seed: number;
  readonly runs: readonly Labelled[];
}

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
      ...(shown === null ? [] : runSections(shown)),
      { id: 'charts', title: 'Metric by metric', body: differencePanels(comparison) },
      { id: 'notes', title: 'Notes', body: notes(comparison) },
    ],
    footer: html`<p>The page is one file: it fetches nothing${shown === null ? ' and runs no script' : ', and its one script draws the timeline'}.</p>`,
    ...(shown === null ? {} : { live: timelineLive() }),
  });
}

function runSections({ workload, seed, runs }: ShownRuns): Section[] {
  const timeline = timelineOf(runs, {});
  const observed = runs.map(({ label, contents }) => observedRun(label, contents));
  const which = html`<p>Of ${workload} under seed ${seed}: one run of each, which shows what happens and proves nothing.</p>`;
  const section = timelineSection(timeline);
  return [
    { ...section, body: html`${which}${section.body}` },
    { id: 'distributions', title: 'Distributions', body: html`${which}${runDistributions(observed)}` },
    { id: 'causes', title: 'Migrations by cause', body: html`${which}${migrationCauses(observed)}` },
  ];
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
