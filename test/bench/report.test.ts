import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../bench/measurement.js';
import { documentOf, figure, textOf, type Surroundings } from '../../bench/report.js';

const WHERE: Surroundings = { cpu: 'Abacus', cpus: 2, node: 'v20.0.0', loadBefore: 0.1, loadAfter: 1 };
const summary = { samples: 5, median: 2000, min: 1900, max: 2100.4 };
const ROWS: readonly Measurement[] = [
  { group: 'speed', name: 'kept', unit: 's/s', summary, floor: { kind: 'at least', value: 1500, aim: 3500 } },
  { group: 'memory', name: 'missed', unit: 'MiB', summary, floor: { kind: 'at most', value: 512 } },
  { group: 'paths', name: 'free', unit: 'ns', summary },
];

describe('textOf', () => {
  it('says of each floor whether it was kept, and nothing where there is none', () => {
    const lines = textOf(ROWS, WHERE).split('\n');
    expect(lines[0]).toBe('Abacus, 2 CPUs, Node v20.0.0; load average 0.10 before and 1.00 after.');
    expect(lines[3]).toMatch(/^kept +2,000 +1,900 +2,100 +s\/s +5 +at least 1,500, aim 3,500: kept$/);
    expect(lines[4]).toMatch(/^missed .* at most 512: MISSED$/);
    expect(lines[5]).toMatch(/^free .* ns +5$/);
  });

  it('warns where others were at work', () => {
    expect(textOf(ROWS, { ...WHERE, loadAfter: 2.5 })).toContain('Others were at work');
  });
});

describe('documentOf', () => {
  it('holds the machine, every number and every verdict', () => {
    const document = JSON.parse(documentOf(ROWS, WHERE)) as { cpu: string; measurements: Array<{ met: boolean | null; summary: unknown }> };
    expect(document.cpu).toBe('Abacus');
    expect(document.measurements.map(({ met }) => met)).toEqual([true, false, null]);
    expect(document.measurements[0]!.summary).toEqual(summary);
  });
});

describe('figure', () => {
  it.each([
    [0, '0'],
    [12.3456, '12.35'],
    [-605.21, '-605.2'],
    [999.96, '1000'],
    [1234.5, '1,235'],
    [1_278_081, '1,278,081'],
  ])('%d is %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});
