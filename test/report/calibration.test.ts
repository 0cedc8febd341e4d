import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CalibrationDocument, Verdict } from '../../src/calibration/types.js';
import { calibrationReport } from '../../src/report/calibration.js';
import { visible } from '../../src/report/html.js';
import { named, parseHtml, type Parsed } from './parse-html.js';
import { sampleDocument } from './sample-document.js';

const DOCUMENT = sampleDocument();
const REPORT = calibrationReport(DOCUMENT);
const PARSED = parseHtml(REPORT);

const EMPTY: CalibrationDocument = {
  profile: 'p',
  inputs: [],
  seeds: 0,
  fits: [],
  residuals: [],
  distributions: [],
  notes: [],
};

/** Rows of the table in a section: the texts of their cells. */
function rowsOf(source: string, section: string): string[][] {
  const start = source.indexOf(`<section id="${section}"`);
  const parsed = parseHtml(source.slice(start, source.indexOf('</section>', start) + '</section>'.length));
  expect(parsed.errors).toEqual([]);
  const cells = parsed.elements.filter(({ name, path }) => /^t[hd]$/.test(name) && path.includes('tbody'));
  const rows: string[][] = [];
  for (const { name, text } of cells) {
    if (name === 'th') rows.push([]);
    rows.at(-1)!.push(text.replace(/[\u00a0\u202f]/g, ' ').replace(/\s+/g, ' ').trim());
  }
  return rows;
}

function counts(verdict: Verdict): number {
  return DOCUMENT.residuals.filter((residual) => residual.verdict === verdict).length;
}

describe('calibrationReport', () => {
  it('is well formed, with ids that are unique and links that lead somewhere', () => {
    expect(PARSED.errors).toEqual([]);
    const ids = PARSED.elements.flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = PARSED.elements.flatMap(({ attributes }) => [
      ...(attributes['href']?.startsWith('#') === true ? [attributes['href'].slice(1)] : []),
      ...(attributes['aria-labelledby']?.split(' ') ?? []),
    ]);
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it('is the same each time', () => {
    expect(calibrationReport(sampleDocument())).toBe(REPORT);
  });

  it('says first what fails, then what is undecided, not measured, and what passes', () => {
    const titles = named(PARSED, 'h2').map(({ text }) => text);
    expect(titles.slice(0, 4)).toEqual([
      `What fails ${counts('fail')}`,
      `Undecided ${counts('undecided')}`,
      `Not measured ${counts('not measured')}`,
      `What passes ${counts('pass')}`,
    ]);
    expect(REPORT).toContain(`${counts('fail')} of 90`);
  });

  it.each([
    ['fail', 'fails'],
    ['undecided', 'undecided'],
    ['not measured', 'not-measured'],
    ['pass', 'passes'],
  ] as const)('lists every figure with verdict %s', (verdict, section) => {
    expect(counts(verdict)).toBeGreaterThan(0);
    const listed = rowsOf(REPORT, section).map(([metric, workload]) => `${metric!} ${workload!}`);
    expect(listed).toHaveLength(counts(verdict));
    for (const { metric, workload } of DOCUMENT.residuals.filter((residual) => residual.verdict === verdict)) {
      expect(listed.some((row) => row.includes(metric) && row.includes(workload)), `${metric} ${workload}`).toBe(true);
    }
  });

  it('gives the numbers of what fails, with units, the farthest outside first', () => {
    const residual = {
      workload: 'hack',
      metric: 'wakeup_latency_p99_ns',
      kernel: 1.2e6,
      sim: 1.68e6,
      simLo: 1.6e6,
      simHi: 1.75e6,
      relErr: 0.4,
      tolerance: 0.2,
      kernelSpread: 0.15,
      verdict: 'fail' as const,
      power: 'measured' as const,
      knob: 'costs.wakeup=9000',
      turned: 2.4e6,
      holdout: true,
    };
    const worse = { ...residual, workload: 'worse', sim: 3.6e6, relErr: 2 };
    const ofNothing = { ...residual, workload: 'nothing', kernel: 0, relErr: null, turned: null };
    const rows = rowsOf(calibrationReport({ ...EMPTY, residuals: [residual, worse, ofNothing] }), 'fails');
    expect(rows.map((row) => row[1])).toEqual(['nothingheld out', 'worseheld out', 'hackheld out']);
    expect(rows[2]).toEqual([
      'Wake-up latency p99wakeup_latency_p99_ns',
      'hackheld out',
      '1.2 ms',
      '1.68 ms1.60 … 1.75 ms',
      '+40.0 %',
      '±20 %',
      '2.00 ×',
      'costs.wakeup=9000 moves it to 2.4 ms (+100 %)',
    ]);
    const range = { lo: 1.1e6, hi: 1.8e6, recordings: 5 };
    const uneven = { ...residual, toleranceFrom: 'seeds' as const, toleranceLo: 0.96e6, toleranceHi: 1.8e6, kernelRange: range };
    const even = { ...residual, toleranceFrom: 'blocks' as const, toleranceLo: 0.9e6, toleranceHi: 1.5e6 };
    const atZero = { ...uneven, kernel: 0, relErr: null };
    const tolerances = rowsOf(calibrationReport({ ...EMPTY, residuals: [uneven, even, atZero] }), 'fails').map((row) => row[5]);
    expect(tolerances.sort((a, b) => (a! < b! ? -1 : 1))).toEqual([
      '0.96 … 1.80 mskernel 1.1 … 1.8 ms in 5 recordings',
      '±25 %',
      '−20.0 % … +50.0 %kernel 1.1 … 1.8 ms in 5 recordings',
    ]);
    expect(rows[0]!.slice(2, 7)).toEqual(['0 ns', '1.68 ms1.60 … 1.75 ms', '–of 0', '±20 %', '–']);
  });

  it('has a chart for each metric, each distribution and the fits, in SVG with a name', () => {
    const charts = named(PARSED, 'svg').filter(({ attributes }) => attributes['class'] === 'chart');
    expect(charts).toHaveLength(15 + 18 + 1);
    for (const { attributes } of charts) expect(attributes['role']).toBe('img');
  });

  it('has a heat table with each metric on each recording, and its verdict in words', () => {
    const rows = rowsOf(REPORT, 'overview');
    expect(rows).toHaveLength(15);
    for (const row of rows) expect(row).toHaveLength(1 + 6);
    const marks = PARSED.elements.filter(({ attributes }) => attributes['class']?.startsWith('mark ') === true);
    for (const verdict of ['fail', 'undecided', 'not measured', 'pass'] as const) {
      const shown = marks.filter(({ attributes }) => attributes['aria-label'] === verdict);
      expect(shown, verdict).toHaveLength(counts(verdict) + 1);
    }
  });

  it('says so where there is nothing', () => {
    const report = calibrationReport(EMPTY);
    expect(parseHtml(report).errors).toEqual([]);
    for (const text of ['No figure was compared.', 'Nothing fails.', 'Nothing was fitted', 'None were taken.']) {
      expect(report).toContain(text);
    }
  });

  it('claims no more than it may', () => {
    const passing = DOCUMENT.residuals.filter(({ verdict }) => verdict === 'pass');
    const fitted = passing.map((residual) => ({ ...residual, holdout: false }));
    expect(calibrationReport({ ...EMPTY, residuals: fitted })).toContain('nothing here is an independent test');
    expect(calibrationReport({ ...EMPTY, residuals: passing })).toMatch(/All 64.figures pass/);
    const open = DOCUMENT.residuals.filter(({ verdict }) => verdict !== 'fail');
    expect(calibrationReport({ ...EMPTY, residuals: open })).toMatch(/None of 81.figures fails<\/strong>, 10 undecided, 7 not measured/);
  });

  it('shows figures that are none as such', () => {
    const odd = DOCUMENT.residuals.slice(0, 4).map((residual, i) => {
      const bad = [NaN, Infinity, -Infinity, -1][i]!;
      return { ...residual, sim: bad, simLo: bad, relErr: bad, kernel: i === 2 ? NaN : residual.kernel, tolerance: Math.abs(bad) };
    });
    const report = calibrationReport({ ...DOCUMENT, residuals: odd });
    expect(parseHtml(report).errors).toEqual([]);
    expect(report).not.toMatch(/NaN|Infinity|undefined|\bnull\b/);
  });

  it('stays below 2 MB with 18 recordings, 17 metrics and 54 distributions', () => {
    const workloads = Array.from({ length: 18 }, (_, i) => `threadpool-mc5-ml-${i}`);
    const metrics = Array.from({ length: 17 }, (_, i) => [`wakeup_latency_p${i}_ns`, 1e5, 0.1] as const);
    const report = calibrationReport(sampleDocument(workloads, metrics));
    expect(parseHtml(report).errors).toEqual([]);
    expect(Buffer.byteLength(report)).toBeLessThan(2e6);
  });
});

describe('names from outside', () => {
  /** A small document in which everything that is text is this text. */
  function documentOf(text: string): CalibrationDocument {
    const small = sampleDocument([text], [['lb_calls', 100, 0.1]]);
    return {
      ...small,
      profile: text,
      inputs: [{ name: text, workload: text, hash: text, holdout: true }],
      fits: small.fits.slice(0, 1).map((fit) => ({ ...fit, parameter: text, unit: text, method: text })),
      residuals: small.residuals.map((residual) => ({ ...residual, workload: text, metric: text, knob: text })),
      distributions: small.distributions.slice(0, 1).map((d) => ({ ...d, workload: text, name: text, unit: text })),
      notes: [text],
    };
  }

  /** All elements with the names of their attributes, but texts in charts: of labels that overlap, some are left out. */
  const structure = ({ elements }: Parsed): string[] =>
    elements
      .filter(({ name }) => name !== 'text')
      .map(({ name, attributes }) => `${name} ${Object.keys(attributes).join(' ')}`);

  const hostile = [
    '</script><img src=x onerror=alert(1)>',
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '</title></style></svg></table>',
    '<!--',
    ']]>',
    '&lt;b&gt;&#x3c;',
    '{value} {a|b} ${x}',
    'zr0-cls-0',
    '\u202egnp.exe\u0000\ud800',
    '日本語'.repeat(50),
  ];

  it.each(hostile)('are text: %j', (text) => {
    const report = calibrationReport(documentOf(text));
    const parsed = parseHtml(report);
    expect(parsed.errors).toEqual([]);
    expect(structure(parsed)).toEqual(structure(parseHtml(calibrationReport(documentOf('plain')))));
    expect(named(parsed, 'h1')[0]!.text).toBe(`Calibration of ${visible(text)}`);
    expect(named(parsed, 'li').some((item) => item.text === visible(text))).toBe(true);
  });

  it('are text whatever they are', () => {
    const plain = structure(parseHtml(calibrationReport(documentOf('plain'))));
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) => {
        const parsed = parseHtml(calibrationReport(documentOf(text)));
        expect(parsed.errors).toEqual([]);
        expect(structure(parsed)).toEqual(plain);
      }),
      { numRuns: 60, examples: [['toString'], ['constructor'], ['__proto__']] },
    );
  });
});
