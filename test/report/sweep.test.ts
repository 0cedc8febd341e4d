import { describe, expect, it } from 'vitest';
import { sweepReport } from '../../src/report/sweep.js';
import { ranking } from '../../src/report/sweep/candidates.js';
import { gainText, gainWithInterval } from '../../src/report/sweep/gains.js';
import { named, parseHtml } from './parse-html.js';
import { sampleSweep } from './sample-sweep.js';

const HOSTILE = '</script><svg onload=alert(1)>';
const source = sweepReport(sampleSweep());
const parsed = parseHtml(source);

function section(id: string): string {
  return parsed.elements.find(({ name, attributes }) => name === 'section' && attributes['id'] === id)!.text.replace(/\s+/g, ' ');
}

describe('sweepReport', () => {
  it('is well formed, runs no script, and is the same each time', () => {
    expect(parsed.errors).toEqual([]);
    expect(named(parsed, 'script')).toEqual([]);
    expect(sweepReport(sampleSweep())).toBe(source);
  });

  it('says first what was asked, and the answer', () => {
    const header = parsed.elements.find(({ name }) => name === 'header')!.text;
    expect(header.indexOf('Which attempts')).toBeLessThan(header.indexOf('All 2 contexts together'));
    expect(header).toContain('web: the same.');
  });

  it('ranks candidates by their gain, with intervals and verdicts in every objective', () => {
    expect(ranking(sampleSweep()).map(({ candidate }) => candidate)).toEqual([4, 5, 6, 1, 2, 3]);
    expect(section('candidates')).toMatch(/attempts 2, cost 100 ?\+10\.00.% \(95 % \+9\.00.% … \+11\.00.%\) ?✓ better ?p < 0\.001 ?−5\.00.%/);
    expect(section('candidates')).toMatch(/attempts 1, cost 200 ?−1\.00.% .*\? undecided ?interval includes 0, p 1\.000/);
  });

  it('has a chart for each axis, one for the front and one of the search', () => {
    const charts = named(parsed, 'svg').filter(({ attributes }) => attributes['class'] === 'chart').map(({ attributes }) => attributes['id']);
    expect(charts).toEqual(['effect-1-chart', 'effect-2-chart', 'front-1-chart', 'sweep-causes-chart', 'convergence-chart']);
    const said = named(parsed, 'desc').map(({ text }) => text);
    expect(said[0]).toMatch(/^1: −1\.00.% \(95 % −2\.00.% … 0\.00.%\)\. 2: \+9\.00.%/);
    expect(said[2]).toMatch(/^stock: 0\.00.% .*attempts 2, cost 100: \+10\.00.%/);
    expect(said[4]).toMatch(/^12 runs: attempts 1, cost 100, 0\.00.% .* 84 runs: attempts 2, cost 100, \+9\.80.%/);
  });

  it('has a heat map for each pair, whose longer axis goes down', () => {
    expect(section('pairs')).toMatch(/sysctl\.cost \\ policy\.attempts ?1 ?2 ?100 ?0\.00.% ?\+10\.00.% \* ?200 ?−1\.00.% ?\+9\.00.% \*/);
    const cells = parsed.elements.filter(({ attributes }) => attributes['class']?.startsWith('heat-cell'));
    expect(cells.some(({ attributes }) => attributes['class'] === 'heat-cell less-4')).toBe(true);
    expect(cells.some(({ attributes }) => attributes['class'] === 'heat-cell more-0')).toBe(true);
  });

  it('lays contexts beside each other, and says what the best does otherwise', () => {
    expect(section('contexts')).toMatch(/candidate \\ context ?batch ?web ?attempts 2, cost 100 ?\+10\.00.% ✓ ?\+10\.00.% ✓/);
    expect(section('behaviour')).toMatch(/stock · batch ?1.µs/);
    expect(section('behaviour')).toMatch(/attempts 2, cost 100 · web ?11 ?3 ?0 ?2/);
  });

  it('says how it was found', () => {
    expect(section('method')).toMatch(/Search: grid; 84.runs of at most 5.000\. Each cell has 3 to 6 seeds; it ended because no verdict was open any more\./);
  });

  it('shows hostile names as text', () => {
    const hostile = parseHtml(sweepReport(sampleSweep(HOSTILE, [HOSTILE, 'web'])));
    expect(hostile.errors).toEqual([]);
    expect(named(hostile, 'h1')[0]!.text).toBe(HOSTILE);
  });

  it('shows a sweep of which nothing was run to its end', () => {
    const none = { ...sampleSweep(), cells: [], comparisons: [], best: null, effects: { seeds: 0, main: [], interactions: [] }, pareto: [], milestones: [], answer: [] };
    expect(parseHtml(sweepReport(none)).errors).toEqual([]);
  });
});

describe('gains', () => {
  it('are percent of the baseline or in the unit, with a sign', () => {
    const [relative] = sampleSweep().objectives;
    const absolute = { metric: 'completion_ns', better: 'lower', scale: 'absolute', unit: 'ns' } as const;
    expect([gainText(relative!, 1.234), gainText(relative!, -1.2), gainText(relative!, 0), gainText(relative!, null)]).toEqual(['+1.23\u00a0%', '−1.20\u00a0%', '0.00\u00a0%', '–']);
    expect(gainText(absolute, -1500)).toBe('−1.5\u00a0µs');
    expect(gainWithInterval(absolute, { mean: 1e6, lo: null, hi: null })).toBe('+1\u00a0ms');
  });
});
