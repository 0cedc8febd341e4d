import { html, NOTHING, type Html } from '../html.js';
import { gainHeat } from '../gain-heat.js';
import { table } from '../table.js';
import { xyChart } from '../xy-chart.js';
import { gainName, gainText, gainTick, gainWithInterval } from './gains.js';
import type { Gain, SweepEffect, SweepFindings, SweepInteraction } from './types.js';

const DISC = 'M0 -0.95A0.95 0.95 0 1 1 0 0.95A0.95 0.95 0 1 1 0 -0.95Z';

/** What each axis does by itself: the mean gain at each of its levels. */
export function mainEffects(found: SweepFindings): Html {
  const { effects } = found;
  if (effects.main.length === 0) return html`<p class="muted">No axis has more than one level that was run.</p>`;
  return html`<p>The mean gain over all cells that have a level, with its 95 % interval over ${effects.seeds} seeds; and how much of the
variation between cells the axis alone explains.</p>
<div class="panels">
${effects.main.map((effect, i) => panel(found, effect, i))}</div>
${sharesTable(found)}`;
}

function panel({ objectives }: SweepFindings, { factor, levels, share }: SweepEffect, i: number): Html {
  const objective = objectives[0]!;
  const chart = xyChart({
    id: `effect-${i + 1}-chart`,
    title: `${factor}: mean gain at each level`,
    description: levels.map(({ level, gain }) => `${level}: ${gainWithInterval(objective, gain)}.`).join(' '),
    x: { name: factor, format: String, categories: levels.map(({ level }) => level) },
    y: { name: gainName(objective), format: gainTick(objective) },
    zero: true,
    series: [
      {
        colour: 'one',
        shape: DISC,
        filled: true,
        line: factor === 'scenario' ? 'none' : 'straight',
        points: levels.map(({ gain }, x) => ({ x, y: gain.mean, yLo: gain.lo, yHi: gain.hi })),
      },
    ],
  });
  return html`<figure id="effect-${i + 1}"><figcaption><h3>${factor}</h3><code>${shareText(share)} of the variation</code></figcaption>${chart}</figure>\n`;
}

function sharesTable({ effects }: SweepFindings): Html {
  const rows = [
    ...effects.main.map(({ factor, share }) => [factor, shareText(share)]),
    ...effects.interactions.map(({ factors, share }) => [factors.join(' × '), shareText(share)]),
  ];
  return table({
    caption: 'Share of the gains’ variation between cells, the seeds’ noise taken off: of each axis alone, and of two together beyond that.',
    label: 'Shares of the variation',
    columns: [{ head: 'axis' }, { head: 'share', figures: true }],
    rows,
  });
}

function shareText({ mean, lo, hi }: Gain): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return lo === null || hi === null ? percent(mean) : `${percent(mean)} (${percent(lo)} … ${percent(hi)})`;
}

/** What two axes do together: a heat map for each pair. */
export function interactionHeats(found: SweepFindings): Html {
  const { interactions } = found.effects;
  if (interactions.length === 0) return html`<p class="muted">There are no two axes.</p>`;
  return html`<p>The mean gain over all cells that have both levels. *: 0 is outside its 95 % interval, which is not corrected for the number of
cells.</p>
${interactions.map((interaction) => html`<h3>${interaction.factors.join(' × ')}</h3>${heatOf(found, interaction)}\n`)}`;
}

function heatOf({ objectives }: SweepFindings, { factors, cells }: SweepInteraction): Html {
  const objective = objectives[0]!;
  // The axis with more levels goes down.
  const levels = [0, 1].map((side) => [...new Set(cells.map((cell) => cell.levels[side]!))]) as [string[], string[]];
  const [down, across] = levels[0].length >= levels[1].length ? [0, 1] : [1, 0];
  const pairOf = (row: string, column: string): (typeof cells)[number] | undefined =>
    cells.find((cell) => cell.levels[down] === row && cell.levels[across] === column);
  if (cells.length === 0) return NOTHING;
  return gainHeat({
    rowName: factors[down]!,
    columnName: factors[across]!,
    caption: `${factors.join(' × ')}: ${gainName(objective)}`,
    columns: levels[across]!,
    rows: levels[down]!.map((row) => ({
      head: row,
      cells: levels[across]!.map((column) => {
        const gain = pairOf(row, column)?.gain;
        const sure = gain !== undefined && gain.lo !== null && gain.hi !== null && (gain.lo > 0 || gain.hi < 0);
        return {
          gain: gain?.mean ?? null,
          text: gainText(objective, gain?.mean ?? null),
          title: gain === undefined ? 'not run' : gainWithInterval(objective, gain),
          // 0 is not in the interval, which is not corrected: a hint, no verdict.
          mark: sure ? '*' : '',
        };
      }),
    })),
  });
}
