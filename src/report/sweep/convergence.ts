import { significant } from '../format.js';
import { html, type Html } from '../html.js';
import { xyChart } from '../xy-chart.js';
import { candidateLabel, gainName, gainTick, gainWithInterval } from './gains.js';
import type { SweepFindings } from './types.js';

const SQUARE = 'M-0.8 -0.8H0.8V0.8H-0.8Z';

/** The best candidate after each step of the search, and after each look at the seeds. */
export function convergence(found: SweepFindings): Html {
  const { milestones } = found;
  const objective = found.objectives[0]!;
  if (milestones.length === 0) return html`<p class="muted">No candidate was run for the full duration.</p>`;
  const last = milestones.at(-1)!;
  const chart = xyChart({
    id: 'convergence-chart',
    title: 'The best so far, by runs made',
    description: milestones.map(({ runs, candidate, gain, lo, hi }) => `${runs} runs: ${candidateLabel(found, candidate)}, ${gainWithInterval(objective, { mean: gain, lo, hi })}.`).join(' '),
    width: 720,
    height: 280,
    x: { name: 'runs', format: (runs) => significant(runs) },
    y: { name: `${gainName(objective)}, best so far`, format: gainTick(objective) },
    series: [
      {
        colour: 'three',
        shape: SQUARE,
        filled: true,
        line: 'step',
        points: milestones.map(({ runs, gain, lo, hi }) => ({ x: runs, y: gain, yLo: lo, yHi: hi })),
      },
    ],
  });
  const changes = milestones.filter(({ candidate }, i) => i === 0 || candidate !== milestones[i - 1]!.candidate).length - 1;
  return html`<p>With its 95 % interval, which more seeds make narrower. The best changed ${changes} ${changes === 1 ? 'time' : 'times'}; in the
end it is ${candidateLabel(found, last.candidate)}. The mean of the best of many is too high until seeds are added.</p>
<figure class="broad">${chart}</figure>`;
}
