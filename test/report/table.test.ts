import { describe, expect, it } from 'vitest';
import { html } from '../../src/report/html.js';
import { table } from '../../src/report/table.js';
import { named, parseHtml } from './parse-html.js';

const PARTS = {
  caption: 'What <it> holds',
  label: 'Things',
  columns: [{ head: 'Name' }, { head: 'Size "B"', figures: true }, { head: html`<i>x</i>`, className: 'wide' }],
  rows: [
    ['<b>', '12', html`<code>a</code>`],
    ['c', '3', ''],
  ],
};

describe('table', () => {
  it('has a caption, and heads of columns and rows', () => {
    const parsed = parseHtml(table(PARTS).text);
    expect(parsed.errors).toEqual([]);
    expect(named(parsed, 'caption')[0]!.text).toBe('What <it> holds');
    const heads = named(parsed, 'th').map(({ attributes, text }) => [attributes['scope'], text]);
    expect(heads).toEqual([['col', 'Name'], ['col', 'Size "B"'], ['col', 'x'], ['row', '<b>'], ['row', 'c']]);
    expect(named(parsed, 'td').map(({ attributes }) => attributes['class'])).toEqual(['figures', 'wide', 'figures', 'wide']);
  });

  it('can be scrolled with the keyboard', () => {
    const [region] = parseHtml(table(PARTS).text).elements;
    expect(region!.attributes).toEqual({ class: 'scroll', role: 'region', 'aria-label': 'Things', tabindex: '0' });
  });

  it('has heads beside its cells where rows are cards', () => {
    const cells = named(parseHtml(table({ ...PARTS, cards: true }).text), 'td');
    expect(cells.map(({ attributes }) => attributes['data-head'])).toEqual(['Size "B"', undefined, 'Size "B"', undefined]);
    expect(table(PARTS).text).not.toContain('data-head');
  });
});
