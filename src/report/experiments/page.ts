import { drawChart } from '../charts.js';
import { cssVariable, type Colour } from '../colours.js';
import { html, NOTHING, type Html } from '../html.js';
import { page } from '../page.js';
import { table } from '../table.js';
import { DIFFERENCES, experimentBlocks, type Block } from './blocks.js';
import type { Experiments } from './types.js';

/** Marks of the four series, in their order: told apart by shape and filling as well as by colour. */
const MARKS: ReadonlyArray<{ readonly colour: Colour; readonly symbol: string; readonly shown: string }> = [
  { colour: 'muted', symbol: 'emptyCircle', shown: '○' },
  { colour: 'ink', symbol: 'circle', shown: '●' },
  { colour: 'pass', symbol: 'rect', shown: '■' },
  { colour: 'sim', symbol: 'triangle', shown: '▲' },
];

/** The experiments as a page in one file. The same findings make the same bytes. */
export function experimentsPage(found: Experiments): string {
  return page({
    kicker: 'cfslab · NeuralCFS again',
    title: 'Experiments',
    lead: html`<p>The thesis’ figures and tables beside ours, on recordings of the kernel and of the simulator.</p>
<ul>${DIFFERENCES.map((text) => html`<li>${text}</li>\n`)}</ul>`,
    sections: experimentBlocks(found).map((block) => ({ id: block.id, title: block.title, body: bodyOf(block) })),
    footer: html`<p>The page is one file: it fetches nothing and runs no script.</p>`,
  });
}

function bodyOf(block: Block): Html {
  const { title, paragraphs, columns, rows } = block;
  return html`${paragraphs.map((text) => html`<p>${text}</p>\n`)}${chartOf(block)}
${table({ caption: title, label: title, columns: columns.map((head, i) => ({ head, figures: i > 0 })), rows })}`;
}

function chartOf({ id, title, chart }: Block): Html {
  if (chart === undefined) return NOTHING;
  const label = { color: cssVariable('muted'), fontSize: 11 };
  const drawn = drawChart({
    id: `${id}-chart`,
    title,
    description: 'Accuracy in percent by workload; the table below has the figures.',
    width: 860,
    height: 260,
    option: {
      grid: { left: 42, right: 12, top: 12, bottom: 30, outerBoundsMode: 'none' },
      xAxis: { type: 'category', data: [...chart.categories], axisLabel: { ...label, interval: 0 }, axisTick: { show: false }, axisLine: { lineStyle: { color: cssVariable('line') } } },
      yAxis: { type: 'value', min: 50, max: 100, interval: 10, axisLabel: label, splitLine: { lineStyle: { color: cssVariable('grid') } } },
      series: chart.series.map(({ values }, i) => ({
        type: 'line',
        silent: true,
        data: values.map((value) => value ?? '-'),
        symbol: MARKS[i]!.symbol,
        symbolSize: 9,
        showAllSymbol: true,
        lineStyle: { width: 0, color: cssVariable(MARKS[i]!.colour) },
        itemStyle: { color: cssVariable(MARKS[i]!.colour) },
      })),
    },
  });
  const legend = chart.series.map(({ name }, i) => `${MARKS[i]!.shown} ${name}`).join('   ');
  return html`<figure>${drawn}<figcaption>${legend}</figcaption></figure>`;
}
