import { drawChart, type DrawApi, type DrawParams } from './charts.js';
import { cssVariable, type Colour } from './colours.js';
import { shorten, type Html } from './html.js';
import { niceAxis } from './nice-axis.js';

/** A point with the ends of its intervals, where it has some. */
export interface XyPoint {
  readonly x: number;
  readonly y: number;
  readonly xLo?: number | null;
  readonly xHi?: number | null;
  readonly yLo?: number | null;
  readonly yHi?: number | null;
  /** Written beside it; empty: nothing. */
  readonly label?: string;
}

export interface XySeries {
  readonly colour: Colour;
  /** SVG path in a square from −1 to 1. */
  readonly shape: string;
  readonly filled: boolean;
  /** Joins the points: straight, or on the level of each until the next. */
  readonly line: 'none' | 'straight' | 'step';
  readonly points: readonly XyPoint[];
}

export interface XyAxis {
  readonly name: string;
  readonly format: (value: number) => string;
  /** Points lie at 0, 1, … and are called so. */
  readonly categories?: readonly string[];
}

export interface XyChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly x: XyAxis;
  readonly y: XyAxis;
  readonly series: readonly XySeries[];
  readonly width?: number;
  readonly height?: number;
  /** Lines at 0, where nothing is gained or lost. */
  readonly zero?: boolean;
}

const MARK = 5;

/** Points with intervals over two axes. */
export function xyChart({ id, title, description, x, y, series, width = 400, height = 240, zero = false }: XyChart): Html {
  const points = series.flatMap((one) => one.points);
  const label = { color: cssVariable('muted'), fontSize: 11, showMinLabel: true, showMaxLabel: true };
  const line = { lineStyle: { color: cssVariable('grid') } };
  const name = { nameTextStyle: { color: cssVariable('muted'), fontSize: 11 }, nameLocation: 'middle' };
  return drawChart({
    id,
    title,
    description,
    width,
    height,
    option: {
      grid: { left: 62, right: 18, top: 14, bottom: 44, outerBoundsMode: 'none' },
      xAxis: {
        type: 'value',
        ...name,
        name: x.name,
        nameGap: 26,
        ...axisOf(x, points, 'x', zero, 5),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: cssVariable('line') }, onZero: false },
        splitLine: { show: x.categories === undefined, ...line },
        axisLabel: { ...label, interval: 0, formatter: formatter(x, Math.floor((width - 80) / 6.5 / Math.max(1, x.categories?.length ?? 1))) },
      },
      yAxis: {
        type: 'value',
        ...name,
        name: y.name,
        nameGap: 48,
        ...axisOf(y, points, 'y', zero, 4),
        axisTick: { show: false },
        axisLine: { show: false },
        splitLine: line,
        axisLabel: { ...label, formatter: formatter(y, 20) },
      },
      series: [
        ...(zero ? [zeroLines(x.categories === undefined)] : []),
        ...series.filter(({ line: kind }) => kind !== 'none').map((one) => ({
          type: 'line',
          silent: true,
          symbol: 'none',
          step: one.line === 'step' ? 'end' : false,
          data: one.points.map((point) => [point.x, point.y]),
          lineStyle: { color: cssVariable(one.colour), width: 2 },
        })),
        ...series.map((one) => ({
          type: 'custom',
          silent: true,
          data: one.points.map((point) => [point.x, point.y]),
          renderItem: (params: DrawParams, api: DrawApi) => ({ type: 'group', children: marks(one, one.points[params.dataIndex]!, api) }),
        })),
      ],
    },
  });
}

function formatter({ categories, format }: XyAxis, room: number): (value: number) => string {
  if (categories === undefined) return format;
  return (value) => (Number.isInteger(value) && categories[value] !== undefined ? shorten(categories[value], Math.max(4, room)) : '');
}

function axisOf(
  { categories }: XyAxis, points: readonly XyPoint[], side: 'x' | 'y', zero: boolean, steps: number,
): { readonly min: number; readonly max: number; readonly interval: number } {
  if (categories !== undefined) return { min: -0.5, max: categories.length - 0.5, interval: 0.5 };
  const values = points
    .flatMap((point) => [point[side], point[`${side}Lo`], point[`${side}Hi`]])
    .filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const all = zero || values.length === 0 ? [...values, 0] : values;
  return niceAxis(Math.min(...all), Math.max(...all), steps);
}

type Shape = Readonly<Record<string, unknown>>;

/** Through 0, from edge to edge of the plot. @param both the line of x = 0 too */
function zeroLines(both: boolean): object {
  return {
    type: 'custom',
    silent: true,
    data: [[0, 0]],
    renderItem: (params: DrawParams, api: DrawApi) => {
      const [x, y] = api.coord([0, 0]) as [number, number];
      const plot = params.coordSys as unknown as { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
      const children = [stroke(plot.x, y, plot.x + plot.width, y, 'muted', 1)];
      if (both && x > plot.x + 1) children.push(stroke(x, plot.y, x, plot.y + plot.height, 'muted', 1));
      return { type: 'group', children };
    },
  };
}

function marks({ colour, shape, filled }: XySeries, point: XyPoint, api: DrawApi): Shape[] {
  const at = (x: number, y: number): [number, number] => api.coord([x, y]) as [number, number];
  const [x, y] = at(point.x, point.y);
  const shapes: Shape[] = [];
  if (point.xLo != null && point.xHi != null) {
    const [left, right] = [at(point.xLo, point.y)[0], at(point.xHi, point.y)[0]];
    shapes.push(stroke(left, y, right, y, colour, 1.5), stroke(left, y - 3, left, y + 3, colour, 1.5), stroke(right, y - 3, right, y + 3, colour, 1.5));
  }
  if (point.yLo != null && point.yHi != null) {
    const [low, high] = [at(point.x, point.yLo)[1], at(point.x, point.yHi)[1]];
    shapes.push(stroke(x, low, x, high, colour, 1.5), stroke(x - 3, low, x + 3, low, colour, 1.5), stroke(x - 3, high, x + 3, high, colour, 1.5));
  }
  const style = filled
    ? { fill: cssVariable(colour), stroke: cssVariable('surface'), lineWidth: 1 }
    : { fill: cssVariable('surface'), stroke: cssVariable(colour), lineWidth: 1.5 };
  shapes.push({ type: 'path', shape: { pathData: shape }, x, y, scaleX: MARK, scaleY: MARK, style: { ...style, strokeNoScale: true } });
  if (point.label !== undefined && point.label !== '') {
    // The renderer keeps widths of texts in a plain object, which this name would change.
    const text = shorten(point.label === '__proto__' ? '__proto__ ' : point.label, 30);
    shapes.push({ type: 'text', style: { text, x: x + 8, y: y - 8, fill: cssVariable('ink'), fontSize: 11, verticalAlign: 'bottom' } });
  }
  return shapes;
}

function stroke(x1: number, y1: number, x2: number, y2: number, colour: Colour, width: number): Shape {
  return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: cssVariable(colour), lineWidth: width, fill: 'none' } };
}
