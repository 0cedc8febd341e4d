import { describe, expect, it } from 'vitest';
import type { ComparedRun, Comparison } from '../../src/experiment/compare.js';
import { pairedDifferences } from '../../src/experiment/stats/paired.js';
import { comparisonReport } from '../../src/report/comparison.js';
import { answeringMetric, bestPolicy, differencesOf, gainOf, relativeOf } from '../../src/report/comparison/differences.js';
import { METRIC_NAMES, type MetricName, type Metrics } from '../../src/sim/records/metrics.js';
import { named, parseHtml } from './parse-html.js';
import { busyBundle } from './timeline/busy-bundle.js';

const HOSTILE = '<img src=x onerror=alert(1)>';

/** `fast` finishes a tenth earlier and waits a tenth longer on the first workload; all is the same on the second. */
function comparison(names: readonly string[] = ['first', 'second']): Comparison {
  const metrics = (change: Partial<Record<MetricName, number | null>>): Metrics =>
    Object.fromEntries(METRIC_NAMES.map((name) => [name, change[name] ?? (name === 'throughput' ? null : 100)])) as unknown as Metrics;
  const results: ComparedRun[] = ['stock', 'fast', 'slow'].flatMap((policy) =>
    names.flatMap((workload, w) =>
      [1, 2, 3, 4, 5].map((seed) => {
        const factor = w > 0 ? 1 : { stock: 1, fast: 0.9, slow: 1.2 }[policy]!;
        const change = { completion_ns: Math.round(1e9 * factor + 1e6 * seed), wakeup_latency_p99_ns: Math.round((1e6 + 1000 * seed) / factor) };
        return { policy, workload, seed, streamHash: '0', finished: seed > 1, events: 1, simulatedNs: 1e9, metrics: metrics(change) };
      }),
    ),
  );
  return {
    schema: 1,
    baseline: 'stock',
    policies: ['stock', 'fast', 'slow'],
    scenarios: names.map((name) => ({
      name, machine: 'm', changes: [{ path: 'sysctl.x', value: 5 }], calibrationErrorPercent: 1, throughputUnit: '', durationNs: 2e9, seeds: [1, 2, 3, 4, 5], notes: [`a note on ${name}`],
    })),
    results,
    paired: pairedDifferences(results, 'stock', () => 1),
  };
}

describe('differences of a comparison', () => {
  const found = comparison();

  it('are answered by the first metric that all runs have', () => {
    expect(answeringMetric(found, 'first')).toBe('completion_ns');
    const without = { ...found, results: found.results.map((run, i) => (i > 0 ? run : { ...run, metrics: { ...run.metrics, completion_ns: null } })) };
    expect(answeringMetric(without, 'first')).toBe('wakeup_latency_p99_ns');
    expect(answeringMetric(found, 'no such')).toBeNull();
  });

  it('are gains where they are better', () => {
    const [fast, slow] = differencesOf(found, 'first', 'completion_ns');
    expect(gainOf(fast!)).toBeCloseTo(0.1, 2);
    expect(gainOf(slow!)).toBeCloseTo(-0.2, 2);
    expect(relativeOf(fast!).value).toBeCloseTo(-0.1, 2);
    expect(bestPolicy(found, 'first')).toBe('fast');
  });
});

describe('comparisonReport', () => {
  const source = comparisonReport(comparison(), null);
  const parsed = parseHtml(source);
  const textOf = (id: string): string => parsed.elements.find(({ attributes }) => attributes['id'] === id)!.text;

  it('says first what was asked, and the answer', () => {
    const [first, second] = parsed.elements.filter(({ attributes }) => attributes['class'] === 'answer').map(({ text }) => text.replace(/\s+/g, ' '));
    expect(source).toContain('Which of fast, slow is better than stock on first on m, second on m?');
    expect(first).toMatch(/^first, completion time against stock over 5.seeds – better: fast −10\.0.% \(95 % .*\); worse: slow \+1[0-9]\.[0-9].%/);
    expect(second).toMatch(/the same: fast 0\.0.%, slow 0\.0.%/);
  });

  it('is well formed, runs no script, and is the same each time', () => {
    expect(parsed.errors).toEqual([]);
    expect(named(parsed, 'script')).toEqual([]);
    expect(comparisonReport(comparison(), null)).toBe(source);
  });

  it('has every difference, and what is decided before what is not', () => {
    const { paired } = comparison();
    const rows = parsed.elements.filter(({ name, path }) => name === 'tr' && path.includes('section') && path.includes('tbody'));
    const inDifferences = textOf('differences');
    expect(rows.length).toBeGreaterThanOrEqual(paired.length);
    expect(inDifferences.indexOf('first: decided')).toBeLessThan(inDifferences.indexOf('undecided or the same'));
    expect(inDifferences).toMatch(/fast\s*Completion time\s*1\.003.s\s*−100.ms/);
  });

  it('draws the trade-off, every metric that differs, and policies by workloads', () => {
    const charts = named(parsed, 'svg').filter(({ attributes }) => attributes['class'] === 'chart').map(({ attributes }) => attributes['id']);
    expect(charts).toEqual(['trade-off-1-chart', 'trade-off-2-chart', 'difference-completion-ns-chart', 'difference-wakeup-latency-p99-ns-chart']);
    const descriptions = named(parsed, 'desc').map(({ text }) => text);
    expect(descriptions[0]).toMatch(/stock: 0, 0, on the front\. fast: \+9\.97.%, −11\.11.%, on the front\. slow: −19\.94.%, \+16\.67.%, on the front\./);
    expect(textOf('workloads')).toMatch(/fast\+10\.0.% ✓0\.0.% =/);
  });

  it('keeps its notes', () => {
    expect(textOf('notes')).toContain('first: 3 of 15 runs ended with the duration');
    expect(textOf('notes')).toContain('second: a note on second');
  });

  it('shows hostile names as text', () => {
    const hostile = parseHtml(comparisonReport(comparison([HOSTILE, 'second']), null));
    expect(hostile.errors).toEqual([]);
    expect(named(hostile, 'img')).toEqual([]);
    expect(named(hostile, 'h1')[0]!.text).toContain(HOSTILE);
  });

  it('shows runs of its first workload on a timeline', () => {
    const runs = ['stock', 'fast'].map((label, i) => ({ label, contents: busyBundle(2, 200, i + 1) }));
    const shown = comparisonReport(comparison(), { workload: 'first', seed: 1, runs });
    expect(shown.match(/<script type="application\/x-cfslab-run">/g)).toHaveLength(2);
    expect(shown).toContain('id="causes"');
    expect(shown).toContain('one run of each, which shows what happens and proves nothing');
  });
});
