import { QUANTILES } from '../../calibration/types.js';
import { DISTRIBUTION_NAMES } from '../../experiment/walk-events.js';
import { cdfChart } from '../cdf-chart.js';
import { quantity, titleOf } from '../format.js';
import { html, NOTHING, type Html } from '../html.js';
import { runLegend } from './legend.js';
import { colourOf, type ObservedRun } from './types.js';

/** What the lengths of time are, in words. */
const MEANINGS: Readonly<Record<(typeof DISTRIBUTION_NAMES)[number], string>> = {
  wakeup_latency: 'from a waking to the CPU',
  wait: 'queued until it runs',
  stint: 'on a CPU in one go',
  burst: 'CPU time from a wake-up to the next block',
  sleep: 'from a block to the next waking',
};

/** How long things take in each run, over each other: wake-up latency first. */
export function runDistributions(runs: readonly ObservedRun[]): Html {
  const names = DISTRIBUTION_NAMES.filter((name) => runs.some(({ observation }) => observation.distributions[name] !== undefined));
  if (names.length === 0) return html`<p class="muted">The events tell no lengths of time.</p>`;
  return html`<p>For each value, the share of samples that are no larger.</p>
${runLegend(runs.map(({ label }) => label))}
<div class="panels">
${names.map((name) => panel(name, runs))}</div>`;
}

function panel(name: (typeof DISTRIBUTION_NAMES)[number], runs: readonly ObservedRun[]): Html {
  const quantilesOf = (run: ObservedRun): readonly number[] => run.observation.distributions[name]?.quantiles ?? [];
  const id = `distribution-${name.replaceAll('_', '-')}`;
  const inWords = (run: ObservedRun): string => {
    const shown = [0.5, 0.99].map((at) => `p${100 * at} ${quantity(quantilesOf(run)[QUANTILES.indexOf(at)] ?? null, 'ns')}`);
    return `${run.label}: ${shown.join(', ')}.`;
  };
  const chart = cdfChart({
    id: `${id}-chart`,
    title: `${titleOf(name)}: distributions`,
    description: runs.map(inWords).join(' '),
    unit: 'ns',
    probabilities: QUANTILES,
    lines: runs.map((run, i) => ({ name: run.label, colour: colourOf(i), dashed: i % 2 === 1, quantiles: quantilesOf(run) })),
  });
  const words = runs.length === 0 ? NOTHING : html`<p class="note">${runs.map((run) => html`${inWords(run)} `)}</p>`;
  return html`<figure id="${id}"><figcaption><h3>${titleOf(name)}</h3><code>${MEANINGS[name]}</code></figcaption>${chart}${words}</figure>\n`;
}
