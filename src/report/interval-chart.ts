import { drawChart, type DrawApi, type DrawParams } from './charts.js';
import { cssVariable, type Colour } from './colours.js';
import { shorten, visible, type Html } from './html.js';

/** A row of an interval chart: a value beside a reference, which is 0 on the axis. */
export interface IntervalRow {
  readonly label: string;
  /** The figures, in words, at the end of the row. */
  readonly figures: string;
  /** null where there is none: the row then has only its figures. */
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** How far the band reaches on both sides of the reference, or above it; 0 for none. */
  readonly band: number;
  /** How far the band reaches below the reference where that is another distance than above. */
  readonly bandBelow?: number;
  readonly colour: Colour;
  /** SVG path in a square from −1 to 1. */
  readonly shape: string;
  readonly filled: boolean;
  /** A second, hollow mark: where the value was before. */
  readonly before?: number;
}

export interface IntervalChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What the figures are: `kernel → simulator`. */
  readonly figuresHead: string;
  readonly rows: readonly IntervalRow[];
  /** A value of the axis as text. */
  readonly axis: (value: number) => string;
  /** Draws a ring at the reference and a line to the value: two things beside each other. */
  readonly dumbbell: boolean;
  readonly width?: number;
  readonly labelWidth?: number;
  readonly figuresWidth?: number;
}

const ROW_HEIGHT = 24;
const TOP = 22;
const BOTTOM = 26;
const FONT = 12;
/** Mean width of a character at that size, on the safe side. */
const CHARACTER = 5.9;

/** Values with their intervals, one row each, around a reference; what lies beyond the axis is an arrow at its end. */
export function intervalChart(chart: IntervalChart): Html {
  const { id, title, description, rows, width = 400, labelWidth = 122, figuresWidth = 108 } = chart;
  const limit = limitOf(rows);
  const axisLabel = { color: cssVariable('muted'), fontSize: 11, formatter: chart.axis, margin: 6, showMinLabel: true, showMaxLabel: true };
  return drawChart({
    id,
    title,
    description,
    width,
    height: TOP + BOTTOM + ROW_HEIGHT * rows.length,
    option: {
      grid: { left: labelWidth, right: figuresWidth, top: TOP, bottom: BOTTOM, outerBoundsMode: 'none' },
      xAxis: {
        type: 'value',
        min: -limit,
        max: limit,
        interval: limit,
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: cssVariable('grid') } },
        axisLabel,
      },
      yAxis: { type: 'category', inverse: true, show: false, data: rows.map((_, i) => i) },
      series: [
        {
          type: 'custom',
          silent: true,
          data: rows.map((row, i) => [row.value ?? 0, i]),
          renderItem: (params: DrawParams, api: DrawApi) => ({
            type: 'group',
            children: [
              ...(params.dataIndex === 0 ? [head(chart, width)] : []),
              ...drawRow(rows[params.dataIndex]!, { api, index: params.dataIndex, limit, width, labelWidth, chart }),
            ],
          }),
        },
      ],
    },
  });
}

/** A round number that most rows fit below: what is far off would squeeze the others, and becomes an arrow. */
function limitOf(rows: readonly IntervalRow[]): number {
  const band = rows.reduce((most, row) => Math.max(most, row.band, row.bandBelow ?? 0), 0);
  const farthest = rows.reduce((most, row) => Math.max(most, ...extremes(row).map(Math.abs)), 0);
  const wanted = band === 0 ? farthest * 1.5 : Math.max(band * 1.5, Math.min(farthest * 1.1, band * 4));
  if (!(wanted > 0)) return 0.01;
  const decade = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8].find((candidate) => candidate * decade >= wanted) ?? 10;
  return Number((step * decade).toPrecision(2));
}

function extremes(row: IntervalRow): number[] {
  return [row.value, row.lo, row.hi].filter((value) => value !== null && Number.isFinite(value)) as number[];
}

interface Place {
  readonly api: DrawApi;
  readonly index: number;
  readonly limit: number;
  readonly width: number;
  readonly labelWidth: number;
  readonly chart: IntervalChart;
}

type Shape = Readonly<Record<string, unknown>>;

function head(chart: IntervalChart, width: number): Shape {
  return words(visible(chart.figuresHead), width - 2, TOP / 2 - 1, 'right', 'muted', 11);
}

function drawRow(row: IntervalRow, place: Place): Shape[] {
  const { api, index, limit, width, labelWidth } = place;
  const y = api.coord([0, index])[1]!;
  const x = (value: number): number => api.coord([Math.max(-limit, Math.min(limit, value)), index])[0]!;
  const label = shorten(row.label, Math.floor((labelWidth - 8) / CHARACTER));
  return [
    ...(row.band > 0 || (row.bandBelow ?? 0) > 0 ? [bandOf(row, x, y)] : []),
    stroke(x(0), y - ROW_HEIGHT / 2, x(0), y + ROW_HEIGHT / 2, 'muted', 1),
    words(label, labelWidth - 10, y, 'right', 'ink', FONT),
    words(visible(row.figures), width - 2, y, 'right', row.colour === 'pass' ? 'muted' : row.colour, 11),
    ...(row.value === null || !Number.isFinite(row.value) ? [] : marks(row, row.value, place, x, y)),
  ];
}

function bandOf(row: IntervalRow, x: (value: number) => number, y: number): Shape {
  const left = x(-(row.bandBelow ?? row.band));
  const shape = { x: left, y: y - 8, width: x(row.band) - left, height: 16, r: 2 };
  return { type: 'rect', shape, style: { fill: cssVariable('band') } };
}

function marks(row: IntervalRow, value: number, place: Place, x: (value: number) => number, y: number): Shape[] {
  const { limit, chart } = place;
  const shapes: Shape[] = [];
  if (chart.dumbbell) shapes.push(stroke(x(0), y, x(value), y, row.colour, 1.5, [2, 2]));
  if (row.lo !== null && row.hi !== null) {
    shapes.push(stroke(x(row.lo), y, x(row.hi), y, row.colour, 2));
    for (const end of [row.lo, row.hi]) {
      if (Math.abs(end) <= limit) shapes.push(stroke(x(end), y - 4, x(end), y + 4, row.colour, 1.5));
    }
  }
  if (chart.dumbbell) shapes.push(ring(x(0), y, 'kernel'));
  if (row.before !== undefined) {
    const arrow = beyondAxis(row.before, limit);
    shapes.push(arrow === null ? ring(x(row.before), y, 'muted') : markAt(arrow, x(row.before), y, 'muted', false, 3.5));
  }
  const beyond = beyondAxis(value, limit);
  shapes.push(markAt(beyond ?? row.shape, x(value), y, row.colour, beyond !== null || row.filled));
  return shapes;
}

/** The arrow for what the axis does not reach; null where it does. */
function beyondAxis(value: number, limit: number): string | null {
  if (value > limit) return 'M-1 -1.2L1.2 0L-1 1.2Z';
  return value < -limit ? 'M1 -1.2L-1.2 0L1 1.2Z' : null;
}

function markAt(pathData: string, x: number, y: number, colour: Colour, filled: boolean, size = 5): Shape {
  const style = filled
    ? { fill: cssVariable(colour), stroke: cssVariable('surface'), lineWidth: 1 }
    : { fill: cssVariable('surface'), stroke: cssVariable(colour), lineWidth: 1.5 };
  return { type: 'path', shape: { pathData }, x, y, scaleX: size, scaleY: size, style: { ...style, strokeNoScale: true } };
}

function ring(x: number, y: number, colour: Colour): Shape {
  const style = { fill: cssVariable('surface'), stroke: cssVariable(colour), lineWidth: 1.5 };
  return { type: 'circle', shape: { cx: x, cy: y, r: 3.5 }, style };
}

function stroke(x1: number, y1: number, x2: number, y2: number, colour: Colour, width: number, dash?: number[]): Shape {
  const style = { stroke: cssVariable(colour), lineWidth: width, fill: 'none', ...(dash && { lineDash: dash }) };
  return { type: 'line', shape: { x1, y1, x2, y2 }, style };
}

/** The renderer keeps the widths of texts in a plain object, so that this one would change what all objects inherit. */
const drawable = (text: string): string => (text === '__proto__' ? `${text} ` : text);

function words(text: string, x: number, y: number, align: string, colour: Colour, size: number): Shape {
  const style = { text: drawable(text), x, y, align, verticalAlign: 'middle', fill: cssVariable(colour), fontSize: size };
  return { type: 'text', style };
}
