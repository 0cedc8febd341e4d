import { drawChart } from './charts.js';
import { cssVariable, type Colour } from './colours.js';
import { quantity } from './format.js';
import { shorten, type Html } from './html.js';
import { niceAxis } from './nice-axis.js';

/** One line of a chart of distributions. */
export interface CdfLine {
  readonly name: string;
  readonly colour: Colour;
  readonly dashed: boolean;
  /** Values at the chart's probabilities, rising. */
  readonly quantiles: readonly number[];
}

export interface CdfChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** Probabilities of the quantiles, rising. */
  readonly probabilities: readonly number[];
  readonly lines: readonly CdfLine[];
}

const WIDTH = 400;
const HEIGHT = 220;

/** A logarithmic axis where the values span more than this. */
const SPAN = 30;

/** Cumulative distributions over each other: at each value, the share of samples that are no larger. */
export function cdfChart(chart: CdfChart): Html {
  const { logarithmic, ...axis } = axisOf(chart.lines.flatMap((line) => line.quantiles.filter(Number.isFinite)));
  const grid = { lineStyle: { color: cssVariable('grid') } };
  // ECharts leaves out labels at the ends where it believes that they overlap; these are few enough.
  const label = { color: cssVariable('muted'), fontSize: 11, showMinLabel: true, showMaxLabel: true };
  return drawChart({
    id: chart.id,
    title: chart.title,
    description: chart.description,
    width: WIDTH,
    height: HEIGHT,
    option: {
      grid: { left: 42, right: 22, top: 10, bottom: 26, outerBoundsMode: 'none' },
      xAxis: {
        type: 'value',
        ...axis,
        axisLine: { lineStyle: { color: cssVariable('line') } },
        axisTick: { show: false },
        splitLine: { show: true, ...grid },
        axisLabel: { ...label, formatter: (value: number) => tick(logarithmic ? 10 ** value : value, chart.unit) },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: 1,
        interval: 0.25,
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: grid,
        axisLabel: { ...label, formatter: (value: number) => tick(value, 'share') },
      },
      series: chart.lines.map((line) => ({
        type: 'line',
        silent: true,
        symbol: 'none',
        data: points(line, chart.probabilities, axis.min, logarithmic),
        lineStyle: { color: cssVariable(line.colour), width: 2, type: line.dashed ? [5, 3] : 'solid' },
      })),
    },
  });
}

function tick(value: number, unit: string): string {
  return value === 0 ? '0' : quantity(value, shorten(unit, 8));
}

interface Axis {
  /** The axis is of decimal logarithms: ECharts' own axis of that kind leaves out ticks as it likes. */
  readonly logarithmic: boolean;
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** About how many steps an axis has. */
const STEPS = 4;

function axisOf(values: readonly number[]): Axis {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const positive = values.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), Infinity);
  if (least >= 0 && most / positive > SPAN) {
    const [from, to] = [Math.floor(Math.log10(positive)), Math.ceil(Math.log10(most))];
    const interval = Math.ceil((to - from) / (STEPS + 1));
    return { logarithmic: true, min: from, max: from + interval * Math.ceil((to - from) / interval), interval };
  }
  const from = least > 0 && least < most / 2 ? 0 : least;
  return { logarithmic: false, ...niceAxis(from, most, STEPS) };
}

/** What a logarithmic axis cannot show, 0, is drawn at its left end. */
function points(
  line: CdfLine,
  probabilities: readonly number[],
  min: number,
  logarithmic: boolean,
): Array<[number, number]> {
  return probabilities
    .map((probability, i): [number, number] => [line.quantiles[i] ?? NaN, probability])
    .filter(([value]) => Number.isFinite(value))
    .map(([value, probability]) => [logarithmic ? Math.max(Math.log10(value), min) : value, probability]);
}
