import { describe, expect, it } from 'vitest';
import {
  change,
  countOf,
  interval,
  plusMinus,
  quantity,
  relative,
  relativeTick,
  significant,
  titleOf,
  unitOfMetric,
} from '../../src/report/format.js';

/** Spaces that do not break, as common ones. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('quantity', () => {
  it.each([
    [0, 'ns', '0 ns'],
    [999, 'ns', '999 ns'],
    [1234, 'ns', '1.234 µs'],
    [12_345_678, 'ns', '12.35 ms'],
    [2.5e9, 'ns', '2.5 s'],
    [-1500, 'ns', '−1.5 µs'],
    [0.3456, 'share', '34.56 %'],
    [5400.4, '1/s', '5 400/s'],
    [3 * 2 ** 20, 'bytes', '3 MiB'],
    [1_234_567, '', '1 234 567'],
    [0.99312, '', '0.9931'],
    [11.2, 'ns/KiB', '11.2 ns/KiB'],
    [null, 'ns', '–'],
    [NaN, 'ns', '–'],
    [Infinity, '', '–'],
  ])('%s %s', (value, unit, shown) => {
    expect(plain(quantity(value, unit))).toBe(shown);
  });
});

describe('two figures', () => {
  it('share a unit and their decimals', () => {
    expect(plain(interval(1_452, 1_507, 'ns'))).toBe('1.452 … 1.507 µs');
    expect(plain(interval(990, 1_100, 'ns'))).toBe('0.99 … 1.10 µs');
    expect(plain(change(1_200, 1_480, 'ns'))).toBe('1.20 → 1.48 µs');
  });

  it('keep the digits of the smaller one', () => {
    expect(plain(change(18e6, 12_300, 'ns'))).toBe('18 → 0.0123 ms');
  });

  it('leave counts as they are', () => {
    expect(change(271, 325.6, '')).toBe('271 → 325.6');
    expect(change(0, 1.4, '')).toBe('0 → 1.4');
  });

  it('say where there is none', () => {
    expect(interval(null, 3, 'ns')).toBe('–');
    expect(interval(1, NaN, 'ns')).toBe('–');
    expect(plain(change(3, NaN, 'ns'))).toBe('3 ns → –');
  });
});

describe('relative', () => {
  it.each([
    [0.0421, '+4.2 %'],
    [-0.1, '−10.0 %'],
    [-0.0001, '0.0 %'],
    [0, '0.0 %'],
    [1.234, '+123 %'],
    [0.9996, '+100 %'],
    [44, '+4 400 %'],
    [null, '–'],
    [-Infinity, '–'],
  ])('%s', (share, shown) => {
    expect(plain(relative(share))).toBe(shown);
  });

  it('is short on axes and in tolerances', () => {
    expect([0.15, -0.005, 0].map(relativeTick).map(plain)).toEqual(['+15 %', '−0.5 %', '0']);
    expect([0.1, 0.034, null].map(plusMinus).map(plain)).toEqual(['±10 %', '±3.4 %', '–']);
  });
});

describe('significant', () => {
  it.each([
    [0, '0'],
    [0.00012344, '0.0001234'],
    [0.0000123, '1.23e−5'],
    [999.96, '1 000'],
    [1000.4, '1 000'],
    [5e12, '5.00e12'],
    [-12_345.6, '−12 346'],
  ])('%s', (value, shown) => {
    expect(plain(significant(value))).toBe(shown);
  });
});

describe('names', () => {
  it('tell units', () => {
    expect(['completion_ns', 'lb_failed_share', 'hot_refusals_per_s', 'throughput', 'lb_calls'].map(unitOfMetric)).toEqual([
      'ns',
      'share',
      '1/s',
      '1/s',
      '',
    ]);
  });

  it('become headings', () => {
    expect(titleOf('wakeup_latency_p99_ns')).toBe('Wake-up latency p99');
    expect(titleOf('can_migrate_calls_per_s')).toBe('Calls of can_migrate_task() per second');
    expect(titleOf('hot_refusals_per_s')).toBe('Hot refusals per second');
    expect(titleOf('stint')).toBe('Stint');
    expect(titleOf('')).toBe('');
  });

  it('have a plural', () => {
    expect([countOf(1, 'seed'), countOf(12, 'seed')].map(plain)).toEqual(['1 seed', '12 seeds']);
  });
});
