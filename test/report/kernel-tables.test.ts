import { describe, expect, it } from 'vitest';
import type { CostDocument } from '../../src/kernel-validation/cost/types.js';
import { kernelRows } from '../../src/kernel-validation/thesis/tables.js';
import { THESIS_LATENCY, THESIS_TIMES } from '../../src/kernel-validation/thesis/thesis.js';
import type { KernelFindings } from '../../src/report/kernel-tables/blocks.js';
import { kernelMarkdown } from '../../src/report/kernel-tables/markdown.js';
import { kernelPage } from '../../src/report/kernel-tables/page.js';
import { sampleConfrontation } from '../kernel-validation/confront/sample-document.js';
import { someRun } from '../kernel-validation/confront/some-runs.js';
import { named, parseHtml } from './parse-html.js';

const HOSTILE = '<script>alert(1)</script>|pool';
const COST: CostDocument = {
  schema: 1,
  rows: [
    { place: 'user', what: 'stock', policy: '', shape: '', format: '', unit: 'ns', value: 1.7, least: 1.6, most: 2, calls: 9, ratio: null },
    { place: 'lab', what: 'policy', policy: 'neural-early', shape: '7-10-1', format: 'int8', unit: 'instructions', value: 225, least: 200, most: 300, calls: 400, ratio: 1.75 },
  ],
  notes: ['what the rows mean'],
};

function findings(workload: string): KernelFindings {
  const runs = [1, 2, 3].flatMap((seed) => ['stock', 'neural-early'].map((policy) => someRun({
    side: 'kernel', policy, seed, workload, throughput: policy === 'stock' ? 1000 : 1100, facts: { latency: { calls: 1, cycles: policy === 'stock' ? 400 : 700 } },
  }).facts));
  return { rows: kernelRows(runs), cost: COST, confrontation: sampleConfrontation([workload, 'b', 'c']) };
}

describe('KERNEL.md and its page', () => {
  it('have every figure of the thesis and ours beside them', () => {
    const markdown = kernelMarkdown(findings('pool'));
    for (const row of [THESIS_LATENCY.stock, THESIS_LATENCY.model, THESIS_TIMES.stock, THESIS_TIMES.model, THESIS_TIMES.prediction]) {
      for (const value of Object.values(row)) expect(markdown).toContain(`| ${value} `);
    }
    const lines = markdown.split('\n').filter((line) => line.startsWith('| ours: pool (lab)')).map((line) => line.replace(/[\u00a0\u202f]/g, ' '));
    expect(lines[1]).toMatch(/neural-early \| 700 instructions .* × 1\.75 \| 3 \|$/);
    expect(lines[3]).toMatch(/neural-early .* \+10\.0 % \| 3 \|$/);
    expect(markdown).toContain('Predicted and measured: refuted');
  });

  it('escape what names hold', () => {
    const markdown = kernelMarkdown(findings(HOSTILE));
    expect(markdown).not.toContain('<script');
    expect(markdown).toContain('\\|pool');
    const page = kernelPage(findings(HOSTILE));
    const { elements, errors } = parseHtml(page);
    expect(errors).toEqual([]);
    expect(elements.filter(({ name }) => name === 'script')).toEqual([]);
    expect(named(parseHtml(page), 'body')[0]!.text).toContain(HOSTILE);
  });

  it('are the same each time, and are there without a confrontation', () => {
    expect(kernelPage(findings('pool'))).toBe(kernelPage(findings('pool')));
    expect(kernelMarkdown({ ...findings('pool'), confrontation: null })).not.toContain('Predicted and measured');
  });
});
