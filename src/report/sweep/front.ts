import { html, type Html } from '../html.js';
import { table } from '../table.js';
import { xyChart, type XyPoint } from '../xy-chart.js';
import { candidateLabel, gainName, gainTick, gainWithInterval } from './gains.js';
import type { SweepFindings } from './types.js';

const DISC = 'M0 -0.95A0.95 0.95 0 1 1 0 0.95A0.95 0.95 0 1 1 0 -0.95Z';
const DIAMOND = 'M0 -1.15L1.15 0L0 1.15L-1.15 0Z';
/** More names than these would lie over each other. */
const NAMED = 8;

/** The Pareto front of the first objective and each of the others, and how sure each place in it is. */
export function paretoFront(found: SweepFindings): Html {
  const { objectives } = found;
  return html`<p>Mean gains over all contexts with their 95 % intervals. Diamonds are on the front of all objectives: no candidate is at
least as good in all of them and better in one.</p>
${objectives.slice(1).map((_, i) => chartOf(found, i + 1))}
${frontTable(found)}`;
}

function chartOf(found: SweepFindings, other: number): Html {
  const [first, second] = [found.objectives[0]!, found.objectives[other]!];
  const front = found.pareto.filter(({ onFront }) => onFront);
  const pointOf = ({ candidate, gains, onFront }: SweepFindings['pareto'][number]): XyPoint => {
    const [x, y] = [gains[0]!, gains[other]!];
    const named = candidate === 0 || (onFront && front.length <= NAMED);
    return { x: x.mean, xLo: x.lo, xHi: x.hi, y: y.mean, yLo: y.lo, yHi: y.hi, label: named ? candidateLabel(found, candidate) : '' };
  };
  const chart = xyChart({
    id: `front-${other}-chart`,
    title: `Pareto front: ${gainName(first)} and ${gainName(second)}`,
    description: front.map(({ candidate, gains }) => `${candidateLabel(found, candidate)}: ${gainWithInterval(first, gains[0]!)}, ${gainWithInterval(second, gains[other]!)}.`).join(' '),
    width: 720,
    height: 360,
    x: { name: gainName(first), format: gainTick(first) },
    y: { name: gainName(second), format: gainTick(second) },
    zero: true,
    series: [
      { colour: 'muted', shape: DISC, filled: false, line: 'none', points: found.pareto.filter(({ onFront }) => !onFront).map(pointOf) },
      { colour: 'one', shape: DIAMOND, filled: true, line: 'none', points: front.map(pointOf) },
    ],
  });
  return html`<figure class="broad">${chart}</figure>\n`;
}

function frontTable(found: SweepFindings): Html {
  const rows = [...found.pareto].filter(({ onFront, frequency }) => onFront || frequency >= 0.5).sort((a, b) => b.frequency - a.frequency || a.candidate - b.candidate);
  return table({
    caption: 'On the front, or on that of at least half of the resamples of the seeds.',
    label: 'Pareto front',
    cards: true,
    columns: [{ head: 'candidate' }, ...found.objectives.map((objective) => ({ head: gainName(objective), figures: true })), { head: 'on the front of resamples', figures: true }, { head: 'on the front' }],
    rows: rows.map(({ candidate, gains, frequency, onFront }) => [
      candidateLabel(found, candidate),
      ...found.objectives.map((objective, i) => gainWithInterval(objective, gains[i]!)),
      `${(100 * frequency).toFixed(0)} %`,
      onFront ? 'yes' : 'no',
    ]),
  });
}
