import { describe, expect, it } from 'vitest';
import { confront } from '../../src/kernel-validation/confront/confront.js';
import { confrontationReport } from '../../src/report/confrontation.js';
import { sampleConfrontation } from '../kernel-validation/confront/sample-document.js';
import { agreed } from '../kernel-validation/confront/some-runs.js';
import { named, parseHtml } from './parse-html.js';

const HOSTILE = '</script><script>window.hit=1</script><img src=x onerror="window.hit=2">';
const DOCUMENT = sampleConfrontation();
const REPORT = confrontationReport(DOCUMENT);

describe('confrontationReport', () => {
  it('is well formed, with ids that are unique and links that lead somewhere', () => {
    const { elements, errors } = parseHtml(REPORT);
    expect(errors).toEqual([]);
    const ids = elements.flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = elements.flatMap(({ attributes }) => (attributes['href']?.startsWith('#') === true ? [attributes['href'].slice(1)] : []));
    expect(targets.length).toBeGreaterThan(8);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it('is the same each time', () => {
    expect(confrontationReport(sampleConfrontation())).toBe(REPORT);
  });

  it('says the verdict, what it rests on, and every figure', () => {
    const text = named(parseHtml(REPORT), 'body')[0]!.text.replace(/\s+/g, ' ');
    expect(text).toContain('Confrontation: refuted');
    for (const reason of DOCUMENT.reasons) expect(text).toContain(reason);
    expect(text).toContain('12344 of 12345');
    expect(text).toContain('row 7: the kernel says 1, the program 0');
    for (const { metric, reason } of DOCUMENT.metrics) {
      expect(text).toContain(metric);
      expect(text).toContain(reason);
    }
    expect(REPORT.match(/<svg class="chart"/g)).toHaveLength(new Set(DOCUMENT.metrics.map(({ metric }) => metric)).size);
  });

  it('shows hostile names as text', () => {
    const report = confrontationReport(sampleConfrontation([HOSTILE, '__proto__', 'constructor'], HOSTILE));
    const { elements, errors } = parseHtml(report);
    expect(errors).toEqual([]);
    expect(elements.filter(({ name }) => name === 'script' || name === 'img')).toEqual([]);
    expect(report).not.toContain('<script');
    expect(named(parseHtml(report), 'body')[0]!.text).toContain(HOSTILE);
  });

  it('has something to say of nothing', () => {
    const report = confrontationReport(confront([], agreed(0)));
    expect(parseHtml(report).errors).toEqual([]);
    expect(report).toContain('Confrontation: undecided');
  });
});
