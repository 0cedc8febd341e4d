import { QUANTILES, type Distribution } from '../../calibration/types.js';
import { cdfChart } from '../cdf-chart.js';
import { quantity, relative, titleOf } from '../format.js';
import { html, type Html } from '../html.js';
import { distinct } from './groups.js';

/** Quantiles that stand in figures under a chart. */
const SHOWN: readonly number[] = [0.5, 0.9, 0.99];

/** The distributions of both sides over each other, by what they are of. */
export function distributionPanels(distributions: readonly Distribution[]): Html {
  if (distributions.length === 0) return html`<p class="muted">None were taken.</p>`;
  const groups = distinct(distributions.map(({ name }) => name));
  return html`<p>For each value, the share of samples that are no larger. Where the values span more than a factor of
30 the axis is logarithmic; a value of 0 is then drawn at its left end.</p>
<ul class="legend"><li>${key('kernel', false)} kernel</li><li>${key('sim', true)} simulator</li></ul>
${groups.map((name, group) => {
    const ofName = distributions.filter((distribution) => distribution.name === name);
    return html`<h3>${titleOf(name)}</h3>
<div class="panels">
${ofName.map((distribution, i) => panel(distribution, `distribution-${group + 1}-${i + 1}`))}</div>
`;
  })}`;
}

function panel(distribution: Distribution, id: string): Html {
  const { workload, name, unit, kernel, sim } = distribution;
  const heading = html`<figcaption><h4>${workload}</h4></figcaption>`;
  if (![...kernel, ...sim].some(Number.isFinite)) {
    return html`<figure id="${id}">${heading}<p class="muted">No samples on either side.</p></figure>\n`;
  }
  const chart = cdfChart({
    id: `${id}-chart`,
    title: `${titleOf(name)} on ${workload}: distributions of kernel and simulator`,
    description: SHOWN.map((probability) => inWords(distribution, probability)).join(' '),
    unit,
    probabilities: QUANTILES,
    lines: [
      { name: 'kernel', colour: 'kernel', dashed: false, quantiles: kernel },
      { name: 'simulator', colour: 'sim', dashed: true, quantiles: sim },
    ],
  });
  return html`<figure id="${id}">${heading}${chart}${figures(distribution)}</figure>\n`;
}

function figures({ workload, name, unit, kernel, sim }: Distribution): Html {
  const rows = SHOWN.map((probability) => {
    const [k, s] = [at(kernel, probability), at(sim, probability)];
    return html`<tr><th scope="row">p${100 * probability}</th><td>${quantity(k, unit)}</td><td>${quantity(s, unit)}</td>
<td>${relative(error(k, s))}</td></tr>`;
  });
  const heads = ['quantile', 'kernel', 'simulator', 'error'].map((head) => html`<th scope="col">${head}</th>`);
  return html`<table class="mini"><caption>${titleOf(name)} on ${workload}</caption>
<thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

function inWords({ kernel, sim, unit }: Distribution, probability: number): string {
  const [k, s] = [at(kernel, probability), at(sim, probability)];
  return `p${100 * probability}: kernel ${quantity(k, unit)}, simulator ${quantity(s, unit)}.`;
}

function at(quantiles: readonly number[], probability: number): number | null {
  return quantiles[QUANTILES.indexOf(probability)] ?? null;
}

function error(kernel: number | null, sim: number | null): number | null {
  return kernel === null || sim === null || kernel === 0 ? null : (sim - kernel) / kernel;
}

function key(colour: string, dashed: boolean): Html {
  const style = `stroke:var(--${colour});stroke-width:2;${dashed ? 'stroke-dasharray:5 3' : ''}`;
  return html`<svg class="key line" viewBox="0 0 30 12" aria-hidden="true"><path d="M0 6H30" style="${style}"/></svg>`;
}
