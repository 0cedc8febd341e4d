import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integer, list, positive, text as textOf } from '../../src/cli/options.js';
import { MAX_WIDTH, table, wrap } from '../../src/cli/table.js';
import { bytes, count, duration, significant, timeColumn } from '../../src/cli/units.js';

const input = (options: Record<string, string>) => ({ args: [], options });

describe('options', () => {
  it('read integers and refuse what is none', () => {
    expect(integer(input({ seeds: '12' }), 'seeds', 1, 100)).toBe(12);
    expect(integer(input({}), 'seeds', 1, 100)).toBeUndefined();
    for (const bad of ['0', '101', '1.5', '1e1', 'x', '']) {
      expect(() => integer(input({ seeds: bad }), 'seeds', 1, 100)).toThrow(/--seeds: expected an integer from 1 to 100/);
    }
  });

  it('refuse an empty text, as of a shell variable that is not set', () => {
    expect(textOf(input({ out: 'x' }), 'out')).toBe('x');
    expect(textOf(input({}), 'out')).toBeUndefined();
    expect(() => textOf(input({ out: '' }), 'out')).toThrow('--out: expected a value, found nothing');
  });

  it('read durations', () => {
    expect(positive(input({ duration: '.5' }), 'duration', 10)).toBe(0.5);
    expect(positive(input({ duration: '2e-3' }), 'duration', 10)).toBe(0.002);
    for (const bad of ['0', '-1', '11', 'Infinity', 'x', '1s']) expect(
      () => positive(input({ duration: bad }), 'duration', 10),
    ).toThrow(/--duration/);
  });

  it('tell the parameters of a policy from the next policy', () => {
    expect(list(input({ policies: 'stock,early-migration:attempts=2,minDeltaNs=7,never' }), 'policies')).toEqual([
      'stock',
      'early-migration:attempts=2,minDeltaNs=7',
      'never',
    ]);
    expect(() => list(input({ policies: 'a,,b' }), 'policies')).toThrow(/names separated by commas/);
    expect(() => list(input({ policies: 'a,b,a' }), 'policies')).toThrow(/each name once, found a twice/);
  });
});

describe('numbers', () => {
  it('carry a unit that suits them', () => {
    expect(duration(0)).toBe('0 ns');
    expect(duration(999)).toBe('999 ns');
    expect(duration(1500)).toBe('1.5 µs');
    expect(duration(-2_500_000)).toBe('-2.5 ms');
    expect(duration(61e9)).toBe('61 s');
    expect(bytes(3 * 2 ** 20)).toBe('3 MiB');
    expect(count(2.25)).toBe('2.3');
    expect(count(7)).toBe('7');
    expect(significant(0.00012346)).toBe('0.0001235');
    expect(significant(123456)).toBe('123456');
  });

  it('share the unit of the largest within a column', () => {
    const { unit, show } = timeColumn([1500, 2_000_000, null]);
    expect([unit, show(1500), show(2_000_000), show(null)]).toEqual(['ms', '0.0015', '2', '–']);
  });
});

describe('tables', () => {
  it('align numbers to the right and text to the left', () => {
    const text = table([{ head: ['policy'], left: true }, { head: ['time', 'ms'] }], [['stock', '1.5'], ['x', '12']]);
    expect(text.split('\n')).toEqual(['        time', 'policy    ms', '────────────', 'stock    1.5', 'x         12']);
  });

  it('are never wider than the page where a column of text can give way', () => {
    const cell = fc.string({ maxLength: 90, unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, fc.integer()), { minLength: 1, maxLength: 5 }), (rows) => {
        const lines = table(
          [{ head: ['a'], left: true }, { head: ['b'], left: true }, { head: ['n'] }],
          rows.map(([a, b, n]) => [a, b, String(n)]),
        ).split('\n');
        for (const line of lines) expect([...line].length).toBeLessThanOrEqual(MAX_WIDTH);
      }),
    );
  });

  it('wrap text', () => {
    const text = 'word '.repeat(60).trim();
    const lines = wrap(text).split('\n');
    expect(lines.length).toBe(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(MAX_WIDTH);
    expect(wrap(text).replace(/\s+/g, ' ')).toBe(text);
  });
});
