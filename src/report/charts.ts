import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import { escape, Html, html } from './html.js';

// The kinds of chart that reports use; another kind is one name more.
echarts.use([BarChart, CustomChart, LineChart, GridComponent, SVGRenderer]);

/** What a chart shows: an option of ECharts. Colours are CSS variables (`cssVariable`), texts need no escaping. */
export type ChartOption = echarts.EChartsCoreOption;

/** What a custom series draws with. */
export type DrawApi = CustomSeriesRenderItemAPI;
/** What a custom series is told about where it draws. */
export type DrawParams = CustomSeriesRenderItemParams;

export interface Chart {
  /** Unlike that of any other chart of the page; letters, digits and `-`. */
  readonly id: string;
  /** What is shown, for readers who see no picture, and as a tooltip. */
  readonly title: string;
  /** What is to be seen in it, in words. */
  readonly description: string;
  /** Size in CSS pixels at which texts have their nominal size; on the page the drawing is as wide as its place. */
  readonly width: number;
  readonly height: number;
  readonly option: ChartOption;
}

/**
 * Draws a chart as SVG, without a browser. The same chart gives the same text, whatever was drawn before: ECharts counts
 * its instances in ids, which are put under the chart's own id here; marks for its client script are taken out.
 */
export function drawChart(chart: Chart): Html {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(chart.id)) throw new Error(`the id ${chart.id} of a chart is not an identifier`);
  const { id, width, height } = chart;
  const instance = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height, locale: 'EN' });
  try {
    instance.setOption({ animation: false, backgroundColor: 'transparent', ...chart.option });
    const inside = cleaned(instance.renderToSVGString(), id);
    const names = html`<title id="${id}-title">${chart.title}</title><desc id="${id}-desc">${chart.description}</desc>`;
    const attributes = `role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${height}"`;
    return new Html(`<svg class="chart" id="${escape(id)}" ${attributes}>${names.text}${inside}</svg>`);
  } finally {
    instance.dispose();
  }
}

/**
 * What is inside the `svg` element. The patterns match only in attributes and tags: in texts, `<` and `"` are entities.
 */
function cleaned(svg: string, id: string): string {
  return svg
    .replace(/^\s*<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<rect [^>]*fill="(?:none|transparent)"[^>]*><\/rect>/, '')
    .replace(/<style ?>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, '')
    .replace(/ class="zr\d+-[^"]*"/g, '')
    .replace(/(="url\(#| id=")zr\d+-/g, `$1${id}-`)
    .replace(/font-family:sans-serif;?/g, '')
    .replace(/="([^"<>]*)"/g, (_, value: string) => `="${value.replace(/-?\d+\.\d{3,}/g, rounded)}"`)
    .replace(/<defs ?>\s*<\/defs>/g, '')
    .replace(/>\n+</g, '><')
    .trim();
}

/** Hundredths of a pixel are enough. */
function rounded(number: string): string {
  return String(Number(Number(number).toFixed(2)));
}
