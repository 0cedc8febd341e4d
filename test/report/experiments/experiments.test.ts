import { describe, expect, it } from 'vitest';
import { experimentBlocks } from '../../../src/report/experiments/blocks.js';
import { experimentsMarkdown } from '../../../src/report/experiments/markdown.js';
import { experimentsPage } from '../../../src/report/experiments/page.js';
import { BENCHMARKS, THESIS_ACCURACY, THESIS_FORCED, THESIS_SCORES } from '../../../src/report/experiments/thesis.js';
import type { Experiments } from '../../../src/report/experiments/types.js';

const FOUND: Experiments = {
  accuracies: [
    { experiment: 1, origin: 'real', workload: 'hackbench', models: { compact: 0.9915, rule: 1 }, positives: 460, verdict: 'decided' },
    { experiment: 1, origin: 'simulated', workload: 'a|b<i>', models: { compact: 0.5, rule: null }, positives: 7, verdict: 'undecided' },
  ],
  scores: [{ experiment: 3, origin: 'real', workload: 'hackbench', scores: { delta: 12.3456, dst_cpu: null } }],
  forced: [{ origin: 'real', workload: 'hackbench', calls: 400, forced: 2, leading: 5 }],
  means: [
    { experiment: 2, origin: 'real', variant: '2: thesis', model: 'compact', trainedOn: 'own', workloads: 3, balancedAccuracy: 0.6943, target: 0.93, verdict: 'missed' },
  ],
  settings: [['units in all', ['1', '2', '3', '4', '5', '6']]],
  silent: ['askap'],
  outcome: [
    { workload: 'hackbench', policy: 'always', priceNs: null, gain: 3.754, lo: 1.2, hi: 6.31, verdict: 'better' },
    { workload: 'hackbench', policy: 'neural-early', priceNs: 47_000, gain: -0.25, lo: -1, hi: 0.5, verdict: 'undecided' },
    { workload: 'hackbench', policy: 'neural-early', priceNs: 0, gain: 0.001, lo: null, hi: null, verdict: 'undecided' },
  ],
  outcomeSeeds: 5,
  trivial: [{ experiment: 3, origin: 'real', rule: 1, without: 0.5476 }],
};

const block = (id: string) => experimentBlocks(FOUND).find((one) => one.id === id)!;
const rowOf = (id: string, name: string): readonly string[] => block(id).rows.find(([first]) => first === name)!;

describe('the experiments', () => {
  it('have the thesis, the kernel and the simulator side by side, with what is undecided marked and not drawn', () => {
    const figure = block('figure-5-1');
    expect(figure.columns).toEqual([
      'workload', 'thesis, full', 'thesis, compact', 'thesis says', 'real: positives', 'real: compact', 'real: rule',
      'simulated: positives', 'simulated: compact', 'simulated: rule',
    ]);
    expect(rowOf('figure-5-1', 'hackbench')).toEqual(['hackbench', '99.38', '95.16', '', '460', '99.15', '100.00', '–', '–', '–']);
    expect(rowOf('figure-5-1', 'a|b<i>').slice(7)).toEqual(['7', '50.00 U', '– U']);
    expect(figure.chart!.series[2]!.values[figure.chart!.categories.indexOf('hackbench')]).toBeCloseTo(99.15);
    expect(figure.chart!.series[3]!.values.every((value) => value === null)).toBe(true);
    expect(rowOf('table-5-7', 'delta').at(-1)).toBe('12.35');
    expect(rowOf('table-5-7', 'dst_cpu').at(-1)).toBe('–');
    expect(rowOf('table-5-5', 'real: hackbench')).toEqual(['real: hackbench', '400', '2', '5', '0.500', '1.250']);
    expect(block('means').rows[0]).toEqual(['2: thesis', 'real', 'compact', 'own', '3', '69.43', '≥ 93', 'missed']);
    expect(block('means').paragraphs.join(' ')).toContain('trivial: the inputs contain the rule');
  });

  it('have what policies gain by price, with the interval, and the verdict where there is one', () => {
    const { columns, rows, paragraphs } = block('outcome');
    expect(columns).toEqual(['workload', 'policy', 'no model', '0 ns', '47000 ns']);
    expect(rows).toEqual([
      ['hackbench', 'always', '+3.75 (+1.20 … +6.31) better', '', ''],
      ['hackbench', 'neural-early', '', '0.00', '−0.25 (−1.00 … +0.50)'],
    ]);
    expect(paragraphs.join(' ')).toContain('1 of 3 differences are decided');
    expect(paragraphs.join(' ')).toContain('of 5 pairs');
  });

  it('every table has a cell for each of its columns', () => {
    for (const { columns, rows } of experimentBlocks(FOUND)) for (const row of rows) expect(row).toHaveLength(columns.length);
  });

  it("have the thesis' own figures for its benchmarks alone, and none of ours where nothing was run", () => {
    expect(rowOf('figure-5-2', 'hackbench')).toEqual(['hackbench', '100.00', '96.80', '92.3 on another run', '–', '–']);
    expect(rowOf('figure-5-3', 'cassandra').slice(1, 4)).toEqual(['95.76', '95.44', '']);
    expect(rowOf('figure-5-1', 'a|b<i>').slice(1, 4)).toEqual(['–', '–', '–']);
  });

  it("keep to the thesis' tables", () => {
    for (const experiment of [1, 2, 3] as const) {
      for (const values of Object.values(THESIS_SCORES[experiment])) expect(values).toHaveLength(BENCHMARKS.length);
      expect(Object.keys(THESIS_ACCURACY[experiment])).toEqual([...BENCHMARKS]);
    }
    // Percentages that table 5.5 has itself.
    const percent = BENCHMARKS.map((name) => Number(((100 * THESIS_FORCED[name].forced) / THESIS_FORCED[name].calls).toFixed(2)));
    // The thesis prints 0.67 for zstd, cut rather than rounded.
    expect(percent).toEqual([0.65, 0.4, 7.02, 0.68, 0]);
  });

  it('are Markdown and a page in which no name of a workload is markup', () => {
    const markdown = experimentsMarkdown(FOUND);
    expect(markdown).toContain('| a\\|b&lt;i&gt; |');
    const page = experimentsPage(FOUND);
    expect(page).toContain('a|b&lt;i&gt;');
    expect(page).not.toContain('<i>');
    expect(page.match(/<svg class="chart"/g)).toHaveLength(3);
    expect(experimentsPage(FOUND)).toBe(page);
  });
});
