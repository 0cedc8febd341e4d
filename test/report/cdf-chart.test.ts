import { describe, expect, it } from 'vitest';
import { cdfChart } from '../../src/report/cdf-chart.js';
import { named, parseHtml } from './parse-html.js';

const PROBABILITIES = [0, 0.5, 0.9, 1];

function draw(kernel: readonly number[], sim: readonly number[], unit = 'ns'): string {
  return cdfChart({
    id: 'c',
    title: 'T',
    description: 'D',
    unit,
    probabilities: PROBABILITIES,
    lines: [
      { name: 'kernel', colour: 'kernel', dashed: false, quantiles: kernel },
      { name: 'simulator', colour: 'sim', dashed: true, quantiles: sim },
    ],
  }).text;
}

function labels(svg: string): string[] {
  const parsed = parseHtml(svg);
  expect(parsed.errors).toEqual([]);
  return named(parsed, 'text').map(({ text }) => text.replaceAll('\u00a0', ' '));
}

/** Points of the line of that colour. */
function points(svg: string, colour: string): number {
  const line = named(parseHtml(svg), 'path').find(({ attributes }) => attributes['stroke'] === `var(--${colour})`);
  return line === undefined ? 0 : line.attributes['d']!.match(/[ML]/g)!.length;
}

describe('cdfChart', () => {
  it('has a line for each side, told apart by dashes too', () => {
    const svg = draw([100, 200, 300, 400], [120, 220, 280, 390]);
    expect(points(svg, 'kernel')).toBe(4);
    expect(points(svg, 'sim')).toBe(4);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
  });

  it('has a linear axis with round steps where values are near each other', () => {
    expect(labels(draw([100, 200, 300, 390], [120, 220, 280, 380]))).toEqual(
      expect.arrayContaining(['0', '100 ns', '200 ns', '300 ns', '400 ns', '50 %', '100 %']),
    );
    expect(labels(draw([1000, 1010, 1020, 1030], [1000, 1010, 1020, 1030]))).toContain('1.03 µs');
  });

  it('has a logarithmic axis where values span orders of magnitude, with a place for 0', () => {
    const svg = draw([0, 2000, 30_000, 900_000], [150, 2000, 30_000, 900_000]);
    expect(labels(svg)).toEqual(expect.arrayContaining(['100 ns', '1 µs', '10 µs', '100 µs', '1 ms']));
    expect(points(svg, 'kernel')).toBe(4);
  });

  it.each([
    ['nothing', [], []],
    ['one side', [1, 2, 3, 4], []],
    ['one value', [5, 5, 5, 5], [5, 5, 5, 5]],
    ['zeros', [0, 0, 0, 0], [0, 0, 0, 0]],
    ['what is no number', [NaN, 1, Infinity, 4], [1, 2, 3, 4]],
    ['values below 0', [-5, -1, 3, 4000], [-5, -1, 3, 4000]],
    ['tiny values', [1e-12, 1e-9, 1e-3, 1], [1e-12, 1e-9, 1e-3, 1]],
    ['huge values', [1, 1e9, 1e15, 1e18], [1, 1e9, 1e15, 1e18]],
  ])('draws %s', (_, kernel, sim) => {
    const svg = draw(kernel, sim);
    expect(parseHtml(svg).errors).toEqual([]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(labels(svg).length).toBeLessThan(16);
  });
});
