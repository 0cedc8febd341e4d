import { drawChart } from '../charts.js';
import { cssVariable, SERIES } from '../colours.js';
import { significant } from '../format.js';
import { html, shorten, type Html } from '../html.js';
import { table } from '../table.js';
import type { ObservedRun } from './types.js';

const CAUSES = [
  ['wakeup', 'at a wake-up'],
  ['balance', 'by balancing'],
  ['active', 'by active balancing'],
  ['fork', 'at a fork'],
  ['exec', 'at an execve()'],
] as const;

/** A run with its migrations by cause; without a cause that nobody has counted. */
interface Counted extends Pick<ObservedRun, 'label'> {
  readonly migrations: Partial<ObservedRun['migrations']>;
}
const COLOURS = [...SERIES, 'muted'] as const;

/** How many migrations came of what, run by run. @param id of the chart, unlike that of any other of the page */
export function migrationCauses(runs: ReadonlyArray<Counted>, id: string): Html {
  const causes = CAUSES.filter(([cause]) => runs.some(({ migrations }) => migrations[cause] !== undefined));
  const label = { color: cssVariable('muted'), fontSize: 11 };
  const chart = drawChart({
    id: `${id}-chart`,
    title: 'Migrations by cause',
    description: 'The table has the figures.',
    width: 760,
    height: 46 + 34 * runs.length,
    option: {
      grid: { left: 250, right: 20, top: 6, bottom: 26, outerBoundsMode: 'none' },
      xAxis: { type: 'value', axisLabel: label, splitLine: { lineStyle: { color: cssVariable('grid') } } },
      yAxis: {
        type: 'category',
        inverse: true,
        data: runs.map((run) => shorten(run.label, 40)),
        axisLabel: { ...label, color: cssVariable('ink') },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: cssVariable('line') } },
      },
      series: causes.map(([cause], i) => ({
        type: 'bar',
        stack: 'all',
        silent: true,
        barWidth: 20,
        data: runs.map(({ migrations }) => migrations[cause] ?? 0),
        itemStyle: { color: cssVariable(COLOURS[i]!), borderColor: cssVariable('surface'), borderWidth: 1 },
      })),
    },
  });
  const legend = causes.map(([, words], i) => html`<li><span class="swatch" style="background:var(--${COLOURS[i]!})"></span> ${words}</li>`);
  return html`<figure class="broad">${chart}<ul class="legend" aria-label="Causes, from the left">${legend}</ul></figure>
${table({
    caption: 'Migrations by what moved the task.',
    label: 'Migrations by cause',
    columns: [{ head: 'run' }, ...causes.map(([, words]) => ({ head: words, figures: true }))],
    rows: runs.map((run) => [run.label, ...causes.map(([cause]) => significant(run.migrations[cause] ?? 0))]),
  })}`;
}
