import { describe, expect, it } from 'vitest';
import { intervalChart, type IntervalRow } from '../../src/report/interval-chart.js';
import { named, parseHtml } from './parse-html.js';

const ROW: IntervalRow = {
  label: 'hackbench',
  figures: '10 → 11 ms',
  value: 0.1,
  lo: 0.05,
  hi: 0.15,
  band: 0.1,
  colour: 'pass',
  shape: 'M0 -1L1 0L0 1L-1 0Z',
  filled: true,
};

function draw(rows: readonly IntervalRow[], dumbbell = true): string {
  return intervalChart({
    id: 'c',
    title: 'T',
    description: 'D',
    figuresHead: 'kernel → simulator',
    rows,
    axis: (value) => `<${value}>`,
    dumbbell,
  }).text;
}

function texts(svg: string): string[] {
  const parsed = parseHtml(svg);
  expect(parsed.errors).toEqual([]);
  return named(parsed, 'text').map(({ text }) => text);
}

describe('intervalChart', () => {
  it('has the names and figures of all rows, and an axis around 0', () => {
    const shown = texts(draw([ROW, { ...ROW, label: '</text><b>', figures: '1 → 2' }]));
    for (const text of ['hackbench', '10 → 11 ms', '</text><b>', '1 → 2', 'kernel → simulator', '<0>']) {
      expect(shown).toContain(text);
    }
  });

  it('shows more than the widest band', () => {
    expect(texts(draw([ROW, { ...ROW, band: 0.3 }]))).toContain('<0.5>');
  });

  it('has a band that reaches further on one side', () => {
    expect(texts(draw([ROW, { ...ROW, bandBelow: 0.3 }]))).toContain('<0.5>');
    const width = (row: IntervalRow): number => {
      const bar = /<path d="M([\d.]+) [\d.]+L([\d.]+)[^"]*"[^>]*fill="var\(--band\)"/.exec(draw([row]));
      return Number(bar![2]) - Number(bar![1]);
    };
    expect(width({ ...ROW, band: 0.2, bandBelow: 0.1 })).toBeCloseTo(width({ ...ROW, band: 0.1, bandBelow: 0.2 }), 0);
    expect(width({ ...ROW, band: 0.2, bandBelow: 0 })).toBeLessThan(width({ ...ROW, band: 0.2 }) * 0.7);
    expect(draw([{ ...ROW, band: 0, bandBelow: 0.1 }])).toContain('var(--band)');
    expect(draw([{ ...ROW, band: 0 }])).not.toContain('var(--band)');
  });

  it('is not squeezed by a row far off, which becomes an arrow', () => {
    const far = draw([ROW, { ...ROW, value: 9, lo: 8.5, hi: 9.5 }]);
    expect(texts(far)).toContain('<0.4>');
    expect(far).toContain('L1.2 0L-1 1.2Z');
    expect(draw([ROW])).not.toContain('L1.2 0L-1 1.2Z');
    expect(draw([{ ...ROW, value: -9, lo: null, hi: null }])).toContain('L-1.2 0L1 1.2Z');
  });

  it('colours marks and not only by colour', () => {
    const svg = draw([ROW, { ...ROW, colour: 'fail', shape: 'M-1 -1L1 -1L1 1L-1 1Z', filled: false }]);
    expect(svg).toContain('fill="var(--pass)"');
    expect(svg).toContain('stroke="var(--fail)"');
    expect(svg).toContain('fill="var(--band)"');
  });

  it('draws no mark where there is no value', () => {
    const svg = draw([{ ...ROW, value: null, lo: null, hi: null }]);
    expect(svg).not.toContain('var(--pass)');
    expect(texts(svg)).toContain('10 → 11 ms');
  });

  it('has a value and one before it', () => {
    const svg = draw([{ ...ROW, value: 0, band: 0, before: -0.12 }], false);
    expect(texts(svg)).toContain('<0.3>');
    expect(svg).toContain('stroke="var(--muted)"');
    expect(svg).not.toContain('stroke="var(--kernel)"');
  });

  it('writes no coordinate that is none', () => {
    const odd = { ...ROW, value: 0, lo: null, hi: null, band: 0 };
    for (const rows of [[odd], [{ ...odd, value: NaN }], [{ ...odd, value: 1e-30 }], [{ ...odd, value: 1e30 }]]) {
      expect(draw(rows)).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});
